//! `wl_compositor`, `wl_surface`, `wl_subcompositor`: smithay's, with counters.

use smithay::delegate_viewporter;
use smithay::reexports::wayland_server::backend::ClientId;
use smithay::reexports::wayland_server::protocol::{
    wl_buffer::WlBuffer,
    wl_callback::WlCallback,
    wl_compositor::WlCompositor,
    wl_region::WlRegion,
    wl_subcompositor::WlSubcompositor,
    wl_subsurface::WlSubsurface,
    wl_surface::{self, WlSurface},
};
use smithay::reexports::wayland_server::{
    Client, DataInit, Dispatch, DisplayHandle, Resource, delegate_dispatch,
    delegate_global_dispatch,
};
use smithay::wayland::buffer::BufferHandler;
use smithay::wayland::compositor::{
    CompositorClientState, CompositorHandler, CompositorState, RegionUserData, SubsurfaceUserData,
    SurfaceUserData, TraversalAction, is_sync_subsurface, with_surface_tree_upward,
};

use crate::clients::ClientState;
use crate::host::Host;
use crate::surface;

impl CompositorHandler for Host {
    fn compositor_state(&mut self) -> &mut CompositorState {
        &mut self.protocols.compositor
    }

    fn client_compositor_state<'a>(&self, client: &'a Client) -> &'a CompositorClientState {
        // Every client comes from `Host::insert_client`.
        #[expect(clippy::expect_used)]
        let state = client.get_data::<ClientState>().expect("our client data");
        &state.compositor
    }

    fn new_surface(&mut self, surface: &WlSurface) {
        self.tell_scale(surface);
    }

    fn commit(&mut self, surface: &WlSurface) {
        if is_sync_subsurface(surface) {
            return;
        }
        with_surface_tree_upward(
            surface,
            (),
            |_, _, ()| TraversalAction::DoChildren(()),
            |surface, states, ()| surface::apply(self, surface, states),
            |_, _, ()| true,
        );
        self.shell_commit(surface);
        self.layer_commit(surface);
        self.refocus_pointer();
    }

    fn destroyed(&mut self, surface: &WlSurface) {
        surface::with(surface, surface::Surface::let_go);
    }
}

impl BufferHandler for Host {
    fn buffer_destroyed(&mut self, _buffer: &WlBuffer) {
        self.counters.buffers_destroyed += 1;
    }
}

/// Counts requests of surfaces, and passes them on to smithay.
impl Dispatch<WlSurface, SurfaceUserData> for Host {
    fn request(
        host: &mut Self,
        client: &Client,
        surface: &WlSurface,
        request: wl_surface::Request,
        data: &SurfaceUserData,
        display: &DisplayHandle,
        init: &mut DataInit<'_, Self>,
    ) {
        let counters = &mut host.counters;
        match &request {
            wl_surface::Request::Attach { buffer: Some(buffer), .. } => {
                counters.attaches += 1;
                counters.saw_buffer(buffer.id());
                surface::with(surface, |ours| ours.counts.attaches += 1);
            }
            wl_surface::Request::Damage { x, y, width, height }
            | wl_surface::Request::DamageBuffer { x, y, width, height } => {
                let damage = [*x, *y, *width, *height];
                counters.damage.add(damage);
                surface::with(surface, |ours| ours.counts.damage.add(damage));
            }
            wl_surface::Request::Frame { .. } => counters.frame_requests += 1,
            wl_surface::Request::Commit => {
                counters.commits += 1;
                surface::with(surface, |ours| ours.counts.commits += 1);
                host.sync_commit(surface);
            }
            _ => {}
        }
        <CompositorState as Dispatch<WlSurface, SurfaceUserData, Self>>::request(
            host, client, surface, request, data, display, init,
        );
    }

    fn destroyed(host: &mut Self, client: ClientId, surface: &WlSurface, data: &SurfaceUserData) {
        <CompositorState as Dispatch<WlSurface, SurfaceUserData, Self>>::destroyed(
            host, client, surface, data,
        );
    }
}

delegate_global_dispatch!(Host: [WlCompositor: ()] => CompositorState);
delegate_global_dispatch!(Host: [WlSubcompositor: ()] => CompositorState);
delegate_dispatch!(Host: [WlCompositor: ()] => CompositorState);
delegate_dispatch!(Host: [WlRegion: RegionUserData] => CompositorState);
delegate_dispatch!(Host: [WlCallback: ()] => CompositorState);
delegate_dispatch!(Host: [WlSubcompositor: ()] => CompositorState);
delegate_dispatch!(Host: [WlSubsurface: SubsurfaceUserData] => CompositorState);
delegate_viewporter!(Host);
