//! The session of Xwayland: its surfaces become windows of the host's by what its X
//! connection says (see [`crate::x11`]).

mod aura;
mod fitted;
mod frames;
mod globals;
mod grabs;
mod input;
mod roles;
mod screens;
mod surfaces;
mod timer;

use std::collections::HashMap;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Instant;

use rustix::event::epoll::{self, EventData, EventFlags};
use wayland_client::protocol::{wl_buffer, wl_compositor, wl_registry, wl_shm_pool, wl_surface};
use wayland_protocols::wp::linux_dmabuf::zv1::client::zwp_linux_buffer_params_v1;

use self::fitted::Places;
use self::frames::{Finger, OnFrame};
use self::grabs::Grabs;
use self::screens::Outputs;
use self::surfaces::new_buffer;
use self::timer::Timer;
use super::{Scaling, drm, is_release};
use crate::channel::{Crossing, Memory};
use crate::observe::Side;
use crate::pixels::Masks;
use crate::session::{Context, Fault, Handler, Incoming, Refusal, Scale, Verdict};
use crate::x11::connection::Message;
use crate::x11::cursor::{Cursor, Look};
use crate::x11::density::Density;
use crate::x11::host::Host;
use crate::x11::primary::Primary;
use crate::x11::query::Query;
use crate::x11::seat::Seat;
use crate::x11::settings::Settings;
use crate::x11::start::{Door, start};
use crate::x11::surfaces::Surfaces;
use crate::x11::wm::Env;
use crate::x11::{Connection, Selections, Wm, selection};

pub use globals::HIDDEN;

const INTERFACES: [&str; 43] = [
    "wl_registry",
    "wl_output",
    "zxdg_output_manager_v1",
    "zxdg_output_v1",
    "wl_callback",
    "wl_compositor",
    "wl_surface",
    "wl_buffer",
    "wl_shm_pool",
    "zwp_linux_buffer_params_v1",
    "wl_drm",
    "xwayland_shell_v1",
    "xwayland_surface_v1",
    "wl_seat",
    "wl_pointer",
    "wl_keyboard",
    "wl_touch",
    "xdg_wm_base",
    "xdg_surface",
    "xdg_toplevel",
    "xdg_popup",
    "zwlr_layer_surface_v1",
    "xdg_activation_token_v1",
    "wl_data_device",
    "wl_data_source",
    "wl_data_offer",
    "zwp_primary_selection_device_v1",
    "zwp_primary_selection_source_v1",
    "zwp_primary_selection_offer_v1",
    "ext_data_control_device_v1",
    "ext_data_control_source_v1",
    "ext_data_control_offer_v1",
    "zwlr_data_control_device_v1",
    "zwlr_data_control_source_v1",
    "zwlr_data_control_offer_v1",
    "zxdg_toplevel_decoration_v1",
    "zaura_toplevel",
    // What they say of surfaces of carafe's own is not for Xwayland.
    "zwp_pointer_gesture_swipe_v1",
    "zwp_pointer_gesture_pinch_v1",
    "zwp_pointer_gesture_hold_v1",
    "zwp_tablet_tool_v2",
    "zwp_xwayland_keyboard_grab_manager_v1",
    "zwp_xwayland_keyboard_grab_v1",
];

/// What the X server's epoll instance calls its connection, the selections' pipes, the
/// timer, and the picture of the cursor.
const CONNECTION: u64 = 0;
const PIPES: u64 = 1;
const TIMER: u64 = 2;
const CURSOR: u64 = 3;

/// The handler.
pub struct X11 {
    connection: Connection,
    /// What the session watches for it.
    epoll: OwnedFd,
    /// What `epoll` watches the connection for.
    watched: EventFlags,
    /// Wakes the window manager when it waits for nothing but time.
    timer: Timer,
    /// Where what the host is to see must be.
    memory: Option<Arc<dyn Memory>>,
    density: Density,
    cursor: Cursor,
    door: Door,
    primary: Primary,
    /// The densities that programs may be told, if not all.
    buckets: Arc<[u32]>,
    wm: Wm,
    selections: Selections,
    surfaces: Surfaces,
    seat: Seat,
    /// The surface of each `xwayland_surface_v1`.
    shell_surfaces: HashMap<u32, u32>,
    grabs: Grabs,
    outputs: Outputs,
    places: Places,
    /// The pointer, while it is on a frame that carafe draws.
    on_frame: Option<OnFrame>,
    /// The finger on one.
    finger: Finger,
    /// The pointer has come over a surface since the last flush.
    has_entered: bool,
    /// Surfaces that are not yet known at the host.
    new_surfaces: Vec<u32>,
    /// Something was said since the last flush.
    has_news: bool,
    /// The scale then.
    scale: Scale,
}

impl X11 {
    /// For the other end of Xwayland's `-wm`. `masks`: where it says what of the surfaces
    /// shows.
    ///
    /// # Errors
    /// When the kernel gives no epoll instance.
    pub fn new(
        wm: UnixStream,
        selections: Selections,
        masks: Masks,
        crossing: &Crossing,
        scaling: &Scaling,
        settings: Settings,
    ) -> io::Result<Self> {
        let connection = Connection::new(wm)?;
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let watched = EventFlags::IN | EventFlags::OUT;
        epoll::add(&epoll, connection.fd(), EventData::new_u64(CONNECTION), watched)?;
        epoll::add(&epoll, selections.fd(), EventData::new_u64(PIPES), EventFlags::IN)?;
        let timer = Timer::new()?;
        epoll::add(&epoll, timer.fd(), EventData::new_u64(TIMER), EventFlags::IN)?;
        let cursor = Cursor::new()?;
        epoll::add(&epoll, cursor.fd(), EventData::new_u64(CURSOR), EventFlags::IN)?;
        Ok(Self {
            connection,
            epoll,
            watched,
            timer,
            memory: crossing.device.as_ref().map(|device| Arc::clone(&device.memory)),
            density: Density::new(Look::of_environment(scaling.scale)),
            cursor,
            door: Door::default(),
            primary: Primary::default(),
            buckets: Arc::clone(&scaling.dpi),
            wm: Wm::new(settings),
            selections,
            surfaces: Surfaces::new(masks),
            seat: Seat::default(),
            shell_surfaces: HashMap::new(),
            grabs: Grabs::default(),
            outputs: Outputs::new(scaling.is_wanted()),
            places: Places::default(),
            on_frame: None,
            finger: Finger::default(),
            has_entered: false,
            new_surfaces: Vec::new(),
            has_news: true,
            scale: Scale::default(),
        })
    }

    /// Lets the window manager do something.
    fn manage<T>(
        &mut self,
        context: &mut Context<'_>,
        act: impl FnOnce(&mut Wm, &mut Env<'_, '_>) -> T,
    ) -> T {
        context.objects.unsettle_all();
        self.tend(context, act)
    }

    /// The same where a frame, if it is like the last, means no more than before.
    fn tend<T>(
        &mut self,
        context: &mut Context<'_>,
        act: impl FnOnce(&mut Wm, &mut Env<'_, '_>) -> T,
    ) -> T {
        let Self { connection, memory, wm, surfaces, seat, .. } = self;
        let memory = memory.as_deref();
        act(wm, &mut Env { x: connection, host: Host { context }, memory, surfaces, seat })
    }

    /// Lets the selections do something.
    fn select<T>(
        &mut self,
        context: &mut Context<'_>,
        act: impl FnOnce(&mut Selections, &mut selection::Env<'_, '_>) -> T,
    ) -> T {
        let Self { connection, memory, selections, surfaces, seat, wm, .. } = self;
        let (host, memory) = (Host { context }, memory.as_deref());
        let mut env = selection::Env { x: connection, host, seat, wm, surfaces, memory };
        act(selections, &mut env)
    }

    fn message(&mut self, message: &Message, context: &mut Context<'_>) -> Result<(), Fault> {
        match message {
            Message::Started => {
                let root = start(&mut self.connection);
                self.manage(context, |wm, env| wm.started(root, env));
                self.select(context, |all, env| all.started(root.check, env))?;
                self.door.prepare(root.check, &mut Host { context }, &mut self.connection);
                Ok(())
            }
            Message::Event(event) => {
                self.primary.event(event, &mut self.connection);
                self.density.event(event, &mut self.connection);
                self.select(context, |all, env| all.event(event, env))?;
                self.manage(context, |wm, env| wm.event(event, env))?;
                if let Some(moved) = self.wm.take_moved() {
                    self.point_again(moved, context);
                }
                Ok(())
            }
            Message::Answer(Query::Selection(query), answer) => {
                let answer = answer.as_deref();
                self.select(context, |all, env| all.answer(*query, answer, env))
            }
            Message::Answer(Query::Property(window, property), answer) => {
                let answer = answer.as_deref();
                self.manage(context, |wm, env| wm.property(*window, *property, answer, env))
            }
            Message::Answer(Query::Shape(window, part), answer) => {
                let answer = answer.as_deref();
                self.manage(context, |wm, env| wm.shape(*window, *part, answer, env))
            }
            Message::Answer(Query::Monitors, answer) => {
                self.primary.answer(answer.as_deref(), &mut self.connection);
                Ok(())
            }
            Message::Answer(Query::Ready, _) => {
                self.door.server_settled(&mut self.connection);
                Ok(())
            }
            Message::Answer(Query::Formats, answer) => {
                self.cursor.formats(answer.as_deref());
                Ok(())
            }
            Message::Answer(Query::Resources, answer) => {
                self.density.resources_read(answer.as_deref(), &mut self.connection);
                Ok(())
            }
            Message::Answer(Query::Replaced, answer) => {
                self.density.resources_replaced(answer.as_deref(), &mut self.connection);
                Ok(())
            }
            Message::Answer(Query::StatesBefore(window), answer) => {
                let answer = answer.as_deref();
                self.manage(context, |wm, env| wm.states_before(*window, answer, env));
                Ok(())
            }
            Message::Answer(Query::StatesReplaced(window), answer) => {
                let answer = answer.as_deref();
                self.manage(context, |wm, env| wm.states_replaced(*window, answer, env));
                Ok(())
            }
            Message::Answer(Query::Settled(window), _) => {
                self.manage(context, |wm, env| wm.settled(*window, env))
            }
            Message::Answer(Query::KeyboardGrab(window), answer) => {
                let answer = answer.as_deref();
                self.manage(context, |wm, env| wm.keyboard_grab(*window, answer, env))
            }
            Message::Answer(..) => Ok(()),
        }
    }
}

/// Whether an interface is one of the selections': Xwayland itself has none of those.
fn is_of_selections(interface: &str) -> bool {
    interface.contains("_data_") || interface.contains("_primary_selection_")
}

impl Handler for X11 {
    fn interfaces(&self) -> &'static [&'static str] {
        &INTERFACES
    }

    fn sees_plain(&self, interface: &str, from: Side) -> bool {
        // Of callbacks only carafe's own matter, which no client knows.
        !is_release(interface, from) && interface != "wl_callback"
    }

    fn request(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        self.has_news = true;
        let id = incoming.header.object;
        let interface = context.tables.interface(incoming.object.interface).name;
        match (interface, incoming.header.opcode) {
            ("wl_surface", _) => return self.surface_request(incoming, context),
            ("wl_registry", wl_registry::REQ_BIND_OPCODE) => {
                self.output_bound(incoming)?;
                return globals::bind(incoming, context);
            }
            ("wl_output" | "zxdg_output_manager_v1" | "zxdg_output_v1", _) => {
                self.output_request(interface, incoming, context)?;
            }
            ("xwayland_shell_v1", _) => return self.shell_request(incoming, context),
            ("xwayland_surface_v1", _) => return self.shell_surface_request(incoming, context),
            ("wl_compositor", wl_compositor::REQ_CREATE_SURFACE_OPCODE) => {
                let surface = incoming.args().uint()?;
                self.surfaces.created(surface);
                self.new_surfaces.push(surface);
            }
            ("wl_buffer", wl_buffer::REQ_DESTROY_OPCODE) => {
                return Ok(self.surfaces.buffer_destroyed(id, context.objects));
            }
            ("wl_shm_pool", wl_shm_pool::REQ_CREATE_BUFFER_OPCODE) => {
                let (buffer, size) = new_buffer(incoming, 1)?;
                self.surfaces.buffer_created(buffer, size);
            }
            ("zwp_linux_buffer_params_v1", zwp_linux_buffer_params_v1::REQ_CREATE_IMMED_OPCODE)
            | ("wl_drm", drm::CREATE_PRIME_BUFFER) => {
                let (buffer, size) = new_buffer(incoming, 0)?;
                self.surfaces.buffer_created(buffer, size);
            }
            ("zwp_xwayland_keyboard_grab_manager_v1", _) => {
                return self.grabs.manager_request(incoming, context);
            }
            ("zwp_xwayland_keyboard_grab_v1", _) => {
                return Ok(self.grabs.request(incoming, context));
            }
            ("wl_seat", _) => self.seat.request(incoming)?,
            ("wl_pointer", _) => self.seat.pointer_request(incoming)?,
            _ => {}
        }
        Ok(Verdict::Forward)
    }

    fn event(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        self.has_news = true;
        let interface = context.tables.interface(incoming.object.interface).name;
        match interface {
            "wl_registry" => {
                if incoming.header.opcode == wl_registry::EVT_GLOBAL_REMOVE_OPCODE {
                    self.output_removed(incoming, context)?;
                }
                return globals::event(incoming, context);
            }
            "wl_output" | "zxdg_output_v1" if incoming.object.peer != 0 => {
                self.output_event(interface, incoming, context)?;
            }
            "wl_surface" if incoming.object.peer != 0 => match incoming.header.opcode {
                wl_surface::EVT_ENTER_OPCODE => self.surface_entered(incoming, true, context)?,
                wl_surface::EVT_LEAVE_OPCODE => self.surface_entered(incoming, false, context)?,
                _ => {}
            },
            "wl_pointer" | "wl_keyboard" | "wl_touch" => {
                return self.input_event(interface, incoming, context);
            }
            "zwp_tablet_tool_v2" => self.place_input(interface, incoming, context)?,
            _ if is_of_selections(interface) => {
                return self.select(context, |all, env| all.host_event(incoming, env));
            }
            "zaura_toplevel" => self.aura_event(incoming, context)?,
            _ if incoming.object.peer == 0 => {
                context.objects.unsettle_all();
                self.role_event(interface, incoming, context)?;
            }
            _ => {}
        }
        Ok(Verdict::Forward)
    }

    fn is_steady(&self, surface: u32) -> bool {
        self.surfaces.is_steady(surface) && self.wm.is_steady(surface)
    }

    fn woken(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        self.has_news = true;
        self.select(context, Selections::woken);
        Ok(())
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        Some(self.epoll.as_fd())
    }

    fn ready(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        let lost = |e: crate::x11::connection::ConnectionError| Fault::service(e.to_string());
        self.has_news = true;
        self.select(context, Selections::ready);
        if self.timer.has_expired() {
            self.manage(context, |wm, env| wm.time_is_up(Instant::now(), env))?;
        }
        self.cursor.ready(&mut self.connection);
        self.connection.read().map_err(lost)?;
        while let Some(message) = self.connection.next_message().map_err(lost)? {
            self.message(&message, context)?;
        }
        if self.connection.ended {
            // The session ends when the Wayland connection does.
            let _ = epoll::delete(&self.epoll, self.connection.fd());
        }
        Ok(())
    }

    fn flush(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        let scale = context.objects.scale();
        if !std::mem::take(&mut self.has_news) && scale == self.scale {
            return Ok(());
        }
        self.meet_new_surfaces(context)?;
        // Xwayland adds the relative motion of the same moment to the place of an entry.
        if std::mem::take(&mut self.has_entered)
            && let Some(window) = self.wm.window_of(self.seat.under_pointer)
        {
            self.point_again(window, context);
        }
        self.settle_screens(scale, context)?;
        self.scale = scale;
        self.tend(context, Wm::settle_focus)?;
        self.tend(context, Wm::settle_roles)?;
        self.select(context, Selections::settle)?;
        self.tend(context, Wm::settle_clients);
        if self.wm.has_started() {
            self.primary.tell(self.wm.home(), &mut self.connection);
            self.density.tell(scale.ratio(), &self.buckets, &mut self.connection);
            if let Some((theme, size)) = self.density.cursor() {
                self.cursor.tell(theme, size, &mut self.connection);
            }
        }
        self.timer.set(self.wm.deadline());
        self.connection.flush().map_err(|e| Fault::service(e.to_string()))?;
        let mut wanted = EventFlags::IN;
        if self.connection.has_output() {
            wanted |= EventFlags::OUT;
        }
        if wanted != self.watched && !self.connection.ended {
            self.watched = wanted;
            let data = EventData::new_u64(CONNECTION);
            epoll::modify(&self.epoll, self.connection.fd(), data, wanted)
                .map_err(|e| Fault::resources(format!("cannot watch Xwayland: {e}")))?;
        }
        Ok(())
    }
}
