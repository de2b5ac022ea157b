//! A client that shows buffers of its own making and remembers what happens to it.

use std::collections::HashMap;
use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use carafe_fixture::process::{PATIENCE, wait_for};
use rustix::event::{PollFd, PollFlags, poll};
use wayland_client::backend::WaylandError;
use wayland_client::protocol::wl_buffer::{self, WlBuffer};
use wayland_client::protocol::wl_callback::{self, WlCallback};
use wayland_client::protocol::wl_compositor::WlCompositor;
use wayland_client::protocol::wl_keyboard::{self, WlKeyboard};
use wayland_client::protocol::wl_output::{self, WlOutput};
use wayland_client::protocol::wl_pointer::{self, WlPointer};
use wayland_client::protocol::wl_registry::{self, WlRegistry};
use wayland_client::protocol::wl_seat::WlSeat;
use wayland_client::protocol::wl_shm::{self, WlShm};
use wayland_client::protocol::wl_shm_pool::WlShmPool;
use wayland_client::protocol::wl_surface::{self, WlSurface};
use wayland_client::protocol::wl_touch::{self, WlTouch};
use wayland_client::{
    Connection, Dispatch, DispatchError, EventQueue, Proxy, QueueHandle, delegate_noop,
};
use wayland_protocols::wp::fractional_scale::v1::client::wp_fractional_scale_manager_v1::WpFractionalScaleManagerV1;
use wayland_protocols::wp::fractional_scale::v1::client::wp_fractional_scale_v1::{
    self, WpFractionalScaleV1,
};
use wayland_protocols::wp::linux_dmabuf::zv1::client::zwp_linux_buffer_params_v1::{
    self, ZwpLinuxBufferParamsV1,
};
use wayland_protocols::wp::linux_dmabuf::zv1::client::zwp_linux_dmabuf_feedback_v1::{
    self, ZwpLinuxDmabufFeedbackV1,
};
use wayland_protocols::wp::linux_dmabuf::zv1::client::zwp_linux_dmabuf_v1::ZwpLinuxDmabufV1;
use wayland_protocols::wp::linux_explicit_synchronization::zv1::client::{
    zwp_linux_buffer_release_v1::{self, ZwpLinuxBufferReleaseV1 as BufferRelease},
    zwp_linux_explicit_synchronization_v1::ZwpLinuxExplicitSynchronizationV1 as ExplicitSync,
    zwp_linux_surface_synchronization_v1::ZwpLinuxSurfaceSynchronizationV1 as SurfaceSync,
};
use wayland_protocols::wp::presentation_time::client::wp_presentation::WpPresentation;
use wayland_protocols::wp::presentation_time::client::wp_presentation_feedback::{
    self, WpPresentationFeedback,
};
use wayland_protocols::wp::viewporter::client::wp_viewport::WpViewport;
use wayland_protocols::wp::viewporter::client::wp_viewporter::WpViewporter;
use wayland_protocols::xdg::shell::client::xdg_popup::{self, XdgPopup};
use wayland_protocols::xdg::shell::client::xdg_positioner::{
    Anchor, ConstraintAdjustment, Gravity, XdgPositioner,
};
use wayland_protocols::xdg::shell::client::xdg_surface::{self, XdgSurface};
use wayland_protocols::xdg::shell::client::xdg_toplevel::XdgToplevel;
use wayland_protocols::xdg::shell::client::xdg_wm_base::{self, XdgWmBase};

/// A connection.
pub struct Client {
    pub connection: Connection,
    pub queue: EventQueue<Seen>,
    pub registry: WlRegistry,
    pub parent: Option<XdgSurface>,
    pub seen: Seen,
}

/// What has happened.
#[derive(Default)]
pub struct Seen {
    globals: HashMap<u32, (String, u32)>,
    /// The interesting events, as text.
    pub events: Vec<String>,
    configured: bool,
    /// Descriptor and size of a format table.
    pub table: Option<(OwnedFd, u32)>,
    /// The serials of keys, in their order.
    pub key_serials: Vec<u32>,
    /// A buffer from `zwp_linux_buffer_params_v1.created`.
    pub created: Option<WlBuffer>,
}

impl Client {
    /// Connects.
    pub fn connect(socket: &Path) -> Self {
        let stream = UnixStream::connect(socket).expect("the host listens");
        let connection = Connection::from_socket(stream).expect("a connection");
        Self::learn(connection).expect("globals")
    }

    /// Learns the globals.
    pub fn learn(connection: Connection) -> Result<Self, DispatchError> {
        let queue = connection.new_event_queue();
        let registry = connection.display().get_registry(&queue.handle(), ());
        let seen = Seen::default();
        let mut client = Self { connection, queue, registry, parent: None, seen };
        client.try_sync()?;
        client.seen.events.clear();
        Ok(client)
    }

    /// The handle for requests that make objects.
    pub fn handle(&self) -> QueueHandle<Seen> {
        self.queue.handle()
    }

    /// The version of a global, if it is offered.
    pub fn offers(&self, interface: &str) -> Option<u32> {
        self.seen.globals.values().find(|(name, _)| name == interface).map(|(_, version)| *version)
    }

    /// The names of all globals.
    pub fn offered(&self) -> Vec<String> {
        self.seen.globals.values().map(|(name, _)| name.clone()).collect()
    }

    /// Binds a global.
    pub fn bind<I>(&self, version: u32) -> I
    where
        I: Proxy + 'static,
        Seen: Dispatch<I, ()>,
    {
        let name = self.name_of(I::interface().name);
        self.registry.bind(name, version, &self.handle(), ())
    }

    /// The numbers of all globals of an interface.
    pub fn names_of(&self, interface: &str) -> Vec<u32> {
        let globals = self.seen.globals.iter().filter(|(_, (name, _))| name == interface);
        globals.map(|(name, _)| *name).collect()
    }

    /// The number of a global.
    pub fn name_of(&self, interface: &str) -> u32 {
        let found = self.seen.globals.iter().find(|(_, (name, _))| name == interface);
        *found.unwrap_or_else(|| panic!("no {interface}")).0
    }

    /// Waits until the host has handled everything.
    pub fn sync(&mut self) {
        self.try_sync().expect("the connection works");
    }

    /// As [`sync`](Self::sync), but may fail.
    pub fn try_sync(&mut self) -> Result<(), DispatchError> {
        let done = Arc::new(AtomicBool::new(false));
        self.connection.display().sync(&self.handle(), Arc::clone(&done));
        let until = Instant::now() + PATIENCE;
        while !done.load(Ordering::Relaxed) {
            self.turn(Duration::from_millis(100))?;
            if Instant::now() >= until {
                // A missing answer is an error: a host may also lose a message.
                let late = std::io::Error::from(std::io::ErrorKind::TimedOut);
                return Err(DispatchError::Backend(WaylandError::Io(late)));
            }
        }
        Ok(())
    }

    /// Sends waiting requests, and handles the events that come within a time.
    pub fn turn(&mut self, time: Duration) -> Result<(), DispatchError> {
        if self.queue.dispatch_pending(&mut self.seen)? > 0 {
            return Ok(());
        }
        // Half a message, or no room for one, is not an error.
        let checked = |result: Result<(), WaylandError>| match result {
            Err(WaylandError::Io(e)) if e.kind() == std::io::ErrorKind::WouldBlock => Ok(()),
            other => other,
        };
        // Events that the host sent before it hung up must still be read.
        let flushed = checked(self.connection.flush());
        if let Some(guard) = self.queue.prepare_read() {
            let timeout = time.try_into().expect("a short time");
            let fd = guard.connection_fd();
            if poll(&mut [PollFd::new(&fd, PollFlags::IN)], Some(&timeout)) == Ok(1) {
                checked(guard.read().map(drop))?;
            } else {
                flushed?;
            }
        }
        self.queue.dispatch_pending(&mut self.seen).map(drop)
    }

    /// Waits for an event.
    pub fn wait_for(&mut self, event: &str) {
        wait_for(event, || {
            self.sync();
            self.seen.events.iter().any(|seen| seen == event).then_some(())
        });
    }

    /// Makes a window, which shows nothing before something is attached.
    pub fn window(&mut self, app_id: &str) -> (WlSurface, XdgToplevel) {
        let (surface, xdg_surface) = self.xdg_surface();
        let toplevel = xdg_surface.get_toplevel(&self.handle(), ());
        toplevel.set_app_id(app_id.to_owned());
        self.configure(&surface);
        self.parent = Some(xdg_surface);
        (surface, toplevel)
    }

    /// Makes a popup of the last window with a size, at the lower right corner of that
    /// window's point `at`.
    pub fn popup(&mut self, at: (i32, i32), size: (i32, i32), grab: bool) -> WlSurface {
        let handle = self.handle();
        let positioner = self.bind::<XdgWmBase>(1).create_positioner(&handle, ());
        positioner.set_size(size.0, size.1);
        positioner.set_anchor_rect(at.0, at.1, 1, 1);
        positioner.set_anchor(Anchor::TopLeft);
        positioner.set_gravity(Gravity::BottomRight);
        positioner.set_constraint_adjustment(ConstraintAdjustment::SlideX);
        let (surface, xdg_surface) = self.xdg_surface();
        let popup = xdg_surface.get_popup(self.parent.as_ref(), &positioner, &handle, ());
        if grab {
            popup.grab(&self.bind::<WlSeat>(1), 0);
        }
        self.configure(&surface);
        surface
    }

    fn xdg_surface(&mut self) -> (WlSurface, XdgSurface) {
        let handle = self.handle();
        let version = self.offers("wl_compositor").map_or(6, |version| version.min(6));
        let surface = self.bind::<WlCompositor>(version).create_surface(&handle, ());
        let xdg_surface = self.bind::<XdgWmBase>(1).get_xdg_surface(&surface, &handle, ());
        (surface, xdg_surface)
    }

    fn configure(&mut self, surface: &WlSurface) {
        surface.commit();
        self.seen.configured = false;
        while !self.seen.configured {
            self.sync();
        }
    }

    /// A buffer of shared memory.
    pub fn shm(&mut self, file: &File, place: Place, format: wl_shm::Format) -> WlBuffer {
        let handle = self.handle();
        let size = file.metadata().expect("a file").len();
        let shm: WlShm = self.bind(1);
        let pool = shm.create_pool(file.as_fd(), size as i32, &handle, ());
        let Place { offset, width, height, stride } = place;
        let [offset, width, height, stride] = [offset, width, height, stride].map(|n| n as i32);
        let buffer = pool.create_buffer(offset, width, height, stride, format, &handle, ());
        pool.destroy();
        buffer
    }

    /// Attaches a whole buffer, and waits until the host has used it.
    pub fn show(&mut self, surface: &WlSurface, buffer: &WlBuffer) {
        surface.attach(Some(buffer), 0, 0);
        if surface.version() >= wl_surface::REQ_DAMAGE_BUFFER_SINCE {
            surface.damage_buffer(0, 0, i32::MAX, i32::MAX);
        } else {
            surface.damage(0, 0, i32::MAX, i32::MAX);
        }
        surface.commit();
        self.sync();
    }
}

/// The place of a picture in its file.
#[derive(Clone, Copy)]
pub struct Place {
    pub offset: u32,
    pub width: u32,
    pub height: u32,
    pub stride: u32,
}

/// A memfd filled with a pattern.
pub fn memory(size: usize, pattern: &[u8]) -> File {
    let fd = rustix::fs::memfd_create("pixels", rustix::fs::MemfdFlags::CLOEXEC).expect("a memfd");
    let file = File::from(fd);
    let bytes: Vec<u8> = pattern.iter().copied().cycle().take(size).collect();
    file.write_all_at(&bytes, 0).expect("written");
    file
}

impl Dispatch<WlRegistry, ()> for Seen {
    fn event(
        seen: &mut Self,
        _: &WlRegistry,
        event: wl_registry::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        match event {
            wl_registry::Event::Global { name, interface, version } => {
                seen.events.push(format!("global {interface}"));
                seen.globals.insert(name, (interface, version));
            }
            wl_registry::Event::GlobalRemove { name } => {
                if let Some((interface, _)) = seen.globals.remove(&name) {
                    seen.events.push(format!("removed {interface}"));
                }
            }
            _ => {}
        }
    }
}

/// Records events, or answers them.
macro_rules! events {
    ($($interface:ty, $event:path, |$seen:ident, $proxy:ident, $pattern:pat_param| $action:expr;)+) => {
        $(impl Dispatch<$interface, ()> for Seen {
            fn event(
                $seen: &mut Self,
                $proxy: &$interface,
                event: $event,
                (): &(),
                _: &Connection,
                _: &QueueHandle<Self>,
            ) {
                let $pattern = event;
                $action
            }
        })+
    };
}

events! {
    XdgWmBase, xdg_wm_base::Event, |_seen, base, event| {
        if let xdg_wm_base::Event::Ping { serial } = event {
            base.pong(serial);
        }
    };
    XdgPopup, xdg_popup::Event, |seen, _popup, event| match event {
        xdg_popup::Event::Configure { x, y, width, height } => {
            seen.events.push(format!("popup {x} {y} {width} {height}"));
        }
        xdg_popup::Event::PopupDone => seen.events.push("popup done".to_owned()),
        _ => {}
    };
    XdgSurface, xdg_surface::Event, |seen, surface, event| {
        if let xdg_surface::Event::Configure { serial } = event {
            surface.ack_configure(serial);
            seen.configured = true;
        }
    };
    WlBuffer, wl_buffer::Event, |seen, _buffer, event| {
        if let wl_buffer::Event::Release = event {
            seen.events.push("release".to_owned());
        }
    };
    WlCallback, wl_callback::Event, |seen, _callback, event| {
        if let wl_callback::Event::Done { .. } = event {
            seen.events.push("frame".to_owned());
        }
    };
    WpPresentationFeedback, wp_presentation_feedback::Event, |seen, _feedback, event| {
        if let wp_presentation_feedback::Event::Presented { refresh, .. } = event {
            seen.events.push(format!("presented, refresh {refresh}"));
        }
    };
    BufferRelease, zwp_linux_buffer_release_v1::Event, |seen, _release, event| match event {
        zwp_linux_buffer_release_v1::Event::FencedRelease { .. } => {
            seen.events.push("fence".to_owned());
        }
        _ => seen.events.push("immediate release".to_owned()),
    };
    WlPointer, wl_pointer::Event, |seen, _pointer, event| match event {
        wl_pointer::Event::Enter { surface_x: x, surface_y: y, .. } => {
            seen.events.push(format!("pointer enter {x} {y}"));
        }
        wl_pointer::Event::Motion { surface_x: x, surface_y: y, .. } => {
            seen.events.push(format!("pointer motion {x} {y}"));
        }
        wl_pointer::Event::Leave { .. } => seen.events.push("pointer leave".to_owned()),
        wl_pointer::Event::Button { button, state, .. } => {
            let state = u32::from(state);
            seen.events.push(format!("button {button} {state}"));
        }
        wl_pointer::Event::Axis { value, .. } => seen.events.push(format!("axis {value}")),
        _ => {}
    };
    WlKeyboard, wl_keyboard::Event, |seen, _keyboard, event| match event {
        wl_keyboard::Event::Enter { .. } => seen.events.push("keyboard enter".to_owned()),
        wl_keyboard::Event::Leave { .. } => seen.events.push("keyboard leave".to_owned()),
        wl_keyboard::Event::Modifiers { mods_depressed, mods_latched, mods_locked, .. } => {
            let text = format!("keyboard modifiers {mods_depressed} {mods_latched} {mods_locked}");
            seen.events.push(text);
        }
        wl_keyboard::Event::Key { serial, key, state, .. } => {
            let state = u32::from(state);
            seen.key_serials.push(serial);
            seen.events.push(format!("key {key} {state}"));
        }
        _ => {}
    };
    WlTouch, wl_touch::Event, |seen, _touch, event| match event {
        wl_touch::Event::Down { id, x, y, .. } => seen.events.push(format!("down {id} {x} {y}")),
        wl_touch::Event::Motion { id, x, y, .. } => seen.events.push(format!("slide {id} {x} {y}")),
        wl_touch::Event::Up { id, .. } => seen.events.push(format!("up {id}")),
        _ => {}
    };
    WlSurface, wl_surface::Event, |seen, _surface, event| match event {
        wl_surface::Event::PreferredBufferScale { factor } => {
            seen.events.push(format!("buffer scale {factor}"));
        }
        wl_surface::Event::Enter { .. } => seen.events.push("on screen".to_owned()),
        _ => {}
    };
    WlOutput, wl_output::Event, |seen, _output, event| match event {
        wl_output::Event::Mode { width, height, .. } => {
            seen.events.push(format!("mode {width}x{height}"));
        }
        wl_output::Event::Scale { factor } => seen.events.push(format!("scale {factor}")),
        _ => {}
    };
    WpFractionalScaleV1, wp_fractional_scale_v1::Event, |seen, _scale, event| {
        if let wp_fractional_scale_v1::Event::PreferredScale { scale } = event {
            seen.events.push(format!("preferred scale {scale}"));
        }
    };
    ZwpLinuxDmabufFeedbackV1, zwp_linux_dmabuf_feedback_v1::Event, |seen, _feedback, event| {
        match event {
            zwp_linux_dmabuf_feedback_v1::Event::FormatTable { fd, size } => {
                seen.table = Some((fd, size));
            }
            zwp_linux_dmabuf_feedback_v1::Event::MainDevice { device } => {
                seen.events.push(format!("main device {device:?}"));
            }
            zwp_linux_dmabuf_feedback_v1::Event::TrancheFormats { indices } => {
                seen.events.push(format!("{} formats", indices.len() / 2));
            }
            _ => {}
        }
    };
}

/// Answers to `wl_display.sync`.
impl Dispatch<WlCallback, Arc<AtomicBool>> for Seen {
    fn event(
        _: &mut Self,
        _: &WlCallback,
        _: wl_callback::Event,
        done: &Arc<AtomicBool>,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        done.store(true, Ordering::Relaxed);
    }
}

impl Dispatch<ZwpLinuxBufferParamsV1, ()> for Seen {
    fn event(
        seen: &mut Self,
        _: &ZwpLinuxBufferParamsV1,
        event: zwp_linux_buffer_params_v1::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        match event {
            zwp_linux_buffer_params_v1::Event::Created { buffer } => seen.created = Some(buffer),
            zwp_linux_buffer_params_v1::Event::Failed => seen.events.push("failed".to_owned()),
            _ => {}
        }
    }

    wayland_client::event_created_child!(Seen, ZwpLinuxBufferParamsV1, [
        zwp_linux_buffer_params_v1::EVT_CREATED_OPCODE => (WlBuffer, ()),
    ]);
}

delegate_noop!(Seen: ExplicitSync);
delegate_noop!(Seen: SurfaceSync);
delegate_noop!(Seen: WpViewport);
delegate_noop!(Seen: WpViewporter);
delegate_noop!(Seen: WlCompositor);
delegate_noop!(Seen: XdgPositioner);
delegate_noop!(Seen: WlShmPool);
delegate_noop!(Seen: WpFractionalScaleManagerV1);
delegate_noop!(Seen: ignore WlSeat);
delegate_noop!(Seen: ignore WlShm);
delegate_noop!(Seen: ignore WpPresentation);
delegate_noop!(Seen: ignore XdgToplevel);
delegate_noop!(Seen: ignore ZwpLinuxDmabufV1);
