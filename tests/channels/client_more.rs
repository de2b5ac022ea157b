//! More methods of the test client for these tests.

use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use carafe_fixture::process::wait_for;
use wayland_client::protocol::wl_compositor::WlCompositor;
use wayland_client::protocol::wl_subcompositor::WlSubcompositor;
use wayland_client::protocol::wl_subsurface::WlSubsurface;
use wayland_client::protocol::wl_surface::WlSurface;
use wayland_client::{Connection, Dispatch, Proxy, delegate_noop};
use wayland_protocols::xdg::shell::client::xdg_toplevel::XdgToplevel;
use wayland_protocols::xdg::shell::client::xdg_wm_base::XdgWmBase;

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

    /// Handles the events that come within a time.
    pub fn turn_for(&mut self, time: Duration) {
        let until = Instant::now() + time;
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            self.turn(left).expect("the connection works");
        }
    }

    /// Handles events until a certain one has come, without sending anything.
    pub fn turn_until(&mut self, event: &str) {
        wait_for(event, || {
            self.turn(Duration::from_millis(100)).expect("the connection works");
            self.seen.events.iter().any(|seen| seen == event).then_some(())
        });
    }

    /// Connects; this may fail.
    pub fn try_connect(socket: &Path) -> Option<Self> {
        let stream = UnixStream::connect(socket).ok()?;
        let connection = Connection::from_socket(stream).ok()?;
        Self::learn(connection).ok()
    }

    /// Makes a window; this may fail.
    pub fn try_window(&mut self, app_id: &str) -> Option<(WlSurface, XdgToplevel)> {
        let handle = self.handle();
        let surface = self.surface();
        let xdg_surface = self.bind::<XdgWmBase>(1).get_xdg_surface(&surface, &handle, ());
        let toplevel = xdg_surface.get_toplevel(&handle, ());
        toplevel.set_app_id(app_id.to_owned());
        surface.commit();
        // The host has configured it when it has seen the commit.
        self.try_sync().ok()?;
        self.try_sync().ok()?;
        Some((surface, toplevel))
    }

    /// Destroys the shell's objects of the last window, except its toplevel.
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
