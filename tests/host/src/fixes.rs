//! `wl_fixes`, which smithay does not have.

use smithay::reexports::wayland_server::protocol::wl_fixes::{self, WlFixes};
use smithay::reexports::wayland_server::{
    Client, DataInit, Dispatch, DisplayHandle, GlobalDispatch, New, Resource,
};

use crate::host::Host;

/// The version that is offered.
pub const VERSION: u32 = 2;

impl GlobalDispatch<WlFixes, ()> for Host {
    fn bind(
        _: &mut Self,
        _: &DisplayHandle,
        _: &Client,
        fixes: New<WlFixes>,
        (): &(),
        init: &mut DataInit<'_, Self>,
    ) {
        init.init(fixes, ());
    }
}

impl Dispatch<WlFixes, ()> for Host {
    fn request(
        host: &mut Self,
        _: &Client,
        _: &WlFixes,
        request: wl_fixes::Request,
        (): &(),
        display: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
        match request {
            wl_fixes::Request::DestroyRegistry { registry } => {
                host.counters.registries_destroyed += 1;
                let _ = display.backend_handle().destroy_object::<Self>(&registry.id());
            }
            wl_fixes::Request::AckGlobalRemove { .. } => host.counters.removals_acknowledged += 1,
            _ => {}
        }
    }
}
