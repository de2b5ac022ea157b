//! The session of Xwayland: what comes over its X connection makes its surfaces windows at the host
//! (see [`crate::x11`]).

mod aura;
mod dispatch;
mod fitted;
mod frame_input;
mod globals;
mod grabs;
mod input;
mod screens;
mod timer;
mod wants;
mod wheel;

use std::collections::HashMap;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Instant;

use rustix::event::epoll::{self, EventData, EventFlags};

pub use globals::HIDDEN;

use self::fitted::Places;
use self::frame_input::{Finger, OnFrame};
use self::grabs::Grabs;
use self::screens::ScreenOutputs;
use self::timer::Timer;
use self::wants::{Token, WANTS};
use self::wheel::Wheel;
use super::Scaling;
use crate::channel::{Crossing, Memory};
use crate::cursors::CursorLook;
use crate::session::{Context, Fault, Handler, Incoming, Refusal, Scale, Verdict, Want};
use crate::surfaces::Surface;
use crate::x11::become_wm::Door;
use crate::x11::cursor::Cursor;
use crate::x11::density::Density;
use crate::x11::host::Host;
use crate::x11::primary::Primary;
use crate::x11::seat::Seat;
use crate::x11::settings::Settings;
use crate::x11::surfaces::XwaylandSurfaces;
use crate::x11::wm::Env;
use crate::x11::{Connection, Selections, Wm, selection};

/// The numbers in `epoll` of the X connection, the selections' pipes, the timer and the cursor's
/// picture.
const CONNECTION: u64 = 0;
const PIPES: u64 = 1;
const TIMER: u64 = 2;
const CURSOR: u64 = 3;

/// The handler.
pub struct X11 {
    connection: Connection,
    /// The descriptor that the session watches for this handler.
    epoll: OwnedFd,
    /// The events for which `epoll` watches the connection.
    watched: EventFlags,
    /// Wakes the window manager when it waits for a time.
    timer: Timer,
    /// Makes memory that the host can see, if ordinary memory is not enough.
    memory: Option<Arc<dyn Memory>>,
    density: Density,
    cursor: Cursor,
    door: Door,
    primary: Primary,
    /// The densities that programs may be told, if there are restrictions.
    buckets: Arc<[u32]>,
    wm: Wm,
    selections: Selections,
    surfaces: XwaylandSurfaces,
    seat: Seat,
    /// The surface of each `xwayland_surface_v1`.
    shell_surfaces: HashMap<u32, u32>,
    grabs: Grabs,
    outputs: ScreenOutputs,
    places: Places,
    /// The pointer, while it is on a frame that carafe draws.
    on_frame: Option<OnFrame>,
    /// The finger on a frame.
    finger: Finger,
    wheel: Wheel,
    /// Whether the pointer has entered a surface since the last flush.
    has_entered: bool,
    /// Surfaces that the host does not know yet.
    new_surfaces: Vec<u32>,
    /// Whether anything has happened since the last flush.
    has_news: bool,
    /// The scale at the last flush.
    scale: Scale,
}

impl X11 {
    /// For the other end of Xwayland's `-wm`.
    ///
    /// # Errors
    /// When the kernel gives no epoll instance.
    pub fn new(
        wm: UnixStream,
        selections: Selections,
        crossing: &Crossing,
        scaling: &Scaling,
        settings: Settings,
    ) -> io::Result<Self> {
        let connection = Connection::new(wm, settings.shell.id_property.clone())?;
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
            density: Density::new(CursorLook::of_environment(scaling.scale)),
            cursor,
            door: Door::default(),
            primary: Primary::default(),
            buckets: Arc::clone(&scaling.dpi),
            wm: Wm::new(settings),
            selections,
            surfaces: XwaylandSurfaces::default(),
            seat: Seat::default(),
            shell_surfaces: HashMap::new(),
            grabs: Grabs::default(),
            outputs: ScreenOutputs::new(scaling.is_wanted()),
            places: Places::default(),
            on_frame: None,
            finger: Finger::default(),
            wheel: Wheel::default(),
            has_entered: false,
            new_surfaces: Vec::new(),
            has_news: true,
            scale: Scale::default(),
        })
    }

    /// Calls the window manager.
    fn manage<T>(
        &mut self,
        context: &mut Context<'_>,
        act: impl FnOnce(&mut Wm, &mut Env<'_, '_>) -> T,
    ) -> T {
        context.objects.unsettle_all();
        self.tend(context, act)
    }

    /// The same for frames: another frame like the last one changes nothing.
    fn tend<T>(
        &mut self,
        context: &mut Context<'_>,
        act: impl FnOnce(&mut Wm, &mut Env<'_, '_>) -> T,
    ) -> T {
        let Self { connection, memory, wm, surfaces, seat, .. } = self;
        let memory = memory.as_deref();
        act(wm, &mut Env { x: connection, host: Host { context }, memory, surfaces, seat })
    }

    /// Calls the selections.
    fn select<T>(
        &mut self,
        context: &mut Context<'_>,
        act: impl FnOnce(&mut Selections, &mut selection::SelectionEnv<'_, '_>) -> T,
    ) -> T {
        let Self { connection, memory, selections, surfaces, seat, wm, .. } = self;
        let (host, memory) = (Host { context }, memory.as_deref());
        let mut env = selection::SelectionEnv { x: connection, host, seat, wm, surfaces, memory };
        act(selections, &mut env)
    }
}

impl Handler for X11 {
    type Token = Token;

    fn wants(&self) -> &'static [Want<Token>] {
        &WANTS
    }

    fn handle(
        &mut self,
        token: Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        self.has_news = true;
        let id = incoming.header.object;
        let own = incoming.object.peer == 0;
        match token {
            Token::Bind => {
                self.output_bound(incoming)?;
                return globals::bind(incoming, context);
            }
            Token::Global => globals::global(incoming, context)?,
            Token::GlobalRemove => self.output_removed(incoming, context)?,
            Token::OutputReleased => self.output_released(id, context),
            Token::GetXdgOutput => self.xdg_output_made(incoming)?,
            Token::XdgOutputDestroyed => self.xdg_output_destroyed(id),
            Token::Output if !own => self.output_event(false, incoming, context)?,
            Token::XdgOutput if !own => self.output_event(true, incoming, context)?,
            Token::SurfaceCreated => {
                let surface = incoming.args().uint()?;
                self.surfaces.created(surface);
                self.new_surfaces.push(surface);
            }
            Token::Surface => return self.surface_request(incoming, context),
            Token::Damage => {
                Self::damage_all(incoming, context)?;
                return self.surface_request(incoming, context);
            }
            Token::SurfaceDestroyed => self.surface_destroyed(id, context),
            Token::Entered { is_there } if !own => {
                self.surface_entered(incoming, is_there, context)?;
            }
            Token::BufferDestroyed => return Ok(self.surfaces.buffer_destroyed(id, context)),
            // These are carafe's own; no other handler has them.
            Token::GetShellSurface => {
                self.get_shell_surface(incoming, context)?;
                return Ok(Verdict::Withhold);
            }
            Token::SerialSet => {
                self.serial_set(incoming, context)?;
                return Ok(Verdict::Withhold);
            }
            Token::GrabKeyboard => {
                self.grabs.grab(incoming, context)?;
                return Ok(Verdict::Withhold);
            }
            Token::ShellDestroyed
            | Token::ShellSurfaceDestroyed
            | Token::GrabsDestroyed
            | Token::GrabDestroyed => {
                self.shell_surfaces.remove(&id);
                self.grabs.destroyed(id, context);
                context.delete_client_only(id);
                return Ok(Verdict::Withhold);
            }
            Token::DeviceMade => self.seat.device_made(incoming)?,
            Token::CursorSet => self.seat.cursor_set(incoming)?,
            Token::Input(input) => return self.input_event(input, incoming, context),
            Token::Selection(event) => {
                return self.select(context, |all, env| all.host_event(event, incoming, env));
            }
            Token::AuraConfigure => self.aura_configure(incoming)?,
            Token::AuraMoved => self.aura_moved(incoming, context)?,
            Token::Role(role) if own => {
                context.objects.unsettle_all();
                self.role_event(role, incoming, context)?;
            }
            Token::Output | Token::XdgOutput | Token::Entered { .. } | Token::Role(_) => {}
        }
        Ok(Verdict::Forward)
    }

    fn is_steady(&self, surface: &Surface) -> bool {
        self.surfaces.is_steady(surface) && self.wm.is_steady(surface.id)
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
            // The session ends with the Wayland connection.
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
        // Xwayland adds the relative motion of the same moment to the position of an enter event.
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
