//! What these tests ask of the client besides.

use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use wayland_client::protocol::wl_compositor::WlCompositor;
use wayland_client::protocol::wl_subcompositor::WlSubcompositor;
use wayland_client::protocol::wl_subsurface::WlSubsurface;
use wayland_client::protocol::wl_surface::WlSurface;
use wayland_client::{Dispatch, Proxy, delegate_noop};

use crate::client::{Client, Seen};

impl Client {
    /// Binds a global with data of its own.
    pub fn bind_with<I, D>(&self, version: u32, data: D) -> I
    where
        I: Proxy + 'static,
        D: Send + Sync + 'static,
        Seen: Dispatch<I, D>,
    {
        let name = self.name_of(I::interface().name);
        self.registry.bind(name, version, &self.handle(), data)
    }

    /// Handles what comes within a time.
    pub fn turn_for(&mut self, time: Duration) {
        let until = Instant::now() + time;
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            self.connection.flush().expect("the connection works");
            if let Some(guard) = self.queue.prepare_read() {
                let timeout = left.try_into().expect("a short time");
                let fd = guard.connection_fd();
                if poll(&mut [PollFd::new(&fd, PollFlags::IN)], Some(&timeout)) == Ok(1) {
                    guard.read().expect("the connection works");
                }
            }
            self.queue.dispatch_pending(&mut self.seen).expect("events of the protocol");
        }
    }

    /// Destroys the shell's objects of the last window, but for its toplevel.
    pub fn forget_window(&mut self) {
        if let Some(xdg_surface) = self.parent.take() {
            xdg_surface.destroy();
        }
    }

    /// A surface without a role.
    pub fn surface(&self) -> WlSurface {
        self.bind::<WlCompositor>(6).create_surface(&self.handle(), ())
    }

    /// A child of a surface.
    pub fn subsurface(&self, parent: &WlSurface) -> (WlSurface, WlSubsurface) {
        let surface = self.surface();
        let compositor: WlSubcompositor = self.bind(1);
        let subsurface = compositor.get_subsurface(&surface, parent, &self.handle(), ());
        (surface, subsurface)
    }
}

delegate_noop!(Seen: WlSubcompositor);
delegate_noop!(Seen: WlSubsurface);
