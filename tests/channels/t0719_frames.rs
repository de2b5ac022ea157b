//! Only the host decides when a frame counts as shown.

use std::time::Duration;

use wayland_protocols::wp::presentation_time::client::wp_presentation::WpPresentation;

use crate::canvas::Canvas;
use crate::rig::Rig;
use crate::ways;

#[test]
fn callbacks_and_feedback_are_the_hosts() {
    const FRAMES: u64 = 5;
    for way in ways::all() {
        let mut rig = Rig::new(way);
        let mut client = rig.client();
        let handle = client.handle();
        let presentation: WpPresentation = client.bind(1);
        let (surface, _toplevel) = client.window("frames");
        let buffer = Canvas::new(50, 50).buffer(&mut client);
        let mut before = [0, 0];
        for n in 1..=FRAMES {
            client.seen.events.clear();
            surface.frame(&handle, ());
            presentation.feedback(&surface, &handle, ());
            rig.ask("pause");
            surface.attach(Some(&buffer), 0, 0);
            surface.damage_buffer(0, 0, 50, 50);
            surface.commit();
            // The host does not show the window, so carafe must not claim that it was shown.
            client.turn_for(Duration::from_millis(50));
            assert!(!client.seen.events.iter().any(|e| e == "frame" || e.starts_with("presented")));
            rig.ask("resume");
            client.wait_for("frame");
            client.wait_for("presented, refresh 16666666");
            let now = ["frame_callbacks", "presented"].map(|n| rig.control().counter(n).unwrap());
            assert_eq!(now, before.map(|count| count + 1), "frame {n} over {way:?}");
            before = now;
        }
        assert_eq!(rig.stop().frames as u64, FRAMES + 1);
    }
}
