//! What the host is asked to do with a window: its states, and what the user does with it.

use wayland_protocols::xdg::shell::client::xdg_toplevel;

use super::Toplevel;
use crate::x11::host::Host;

impl Toplevel {
    /// Asks for a state, or for its end.
    pub fn maximize(&self, wanted: bool, host: &mut Host<'_, '_>) {
        let opcode = if wanted {
            xdg_toplevel::REQ_SET_MAXIMIZED_OPCODE
        } else {
            xdg_toplevel::REQ_UNSET_MAXIMIZED_OPCODE
        };
        host.request(self.xdg_toplevel, opcode, |request| request);
    }

    /// The same for the whole screen. The host chooses which.
    pub fn fullscreen(&self, wanted: bool, host: &mut Host<'_, '_>) {
        if wanted {
            self.fullscreen_on(0, host);
        } else {
            let opcode = xdg_toplevel::REQ_UNSET_FULLSCREEN_OPCODE;
            host.request(self.xdg_toplevel, opcode, |request| request);
        }
    }

    /// Asks for the whole of the screen of a `wl_output`, by the host's id; 0: the host chooses.
    pub fn fullscreen_on(&self, output: u32, host: &mut Host<'_, '_>) {
        let opcode = xdg_toplevel::REQ_SET_FULLSCREEN_OPCODE;
        host.request(self.xdg_toplevel, opcode, |request| request.uint(output));
    }

    /// Puts it away.
    pub fn minimize(&self, host: &mut Host<'_, '_>) {
        host.request(self.xdg_toplevel, xdg_toplevel::REQ_SET_MINIMIZED_OPCODE, |request| request);
    }

    /// The user moves it with the pointer whose button was pressed with that serial.
    pub fn drag(&self, seat: u32, serial: u32, host: &mut Host<'_, '_>) {
        host.request(self.xdg_toplevel, xdg_toplevel::REQ_MOVE_OPCODE, |request| {
            request.uint(seat).uint(serial)
        });
    }

    /// The same with an edge (`xdg_toplevel.resize_edge`).
    pub fn drag_edge(&self, seat: u32, serial: u32, edge: u32, host: &mut Host<'_, '_>) {
        host.request(self.xdg_toplevel, xdg_toplevel::REQ_RESIZE_OPCODE, |request| {
            request.uint(seat).uint(serial).uint(edge)
        });
    }

    /// The user wants the host's menu of the window, at a place of the window's in the
    /// host's units.
    pub fn show_menu(&self, seat: u32, serial: u32, at: (i32, i32), host: &mut Host<'_, '_>) {
        let opcode = xdg_toplevel::REQ_SHOW_WINDOW_MENU_OPCODE;
        host.request(self.xdg_toplevel, opcode, |request| {
            let request = request.uint(seat).uint(serial);
            request.uint(at.0.cast_unsigned()).uint(at.1.cast_unsigned())
        });
    }
}
