//! Protocols that need a line or two each.

use smithay::reexports::wayland_protocols::xdg::shell::server::xdg_toplevel::XdgToplevel;
use smithay::reexports::wayland_protocols_misc::server_decoration::server::org_kde_kwin_server_decoration_manager::Mode;
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
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

impl XdgActivationHandler for Host {
    fn activation_state(&mut self) -> &mut XdgActivationState {
        &mut self.protocols.xdg_activation
    }

    fn request_activation(
        &mut self,
        _token: XdgActivationToken,
        data: XdgActivationTokenData,
        surface: WlSurface,
    ) {
        self.counters.activations += 1;
        self.counters.activations_deserved += u64::from(data.serial.is_some());
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
