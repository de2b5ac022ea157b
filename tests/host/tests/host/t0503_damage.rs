//! Undamaged parts of shared memory stay unchanged, as with a GPU's textures.

use std::os::unix::fs::FileExt;

use wayland_client::protocol::wl_shm::Format;

use crate::client::{Place, memory};
use crate::rig::Rig;

const PLACE: Place = Place { offset: 0, width: 40, height: 40, stride: 160 };
const RED: [u8; 4] = [0, 0, 255, 255];
const BLUE: [u8; 4] = [255, 0, 0, 255];

#[test]
fn only_damaged_parts_are_read() {
    let mut rig = Rig::new(&[]);
    let mut client = rig.client();
    let (surface, _toplevel) = client.window("damage");
    let file = memory(160 * 40, &RED);
    let buffer = client.shm(&file, PLACE, Format::Xrgb8888);
    client.show(&surface, &buffer);
    assert_eq!(client.seen.events.iter().filter(|event| *event == "release").count(), 1);

    file.write_all_at(&BLUE.repeat(40 * 40), 0).unwrap();
    let damage = rig.control().counter("damage.rectangles").unwrap();
    let area = rig.control().counter("pixels_read").unwrap();
    surface.attach(Some(&buffer), 0, 0);
    surface.damage_buffer(0, 0, 10, 20);
    surface.damage(10, 20, 5, 5);
    surface.commit();
    client.sync();
    let control = rig.control();
    assert_eq!(control.pixels(20, 20, 10, 20).unwrap().first, "0000ff");
    assert_eq!(control.pixels(30, 40, 5, 5).unwrap().first, "0000ff");
    assert_eq!(control.pixels(30, 20, 30, 20).unwrap().first, "ff0000");
    assert_eq!(control.pixels(20, 20, 40, 40).unwrap().colours, 2);
    assert_eq!(control.counter("damage.rectangles").unwrap(), damage + 2);
    assert_eq!(control.counter("pixels_read").unwrap(), area + 225);
}

#[test]
fn buffers_are_held_if_asked_for() {
    let rig = Rig::new(&["--hold-shm"]);
    let mut client = rig.client();
    let (surface, _toplevel) = client.window("held");
    let file = memory(160 * 40, &RED);
    let buffer = client.shm(&file, PLACE, Format::Xrgb8888);
    client.show(&surface, &buffer);
    assert!(!client.seen.events.contains(&"release".to_owned()));
    let next = client.shm(&file, PLACE, Format::Xrgb8888);
    client.show(&surface, &next);
    assert!(client.seen.events.contains(&"release".to_owned()));
}
