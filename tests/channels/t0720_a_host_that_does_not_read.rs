//! For a host that does not read for a while, carafe uses a bounded amount of memory, and in the
//! end the host gets everything that the client sent.

use std::time::Duration;

use crate::canvas::Canvas;
use crate::rig::Rig;
use crate::ways;

const FRAMES: usize = 100;
/// Bound on the buffers of a surface (`MAX_TARGETS`).
const BUFFERS: u64 = 8;

#[test]
fn a_host_that_does_not_read_gets_eight_buffers_at_most() {
    for way in ways::all() {
        let mut rig = Rig::new(way);
        let mut client = rig.client();
        let (surface, _toplevel) = client.window("hasty");
        let mut canvas = Canvas::new(256, 256);
        let buffer = canvas.buffer(&mut client);
        client.show(&surface, &buffer);
        client.seen.events.clear();
        rig.ask("pause");
        for n in 0..FRAMES as u32 {
            // Each frame differs a little, so that the test would notice a lost one.
            canvas.paint([n, n, 10, 10]);
            surface.attach(Some(&buffer), 0, 0);
            surface.damage_buffer(n as i32, n as i32, 10, 10);
            surface.commit();
        }
        client.turn_for(Duration::from_millis(300));
        let released = client.seen.events.iter().filter(|event| *event == "release").count();
        assert!(released as u64 <= BUFFERS, "{released} frames were taken over {way:?}");
        assert!(released > 0, "none was taken over {way:?}");
        rig.ask("resume");
        client.sync();
        let released = client.seen.events.iter().filter(|event| *event == "release").count();
        assert_eq!(released, FRAMES, "over {way:?}");
        let seen = rig.screen();
        let control = rig.control();
        assert_eq!(control.counter("attaches").unwrap(), FRAMES as u64 + 1);
        assert!(control.counter("distinct_buffers").unwrap() <= BUFFERS);
        drop(client);
        rig.stop();

        let mut direct = Rig::direct(&[]);
        let mut client = direct.client();
        let (surface, _toplevel) = client.window("hasty");
        let buffer = canvas.buffer(&mut client);
        client.show(&surface, &buffer);
        assert_eq!(seen, direct.screen(), "over {way:?}");
    }
}
