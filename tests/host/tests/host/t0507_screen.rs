//! The screen changes size and scale, and clients get the events.

use wayland_client::protocol::wl_output::WlOutput;
use wayland_client::protocol::wl_shm::Format;
use wayland_protocols::wp::fractional_scale::v1::client::wp_fractional_scale_manager_v1::WpFractionalScaleManagerV1;

use crate::client::{Place, memory};
use crate::rig::Rig;

#[test]
fn size_and_scale() {
    let mut rig = Rig::new(&["--size=640x480", "--scale=1.5"]);
    let mut client = rig.client();
    let handle = client.handle();
    let _output: WlOutput = client.bind(4);
    let (surface, _toplevel) = client.window("screen");
    client.bind::<WpFractionalScaleManagerV1>(1).get_fractional_scale(&surface, &handle, ());
    let file = memory(40 * 160, &[0, 0, 255, 255]);
    let place = Place { offset: 0, width: 40, height: 40, stride: 160 };
    let buffer = client.shm(&file, place, Format::Xrgb8888);
    client.show(&surface, &buffer);
    for event in ["mode 640x480", "scale 2", "preferred scale 180", "buffer scale 2", "on screen"] {
        client.wait_for(event);
    }
    // At 20 times 1.5, 40 times 1.5 big.
    let control = rig.control();
    assert_eq!(control.pixels(30, 30, 60, 60).unwrap().colours, 1);
    assert_eq!(control.pixels(30, 30, 60, 60).unwrap().first, "ff0000");
    assert_eq!(control.pixels(90, 30, 1, 1).unwrap().first, "203040");
    client.seen.events.clear();
    rig.ask("scale 1");
    rig.ask("resize 320x200");
    for event in ["mode 320x200", "scale 1", "preferred scale 120", "buffer scale 1"] {
        client.wait_for(event);
    }
    let path = rig.keep("small-screen");
    let shot = rig.control().screenshot(&path).unwrap();
    assert_eq!((shot.width, shot.height), (320, 200));
    assert!(rig.control().ask("scale 0").is_err());
    assert!(rig.control().ask("resize 0x0").is_err());
}
