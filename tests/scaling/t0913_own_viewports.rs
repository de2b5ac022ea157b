//! Clients' own viewports, buffer scales and transforms, together with carafe's: what a client
//! shows on a host of scale 1 is what it shows, pixel by pixel, through carafe at the host's scale.

use wayland_client::protocol::wl_output::Transform;
use wayland_client::protocol::wl_shm::Format;
use wayland_protocols::wp::viewporter::client::wp_viewporter::WpViewporter;

use crate::board;
use crate::client::Place;
use crate::picture::Picture;
use crate::rig::{Path, Rig, device, proxied};
use crate::scales::Knows;

/// A size in units that is whole at all scales but 1.25 and 1.75.
const SIZE: (i64, i64) = (288, 216);

/// What a client says of its buffer.
#[derive(Clone, Copy, Debug)]
struct Buffer {
    size: (u32, u32),
    scale: i32,
    transform: Transform,
    source: Option<[f64; 4]>,
    destination: Option<(i32, i32)>,
}

const PLAIN: Buffer = Buffer {
    size: (288, 216),
    scale: 1,
    transform: Transform::Normal,
    source: None,
    destination: None,
};

const BUFFERS: [Buffer; 9] = [
    PLAIN,
    Buffer { size: (216, 288), transform: Transform::_90, ..PLAIN },
    Buffer { transform: Transform::Flipped180, ..PLAIN },
    Buffer { size: (216, 288), transform: Transform::Flipped270, ..PLAIN },
    Buffer { size: (576, 432), scale: 2, ..PLAIN },
    Buffer { size: (300, 300), source: Some([7.0, 11.0, 288.0, 216.0]), ..PLAIN },
    Buffer { size: (144, 108), destination: Some((288, 216)), ..PLAIN },
    Buffer {
        size: (400, 800),
        scale: 2,
        transform: Transform::_270,
        source: Some([4.0, 2.0, 288.0, 108.0]),
        destination: Some((288, 216)),
    },
    Buffer {
        size: (300, 300),
        source: Some([1.5, 2.25, 144.0, 108.0]),
        destination: Some((288, 216)),
        ..PLAIN
    },
];

fn shown(path: Path, s: f64, h: f64, place: f64, buffer: Buffer) -> (Picture, i64) {
    let mut rig = Rig::new(path, s, &[&format!("--scale={h}"), "--size=800x600"]);
    let mut app = rig.app(Knows::Nothing);
    let window = app.window("window", (SIZE.0 as i32, SIZE.1 as i32));
    rig.ask(&format!("place window {place} {place}"));
    let handle = app.client.handle();
    let surface = &window.board.surface;
    let (width, height) = buffer.size;
    let file = board::draw(width, height);
    let in_file = Place { offset: 0, width, height, stride: width * 4 };
    let pixels = app.client.shm(&file, in_file, Format::Xrgb8888);
    let viewporter: WpViewporter = app.client.bind(1);
    let viewport = viewporter.get_viewport(surface, &handle, ());
    surface.set_buffer_scale(buffer.scale);
    surface.set_buffer_transform(buffer.transform);
    if let Some([x, y, width, height]) = buffer.source {
        viewport.set_source(x, y, width, height);
    }
    if let Some((width, height)) = buffer.destination {
        viewport.set_destination(width, height);
    }
    surface.attach(Some(&pixels), 0, 0);
    surface.damage_buffer(0, 0, i32::MAX, i32::MAX);
    surface.commit();
    app.client.sync();
    let area = rig.surface();
    let area = rig.area("HOST-1", &area);
    assert_eq!((area[2], area[3]), SIZE, "{path:?} S={s}: {buffer:?}");
    let picture = rig.picture("HOST-1");
    rig.stop();
    (picture, area[0])
}

fn same_pixels(path: Path, scales: &[f64]) {
    for buffer in BUFFERS {
        let (straight, left) = shown(Path::Straight, 1.0, 1.0, 72.0, buffer);
        for s in scales {
            let (through, there) = shown(path, *s, *s, 72.0 / s, buffer);
            for y in 0..SIZE.1 {
                for x in 0..SIZE.0 {
                    let expected = straight.at(left + x, left + y);
                    let found = through.at(there + x, there + y);
                    assert_eq!(found, expected, "{path:?} S=H={s}: {buffer:?} at {x},{y}");
                }
            }
        }
    }
}

#[test]
fn own_viewports_hold_without_a_scale() {
    for path in proxied() {
        same_pixels(path, &[1.0]);
    }
}

#[test]
fn own_viewports_hold_with_a_scale() {
    // 72 is whole at these.
    same_pixels(Path::Socket, &[0.5, 1.5, 2.25]);
    same_pixels(device(0), &[2.0]);
}
