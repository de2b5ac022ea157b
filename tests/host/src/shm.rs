//! `wl_shm`: smithay's, with counters.

use smithay::reexports::wayland_server::backend::ClientId;
use smithay::reexports::wayland_server::protocol::{
    wl_buffer::WlBuffer,
    wl_shm::{self, WlShm},
    wl_shm_pool::{self, WlShmPool},
};
use smithay::reexports::wayland_server::{
    Client, DataInit, Dispatch, DisplayHandle, Resource, delegate_dispatch,
    delegate_global_dispatch,
};
use smithay::wayland::shm::{ShmBufferUserData, ShmHandler, ShmPoolUserData, ShmState};

use crate::host::Host;

impl ShmHandler for Host {
    fn shm_state(&self) -> &ShmState {
        &self.protocols.shm
    }
}

impl Dispatch<WlShm, ()> for Host {
    fn request(
        host: &mut Self,
        client: &Client,
        shm: &WlShm,
        request: wl_shm::Request,
        data: &(),
        display: &DisplayHandle,
        init: &mut DataInit<'_, Self>,
    ) {
        let size = match &request {
            wl_shm::Request::CreatePool { size, .. } => u64::try_from(*size).ok(),
            _ => None,
        };
        <ShmState as Dispatch<WlShm, (), Self>>::request(
            host, client, shm, request, data, display, init,
        );
        let Some(size) = size else { return };
        host.counters.pools_created += 1;
        host.counters.pool_bytes_ever += size;
        // The request does not name the new object.
        let pools = &mut host.pools;
        let _ = display.backend_handle().with_all_objects_for(client.id(), |object| {
            if object.interface().name == WlShmPool::interface().name {
                pools.entry(object).or_insert(size);
            }
        });
    }
}

impl Dispatch<WlShmPool, ShmPoolUserData> for Host {
    fn request(
        host: &mut Self,
        client: &Client,
        pool: &WlShmPool,
        request: wl_shm_pool::Request,
        data: &ShmPoolUserData,
        display: &DisplayHandle,
        init: &mut DataInit<'_, Self>,
    ) {
        match &request {
            wl_shm_pool::Request::CreateBuffer { .. } => host.counters.shm_buffers_created += 1,
            wl_shm_pool::Request::Resize { size } => {
                let size = u64::try_from(*size).unwrap_or(0);
                let old = host.pools.insert(pool.id(), size).unwrap_or(0);
                host.counters.pool_bytes_ever += size.saturating_sub(old);
            }
            _ => {}
        }
        <ShmState as Dispatch<WlShmPool, ShmPoolUserData, Self>>::request(
            host, client, pool, request, data, display, init,
        );
    }

    fn destroyed(host: &mut Self, _client: ClientId, pool: &WlShmPool, _data: &ShmPoolUserData) {
        host.counters.pools_destroyed += 1;
        host.pools.remove(&pool.id());
    }
}

delegate_global_dispatch!(Host: [WlShm: ()] => ShmState);
delegate_dispatch!(Host: [WlBuffer: ShmBufferUserData] => ShmState);
