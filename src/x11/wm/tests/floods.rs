//! Clients with too many windows.

use super::rig::{ROOT, Rig};
use crate::x11::geometry::Rect;
use crate::x11::wm::MAX_OF_CLIENT;
use x11rb_protocol::protocol::Event;
use x11rb_protocol::protocol::xproto::DestroyNotifyEvent;

/// The first id of the first client: Xwayland gives each client 21 bits of ids.
const CLIENT: u32 = 1 << 21;

const PLACE: Rect = Rect { x: 0, y: 0, width: 30, height: 20 };

impl Rig {
    fn destroy(&mut self, id: u32) {
        let event = DestroyNotifyEvent { event: ROOT, window: id, ..Default::default() };
        self.event(&Event::DestroyNotify(event));
    }

    /// Whether the window manager still manages a client's next window.
    fn manages(&mut self, id: u32) -> bool {
        self.create(id, PLACE, false);
        self.said();
        self.request_map(id);
        self.said() == [format!("watch {id}")]
    }
}

#[test]
fn one_clients_windows_take_no_other_clients_place() {
    let mut rig = Rig::new();
    let most = u32::try_from(MAX_OF_CLIENT).unwrap();
    for n in 0..most + 100 {
        rig.create(CLIENT + n, PLACE, false);
    }
    assert!(rig.manages(2 * CLIENT), "another client has its own bound");
    assert!(!rig.manages(CLIENT + most + 200), "the first one is at its bound");
    for n in 0..most + 100 {
        rig.destroy(CLIENT + n);
    }
    assert!(rig.manages(CLIENT + most + 300), "its places are free again");
}
