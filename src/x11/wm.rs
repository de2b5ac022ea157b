//! The window manager: what windows there are, and what becomes of them at the host.
//!
//! It is told what the X server and the host say, and acts through [`Server`] and
//! [`Host`]; it waits for neither and has no connection of its own.

mod actions;
mod activation;
mod configure;
mod decisions;
mod drag_icon;
mod events;
mod fit;
mod focus;
mod frames;
mod icon;
mod iconify;
mod inquiry;
mod mapping;
mod messages;
mod moves;
mod opacity;
mod order;
mod pairing;
mod popups;
mod properties;
mod quirks;
mod rect;
mod resizes;
mod root;
mod shape;
mod shell;
mod stacking;
mod states;
mod update;
mod window;
mod writers;

#[cfg(test)]
pub(super) mod tests;

use std::collections::{BTreeSet, HashMap};

pub use properties::{Property, Value};
pub use rect::Rect;
pub use root::Root;
pub use writers::Writer;

use super::host::Host;
use super::role::Role;
use super::seat::Seat;
use super::server::Server;
use super::settings::Settings;
use super::surfaces::{Part, Surfaces};
use crate::channel::Memory;
use crate::session::Fault;
use window::{Life, Window};

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
    resizes: resizes::Resizes,
    /// The window that each activation token is for.
    tokens: HashMap<u32, u32>,
    /// Managed windows in the order in which they were mapped.
    mapped: order::Order,
    /// All children of the root window, the lowest first.
    stacking: order::Order,
    /// Popups without a toplevel to be on.
    waiting: BTreeSet<u32>,
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

    /// Where a window is on the screen.
    pub fn place_of(&self, id: u32) -> Option<Rect> {
        self.windows.get(&id).map(|window| window.rect)
    }

    /// The screen.
    pub fn screen(&self) -> Rect {
        self.root.map_or(Rect::default(), |root| root.rect())
    }

    /// Gives a window's surface back to nobody: its role at the host ends.
    fn drop_role(&mut self, id: u32, env: &mut Env<'_, '_>) {
        // Popups on it go first, as xdg-shell wants it.
        for popup in self.popups_of(id) {
            self.drop_role(popup, env);
        }
        let Some(window) = self.windows.get_mut(&id) else { return };
        let Some(role) = window.role.take() else { return };
        self.popups.remove(&id);
        window.inquiry.forget_configurations();
        for object in role.objects() {
            self.by_object.remove(&object);
        }
        role.destroy(&mut env.host);
        if let Some(surface) = window.surface {
            env.surfaces.close(surface, env.host.context);
        }
    }

    /// A window's role is there: its events lead to the window.
    fn note_role(&mut self, id: u32) {
        let role = self.windows.get(&id).and_then(|window| window.role.as_ref());
        if matches!(role, Some(Role::Popup(_))) {
            self.popups.insert(id);
        }
        for object in role.into_iter().flat_map(Role::objects) {
            self.by_object.insert(object, id);
        }
    }

    /// Makes a window's role at the host, if it is time to.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    fn show(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(window) = self.windows.get(&id) else { return Ok(()) };
        let ready = window.life == Life::Mapped && window.is_known() && window.role.is_none();
        let Some(surface) = window.surface.filter(|_| ready) else { return Ok(()) };
        let host_surface = env.host.of_client(surface);
        if host_surface == 0 || window.is_drag_icon(env.seat) {
            return Ok(());
        }
        let may_be = |part| env.surfaces.may_be(surface, part);
        let popup = window.is_popup() && may_be(Part::Popup);
        let parent = if popup { self.parent_of_popup(id, env.seat) } else { None };
        // There may be something to show it on soon.
        let waits = popup && parent.is_none() && self.awaits_toplevel(id);
        match parent {
            Some(parent) => {
                env.surfaces.becomes(surface, Part::Popup);
                self.show_popup(id, parent, host_surface, env)?;
                self.tell_opacity(id, env)
            }
            None if may_be(Part::Toplevel) && !waits => {
                env.surfaces.becomes(surface, Part::Toplevel);
                self.show_toplevel(id, host_surface, env)?;
                self.tell_opacity(id, env)
            }
            None => {
                self.waiting.insert(id);
                Ok(())
            }
        }
    }

    /// Shows what has waited for a toplevel.
    fn show_waiting(&mut self, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        for id in std::mem::take(&mut self.waiting) {
            self.show(id, env)?;
        }
        Ok(())
    }
}
