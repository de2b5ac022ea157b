//! `zwp_linux_explicit_synchronization_v1`, which smithay does not have. A fence is any descriptor
//! that becomes readable: sync files, and in tests pipes and eventfds.

use std::os::fd::OwnedFd;
use std::sync::{Mutex, PoisonError};

use calloop::generic::Generic;
use calloop::{Interest, Mode, PostAction};
use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use smithay::reexports::wayland_protocols::wp::linux_explicit_synchronization::zv1::server::{
    zwp_linux_buffer_release_v1::{self, ZwpLinuxBufferReleaseV1},
    zwp_linux_explicit_synchronization_v1::{
        self as manager, ZwpLinuxExplicitSynchronizationV1 as Manager,
    },
    zwp_linux_surface_synchronization_v1::{
        self as surface_sync, ZwpLinuxSurfaceSynchronizationV1 as SurfaceSync,
    },
};
use smithay::reexports::wayland_server::backend::ClientId;
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
use smithay::reexports::wayland_server::{
    Client, DataInit, Dispatch, DisplayHandle, GlobalDispatch, New, Resource, Weak,
};
use smithay::wayland::compositor::{
    Barrier, BufferAssignment, Cacheable, SurfaceAttributes, add_blocker, with_states,
};

use crate::clients::ClientState;
use crate::host::Host;

/// The version that is offered.
pub const VERSION: u32 = 2;

/// A client's state for its next commit.
#[derive(Debug, Default)]
struct Pending {
    object: Option<SurfaceSync>,
    acquire: Option<OwnedFd>,
    release: Option<ZwpLinuxBufferReleaseV1>,
}

/// The object that is told when a buffer is free again; it belongs to the commit's buffer.
#[derive(Debug, Default)]
pub struct Release(pub Option<ZwpLinuxBufferReleaseV1>);

impl Cacheable for Release {
    fn commit(&mut self, _: &DisplayHandle) -> Self {
        Self(self.0.take())
    }

    fn merge_into(self, into: &mut Self, _: &DisplayHandle) {
        if self.0.is_some()
            && let Some(old) = std::mem::replace(&mut into.0, self.0)
        {
            // Its buffer was never shown.
            old.immediate_release();
        }
    }
}

impl Release {
    /// Reports that the buffer is free; with a signalled fence if `fenced`.
    pub fn send(self, fenced: bool) {
        let Some(release) = self.0 else { return };
        match eventfd(1, EventfdFlags::CLOEXEC) {
            Ok(fence) if fenced => {
                use std::os::fd::AsFd;
                release.fenced_release(fence.as_fd());
            }
            _ => release.immediate_release(),
        }
    }
}

fn with_pending<T>(surface: &WlSurface, f: impl FnOnce(&mut Pending) -> T) -> T {
    with_states(surface, |states| {
        let pending = states.data_map.get_or_insert_threadsafe(Mutex::<Pending>::default);
        f(&mut pending.lock().unwrap_or_else(PoisonError::into_inner))
    })
}

impl Host {
    /// Makes a commit wait for its fence.
    pub fn sync_commit(&mut self, surface: &WlSurface) {
        let (object, acquire, release) = with_pending(surface, |pending| {
            (pending.object.clone(), pending.acquire.take(), pending.release.take())
        });
        let Some(object) = object.filter(|_| acquire.is_some() || release.is_some()) else {
            return;
        };
        let has_buffer = with_states(surface, |states| {
            states.cached_state.get::<Release>().pending().0 = release;
            let mut attributes = states.cached_state.get::<SurfaceAttributes>();
            matches!(attributes.pending().buffer, Some(BufferAssignment::NewBuffer(_)))
        });
        if !has_buffer {
            object.post_error(surface_sync::Error::NoBuffer, "no buffer to synchronize");
            return;
        }
        if let Some((fence, client)) = acquire.zip(surface.client())
            && !is_readable(&fence)
        {
            self.wait_for_fence(surface, fence, client);
        }
    }

    fn wait_for_fence(&mut self, surface: &WlSurface, fence: OwnedFd, client: Client) {
        let barrier = Barrier::new(false);
        add_blocker(surface, barrier.clone());
        let source = Generic::new(fence, Interest::READ, Mode::Level);
        let inserted = self.handle.insert_source(source, move |_, _, host| {
            barrier.signal();
            if let Some(state) = client.get_data::<ClientState>() {
                let display = host.display.clone();
                state.compositor.blocker_cleared(host, &display);
            }
            Ok(PostAction::Remove)
        });
        if let Err(error) = inserted {
            eprintln!("carafe-host: a fence that cannot be waited for: {error}");
        }
    }
}

/// Whether a fence is readable; one that cannot be waited for counts as readable.
fn is_readable(fence: &OwnedFd) -> bool {
    let now = rustix::time::Timespec { tv_sec: 0, tv_nsec: 0 };
    poll(&mut [PollFd::new(fence, PollFlags::IN)], Some(&now)) != Ok(0)
}

impl GlobalDispatch<Manager, ()> for Host {
    fn bind(
        _: &mut Self,
        _: &DisplayHandle,
        _: &Client,
        manager: New<Manager>,
        (): &(),
        init: &mut DataInit<'_, Self>,
    ) {
        init.init(manager, ());
    }
}

impl Dispatch<Manager, ()> for Host {
    fn request(
        _: &mut Self,
        _: &Client,
        manager: &Manager,
        request: manager::Request,
        (): &(),
        _: &DisplayHandle,
        init: &mut DataInit<'_, Self>,
    ) {
        if let manager::Request::GetSynchronization { id, surface } = request {
            let object = init.init(id, surface.downgrade());
            let taken = with_pending(&surface, |pending| {
                let taken = pending.object.as_ref().is_some_and(Resource::is_alive);
                pending.object.get_or_insert(object);
                taken
            });
            if taken {
                let code = manager::Error::SynchronizationExists;
                manager.post_error(code, "the surface has one already");
            }
        }
    }
}

impl Dispatch<SurfaceSync, Weak<WlSurface>> for Host {
    fn request(
        _: &mut Self,
        _: &Client,
        object: &SurfaceSync,
        request: surface_sync::Request,
        surface: &Weak<WlSurface>,
        _: &DisplayHandle,
        init: &mut DataInit<'_, Self>,
    ) {
        let release = match request {
            surface_sync::Request::SetAcquireFence { fd } => Err(fd),
            surface_sync::Request::GetRelease { release } => Ok(init.init(release, ())),
            _ => return,
        };
        let Ok(surface) = surface.upgrade() else {
            object.post_error(surface_sync::Error::NoSurface, "the surface is gone");
            return;
        };
        let before = with_pending(&surface, |pending| match release {
            Ok(release) => {
                let before = pending.release.replace(release).is_some();
                before.then_some(surface_sync::Error::DuplicateRelease)
            }
            Err(fence) => {
                let before = pending.acquire.replace(fence).is_some();
                before.then_some(surface_sync::Error::DuplicateFence)
            }
        });
        if let Some(code) = before {
            object.post_error(code, "one for each commit");
        }
    }

    fn destroyed(_: &mut Self, _: ClientId, _: &SurfaceSync, surface: &Weak<WlSurface>) {
        if let Ok(surface) = surface.upgrade() {
            with_pending(&surface, |pending| *pending = Pending::default());
        }
    }
}

impl Dispatch<ZwpLinuxBufferReleaseV1, ()> for Host {
    fn request(
        _: &mut Self,
        _: &Client,
        _: &ZwpLinuxBufferReleaseV1,
        _: zwp_linux_buffer_release_v1::Request,
        (): &(),
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
    }
}
