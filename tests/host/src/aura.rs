//! The part of `zaura_shell` (`ChromeOS`) by which clients place their windows (`--aura`).

use smithay::reexports::wayland_protocols::xdg::shell::server::xdg_toplevel::XdgToplevel;
use smithay::reexports::wayland_server::{
    Client, DataInit, Dispatch, DisplayHandle, GlobalDispatch, New, Resource,
};
use smithay::utils::{Logical, Point};
use smithay::wayland::shell::xdg::ToplevelSurface;

use crate::host::Host;
use protocol::zaura_output::ZauraOutput;
use protocol::zaura_popup::ZauraPopup;
use protocol::zaura_shell::{self, ZauraShell};
use protocol::zaura_surface::ZauraSurface;
use protocol::zaura_toplevel;

pub use protocol::zaura_toplevel::ZauraToplevel;

#[allow(missing_docs, non_camel_case_types, non_upper_case_globals, unused, clippy::all)]
#[allow(clippy::pedantic, clippy::unwrap_used, clippy::indexing_slicing)]
mod protocol {
    use smithay::reexports::wayland_protocols::xdg::shell::server::*;
    use smithay::reexports::wayland_server;
    use smithay::reexports::wayland_server::protocol::*;

    pub mod __interfaces {
        use smithay::reexports::wayland_protocols::xdg::shell::server::__interfaces::*;
        use smithay::reexports::wayland_server::backend as wayland_backend;
        use smithay::reexports::wayland_server::protocol::__interfaces::*;
        wayland_scanner::generate_interfaces!("../../protocols/aura-shell.xml");
    }
    use self::__interfaces::*;
    wayland_scanner::generate_server_code!("../../protocols/aura-shell.xml");
}

/// The version that is offered.
const VERSION: u32 = 38;

/// Offers it.
pub fn offer(display: &DisplayHandle) {
    display.create_global::<Host, ZauraShell, ()>(VERSION, ());
}

/// The window of a toplevel.
fn window_of(host: &Host, toplevel: &XdgToplevel) -> Option<ToplevelSurface> {
    let mut windows = host.windows.iter();
    let found = windows.find(|window| window.toplevel.xdg_toplevel() == toplevel)?;
    Some(found.toplevel.clone())
}

impl Host {
    /// Tells the client of a moved window its place.
    pub fn tell_origin(&self, toplevel: &ToplevelSurface, place: Point<i32, Logical>) {
        let of = |aura: &&ZauraToplevel| aura.data() == Some(toplevel.xdg_toplevel());
        for aura in self.auras.iter().filter(of) {
            aura.origin_change(place.x, place.y);
        }
    }
}

impl GlobalDispatch<ZauraShell, ()> for Host {
    fn bind(
        _: &mut Self,
        _: &DisplayHandle,
        _: &Client,
        shell: New<ZauraShell>,
        (): &(),
        init: &mut DataInit<'_, Self>,
    ) {
        init.init(shell, ());
    }
}

impl Dispatch<ZauraShell, ()> for Host {
    fn request(
        _: &mut Self,
        _: &Client,
        _: &ZauraShell,
        request: zaura_shell::Request,
        (): &(),
        _: &DisplayHandle,
        init: &mut DataInit<'_, Self>,
    ) {
        use zaura_shell::Request;
        match request {
            Request::GetAuraToplevelForXdgToplevel { id, toplevel } => {
                init.init(id, toplevel);
            }
            Request::GetAuraSurface { id, .. } => {
                init.init(id, ());
            }
            Request::GetAuraOutput { id, .. } => {
                init.init(id, ());
            }
            Request::GetAuraPopupForXdgPopup { id, .. } => {
                init.init(id, ());
            }
            _ => {}
        }
    }
}

impl Dispatch<ZauraToplevel, XdgToplevel> for Host {
    fn request(
        host: &mut Self,
        _: &Client,
        aura: &ZauraToplevel,
        request: zaura_toplevel::Request,
        toplevel: &XdgToplevel,
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
        use zaura_toplevel::Request;
        match request {
            Request::SetSupportsScreenCoordinates => host.auras.push(aura.clone()),
            Request::SetWindowBounds { x, y, width, height, .. } => {
                let Some(toplevel) = window_of(host, toplevel) else { return };
                if let Some(window) = host.window_mut(&toplevel) {
                    window.put((x, y).into());
                }
                host.refocus_pointer();
                toplevel.with_pending_state(|state| state.size = Some((width, height).into()));
                aura.configure(x, y, width, height, Vec::new());
                if toplevel.is_initial_configure_sent() {
                    toplevel.send_configure();
                }
            }
            _ => {}
        }
    }

    fn destroyed(
        host: &mut Self,
        _: smithay::reexports::wayland_server::backend::ClientId,
        aura: &ZauraToplevel,
        _: &XdgToplevel,
    ) {
        host.auras.retain(|known| known != aura);
    }
}

/// Objects whose requests do nothing.
macro_rules! idle {
    ($($interface:ident: $module:ident),+) => {
        $(impl Dispatch<$interface, ()> for Host {
            fn request(
                _: &mut Self,
                _: &Client,
                _: &$interface,
                _: protocol::$module::Request,
                (): &(),
                _: &DisplayHandle,
                _: &mut DataInit<'_, Self>,
            ) {
            }
        })+
    };
}

idle!(ZauraSurface: zaura_surface, ZauraOutput: zaura_output, ZauraPopup: zaura_popup);
