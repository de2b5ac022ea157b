//! `zaura_shell` (`ChromeOS`): places of windows (`--aura`) and, as Exo, the properties that
//! clients set for the shelf and the frames.

use smithay::reexports::wayland_protocols::xdg::shell::server::xdg_toplevel::XdgToplevel;
use smithay::reexports::wayland_server::backend::{ClientId, GlobalId};
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
use smithay::reexports::wayland_server::{
    Client, DataInit, Dispatch, DisplayHandle, GlobalDispatch, New, Resource,
};
use smithay::utils::{Logical, Point};
use smithay::wayland::shell::xdg::ToplevelSurface;

use crate::exo::said;
use crate::host::Host;
use protocol::zaura_output::ZauraOutput;
use protocol::zaura_popup::ZauraPopup;
use protocol::zaura_shell::{self, ZauraShell};
use protocol::zaura_surface::{self, ZauraSurface};
use protocol::zaura_toplevel;

pub use protocol::zaura_output_manager::ZauraOutputManager;
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

/// The global.
pub const NAME: &str = "zaura_shell";

/// The version for `--aura`.
pub const VERSION: u32 = 38;

/// The bugs that Exo reports as fixed.
const REPAIRED: [u32; 5] = [1_151_508, 1_352_584, 1_358_908, 1_400_226, 1_405_471];

/// Offers the global.
pub fn offer(display: &DisplayHandle, version: u32) -> GlobalId {
    display.create_global::<Host, ZauraShell, ()>(version, ())
}

/// The name of a frame or decoration.
fn frame(number: u32) -> &'static str {
    match number {
        1 => "normal",
        2 => "shadow",
        _ => "none",
    }
}

/// `zaura_surface.fullscreen_mode`; the values of `zaura_toplevel` are the opposite.
fn fullscreen_mode(is_plain: bool) -> &'static str {
    if is_plain { "plain" } else { "immersive" }
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

    fn set_frame(&self, surface: &WlSurface, number: u32) {
        if self.is_in_time(surface, "set_frame") {
            said(surface, |said| said.frame = Some(frame(number)));
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
        let shell = init.init(shell, ());
        if shell.version() >= zaura_shell::EVT_LAYOUT_MODE_SINCE {
            shell.layout_mode(zaura_shell::LayoutMode::Windowed.into());
        }
        if shell.version() >= zaura_shell::EVT_COMPOSITOR_VERSION_SINCE {
            shell.compositor_version("151.0.7896.0".to_owned());
        }
        if shell.version() >= zaura_shell::EVT_BUG_FIX_SINCE {
            for fault in REPAIRED {
                shell.bug_fix(fault);
            }
        }
        if shell.version() >= zaura_shell::EVT_ALL_BUG_FIXES_SENT_SINCE {
            shell.all_bug_fixes_sent();
        }
        if shell.version() >= zaura_shell::EVT_WINDOW_CORNERS_RADII_SINCE {
            shell.window_corners_radii(12, 12, 12, 12);
        }
        if shell.version() >= zaura_shell::EVT_DESKS_CHANGED_SINCE {
            shell.desks_changed(b"Desk 1\0".to_vec());
            shell.desk_activation_changed(0);
        }
    }
}

impl Dispatch<ZauraShell, ()> for Host {
    fn request(
        _: &mut Self,
        _: &Client,
        shell: &ZauraShell,
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
            Request::GetAuraSurface { id, surface } => {
                let had = said(&surface, |said| std::mem::replace(&mut said.is_taken, true));
                init.init(id, surface);
                if had {
                    let code = zaura_shell::Error::AuraSurfaceExists;
                    shell.post_error(code, "a zaura_surface object for that surface exists");
                }
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

impl Dispatch<ZauraSurface, WlSurface> for Host {
    fn request(
        host: &mut Self,
        _: &Client,
        _: &ZauraSurface,
        request: zaura_surface::Request,
        surface: &WlSurface,
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
        use zaura_surface::Request;
        if !surface.is_alive() {
            return;
        }
        match request {
            Request::SetFrame { _type: frame } => host.set_frame(surface, frame),
            Request::SetFrameColors { active_color, inactive_color }
                if host.is_in_time(surface, "set_frame_colors") =>
            {
                // They are always opaque.
                let colours = [active_color, inactive_color].map(|c| c | 0xff00_0000);
                said(surface, |said| said.colours = Some(colours));
            }
            Request::SetParent { parent, x, y } => {
                let parent = parent.and_then(|parent| parent.data::<WlSurface>().cloned());
                // An unmapped parent does not count.
                let parent = parent.filter(|parent| host.has_widget(parent));
                said(surface, |said| said.parent = parent.map(|parent| (parent, x, y)));
            }
            Request::SetStartupId { startup_id } => {
                said(surface, |said| said.startup_id = startup_id);
            }
            Request::SetApplicationId { application_id } => {
                said(surface, |said| said.application_id = application_id);
            }
            Request::SetFullscreenMode { mode } => {
                let is_plain = u32::from(mode) == u32::from(zaura_surface::FullscreenMode::Plain);
                said(surface, |said| said.fullscreen_mode = Some(fullscreen_mode(is_plain)));
            }
            Request::Activate => host.activate_by_client(surface),
            Request::DrawAttention => said(surface, |said| said.note("attention", String::new())),
            Request::SetAspectRatio { width, height } => {
                said(surface, |said| said.note("aspect ratio", format!("{width}:{height}")));
            }
            _ => {}
        }
    }

    fn destroyed(_: &mut Self, _: ClientId, _: &ZauraSurface, surface: &WlSurface) {
        if surface.is_alive() {
            said(surface, |said| said.is_taken = false);
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
        if matches!(request, Request::SetSupportsScreenCoordinates) {
            host.auras.push(aura.clone());
            return;
        }
        let Some(toplevel) = window_of(host, toplevel) else { return };
        let surface = toplevel.wl_surface();
        match request {
            Request::SetWindowBounds { x, y, width, height, .. } => {
                if !host.may_still_move(surface) {
                    return;
                }
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
            Request::SetDecoration { _type: frame } => host.set_frame(surface, frame),
            Request::Activate => host.activate_by_client(surface),
            Request::SetFullscreenMode { mode } => {
                let is_plain = u32::from(mode) == u32::from(zaura_toplevel::FullscreenMode::Plain);
                said(surface, |said| said.fullscreen_mode = Some(fullscreen_mode(is_plain)));
            }
            Request::SetSystemModal => said(surface, |said| said.note("modal", String::new())),
            Request::UnsetSystemModal => {
                said(surface, |said| said.more.retain(|(what, _)| *what != "modal"));
            }
            Request::SetZOrder { z_order } => {
                said(surface, |said| said.note("z order", z_order.to_string()));
            }
            Request::SetRestoreInfoWithWindowIdSource { restore_window_id_source, .. } => {
                said(surface, |said| said.note("restore", restore_window_id_source));
            }
            _ => {}
        }
    }

    fn destroyed(host: &mut Self, _: ClientId, aura: &ZauraToplevel, _: &XdgToplevel) {
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

idle!(ZauraOutput: zaura_output, ZauraPopup: zaura_popup);
