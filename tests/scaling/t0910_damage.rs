//! Damage in a surface's units: all new pixels are shown at any scale.

use std::os::unix::fs::FileExt;

use wayland_client::protocol::wl_shm::Format;

use crate::client::{Place, memory};
use crate::rig::{Path, Rig, pair, proxied};
use crate::scales::{Knows, SCALES};

const SIDE: u32 = 180;
const STRIDE: u32 = SIDE * 4;

/// Draws random rectangles, each with exactly the damage that it needs, and compares.
fn damage_is_enough(path: Path, s: f64) {
    let mut rig = Rig::new(path, s, &[]);
    rig.ask(&format!("scale {s}"));
    let mut app = rig.app(Knows::Nothing);
    let window = app.window("window", (SIDE as i32, SIDE as i32));
    let surface = &window.board.surface;
    let file = memory((STRIDE * SIDE) as usize, &[0, 0, 0, 255]);
    let place = Place { offset: 0, width: SIDE, height: SIDE, stride: STRIDE };
    let buffer = app.client.shm(&file, place, Format::Xrgb8888);
    let mut model = vec![0_u32; (SIDE * SIDE) as usize];
    surface.attach(Some(&buffer), 0, 0);
    surface.damage(0, 0, i32::MAX, i32::MAX);
    surface.commit();
    for n in 1..40_u32 {
        let random =
            |salt: u32, below: u32| n.wrapping_mul(2_654_435_761).rotate_left(salt) % below;
        let (x, y) = (random(3, SIDE - 30), random(11, SIDE - 30));
        let (width, height) = (1 + random(17, 29), 1 + random(23, 29));
        let colour = n * 0x05_09_03;
        for row in y..y + height {
            let bytes = (0xff00_0000 | colour).to_le_bytes().repeat(width as usize);
            file.write_all_at(&bytes, u64::from(row * STRIDE + x * 4)).expect("written");
            let start = (row * SIDE + x) as usize;
            model[start..start + width as usize].fill(colour);
        }
        surface.attach(Some(&buffer), 0, 0);
        surface.damage(x as i32, y as i32, width as i32, height as i32);
        surface.commit();
        app.client.sync();
    }
    let [left, top] = pair(&rig.surface()["place"]).map(|n| (n as f64 * s) as i64);
    let picture = rig.picture("HOST-1");
    for (n, colour) in model.iter().enumerate() {
        let (x, y) = (n as i64 % i64::from(SIDE), n as i64 / i64::from(SIDE));
        // The last ones may fill no unit of the host.
        if x.max(y) < i64::from(SIDE) - 2 {
            let found = picture.at(left + x, top + y);
            assert_eq!(found, Some(*colour), "{path:?} S={s}: at {x},{y}");
        }
    }
    rig.stop();
}

#[test]
fn damage_is_whole_without_a_scale() {
    for path in proxied() {
        damage_is_enough(path, 1.0);
    }
}

#[test]
fn damage_is_whole_with_a_scale() {
    for s in SCALES {
        damage_is_enough(Path::Socket, s);
    }
    for path in proxied() {
        damage_is_enough(path, 1.75);
    }
}
