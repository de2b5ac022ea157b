//! A Wayland client that starts drags and accepts drags.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use carafe_fixture::process::wait_for;
use rustix::event::{PollFd, PollFlags, poll};
use wayland_client::backend::WaylandError;
use wayland_client::globals::{GlobalListContents, registry_queue_init};
use wayland_client::protocol::wl_data_device_manager::{DndAction, WlDataDeviceManager};
use wayland_client::protocol::{
    wl_buffer::WlBuffer, wl_compositor::WlCompositor, wl_data_device, wl_data_offer,
    wl_data_source, wl_pointer, wl_registry::WlRegistry, wl_seat::WlSeat, wl_shm,
    wl_shm_pool::WlShmPool, wl_surface::WlSurface,
};
use wayland_client::{
    Connection, Dispatch, EventQueue, QueueHandle, delegate_noop, event_created_child,
};
use wayland_protocols::xdg::shell::client::{xdg_surface, xdg_toplevel, xdg_wm_base};

/// The events from the compositor.
#[derive(Default)]
pub struct Seen {
    pub log: Vec<String>,
    serial: u32,
    drag_serial: u32,
    pub offer: Option<wl_data_offer::WlDataOffer>,
    data: Vec<u8>,
}

/// A window with a data device.
pub struct Peer {
    queue: EventQueue<Seen>,
    connection: Connection,
    surface: WlSurface,
    manager: WlDataDeviceManager,
    device: wl_data_device::WlDataDevice,
    pub seen: Seen,
}

impl Peer {
    /// Shows a window of 200 by 150.
    pub fn show(socket: &Path, app_id: &str) -> Self {
        let stream = wait_for("a connection", || UnixStream::connect(socket).ok());
        let connection = Connection::from_socket(stream).unwrap();
        let (globals, mut queue) = registry_queue_init::<Seen>(&connection).unwrap();
        let handle = queue.handle();
        let mut seen = Seen::default();
        let compositor: WlCompositor = globals.bind(&handle, 4..=4, ()).unwrap();
        let seat: WlSeat = globals.bind(&handle, 5..=5, ()).unwrap();
        let shell: xdg_wm_base::XdgWmBase = globals.bind(&handle, 1..=1, ()).unwrap();
        let shm: wl_shm::WlShm = globals.bind(&handle, 1..=1, ()).unwrap();
        let manager: WlDataDeviceManager = globals.bind(&handle, 3..=3, ()).unwrap();
        let device = manager.get_data_device(&seat, &handle, ());
        queue.roundtrip(&mut seen).unwrap();
        seat.get_pointer(&handle, ());
        let surface = compositor.create_surface(&handle, ());
        let xdg_surface = shell.get_xdg_surface(&surface, &handle, ());
        xdg_surface.get_toplevel(&handle, ()).set_app_id(app_id.into());
        surface.commit();
        queue.roundtrip(&mut seen).unwrap();
        let mut file: File = tempfile::tempfile().unwrap();
        file.write_all(&[0x80; 200 * 150 * 4]).unwrap();
        let pool = shm.create_pool(file.as_fd(), 200 * 150 * 4, &handle, ());
        let format = wl_shm::Format::Xrgb8888;
        let buffer = pool.create_buffer(0, 200, 150, 200 * 4, format, &handle, ());
        surface.attach(Some(&buffer), 0, 0);
        surface.commit();
        queue.roundtrip(&mut seen).unwrap();
        Self { queue, connection, surface, manager, device, seen }
    }

    /// Handles the events that have come.
    pub fn pump(&mut self) {
        self.queue.dispatch_pending(&mut self.seen).unwrap();
        let _ = self.connection.flush();
        if let Some(guard) = self.queue.prepare_read() {
            let fd = guard.connection_fd();
            let now = rustix::time::Timespec { tv_sec: 0, tv_nsec: 1_000_000 };
            let ready = poll(&mut [PollFd::new(&fd, PollFlags::IN)], Some(&now)).unwrap() > 0;
            if ready {
                match guard.read() {
                    Ok(_) => {}
                    Err(WaylandError::Io(e)) if e.kind() == std::io::ErrorKind::WouldBlock => {}
                    Err(e) => panic!("{e}"),
                }
            }
        }
        self.queue.dispatch_pending(&mut self.seen).unwrap();
        let _ = self.connection.flush();
    }

    /// Waits for a line in the log, and forgets the lines up to it.
    #[track_caller]
    pub fn wait(&mut self, wanted: &str) {
        let until = std::time::Instant::now() + Duration::from_secs(10);
        loop {
            self.pump();
            if let Some(at) = self.seen.log.iter().position(|line| line == wanted) {
                self.seen.log.drain(..=at);
                return;
            }
            assert!(std::time::Instant::now() < until, "no {wanted:?}: {:?}", self.seen.log);
        }
    }

    /// Waits until the host knows that the target accepts the drag; before that, a drop does
    /// nothing. smithay sends no event for it.
    pub fn wait_until_wanted(&mut self) {
        std::thread::sleep(Duration::from_millis(500));
        self.pump();
    }

    /// Starts a drag of data of these types; the button is down on the window.
    pub fn drag(&mut self, types: &[&str], actions: DndAction, data: &[u8]) {
        self.wait("button");
        let source = self.manager.create_data_source(&self.queue.handle(), ());
        for mime in types {
            source.offer((*mime).to_owned());
        }
        source.set_actions(actions);
        self.seen.data = data.to_vec();
        self.device.start_drag(Some(&source), &self.surface, None, self.seen.serial);
        self.pump();
    }

    /// Accepts the drag over the window.
    pub fn accept(&mut self, mime: &str, actions: DndAction, best: DndAction) {
        let offer = self.seen.offer.clone().expect("an offer");
        offer.accept(self.seen.drag_serial, Some(mime.to_owned()));
        offer.set_actions(actions, best);
        self.pump();
    }

    /// Reads the dropped data, while `others` runs again and again.
    pub fn receive(&mut self, mime: &str, mut others: impl FnMut()) -> Vec<u8> {
        let offer = self.seen.offer.clone().expect("an offer");
        let (reader, writer) = std::io::pipe().unwrap();
        offer.receive(mime.to_owned(), writer.as_fd());
        self.pump();
        drop(writer);
        let reading = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            { reader }.read_to_end(&mut bytes).unwrap();
            bytes
        });
        while !reading.is_finished() {
            self.pump();
            others();
        }
        reading.join().unwrap()
    }

    /// Sends `wl_data_offer.finish`.
    pub fn finish(&mut self) {
        let offer = self.seen.offer.take().expect("an offer");
        offer.finish();
        offer.destroy();
        self.pump();
    }
}

impl Dispatch<wl_data_source::WlDataSource, ()> for Seen {
    fn event(
        seen: &mut Self,
        _: &wl_data_source::WlDataSource,
        event: wl_data_source::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        use wl_data_source::Event;
        match event {
            Event::Send { fd, .. } => {
                let data = seen.data.clone();
                std::thread::spawn(move || File::from(fd).write_all(&data));
            }
            Event::Action { dnd_action } => {
                let action = match dnd_action.into_result().unwrap() {
                    DndAction::Copy => "Copy",
                    DndAction::Move => "Move",
                    DndAction::Ask => "Ask",
                    _ => "none",
                };
                seen.log.push(format!("action {action}"));
            }
            Event::DndDropPerformed => seen.log.push("dropped".to_owned()),
            Event::DndFinished => seen.log.push("finished".to_owned()),
            Event::Cancelled => seen.log.push("cancelled".to_owned()),
            _ => {}
        }
    }
}

impl Dispatch<wl_data_device::WlDataDevice, ()> for Seen {
    fn event(
        seen: &mut Self,
        _: &wl_data_device::WlDataDevice,
        event: wl_data_device::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        use wl_data_device::Event;
        match event {
            Event::Enter { serial, id, .. } => {
                (seen.drag_serial, seen.offer) = (serial, id);
                seen.log.push("enter".to_owned());
            }
            Event::Leave => seen.log.push("leave".to_owned()),
            Event::Drop => seen.log.push("drop".to_owned()),
            _ => {}
        }
    }

    event_created_child!(Seen, wl_data_device::WlDataDevice, [
        wl_data_device::EVT_DATA_OFFER_OPCODE => (wl_data_offer::WlDataOffer, ()),
    ]);
}

impl Dispatch<wl_data_offer::WlDataOffer, ()> for Seen {
    fn event(
        seen: &mut Self,
        _: &wl_data_offer::WlDataOffer,
        event: wl_data_offer::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        match event {
            wl_data_offer::Event::Offer { mime_type } => {
                seen.log.push(format!("offered {mime_type}"));
            }
            wl_data_offer::Event::SourceActions { source_actions } => {
                let actions = source_actions.into_result().unwrap();
                let all = [("Copy", DndAction::Copy), ("Move", DndAction::Move)];
                let all = all.into_iter().chain([("Ask", DndAction::Ask)]);
                let given = all.filter(|(_, action)| actions.contains(*action));
                let names: Vec<&str> = given.map(|(name, _)| name).collect();
                seen.log.push(format!("source {}", names.join(" | ")));
            }
            _ => {}
        }
    }
}

impl Dispatch<xdg_surface::XdgSurface, ()> for Seen {
    fn event(
        _: &mut Self,
        surface: &xdg_surface::XdgSurface,
        event: xdg_surface::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let xdg_surface::Event::Configure { serial } = event {
            surface.ack_configure(serial);
        }
    }
}

impl Dispatch<wl_pointer::WlPointer, ()> for Seen {
    fn event(
        seen: &mut Self,
        _: &wl_pointer::WlPointer,
        event: wl_pointer::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let wl_pointer::Event::Button { serial, .. } = event {
            seen.serial = serial;
            seen.log.push("button".to_owned());
        }
    }
}

impl Dispatch<WlRegistry, GlobalListContents> for Seen {
    fn event(
        _: &mut Self,
        _: &WlRegistry,
        _: wayland_client::protocol::wl_registry::Event,
        _: &GlobalListContents,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
    }
}

delegate_noop!(Seen: WlCompositor);
delegate_noop!(Seen: WlDataDeviceManager);
delegate_noop!(Seen: WlShmPool);
delegate_noop!(Seen: ignore WlSeat);
delegate_noop!(Seen: ignore WlSurface);
delegate_noop!(Seen: ignore WlBuffer);
delegate_noop!(Seen: ignore wl_shm::WlShm);
delegate_noop!(Seen: ignore xdg_wm_base::XdgWmBase);
delegate_noop!(Seen: ignore xdg_toplevel::XdgToplevel);
