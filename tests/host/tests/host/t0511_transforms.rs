//! Buffers that are transformed, scaled and cropped.

use wayland_client::protocol::wl_output::Transform;
use wayland_client::protocol::wl_shm::Format;
use wayland_protocols::wp::viewporter::client::wp_viewporter::WpViewporter;

use crate::client::{Place, memory};
use crate::rig::Rig;

const RED: [u8; 4] = [0, 0, 255, 0];
const GREEN: [u8; 4] = [0, 255, 0, 0];
const BLUE: [u8; 4] = [255, 0, 0, 0];
const WHITE: [u8; 4] = [255; 4];

/// Two rows of three pixels: red green blue, white white red.
fn six() -> Vec<u8> {
    [RED, GREEN, BLUE, WHITE, WHITE, RED].concat()
}

const PLACE: Place = Place { offset: 0, width: 3, height: 2, stride: 12 };

/// The letters of the colours, row by row.
fn picture(rig: &mut Rig, width: i64, height: i64) -> String {
    let mut rows = Vec::new();
    for y in 0..height {
        let row = (0..width).map(|x| {
            match rig.control().pixels(20 + x, 20 + y, 1, 1).unwrap().first.as_str() {
                "ff0000" => 'r',
                "00ff00" => 'g',
                "0000ff" => 'b',
                "ffffff" => 'w',
                _ => '.',
            }
        });
        rows.push(row.collect::<String>());
    }
    rows.join(" ")
}

#[test]
fn turned() {
    let mut rig = Rig::new(&[]);
    let mut client = rig.client();
    let (surface, _toplevel) = client.window("turned");
    let file = memory(24, &six());
    // The client has flipped the content around a vertical axis, and then turned it
    // counter-clockwise. The host shows the content before that.
    for (transform, seen) in [
        (Transform::Normal, "rgb wwr"),
        (Transform::_180, "rww bgr"),
        (Transform::Flipped, "bgr rww"),
        (Transform::Flipped180, "wwr rgb"),
        (Transform::_90, "wr wg rb"),
        (Transform::_270, "br gw rw"),
        (Transform::Flipped90, "rw gw br"),
        (Transform::Flipped270, "rb wg wr"),
    ] {
        let buffer = client.shm(&file, PLACE, Format::Xrgb8888);
        surface.set_buffer_transform(transform);
        client.show(&surface, &buffer);
        let width = seen.find(' ').unwrap() as i64;
        assert_eq!(picture(&mut rig, width, 6 / width), seen, "{transform:?}");
    }
}

#[test]
fn scaled_and_cut() {
    let mut rig = Rig::new(&[]);
    let mut client = rig.client();
    let handle = client.handle();
    let (surface, _toplevel) = client.window("cut");
    let viewport = client.bind::<WpViewporter>(1).get_viewport(&surface, &handle, ());
    let buffer = client.shm(&memory(24, &six()), PLACE, Format::Xrgb8888);
    viewport.set_source(1.0, 0.0, 2.0, 2.0);
    viewport.set_destination(4, 2);
    client.show(&surface, &buffer);
    assert_eq!(picture(&mut rig, 5, 3), "ggbb. wwrr. .....");
}

#[test]
fn a_buffer_that_does_not_fit_its_scale() {
    let rig = Rig::new(&[]);
    let mut client = rig.client();
    let (surface, _toplevel) = client.window("scale");
    let buffer = client.shm(&memory(24, &six()), PLACE, Format::Xrgb8888);
    surface.set_buffer_scale(2);
    surface.attach(Some(&buffer), 0, 0);
    surface.commit();
    assert!(client.try_sync().is_err());
    assert_eq!(client.connection.protocol_error().expect("an error").code, 2);
}
