//! The frame clock is steady.

use std::time::{Duration, Instant};

use wayland_client::protocol::wl_shm::Format;
use wayland_protocols::wp::presentation_time::client::wp_presentation::WpPresentation;

use crate::client::{Place, memory};
use crate::rig::Rig;

#[test]
fn sixty_hertz() {
    const FRAMES: u32 = 30;
    let rig = Rig::new(&[]);
    let mut client = rig.client();
    let handle = client.handle();
    let presentation: WpPresentation = client.bind(1);
    let (surface, _toplevel) = client.window("frames");
    let file = memory(40 * 160, &[255]);
    let place = Place { offset: 0, width: 40, height: 40, stride: 160 };
    let buffer = client.shm(&file, place, Format::Xrgb8888);
    let began = Instant::now();
    for _ in 0..FRAMES {
        client.seen.events.clear();
        surface.frame(&handle, ());
        presentation.feedback(&surface, &handle, ());
        client.show(&surface, &buffer);
        client.wait_for("frame");
        client.wait_for("presented, refresh 16666666");
    }
    // It must not be faster; on a busy machine it may be slower.
    let least = Duration::from_millis(16) * (FRAMES - 1);
    assert!(began.elapsed() >= least, "{FRAMES} frames in {:?}", began.elapsed());
}
