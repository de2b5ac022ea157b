//! The compositor as a whole, and its loop.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::os::unix::net::UnixListener;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use calloop::generic::Generic;
use calloop::timer::{TimeoutAction, Timer};
use calloop::{EventLoop, Interest, LoopHandle, LoopSignal, Mode, PostAction, RegistrationToken};
use smithay::input::keyboard::XkbConfig;
use smithay::input::pointer::CursorImageStatus;
use smithay::input::{Seat, SeatState};
use smithay::reexports::wayland_server::backend::{GlobalId, ObjectId};
use smithay::reexports::wayland_server::protocol::wl_data_source::WlDataSource;
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
use smithay::reexports::wayland_server::{Display, DisplayHandle};
use smithay::wayland::selection::primary_selection::PrimarySelectionState;
use smithay::wayland::shell::xdg::PopupSurface;

use crate::aura::{self, ZauraToplevel};
use crate::commands::Pending;
use crate::control_socket::Connections;
use crate::counters::Counters;
use crate::decorations::Decorations;
use crate::exo::Exo;
use crate::frames::FRAME;
use crate::globals::{Maker, Protocols};
use crate::layer_shell::Panel;
use crate::options::Options;
use crate::output::{FIRST, Layout, Screen};
use crate::seat::Cursor;
use crate::selection::Selection;
use crate::text_input::TextInputs;
use crate::xdg_shell::Window;

/// Everything.
pub struct Host {
    /// The options of the command line.
    pub options: Options,
    /// The display.
    pub display: DisplayHandle,
    /// The loop.
    pub handle: LoopHandle<'static, Host>,
    /// Ends the loop.
    pub signal: LoopSignal,
    /// State of the protocols.
    pub protocols: Protocols,
    /// The primary selection's state.
    pub primary_selection: PrimarySelectionState,
    /// smithay's state of seats.
    pub seats: SeatState<Host>,
    /// All globals; `zwp_linux_dmabuf_v1` has its id in `protocols`, each screen its own.
    pub globals: BTreeMap<&'static str, Option<GlobalId>>,
    /// Globals that are not offered now.
    pub removed: BTreeSet<String>,
    /// The first screen.
    pub screen: Screen,
    /// The others.
    pub more_screens: Vec<Screen>,
    /// The only seat.
    pub seat: Seat<Host>,
    /// The mouse cursor.
    pub cursor: Cursor,
    /// The icon of the current drag.
    pub drag_icon: Option<WlSurface>,
    pub drag_source: Option<WlDataSource>,
    /// Clipboard and primary selection.
    pub selections: [Selection; 2],
    /// The text inputs.
    pub text_inputs: TextInputs,
    /// Windows, from the bottom to the top.
    pub windows: Vec<Window>,
    /// The host's state as Exo.
    pub exo: Option<Exo>,
    /// The objects by which clients place their windows.
    pub auras: Vec<ZauraToplevel>,
    /// Icons and shadows.
    pub decorations: Decorations,
    /// Popups, a parent always before its children.
    pub popups: Vec<PopupSurface>,
    /// Popups with a grab; the last one has the keyboard.
    pub grabs: Vec<PopupSurface>,
    /// Layer surfaces.
    pub layers: Vec<Panel>,
    /// Surfaces that keep the screen from going dark.
    pub idle_inhibitors: Vec<WlSurface>,
    /// What clients did.
    pub counters: Counters,
    /// Clients that are gone.
    pub clients_gone: Arc<AtomicU64>,
    /// The sizes of all `wl_shm_pool`s.
    pub pools: HashMap<ObjectId, u64>,
    /// Requests that are answered after the next frame.
    pub pending: Vec<Pending>,
    /// Connections of tests.
    pub connections: Connections,
    /// The source that reads what clients send.
    pub reading: Option<RegistrationToken>,
    start: Instant,
}

type Failure = Box<dyn std::error::Error>;

/// Runs until told to quit.
pub fn run(options: Options) -> Result<(), Failure> {
    let mut event_loop = EventLoop::<Host>::try_new()?;
    let display = Display::<Host>::new()?;
    let mut host = Host::new(options, &display, &event_loop)?;
    let socket = listen(&host.options.socket)?;
    let control = host.options.control.as_deref().map(listen).transpose()?;
    host.serve(display, socket)?;
    if let Some(control) = control {
        host.serve_control(control)?;
    }
    event_loop.run(None, &mut host, |host| {
        if let Err(error) = host.display.flush_clients() {
            eprintln!("carafe-host: sending to clients: {error}");
        }
    })?;
    for path in [Some(&host.options.socket), host.options.control.as_ref()].into_iter().flatten() {
        let _ = std::fs::remove_file(path);
    }
    Ok(())
}

/// Listens at a path, which may exist from an earlier run.
fn listen(path: &std::path::Path) -> std::io::Result<UnixListener> {
    let _ = std::fs::remove_file(path);
    let listener = UnixListener::bind(path)
        .map_err(|error| std::io::Error::other(format!("{}: {error}", path.display())))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

impl Host {
    fn new(
        options: Options,
        display: &Display<Self>,
        event_loop: &EventLoop<'static, Self>,
    ) -> Result<Self, Failure> {
        let (display, handle) = (display.handle(), event_loop.handle());
        let primary_selection = PrimarySelectionState::new::<Self>(&display);
        let protocols = Protocols::new(&Maker {
            display: &display,
            handle: handle.clone(),
            primary: &primary_selection,
            main_device: options.device_in_feedback(),
        });
        let (size, scale) = (options.size, options.scale);
        let layout = Layout { place: (0, 0).into(), size, scale, turned: false };
        let more_screens =
            options.outputs.iter().map(|(name, layout)| Screen::new(name, *layout)).collect();
        let mut seats = SeatState::new();
        let seat = seats.new_wl_seat(&display, "seat0");
        let mut host = Self {
            display,
            handle,
            signal: event_loop.get_signal(),
            protocols,
            primary_selection,
            seats,
            globals: BTreeMap::new(),
            removed: BTreeSet::new(),
            screen: Screen::new(FIRST, layout),
            more_screens,
            seat,
            cursor: Cursor { image: CursorImageStatus::default_named(), shown: false },
            drag_icon: None,
            drag_source: None,
            selections: Default::default(),
            text_inputs: TextInputs::default(),
            windows: Vec::new(),
            exo: options.exo.map(|release| Exo::new(release, options.exo_differs.clone())),
            auras: Vec::new(),
            decorations: Decorations::default(),
            popups: Vec::new(),
            grabs: Vec::new(),
            layers: Vec::new(),
            idle_inhibitors: Vec::new(),
            counters: Counters::default(),
            clients_gone: Arc::default(),
            pools: HashMap::new(),
            pending: Vec::new(),
            connections: Connections::default(),
            reading: None,
            start: Instant::now(),
            options,
        };
        host.equip_seat()?;
        host.globals = host.first_globals();
        host.offer_as_exo();
        if host.options.aura && host.exo.is_none() {
            aura::offer(&host.display, aura::VERSION);
        }
        for name in host.options.without.clone() {
            host.remove_global(&name)?;
        }
        Ok(host)
    }

    fn serve(&mut self, mut display: Display<Self>, socket: UnixListener) -> Result<(), Failure> {
        let source = Generic::new(socket, Interest::READ, Mode::Level);
        self.handle.insert_source(source, |_, socket, host| {
            while let Ok((stream, _)) = socket.accept() {
                host.insert_client(stream, None);
            }
            Ok(PostAction::Continue)
        })?;
        let clients = display.backend().poll_fd().try_clone_to_owned()?;
        let source = Generic::new(clients, Interest::READ, Mode::Level);
        self.reading = Some(self.handle.insert_source(source, move |_, _, host| {
            display.dispatch_clients(host)?;
            Ok(PostAction::Continue)
        })?);
        let mut next = Instant::now() + FRAME;
        self.handle.insert_source(Timer::from_deadline(next), move |_, (), host| {
            host.frame();
            // Missed frames are skipped.
            while next <= Instant::now() {
                next += FRAME;
            }
            TimeoutAction::ToInstant(next)
        })?;
        Ok(())
    }

    /// Milliseconds since the start, for events.
    pub fn now(&self) -> u32 {
        self.start.elapsed().as_millis() as u32
    }

    /// Makes a seat in place of the removed one.
    pub fn new_seat(&mut self) -> Result<(), String> {
        let display = self.display.clone();
        self.seat = self.seats.new_wl_seat(&display, "seat0");
        self.equip_seat().map_err(|error| error.to_string())
    }

    fn equip_seat(&mut self) -> Result<(), smithay::input::keyboard::Error> {
        const REPEAT: (i32, i32) = (600, 25);
        self.seat.add_pointer();
        self.seat.add_touch();
        self.seat.add_keyboard(XkbConfig::default(), REPEAT.0, REPEAT.1)?;
        Ok(())
    }
}
