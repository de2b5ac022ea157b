//! The objects of `xdg_wm_base`: smithay's, with Exo's rule about popups.

use smithay::reexports::wayland_protocols::xdg::shell::server::xdg_popup::XdgPopup;
use smithay::reexports::wayland_protocols::xdg::shell::server::xdg_positioner::XdgPositioner;
use smithay::reexports::wayland_protocols::xdg::shell::server::xdg_surface::{self, XdgSurface};
use smithay::reexports::wayland_protocols::xdg::shell::server::xdg_toplevel::XdgToplevel;
use smithay::reexports::wayland_protocols::xdg::shell::server::xdg_wm_base::XdgWmBase;
use smithay::reexports::wayland_server::{
    Client, DataInit, Dispatch, DisplayHandle, Resource, delegate_dispatch,
    delegate_global_dispatch,
};
use smithay::wayland::shell::xdg::{
    PopupSurface, XdgPositionerUserData, XdgShellState, XdgShellSurfaceUserData,
    XdgSurfaceUserData, XdgWmBaseUserData,
};

use crate::host::Host;

impl Dispatch<XdgSurface, XdgSurfaceUserData> for Host {
    fn request(
        host: &mut Self,
        client: &Client,
        surface: &XdgSurface,
        request: xdg_surface::Request,
        data: &XdgSurfaceUserData,
        display: &DisplayHandle,
        init: &mut DataInit<'_, Self>,
    ) {
        let is_popup = matches!(request, xdg_surface::Request::GetPopup { .. });
        <XdgShellState as Dispatch<XdgSurface, XdgSurfaceUserData, Self>>::request(
            host, client, surface, request, data, display, init,
        );
        if is_popup && host.exo.is_some() {
            let parent = host.popups.last().and_then(PopupSurface::get_parent_surface);
            if !parent.is_some_and(|parent| host.has_widget(&parent)) {
                let code = xdg_surface::Error::NotConstructed;
                surface.post_error(code, "popup parent not constructed");
            }
        }
    }
}

delegate_global_dispatch!(Host: [XdgWmBase: ()] => XdgShellState);
delegate_dispatch!(Host: [XdgWmBase: XdgWmBaseUserData] => XdgShellState);
delegate_dispatch!(Host: [XdgPositioner: XdgPositionerUserData] => XdgShellState);
delegate_dispatch!(Host: [XdgPopup: XdgShellSurfaceUserData] => XdgShellState);
delegate_dispatch!(Host: [XdgToplevel: XdgShellSurfaceUserData] => XdgShellState);
