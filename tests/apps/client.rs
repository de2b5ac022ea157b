//! A test client with typed objects of wayland-client.

use std::os::unix::net::UnixStream;
use std::time::Duration;

use carafe_fixture::process::wait_for;
use rustix::event::{PollFd, PollFlags, poll};
use wayland_client::backend::WaylandError;
use wayland_client::protocol::{wl_callback, wl_data_offer, wl_output, wl_registry, wl_surface};
use wayland_client::{Connection, Dispatch, EventQueue, Proxy, QueueHandle, delegate_noop};

use crate::hosts::Host;

/// A global from the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Global {
    pub name: u32,
    pub interface: String,
    pub version: u32,
}

/// What the compositor has sent.
#[derive(Default)]
pub struct State {
    /// The globals that exist now.
    pub globals: Vec<Global>,
    /// The interesting events in order; they must be the same directly and through carafe.
    pub log: Vec<String>,
    /// Serial of the last pressed button.
    pub button_serial: u32,
    /// Serial of the last entering drag.
    pub drag_serial: u32,
    /// The offer of the last entering drag, or the last selection.
    pub offer: Option<wl_data_offer::WlDataOffer>,
    /// The data of this client's data source.
    pub data: Vec<u8>,
    /// Answers to `wl_display.sync`.
    synced: usize,
}

/// A connection and what came over it.
pub struct Client {
    connection: Connection,
    queue: EventQueue<State>,
    registry: wl_registry::WlRegistry,
    pub state: State,
}

impl Client {
    /// Connects and learns the globals.
    pub fn connect(host: &Host, display: &str) -> Self {
        let path = host.runtime().join(display);
        let stream = wait_for("a connection", || UnixStream::connect(&path).ok());
        let connection = Connection::from_socket(stream).expect("a connection");
        let queue = connection.new_event_queue();
        let registry = connection.display().get_registry(&queue.handle(), ());
        let mut client = Self { connection, queue, registry, state: State::default() };
        client.sync();
        client
    }

    /// For new objects.
    pub fn handle(&self) -> QueueHandle<State> {
        self.queue.handle()
    }

    /// Binds the newest global of an interface.
    #[track_caller]
    pub fn bind<I: Proxy + 'static>(&self, version: u32) -> I
    where
        State: Dispatch<I, ()>,
    {
        let name = I::interface().name;
        let found = self.state.globals.iter().rfind(|global| global.interface == name);
        let global = found.unwrap_or_else(|| panic!("the host has no {name}"));
        self.bind_name(global.name, version)
    }

    /// Binds a global by its name, even if it does not exist.
    pub fn bind_name<I: Proxy + 'static>(&self, name: u32, version: u32) -> I
    where
        State: Dispatch<I, ()>,
    {
        self.registry.bind(name, version, &self.handle(), ())
    }

    /// Waits until the compositor has seen all requests.
    #[track_caller]
    pub fn sync(&mut self) {
        let before = self.state.synced;
        self.connection.display().sync(&self.handle(), ());
        self.wait("the answer to a sync", |state| (state.synced > before).then_some(()));
    }

    /// Waits for something that events bring.
    #[track_caller]
    pub fn wait<T>(&mut self, what: &str, mut found: impl FnMut(&mut State) -> Option<T>) -> T {
        wait_for(what, || {
            self.turn().unwrap_or_else(|e| panic!("waiting for {what}: {e}"));
            found(&mut self.state)
        })
    }

    /// Waits for an event whose log entry has this start; returns the entry.
    #[track_caller]
    pub fn wait_for_event(&mut self, start: &str) -> String {
        self.wait(start, |state| state.log.iter().find(|entry| entry.starts_with(start)).cloned())
    }

    /// Waits for the end of the connection.
    pub fn wait_for_end(&mut self) -> WaylandError {
        wait_for("the end of the connection", || self.turn().err())
    }

    /// Sends queued requests, and handles the events that come within a moment.
    pub fn turn(&mut self) -> Result<(), WaylandError> {
        self.queue.dispatch_pending(&mut self.state).expect("events of the protocol");
        match self.connection.flush() {
            // Read also what the compositor sent before it ended.
            Err(WaylandError::Io(e)) if e.kind() != std::io::ErrorKind::BrokenPipe => {
                return Err(e.into());
            }
            Err(e @ WaylandError::Protocol(_)) => return Err(e),
            _ => {}
        }
        if let Some(guard) = self.queue.prepare_read() {
            let timeout = Duration::from_millis(5).try_into().expect("a short time");
            let fd = guard.connection_fd();
            let ready = poll(&mut [PollFd::new(&fd, PollFlags::IN)], Some(&timeout));
            if ready == Ok(1) {
                match guard.read() {
                    // Half a message is no error.
                    Err(WaylandError::Io(e)) if e.kind() == std::io::ErrorKind::WouldBlock => {}
                    read => drop(read?),
                }
            }
        }
        self.queue.dispatch_pending(&mut self.state).expect("events of the protocol");
        Ok(())
    }
}

impl Dispatch<wl_registry::WlRegistry, ()> for State {
    fn event(
        state: &mut Self,
        _: &wl_registry::WlRegistry,
        event: wl_registry::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        match event {
            wl_registry::Event::Global { name, interface, version } => {
                state.log.push(format!("global {interface} {version}, named {name}"));
                state.globals.push(Global { name, interface, version });
            }
            wl_registry::Event::GlobalRemove { name } => {
                state.log.push(format!("no more global {name}"));
                state.globals.retain(|global| global.name != name);
            }
            _ => {}
        }
    }
}

impl Dispatch<wl_callback::WlCallback, ()> for State {
    fn event(
        state: &mut Self,
        _: &wl_callback::WlCallback,
        _: wl_callback::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        state.synced += 1;
    }
}

impl Dispatch<wl_output::WlOutput, ()> for State {
    fn event(
        state: &mut Self,
        _: &wl_output::WlOutput,
        event: wl_output::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        state.log.push(format!("output {event:?}"));
    }
}

impl Dispatch<wl_surface::WlSurface, ()> for State {
    fn event(
        state: &mut Self,
        _: &wl_surface::WlSurface,
        event: wl_surface::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        match event {
            wl_surface::Event::Enter { output } => {
                state.log.push(format!("on output {}", output.id()));
            }
            wl_surface::Event::Leave { output } => {
                state.log.push(format!("off output {}", output.id()));
            }
            _ => {}
        }
    }
}

delegate_noop!(State: ignore wayland_client::protocol::wl_compositor::WlCompositor);
delegate_noop!(State: ignore wayland_client::protocol::wl_data_device_manager::WlDataDeviceManager);
