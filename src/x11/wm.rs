//! The window manager: what windows there are, and what becomes of them at the host.
//!
//! It is told what the X server and the host say, and acts through [`Server`] and
//! [`Host`]; it waits for neither and has no connection of its own.

mod actions;
mod activation;
mod around;
mod choice;
mod close;
mod commits;
mod covering;
mod decisions;
mod drag;
mod drag_icon;
mod effects;
mod events;
mod facts;
mod focus;
mod frames;
mod game;
mod icon;
mod iconify;
mod inquiry;
mod layers;
mod limits;
mod mapping;
mod messages;
mod modal;
mod moves;
mod opacity;
mod order;
mod pairing;
mod parents;
mod place_requests;
mod popups;
mod properties;
mod quirks;
mod roles;
mod root;
mod screens;
mod shape;
mod sizing;
mod stacking;
mod states;
mod sync_requests;
mod toplevels;
mod update;
mod window;
mod window_menu;
mod writers;

#[cfg(test)]
pub(super) mod tests;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

pub use properties::PropertyValue;
pub use root::Root;
pub use screens::Screen;
pub use writers::Writer;

use super::host::Host;
use super::rect::Rect;
use super::seat::Seat;
use super::server::Server;
use super::settings::Settings;
use super::surfaces::Surfaces;
use crate::channel::Memory;
use window::Window;

/// Bound on the windows of one client that are known: it gets those that it makes
/// besides, but they are not shown.
const MAX_OF_CLIENT: usize = 1 << 12;

/// The same for all clients together, so many of which have all that they may have.
const MAX_WINDOWS: usize = MAX_OF_CLIENT * 64;

/// What the window manager acts through.
pub struct Env<'a, 'c> {
    /// The X server.
    pub x: &'a mut dyn Server,
    /// The host.
    pub host: Host<'a, 'c>,
    /// Where what the host is to see must be; `None`: anywhere.
    pub memory: Option<&'a dyn Memory>,
    /// Xwayland's surfaces.
    pub surfaces: &'a mut Surfaces,
    /// What the user did.
    pub seat: &'a Seat,
}

/// See the module.
#[derive(Default)]
pub struct Wm {
    /// The root window; `None` before the start.
    root: Option<Root>,
    /// The screens as X knows them; none before the host has told of any.
    screens: Arc<[Screen]>,
    /// A window that the server has just moved.
    moved: Option<u32>,
    /// The output of the one on which the user has worked last, by the client's id.
    used: Option<u32>,
    windows: HashMap<u32, Window>,
    /// How many of them each client has, by the first number that is a client's.
    by_client: HashMap<u32, usize>,
    /// Those that are popups at the host.
    popups: BTreeSet<u32>,
    /// The window of each surface, by the client's ids.
    by_surface: HashMap<u32, u32>,
    /// The window of each object at the host.
    by_object: HashMap<u32, u32>,
    /// Surfaces and windows that wait for each other.
    pairing: pairing::Pairing,
    focus: focus::Focus,
    sync_requests: sync_requests::SyncRequests,
    /// What follows from a change of a window's size, as it is being done.
    effects: Vec<sizing::Effect>,
    /// The window that each activation token is for.
    tokens: HashMap<u32, u32>,
    /// Managed windows in the order in which they were mapped.
    mapped: order::Order,
    /// All children of the root window, the lowest first.
    stacking: order::Order,
    /// Windows that are shown only with others, which are not there.
    waiting: BTreeSet<u32>,
    /// One that they may have waited for will not come.
    waited_in_vain: bool,
    /// Those that are layer surfaces.
    layers: BTreeSet<u32>,
    /// Toplevels that may belong to others.
    dependents: BTreeSet<u32>,
    /// Toplevels that the host has just got the first content of.
    appeared: HashSet<u32>,
    /// What the root window says of the managed windows is out of date.
    clients_changed: bool,
    /// The host has menus of windows.
    has_menu: bool,
    settings: Settings,
    /// How many windows were mapped so far.
    count: u64,
}

impl Wm {
    /// One that does as the command line says.
    pub fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    /// The connection to the server is there.
    pub fn started(&mut self, root: Root, env: &mut Env<'_, '_>) {
        root.set_up(env.x);
        self.root = Some(root);
        self.clients_changed = true;
    }

    /// Whether it is.
    pub fn has_started(&self) -> bool {
        self.root.is_some()
    }

    /// The window of a surface, by the client's id.
    pub fn window_of(&self, surface: u32) -> Option<u32> {
        self.by_surface.get(&surface).copied()
    }

    /// The window that the server has moved with the last event.
    pub fn take_moved(&mut self) -> Option<u32> {
        self.moved.take()
    }

    /// Where a window is on the screen.
    pub fn place_of(&self, id: u32) -> Option<Rect> {
        self.windows.get(&id).map(Window::rect)
    }

    /// The screen.
    pub fn screen(&self) -> Rect {
        self.root.map_or(Rect::default(), |root| root.rect())
    }
}
