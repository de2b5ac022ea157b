//! The root window's properties: what the window manager supports, and the list of windows (EWMH).

use x11rb_protocol::protocol::xproto::AtomEnum;

use super::window::Life;
use super::{Env, Wm};
use crate::x11::atoms::Atoms;
use crate::x11::geometry::Rect;
use crate::x11::server::{ClientMessage, Server};

/// The window manager's name. Java draws nothing into a window before the window manager has
/// reparented it, unless it knows by the name that this window manager never reparents. Of the
/// names on Java's list (`OpenJDK`'s `XWM.isNonReparentingWM`), this is the only one for which
/// programs have no other special cases.
const WM_NAME: &str = "LG3D";

/// The root window, and a window of the window manager's own.
#[derive(Clone, Copy, Debug)]
pub struct Root {
    /// The root window.
    pub window: u32,
    /// The window manager's own window, which is never shown.
    pub check: u32,
    /// The size of the screen.
    pub size: (u32, u32),
}

impl Root {
    /// The screen's rectangle.
    pub fn rect(&self) -> Rect {
        Rect { x: 0, y: 0, width: self.size.0, height: self.size.1 }
    }

    /// Announces the window manager and what it supports.
    pub fn set_up(&self, x: &mut dyn Server) {
        let atoms = *x.atoms();
        let (window, cardinal) = (u32::from(AtomEnum::WINDOW), u32::from(AtomEnum::CARDINAL));
        for owner in [self.window, self.check] {
            x.set_numbers(owner, atoms._NET_SUPPORTING_WM_CHECK, window, &[self.check]);
        }
        x.set_text(self.check, atoms._NET_WM_NAME, WM_NAME);
        self.tell_supported(false, x);
        for (property, values) in [
            (atoms._NET_NUMBER_OF_DESKTOPS, &[1][..]),
            (atoms._NET_CURRENT_DESKTOP, &[0]),
            (atoms._NET_DESKTOP_VIEWPORT, &[0, 0]),
            (atoms._NET_SHOWING_DESKTOP, &[0]),
        ] {
            x.set_numbers(self.window, property, cardinal, values);
        }
        x.set_numbers(self.window, atoms._NET_ACTIVE_WINDOW, window, &[0]);
        self.tell_size(x);
        let data = [0, atoms.WM_S0, self.check, 0, 0];
        x.announce(ClientMessage { window: self.window, kind: atoms.MANAGER, data });
    }

    /// Announces the supported messages and properties. `has_menu`: the host has window menus;
    /// without them, clients show their own.
    pub fn tell_supported(&self, has_menu: bool, x: &mut dyn Server) {
        let atoms = *x.atoms();
        let mut supported = supported(&atoms);
        supported.extend(has_menu.then_some(atoms._GTK_SHOW_WINDOW_MENU));
        x.set_numbers(self.window, atoms._NET_SUPPORTED, AtomEnum::ATOM.into(), &supported);
    }

    /// Announces the size of the screen.
    pub fn tell_size(&self, x: &mut dyn Server) {
        let atoms = *x.atoms();
        let (width, height) = self.size;
        let cardinal = AtomEnum::CARDINAL.into();
        x.set_numbers(self.window, atoms._NET_DESKTOP_GEOMETRY, cardinal, &[width, height]);
        x.set_numbers(self.window, atoms._NET_WORKAREA, cardinal, &[0, 0, width, height]);
    }
}

fn supported(atoms: &Atoms) -> Vec<u32> {
    vec![
        atoms._NET_ACTIVE_WINDOW,
        atoms._NET_CLIENT_LIST,
        atoms._NET_CLIENT_LIST_STACKING,
        atoms._NET_CLOSE_WINDOW,
        atoms._NET_CURRENT_DESKTOP,
        atoms._NET_DESKTOP_GEOMETRY,
        atoms._NET_DESKTOP_VIEWPORT,
        atoms._NET_FRAME_EXTENTS,
        atoms._NET_MOVERESIZE_WINDOW,
        atoms._NET_NUMBER_OF_DESKTOPS,
        atoms._NET_REQUEST_FRAME_EXTENTS,
        atoms._NET_RESTACK_WINDOW,
        atoms._NET_SUPPORTED,
        atoms._NET_SUPPORTING_WM_CHECK,
        atoms._NET_STARTUP_ID,
        atoms._NET_WM_ACTION_CLOSE,
        atoms._NET_WM_ACTION_FULLSCREEN,
        atoms._NET_WM_ACTION_MAXIMIZE_HORZ,
        atoms._NET_WM_ACTION_MAXIMIZE_VERT,
        atoms._NET_WM_ACTION_MINIMIZE,
        atoms._NET_WM_ACTION_MOVE,
        atoms._NET_WM_ACTION_RESIZE,
        atoms._NET_WM_ALLOWED_ACTIONS,
        atoms._NET_WM_DESKTOP,
        atoms._NET_WM_ICON,
        atoms._NET_WM_MOVERESIZE,
        atoms._NET_WM_NAME,
        atoms._NET_WM_PID,
        atoms._NET_WM_PING,
        atoms._NET_WM_STATE,
        atoms._NET_WM_STATE_ABOVE,
        atoms._NET_WM_STATE_BELOW,
        atoms._NET_WM_STATE_DEMANDS_ATTENTION,
        atoms._NET_WM_STATE_FOCUSED,
        atoms._NET_WM_STATE_FULLSCREEN,
        atoms._NET_WM_STATE_HIDDEN,
        atoms._NET_WM_STATE_MAXIMIZED_HORZ,
        atoms._NET_WM_STATE_MAXIMIZED_VERT,
        atoms._NET_WM_STATE_MODAL,
        atoms._NET_WM_STATE_SKIP_PAGER,
        atoms._NET_WM_STATE_SKIP_TASKBAR,
        atoms._NET_WM_SYNC_REQUEST,
        atoms._NET_WM_USER_TIME,
        atoms._NET_WM_WINDOW_TYPE,
        atoms._NET_WM_WINDOW_TYPE_COMBO,
        atoms._NET_WM_WINDOW_TYPE_DESKTOP,
        atoms._NET_WM_WINDOW_TYPE_DIALOG,
        atoms._NET_WM_WINDOW_TYPE_DND,
        atoms._NET_WM_WINDOW_TYPE_DOCK,
        atoms._NET_WM_WINDOW_TYPE_DROPDOWN_MENU,
        atoms._NET_WM_WINDOW_TYPE_MENU,
        atoms._NET_WM_WINDOW_TYPE_NORMAL,
        atoms._NET_WM_WINDOW_TYPE_NOTIFICATION,
        atoms._NET_WM_WINDOW_TYPE_POPUP_MENU,
        atoms._NET_WM_WINDOW_TYPE_SPLASH,
        atoms._NET_WM_WINDOW_TYPE_TOOLBAR,
        atoms._NET_WM_WINDOW_TYPE_TOOLTIP,
        atoms._NET_WM_WINDOW_TYPE_UTILITY,
        atoms._NET_WORKAREA,
        atoms._GTK_FRAME_EXTENTS,
    ]
}

impl Wm {
    /// Announces the managed windows, if they have changed. This is done once per turn, because the
    /// list may be long.
    pub fn settle_clients(&mut self, env: &mut Env<'_, '_>) {
        let Some(root) = self.root.filter(|_| self.clients_changed) else { return };
        self.clients_changed = false;
        let atoms = *env.x.atoms();
        let window = AtomEnum::WINDOW.into();
        let mapped: Vec<u32> = self.mapped.iter().copied().collect();
        env.x.set_numbers(root.window, atoms._NET_CLIENT_LIST, window, &mapped);
        let stacked: Vec<u32> =
            self.stacking.iter().copied().filter(|id| self.is_listed(*id)).collect();
        env.x.set_numbers(root.window, atoms._NET_CLIENT_LIST_STACKING, window, &stacked);
    }

    fn is_listed(&self, id: u32) -> bool {
        let window = self.windows.get(&id);
        window.is_some_and(|window| window.is_managed() && window.life == Life::Mapped)
    }
}
