//! The window manager: it knows all windows, and decides how the host shows them.
//!
//! The X server's events and the host's events come in as method calls. It acts through [`Server`]
//! and [`Host`]; it waits for neither and has no connection of its own.

mod activation;
mod choice;
mod close;
mod covering;
mod decisions;
mod drag;
mod drag_icon;
mod events;
mod focus;
mod frame_actions;
mod game;
mod iconify;
mod layers;
mod mapping;
mod moves;
mod opacity;
mod order;
mod parents;
mod place_requests;
mod popups;
mod properties;
mod roles;
mod root;
mod screens;
mod shape;
mod shelf;
mod sizes;
mod sizing;
mod stacking;
mod states;
mod sync_requests;
mod toplevels;
mod window;
mod window_menu;
mod window_surfaces;

#[cfg(test)]
pub(super) mod tests;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

pub use root::Root;
pub use screens::Screen;

use super::geometry::Rect;
use super::host::Host;
use super::seat::Seat;
use super::server::Server;
use super::settings::Settings;
use super::surfaces::XwaylandSurfaces;
use crate::channel::Memory;
use window::Window;

/// Bound on the windows of one client. Further windows exist in X, but the host does not show them.
pub const MAX_OF_CLIENT: usize = 1 << 12;

/// Bound on the windows of all clients together: enough for this many clients with as many windows
/// as they may have.
const MAX_WINDOWS: usize = MAX_OF_CLIENT * 64;

/// What the window manager needs to act.
pub struct Env<'a, 'c> {
    /// The X server.
    pub x: &'a mut dyn Server,
    /// The host.
    pub host: Host<'a, 'c>,
    /// Makes memory that the host can see; `None` if the host sees any memory.
    pub memory: Option<&'a dyn Memory>,
    /// Xwayland's surfaces.
    pub surfaces: &'a mut XwaylandSurfaces,
    /// The user's input.
    pub seat: &'a Seat,
}

/// The state of the window manager.
#[derive(Default)]
pub struct Wm {
    /// The root window; `None` before the start.
    root: Option<Root>,
    /// The screens as X has them; empty before the host has announced any.
    screens: Arc<[Screen]>,
    /// The window that the server has moved with the last event.
    moved_window: Option<u32>,
    /// The output of the window that last had the keyboard, by the client's id.
    used_output: Option<u32>,
    windows: HashMap<u32, Window>,
    /// The number of windows of each client, by the client's first id.
    by_client: HashMap<u32, usize>,
    /// The windows that are popups at the host.
    popups: BTreeSet<u32>,
    /// The window of each surface, by the client's ids.
    by_surface: HashMap<u32, u32>,
    /// The window of each object at the host.
    by_object: HashMap<u32, u32>,
    /// Surfaces and windows that wait for their counterpart.
    pairing: window_surfaces::Pairing,
    focus: focus::Focus,
    sync_requests: sync_requests::SyncRequests,
    /// The effects of a change of a window's size, while they are carried out.
    effects: Vec<sizing::Effect>,
    /// The window that each activation token is for.
    tokens: HashMap<u32, u32>,
    /// Managed windows in the order in which they were mapped.
    mapped: order::Order,
    /// All children of the root window, the lowest first.
    stacking: order::Order,
    /// Windows that can only be shown with another window, which does not exist yet.
    waiting: BTreeSet<u32>,
    /// A window that others may wait for is not coming.
    waiting_changed: bool,
    /// The windows that are layer surfaces.
    layers: BTreeSet<u32>,
    /// Toplevels that may have a parent.
    dependents: BTreeSet<u32>,
    /// Toplevels for which the host has just got the first content.
    appeared: HashSet<u32>,
    /// The root window's lists of managed windows are out of date.
    clients_changed: bool,
    /// Whether the host has window menus.
    has_menu: bool,
    settings: Settings,
    /// How many windows have been mapped so far.
    count: u64,
}

impl Wm {
    /// Makes a window manager with these settings.
    pub fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    /// Notes that the connection to the server exists.
    pub fn started(&mut self, root: Root, env: &mut Env<'_, '_>) {
        root.set_up(env.x);
        self.root = Some(root);
        self.clients_changed = true;
    }

    /// Whether the connection exists.
    pub fn has_started(&self) -> bool {
        self.root.is_some()
    }

    /// The window of a surface, by the client's id.
    pub fn window_of(&self, surface: u32) -> Option<u32> {
        self.by_surface.get(&surface).copied()
    }

    /// Takes the window that the server has moved with the last event.
    pub fn take_moved(&mut self) -> Option<u32> {
        self.moved_window.take()
    }

    /// Where a window is on the screen.
    pub fn place_of(&self, id: u32) -> Option<Rect> {
        self.windows.get(&id).map(Window::rect)
    }

    /// All screens together.
    pub fn screen(&self) -> Rect {
        self.root.map_or(Rect::default(), |root| root.rect())
    }
}
