//! The window manager: what windows there are, and what becomes of them at the host.
//!
//! It is told what the X server and the host say, and acts through [`Server`] and
//! [`Host`]; it waits for neither and has no connection of its own.

mod actions;
mod activation;
mod around;
mod choice;
mod configure;
mod covering;
mod decisions;
mod drag_icon;
mod events;
mod fit;
mod focus;
mod frames;
mod icon;
mod iconify;
mod inquiry;
mod layers;
mod mapping;
mod messages;
mod moves;
mod opacity;
mod order;
mod pairing;
mod parents;
mod popups;
mod properties;
mod quirks;
mod resizes;
mod root;
mod screens;
mod shape;
mod shell;
mod stacking;
mod states;
mod update;
mod window;
mod writers;

#[cfg(test)]
pub(super) mod tests;

use std::collections::{BTreeSet, HashMap, HashSet};

pub use properties::Value;
pub use root::Root;
pub use screens::Screen;
pub use writers::Writer;

use super::host::Host;
use super::property::Property;
use super::rect::Rect;
use super::role::Role;
use super::seat::Seat;
use super::server::Server;
use super::settings::Settings;
use super::surfaces::{Part, Surfaces};
use crate::channel::Memory;
use crate::session::Fault;
use choice::{Choice, Nature};
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
    /// The screens as X knows them; none before the host has told of any.
    screens: Vec<Screen>,
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
    resizes: resizes::Resizes,
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
        let (surface, is_layer) = (window.surface, self.layers.remove(&id));
        self.dependents.remove(&id);
        // Some hosts (smithay's) know no commit of what was a layer surface.
        if let Some(surface) = surface.filter(|_| is_layer) {
            env.surfaces.close(surface, env.host.context);
        }
        role.destroy(&mut env.host);
        if let Some(surface) = surface {
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
        let choice = self.choice(window, env);
        let may_be = |part| env.surfaces.may_be(surface, part);
        let (part, choice) = match choice {
            Choice::Nothing => return Ok(()),
            Choice::Popup(_) if may_be(Part::Popup) => (Part::Popup, choice),
            Choice::Layer if may_be(Part::Layer) => (Part::Layer, choice),
            Choice::Fullscreen if may_be(Part::Toplevel) => (Part::Toplevel, choice),
            // A surface that had a role before may have no other one.
            Choice::Popup(_) | Choice::Layer | Choice::Fullscreen | Choice::Toplevel
                if may_be(Part::Toplevel) =>
            {
                (Part::Toplevel, Choice::Toplevel)
            }
            Choice::Popup(_) | Choice::Fullscreen | Choice::Toplevel if may_be(Part::Layer) => {
                (Part::Layer, Choice::Layer)
            }
            _ => {
                self.waiting.insert(id);
                return Ok(());
            }
        };
        env.surfaces.becomes(surface, part);
        match choice {
            Choice::Popup(parent) => self.show_popup(id, parent, host_surface, env)?,
            Choice::Layer => self.show_layer(id, host_surface, env)?,
            _ => {
                if let Some(window) = self.windows.get_mut(&id).filter(|w| !w.is_managed()) {
                    let fills = choice == Choice::Fullscreen;
                    (window.wants_fullscreen, window.states.fullscreen) = (fills, fills);
                }
                self.show_toplevel(id, host_surface, env)?;
            }
        }
        self.tell_opacity(id, env)
    }

    /// An override-redirect window is elsewhere, or of another size: what its client has put off
    /// screen is not shown, until it comes back.
    fn reconsider(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(window) = self.windows.get(&id) else { return Ok(()) };
        let is_managed = window.is_managed();
        let is_helper = !is_managed && self.nature(window, env.x.atoms()) == Nature::Helper;
        match &window.role {
            Some(_) if is_helper => self.drop_role(id, env),
            Some(Role::Popup(_)) => self.popup_moved(id, env)?,
            Some(Role::Layer(_)) => self.layer_moved(id, env),
            Some(Role::Toplevel(_)) if !is_managed => {
                self.update(id, Property::WmNormalHints, env)?;
            }
            None if !is_managed && !is_helper && window.life == Life::Mapped => {
                self.show(id, env)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Does once what all that was said in a turn has led to.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn settle_roles(&mut self, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        if std::mem::take(&mut self.waited_in_vain) {
            self.show_waiting(env)?;
        }
        self.settle_parents(env)
    }

    /// Shows what has waited for a toplevel.
    fn show_waiting(&mut self, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        for id in std::mem::take(&mut self.waiting) {
            self.show(id, env)?;
        }
        Ok(())
    }
}
