//! `zxdg_decoration_manager_v1` in Exo: a client gets an answer only if its request changes the
//! mode, which starts as client-side (`components/exo/wayland/zxdg_decoration_manager.cc`).

use std::sync::Mutex;

use smithay::reexports::wayland_protocols::xdg::decoration::zv1::server::zxdg_decoration_manager_v1::{
    self, ZxdgDecorationManagerV1,
};
use smithay::reexports::wayland_protocols::xdg::decoration::zv1::server::zxdg_toplevel_decoration_v1::{
    self, Mode, ZxdgToplevelDecorationV1,
};
use smithay::reexports::wayland_protocols::xdg::shell::server::xdg_toplevel::XdgToplevel;
use smithay::reexports::wayland_server::backend::GlobalId;
use smithay::reexports::wayland_server::{
    Client, DataInit, Dispatch, DisplayHandle, GlobalDispatch, New,
};

use super::{Difference, said};
use crate::host::Host;

/// The global.
pub const NAME: &str = "zxdg_decoration_manager_v1";

/// Marks Exo's objects, to tell them from smithay's.
pub struct Exos;

/// A decoration.
pub struct Decoration {
    toplevel: XdgToplevel,
    mode: Mutex<Mode>,
}

/// Offers the global.
pub fn offer(display: &DisplayHandle, version: u32) -> GlobalId {
    display.create_global::<Host, ZxdgDecorationManagerV1, Exos>(version, Exos)
}

impl GlobalDispatch<ZxdgDecorationManagerV1, Exos> for Host {
    fn bind(
        _: &mut Self,
        _: &DisplayHandle,
        _: &Client,
        manager: New<ZxdgDecorationManagerV1>,
        _: &Exos,
        init: &mut DataInit<'_, Self>,
    ) {
        init.init(manager, Exos);
    }
}

impl Dispatch<ZxdgDecorationManagerV1, Exos> for Host {
    fn request(
        _: &mut Self,
        _: &Client,
        _: &ZxdgDecorationManagerV1,
        request: zxdg_decoration_manager_v1::Request,
        _: &Exos,
        _: &DisplayHandle,
        init: &mut DataInit<'_, Self>,
    ) {
        if let zxdg_decoration_manager_v1::Request::GetToplevelDecoration { id, toplevel } = request
        {
            init.init(id, Decoration { toplevel, mode: Mutex::new(Mode::ClientSide) });
        }
    }
}

impl Dispatch<ZxdgToplevelDecorationV1, Decoration> for Host {
    fn request(
        host: &mut Self,
        _: &Client,
        object: &ZxdgToplevelDecorationV1,
        request: zxdg_toplevel_decoration_v1::Request,
        decoration: &Decoration,
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
        // unset_mode is not implemented.
        let zxdg_toplevel_decoration_v1::Request::SetMode { mode } = request else { return };
        let Ok(mode) = mode.into_result() else { return };
        let mut windows = host.windows.iter();
        let window = windows.find(|w| *w.toplevel.xdg_toplevel() == decoration.toplevel);
        let Some(toplevel) = window.map(|window| window.toplevel.clone()) else { return };
        if host.is_in_time(toplevel.wl_surface(), "decoration") {
            let frame = if mode == Mode::ServerSide { "normal" } else { "none" };
            said(toplevel.wl_surface(), |said| said.frame = Some(frame));
        }
        let differs = |exo: &super::Exo| exo.differs(Difference::AnswersDecorations);
        let had = decoration.mode.lock().map(|mut had| std::mem::replace(&mut *had, mode));
        if had.is_ok_and(|had| had == mode) && !host.exo.as_ref().is_some_and(differs) {
            return;
        }
        object.configure(mode);
        if toplevel.is_initial_configure_sent() {
            toplevel.send_configure();
        }
    }
}
