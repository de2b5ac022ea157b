//! Requests to the host about a window: its states, and what the user does with it.

use wayland_protocols::xdg::shell::client::xdg_toplevel;

use super::Toplevel;
use crate::x11::host::Host;

impl Toplevel {
    /// Asks for the maximized state, or for its end.
    pub fn maximize(&self, wanted: bool, host: &mut Host<'_, '_>) {
        let opcode = if wanted {
            xdg_toplevel::REQ_SET_MAXIMIZED_OPCODE
        } else {
            xdg_toplevel::REQ_UNSET_MAXIMIZED_OPCODE
        };
        host.request(self.xdg_toplevel, opcode, |request| request);
    }

    /// Asks for fullscreen, or for its end. The host chooses the screen.
    pub fn fullscreen(&self, wanted: bool, host: &mut Host<'_, '_>) {
        if wanted {
            self.fullscreen_on(0, host);
        } else {
            let opcode = xdg_toplevel::REQ_UNSET_FULLSCREEN_OPCODE;
            host.request(self.xdg_toplevel, opcode, |request| request);
        }
    }

    /// Asks for fullscreen on a `wl_output`, by the host's id; 0 lets the host choose.
    pub fn fullscreen_on(&self, output: u32, host: &mut Host<'_, '_>) {
        let opcode = xdg_toplevel::REQ_SET_FULLSCREEN_OPCODE;
        host.request(self.xdg_toplevel, opcode, |request| request.uint(output));
    }

    /// Minimizes it.
    pub fn minimize(&self, host: &mut Host<'_, '_>) {
        host.request(self.xdg_toplevel, xdg_toplevel::REQ_SET_MINIMIZED_OPCODE, |request| request);
    }

    /// Lets the user move it with the pointer; `serial` is that of the button press.
    pub fn drag(&self, seat: u32, serial: u32, host: &mut Host<'_, '_>) {
        host.request(self.xdg_toplevel, xdg_toplevel::REQ_MOVE_OPCODE, |request| {
            request.uint(seat).uint(serial)
        });
    }

    /// Lets the user resize it by an edge (`xdg_toplevel.resize_edge`).
    pub fn drag_edge(&self, seat: u32, serial: u32, edge: u32, host: &mut Host<'_, '_>) {
        host.request(self.xdg_toplevel, xdg_toplevel::REQ_RESIZE_OPCODE, |request| {
            request.uint(seat).uint(serial).uint(edge)
        });
    }

    /// Shows the host's window menu, at a place in the window in host units.
    pub fn show_menu(&self, seat: u32, serial: u32, at: (i32, i32), host: &mut Host<'_, '_>) {
        let opcode = xdg_toplevel::REQ_SHOW_WINDOW_MENU_OPCODE;
        host.request(self.xdg_toplevel, opcode, |request| {
            let request = request.uint(seat).uint(serial);
            request.uint(at.0.cast_unsigned()).uint(at.1.cast_unsigned())
        });
    }
}
