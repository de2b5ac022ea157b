//! Protocols that need only a few lines each.

use smithay::reexports::wayland_protocols::xdg::shell::server::xdg_toplevel::XdgToplevel;
use smithay::reexports::wayland_protocols_misc::server_decoration::server::org_kde_kwin_server_decoration_manager::Mode;
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
use smithay::input::Seat;
use smithay::wayland::idle_inhibit::IdleInhibitHandler;
use smithay::wayland::idle_notify::{IdleNotifierHandler, IdleNotifierState};
use smithay::wayland::security_context::{
    SecurityContext, SecurityContextHandler, SecurityContextListenerSource,
};
use smithay::wayland::shell::kde::decoration::{KdeDecorationHandler, KdeDecorationState};
use smithay::wayland::shell::xdg::dialog::XdgDialogHandler;
use smithay::wayland::xdg_activation::{
    XdgActivationHandler, XdgActivationState, XdgActivationToken, XdgActivationTokenData,
};
use smithay::wayland::xdg_foreign::{XdgForeignHandler, XdgForeignState};
use smithay::wayland::xdg_system_bell::XdgSystemBellHandler;
use smithay::wayland::xdg_toplevel_tag::XdgToplevelTagHandler;
use smithay::{
    delegate_alpha_modifier, delegate_content_type,
    delegate_idle_inhibit, delegate_idle_notify, delegate_kde_decoration,
    delegate_security_context, delegate_single_pixel_buffer, delegate_xdg_activation,
    delegate_xdg_dialog, delegate_xdg_foreign, delegate_xdg_system_bell,
    delegate_xdg_toplevel_tag,
};

use crate::host::Host;

/// As with `zxdg_decoration_manager_v1`.
pub const KDE_MODE: Mode = Mode::Server;

impl KdeDecorationHandler for Host {
    fn kde_decoration_state(&self) -> &KdeDecorationState {
        &self.protocols.kde_decoration
    }
}

/// Marks a token that may give the keyboard to a window.
struct Deserved;

impl XdgActivationHandler for Host {
    fn activation_state(&mut self) -> &mut XdgActivationState {
        &mut self.protocols.xdg_activation
    }

    /// As in sway and Mutter: the user's action counts if the keyboard focus has not changed
    /// since, and if the action was in the window that has the keyboard or the pointer.
    fn token_created(&mut self, _token: XdgActivationToken, data: XdgActivationTokenData) -> bool {
        let Some((serial, seat)) = data.serial else { return true };
        let (keyboard, pointer) = (self.seat.get_keyboard(), self.seat.get_pointer());
        let entered =
            keyboard.as_ref().and_then(smithay::input::keyboard::KeyboardHandle::last_enter);
        let is_new = entered.is_none_or(|entered| serial.is_no_older_than(&entered));
        let focused = keyboard.and_then(|keyboard| keyboard.current_focus());
        let under_pointer = pointer.and_then(|pointer| pointer.current_focus());
        let is_in_front = data.surface.is_none_or(|surface| {
            focused.is_some_and(|focus| focus.0 == surface)
                || under_pointer.is_some_and(|focus| focus == surface)
        });
        if is_new && is_in_front && Seat::from_resource(&seat) == Some(self.seat.clone()) {
            data.user_data.insert_if_missing(|| Deserved);
        }
        true
    }

    fn request_activation(
        &mut self,
        _token: XdgActivationToken,
        data: XdgActivationTokenData,
        surface: WlSurface,
    ) {
        let deserved = data.user_data.get::<Deserved>().is_some();
        self.counters.activations += 1;
        self.counters.activations_deserved += u64::from(deserved);
        if !deserved {
            return;
        }
        let window = self.windows.iter().find(|w| *w.toplevel.wl_surface() == surface);
        if let Some(toplevel) = window.map(|window| window.toplevel.clone()) {
            self.raise(&toplevel);
        }
    }
}

impl XdgForeignHandler for Host {
    fn xdg_foreign_state(&mut self) -> &mut XdgForeignState {
        &mut self.protocols.xdg_foreign
    }
}

impl IdleInhibitHandler for Host {
    fn inhibit(&mut self, surface: WlSurface) {
        self.idle_inhibitors.push(surface);
        self.protocols.idle_notify.set_is_inhibited(true);
    }

    fn uninhibit(&mut self, surface: WlSurface) {
        self.idle_inhibitors.retain(|known| *known != surface);
        self.protocols.idle_notify.set_is_inhibited(!self.idle_inhibitors.is_empty());
    }
}

impl IdleNotifierHandler for Host {
    fn idle_notifier_state(&mut self) -> &mut IdleNotifierState<Self> {
        &mut self.protocols.idle_notify
    }
}

impl SecurityContextHandler for Host {
    fn context_created(&mut self, source: SecurityContextListenerSource, context: SecurityContext) {
        let inserted = self.handle.insert_source(source, move |stream, (), host| {
            host.insert_client(stream, Some(context.clone()));
        });
        if let Err(error) = inserted {
            eprintln!("carafe-host: no socket of a security context: {error}");
        }
    }
}

impl XdgSystemBellHandler for Host {
    fn ring(&mut self, _surface: Option<WlSurface>) {
        self.counters.bells += 1;
    }
}

impl XdgToplevelTagHandler for Host {
    fn set_tag(&mut self, _toplevel: XdgToplevel, _tag: String) {}
}

impl XdgDialogHandler for Host {}

delegate_alpha_modifier!(Host);
delegate_content_type!(Host);
delegate_idle_inhibit!(Host);
delegate_idle_notify!(Host);
delegate_kde_decoration!(Host);
delegate_security_context!(Host);
delegate_single_pixel_buffer!(Host);
delegate_xdg_activation!(Host);
delegate_xdg_dialog!(Host);
delegate_xdg_foreign!(Host);
delegate_xdg_system_bell!(Host);
delegate_xdg_toplevel_tag!(Host);
