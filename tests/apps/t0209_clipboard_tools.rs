//! wl-copy and wl-paste: clipboard and primary selection in all directions,
//! without focus (`zwlr_data_control_manager_v1`).

use crate::clipboard::copy_and_paste;
use crate::hosts::Host;
use crate::proxy::Carafe;

const SIZE: u64 = 4 << 20;

#[test]
fn tools_copy_and_paste() {
    let host = Host::sway();
    let carafe = Carafe::parent(&host);
    let (guest, direct) = (Carafe::DISPLAY, host.display());
    for selection in ["--regular", "--primary"] {
        for (from, to) in [(guest, direct), (direct, guest), (guest, guest)] {
            copy_and_paste(&host, selection, (from, to), SIZE);
        }
    }
    assert!(carafe.stop().clients >= 8);
}
