//! Several screens: windows enter all screens that show a part of them, and get the highest scale.

use serde_json::{Value, json};
use wayland_client::protocol::wl_shm::Format;
use wayland_protocols::wp::fractional_scale::v1::client::wp_fractional_scale_manager_v1::WpFractionalScaleManagerV1;
use wayland_protocols::wp::viewporter::client::wp_viewporter::WpViewporter;

use crate::client::{Client, Place, memory};
use crate::rig::Rig;

/// Shows a square of 40 pixels, all different.
fn with_window(rig: &mut Rig, app_id: &str) -> Client {
    let mut client = rig.client();
    let handle = client.handle();
    let (surface, _toplevel) = client.window(app_id);
    client.bind::<WpFractionalScaleManagerV1>(1).get_fractional_scale(&surface, &handle, ());
    let pixels: Vec<u8> = (0..40 * 40_u32).flat_map(|n| (n * 997).to_le_bytes()).collect();
    let file = memory(pixels.len(), &pixels);
    let place = Place { offset: 0, width: 40, height: 40, stride: 160 };
    let buffer = client.shm(&file, place, Format::Xrgb8888);
    client.bind::<WpViewporter>(1).get_viewport(&surface, &handle, ()).set_destination(20, 20);
    client.show(&surface, &buffer);
    rig.ask("sync");
    client
}

fn screens(rig: &mut Rig) -> Value {
    rig.ask("sync");
    rig.ask("windows")[0]["surfaces"][0]["screens"].clone()
}

#[test]
fn a_window_goes_from_one_to_another() {
    let mut rig = Rig::new(&["--size=100x100", "--output=HOST-2,150x150,1.5,100,0"]);
    let mut client = with_window(&mut rig, "window");
    assert_eq!(client.names_of("wl_output").len(), 2);
    assert_eq!(screens(&mut rig), json!(["HOST-1"]));
    client.wait_for("preferred scale 120");
    rig.ask("place window 90 10");
    assert_eq!(screens(&mut rig), json!(["HOST-1", "HOST-2"]));
    client.wait_for("preferred scale 180");
    client.wait_for("buffer scale 2");
    rig.ask("place window 110 10");
    assert_eq!(screens(&mut rig), json!(["HOST-2"]));
    client.seen.events.clear();
    rig.ask("output HOST-2 200x200 2 100 0");
    client.wait_for("preferred scale 240");
    rig.ask("unplug HOST-2");
    client.wait_for("removed wl_output");
    client.wait_for("preferred scale 120");
    assert_eq!(screens(&mut rig), json!([]));
    assert!(rig.control().ask("unplug HOST-2").is_err());
    assert!(rig.control().ask("unplug HOST-1").is_err());
    rig.ask("output HOST-3 200x200 2 100 0");
    client.wait_for("global wl_output");
    client.wait_for("preferred scale 240");
    assert_eq!(screens(&mut rig), json!(["HOST-3"]));
}

/// On a screen of scale 2, each unit has two pixels, wherever the screen is.
#[test]
fn each_shows_its_part() {
    let mut rig = Rig::new(&["--size=100x100", "--scale=2", "--output=HOST-2,100x100,2,50,0"]);
    let _client = with_window(&mut rig, "window");
    let whole = picture(&mut rig, "HOST-1");
    let row = |picture: &[u32], x: usize, y: usize, width: usize| {
        picture[y * 100 + x..][..width].to_vec()
    };
    // At 20,20 and 40 pixels wide.
    let expected: Vec<u32> = (0..40).map(|n| (5 * 40 + n) * 997).collect();
    assert_eq!(row(&whole, 40, 45, 40), expected);
    rig.ask("place window 45 20");
    let (left, right) = (picture(&mut rig, "HOST-1"), picture(&mut rig, "HOST-2"));
    assert_eq!(row(&left, 90, 45, 10), expected[..10]);
    assert_eq!(row(&right, 0, 45, 30), expected[10..]);
}

/// The screen's pixels differ from the window's, so the filter makes new colours.
#[test]
fn a_filter_mixes_pixels() {
    let colours = |options: &[&str]| {
        let mut rig = Rig::new(&[&["--size=100x100", "--scale=1.5"], options].concat());
        let _client = with_window(&mut rig, "window");
        let mut colours = picture(&mut rig, "HOST-1");
        colours.sort_unstable();
        colours.dedup();
        colours.into_iter().filter(|colour| colour % 997 == 0 && colour / 997 < 1600).count()
    };
    assert_eq!(colours(&[]), 30 * 30);
    assert!(colours(&["--filter"]) < 10);
}

fn picture(rig: &mut Rig, screen: &str) -> Vec<u32> {
    let path = rig.runtime.join("screen.png");
    rig.control().screenshot_of(screen, &path).unwrap();
    let file = std::io::BufReader::new(std::fs::File::open(path).unwrap());
    let mut reader = png::Decoder::new(file).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut bytes).unwrap();
    let colour = |rgb: &[u8]| u32::from_be_bytes([0, rgb[0], rgb[1], rgb[2]]);
    bytes.chunks_exact(3).map(colour).collect()
}
