//! The host's window menu (`_GTK_SHOW_WINDOW_MENU`).

use wayland_protocols::xdg::shell::client::xdg_toplevel::WmCapabilities;

use super::{Env, Wm};

impl Wm {
    /// Handles `xdg_toplevel.wm_capabilities`. Clients are told whether the host has window menus,
    /// because not all hosts do.
    pub fn host_can(&mut self, capabilities: &[u8], env: &mut Env<'_, '_>) {
        let window_menu = u32::from(WmCapabilities::WindowMenu);
        let (all, _) = capabilities.as_chunks();
        let has_menu = all.iter().any(|one| u32::from_ne_bytes(*one) == window_menu);
        if std::mem::replace(&mut self.has_menu, has_menu) != has_menu
            && let Some(root) = self.root
        {
            root.tell_supported(has_menu, env.x);
        }
    }

    /// Shows the window menu for a client, at a place on the X screen.
    pub(super) fn show_menu(&self, id: u32, (x, y): (i32, i32), env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get(&id) else { return };
        // The button may be up already if the client has released the pointer grab first (GTK does
        // that).
        let (Some(toplevel), Some(deed)) = (window.toplevel(), env.seat.held.or(env.seat.last))
        else {
            return;
        };
        let rect = window.rect();
        let within = (x.saturating_sub(rect.x), y.saturating_sub(rect.y));
        let at = env.host.place(within);
        toplevel.show_menu(deed.seat, deed.serial, at, &mut env.host);
    }
}
