//! Behind a virtual device, X and Wayland programs of one guest exchange selections directly, and
//! with the host's programs through the device.

use crate::hosts::Host;
use crate::stage::Carafe;
use crate::tools::{Clipboard, Primary, Tools, assert_same, noise};
use crate::ways::devices;

#[test]
fn within_the_guest_and_with_the_host() {
    for way in devices() {
        let host = Host::sway();
        let socket = host.runtime().join(host.display());
        let command = way.carafe(&socket, host.runtime(), &[]);
        let mut carafe = Carafe::run(command, host.runtime());
        for selection in [Clipboard, Primary] {
            // More than the device's pipes can hold.
            for (wayland, size) in [("carafe", 8 << 20), (host.display(), 1 << 20)] {
                let x = &carafe.display;
                let tools = Tools { runtime: host.runtime(), x, wayland };
                let data = noise(size);
                let mime = format!("application/x-to-{wayland}");
                let _copy = tools.x_copy(selection, &mime, &data);
                assert_same(&tools.wayland_paste(selection, &mime), &data);
                let mime = format!("application/x-from-{wayland}");
                let _copy = tools.wayland_copy(selection, &mime, &data[1..]);
                assert_same(&tools.x_paste(selection, &mime), &data[1..]);
                let shown = tools.targets(selection);
                assert!(!shown.contains("carafe-local"), "{shown}");
            }
        }
        carafe.stop();
    }
}
