//! Pictures besides a window's content: its icon (`xdg_toplevel_icon_manager_v1`) and its shadow
//! in KDE's style (`org_kde_kwin_shadow_manager`). Both must be in shared memory.

use std::sync::{Mutex, PoisonError};

use smithay::delegate_xdg_toplevel_icon;
use smithay::reexports::wayland_protocols::xdg::shell::server::xdg_toplevel::XdgToplevel;
use smithay::reexports::wayland_server::protocol::wl_buffer::WlBuffer;
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
use smithay::reexports::wayland_server::{
    Client, DataInit, Dispatch, DisplayHandle, GlobalDispatch, New, Resource,
};
use smithay::wayland::compositor::with_states;
use smithay::wayland::shm::with_buffer_contents;
use smithay::wayland::xdg_toplevel_icon::{ToplevelIconCachedState, XdgToplevelIconHandler};
use wayland_protocols_plasma::shadow::server::org_kde_kwin_shadow::{self, OrgKdeKwinShadow};
use wayland_protocols_plasma::shadow::server::org_kde_kwin_shadow_manager::{
    self, OrgKdeKwinShadowManager,
};

use crate::host::Host;

/// The latest pictures.
#[derive(Debug, Default)]
pub struct Decorations {
    /// The pictures of the latest icon.
    pub icon: Vec<String>,
    /// The parts of the latest committed shadow.
    pub shadow: Vec<String>,
}

/// The version of the shadows.
pub const SHADOW_VERSION: u32 = 2;

/// A picture's size and its last pixel; `None`: it is not in shared memory.
fn describe(buffer: &WlBuffer) -> Option<String> {
    with_buffer_contents(buffer, |memory, len, data| {
        let start = data.offset + (data.height - 1) * data.stride + (data.width - 1) * 4;
        let start = usize::try_from(start).ok().filter(|start| start + 4 <= len)?;
        #[allow(unsafe_code)]
        // SAFETY: it lies within the pool, which smithay has mapped.
        let pixel = unsafe { memory.add(start).cast::<u32>().read_unaligned() };
        Some(format!("{}x{} {pixel:08x}", data.width, data.height))
    })
    .ok()?
}

impl XdgToplevelIconHandler for Host {
    fn set_icon(&mut self, _toplevel: XdgToplevel, surface: WlSurface) {
        let buffers = with_states(&surface, |states| {
            let mut icon = states.cached_state.get::<ToplevelIconCachedState>();
            icon.pending().buffers().to_vec()
        });
        self.decorations.icon = buffers.iter().filter_map(|(buffer, _)| describe(buffer)).collect();
    }
}

/// The parts of a shadow that wait for its commit.
type Parts = Mutex<Vec<WlBuffer>>;

impl GlobalDispatch<OrgKdeKwinShadowManager, ()> for Host {
    fn bind(
        _: &mut Self,
        _: &DisplayHandle,
        _: &Client,
        manager: New<OrgKdeKwinShadowManager>,
        (): &(),
        init: &mut DataInit<'_, Self>,
    ) {
        init.init(manager, ());
    }
}

impl Dispatch<OrgKdeKwinShadowManager, ()> for Host {
    fn request(
        _: &mut Self,
        _: &Client,
        _: &OrgKdeKwinShadowManager,
        request: org_kde_kwin_shadow_manager::Request,
        (): &(),
        _: &DisplayHandle,
        init: &mut DataInit<'_, Self>,
    ) {
        if let org_kde_kwin_shadow_manager::Request::Create { id, .. } = request {
            init.init(id, Parts::default());
        }
    }
}

impl Dispatch<OrgKdeKwinShadow, Parts> for Host {
    fn request(
        host: &mut Self,
        _: &Client,
        shadow: &OrgKdeKwinShadow,
        request: org_kde_kwin_shadow::Request,
        parts: &Parts,
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
        use org_kde_kwin_shadow::Request as R;
        let mut parts = parts.lock().unwrap_or_else(PoisonError::into_inner);
        let buffer = match request {
            R::Commit => {
                host.decorations.shadow = parts.iter().filter_map(describe).collect();
                parts.drain(..).for_each(|buffer| buffer.release());
                return;
            }
            R::AttachLeft { buffer }
            | R::AttachTopLeft { buffer }
            | R::AttachTop { buffer }
            | R::AttachTopRight { buffer }
            | R::AttachRight { buffer }
            | R::AttachBottomRight { buffer }
            | R::AttachBottom { buffer }
            | R::AttachBottomLeft { buffer } => buffer,
            _ => return,
        };
        if describe(&buffer).is_none() {
            shadow.post_error(0u32, "a shadow's buffer must be backed by wl_shm");
        }
        parts.push(buffer);
    }
}

delegate_xdg_toplevel_icon!(Host);
