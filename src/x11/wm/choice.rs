//! How the host shows a window.
//!
//! The rules are two tables: [`WindowFacts::nature`] classifies a window by its own properties, and
//! [`choose`] decides by that and by the other windows. [`Wm::choice`] collects the facts for them.

#[cfg(test)]
mod tests;

use super::properties::{Properties, WindowType};
use super::window::{Life, Window, is_of_same_client};
use super::{Env, Wm};
use crate::x11::atoms::Atoms;
use crate::x11::geometry::Rect;
use crate::x11::role::{LAYER_SHELL, Role};
use crate::x11::seat::Seat;

/// The facts about a window that count for its nature.
#[derive(Clone, Copy, Debug)]
pub struct WindowFacts<'a> {
    /// Its client does not want it to be managed.
    pub override_redirect: bool,
    /// Its place in X.
    pub rect: Rect,
    /// All screens together.
    pub screen: Rect,
    /// Its properties.
    pub properties: &'a Properties,
    /// It was mapped with `_NET_WM_STATE_SKIP_TASKBAR`.
    pub skips_taskbar: bool,
    /// Whether a rule of `--quirks-config` makes it a popup although it is managed; `None` if none
    /// says so.
    pub quirk: Option<bool>,
}

/// The nature of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// It is not meant to be seen: it has no real size, or lies outside the screen (GTK's drag
    /// helper).
    Helper,
    /// An ordinary window that the window manager places.
    Managed,
    /// Managed, but its hints make it a popup, which its client places beside its parent.
    ManagedPopup,
    /// A menu, a tooltip or a list of completions, which opens on a window. That may be another
    /// client's (input methods).
    Menu,
    /// Override-redirect and of type NORMAL: a popup, or a window of its own.
    Normal,
    /// Override-redirect without a type: like `Normal`, or a list of completions.
    Untyped,
    /// A splash screen.
    Splash,
    /// A notification or a part of the desktop: it belongs to no window.
    Notice,
}

impl WindowFacts<'_> {
    /// Classifies the window.
    pub fn nature(&self) -> Nature {
        if !self.override_redirect {
            let is_popup = self.quirk.unwrap_or_else(|| self.is_popup_by_hints());
            return if is_popup { Nature::ManagedPopup } else { Nature::Managed };
        }
        let has_size = self.rect.width > 1 || self.rect.height > 1;
        // A host without an output has no screen. Then nothing counts as outside the screen.
        let has_screen = self.screen.width > 0 && self.screen.height > 0;
        if !has_size || has_screen && !self.rect.meets(&self.screen) {
            return Nature::Helper;
        }
        match self.properties.kinds.first() {
            None => Nature::Untyped,
            Some(WindowType::Normal) => Nature::Normal,
            Some(WindowType::Splash) => Nature::Splash,
            Some(WindowType::Notification | WindowType::Dock | WindowType::Desktop) => {
                Nature::Notice
            }
            Some(_) => Nature::Menu,
        }
    }

    /// Whether its hints remove everything that makes a window: other window managers show such a
    /// window as a bare rectangle where its client puts it.
    fn is_popup_by_hints(&self) -> bool {
        let Properties { undecorated, functions, names_functions, hints, .. } = self.properties;
        let changes_size = functions.resize || functions.minimize || functions.maximize;
        let is_inert = !changes_size && !functions.moves && !functions.close;
        let kind = self.properties.kinds.first().copied();
        let is_dialog = kind == Some(WindowType::Dialog)
            || kind.is_none() && self.properties.transient_for.is_some();
        match kind {
            // Java's menus (Ghidra).
            _ if self.skips_taskbar && *names_functions && is_inert => true,
            Some(kind) if kind.is_transient() => true,
            // Godot's menus.
            Some(WindowType::Utility) => *undecorated,
            // Menus of plugins under yabridge. With functions it is a real window (Battle.net).
            Some(WindowType::Normal) | None if !is_dialog => {
                *undecorated && !hints.input && !(*names_functions && changes_size)
            }
            _ => false,
        }
    }
}

/// The parent that a window names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NamedParent {
    /// It names none, or the parent is not shown.
    #[default]
    None,
    /// The parent is about to be shown.
    Soon,
    /// The parent is this toplevel, or is shown on it.
    Window(u32),
}

/// The surroundings of a window that is to be shown.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is the case without the others")]
pub struct Surroundings {
    /// The parent that it names.
    pub named: NamedParent,
    /// The window of its own client in which the user works, or may be about to.
    pub own_in_use: Option<u32>,
    /// The newest window of its client.
    pub own: Option<u32>,
    /// Whether another window of its client is about to be shown.
    pub own_soon: bool,
    /// The window under the pointer, of any client.
    pub pointed: Option<u32>,
    /// The window with the keyboard, of any client.
    pub focused: Option<u32>,
    /// It covers a whole screen.
    pub covers_screen: bool,
    /// It takes input.
    pub takes_input: bool,
    /// Its client has grabbed the keyboard.
    pub grabs_keyboard: bool,
    /// Whether the host has layers for what is not a window (`zwlr_layer_shell_v1`).
    pub has_layers: bool,
}

/// How a window is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// It is not shown.
    Nothing,
    /// This can be decided only when other windows are shown.
    Wait,
    /// As an `xdg_popup` on this window.
    Popup(u32),
    /// As an `xdg_toplevel`.
    Toplevel,
    /// As a fullscreen `xdg_toplevel`.
    Fullscreen,
    /// As a layer surface, where its client put it.
    Layer,
}

/// Decides how a window of this nature is shown. A popup is only put on a window that the user is
/// looking at; on any other window nobody might see it.
pub fn choose(nature: Nature, around: &Surroundings) -> Choice {
    use Nature::{Helper, Managed, ManagedPopup, Menu, Normal, Notice, Splash, Untyped};
    let Surroundings { named: on, own_in_use, pointed, focused, covers_screen, has_layers, .. } =
        *around;
    let named = if let NamedParent::Window(id) = on { Some(id) } else { None };
    let own = named.or(own_in_use);
    // While the user works in another X window, a program's own window may still be visible.
    let unused = around.own.filter(|_| focused.is_some());
    let parent = match nature {
        Helper => return Choice::Nothing,
        Managed => return Choice::Toplevel,
        ManagedPopup => own,
        Normal | Untyped if covers_screen => named,
        Normal => own.or(unused),
        // A window without input is not a list of completions, but an overlay on the whole screen.
        Untyped if has_layers && !around.takes_input => own,
        Untyped => own.or(unused).or(pointed).or(focused),
        // A tray icon that was clicked belongs to another client.
        Menu => own.or(pointed).or(unused).or(focused),
        Splash => own_in_use,
        Notice => own_in_use.filter(|_| !has_layers),
    };
    if let Some(parent) = parent {
        return Choice::Popup(parent);
    }
    let awaits_own = around.own_soon && !covers_screen;
    if !matches!(nature, Splash | Notice) && (on == NamedParent::Soon || awaits_own) {
        return Choice::Wait;
    }
    match nature {
        Normal | Untyped if covers_screen && around.takes_input => Choice::Fullscreen,
        // A program's only window must get the keyboard, as every new window does.
        Normal | Untyped => {
            let is_only = around.own.is_none() && around.takes_input && !around.grabs_keyboard;
            if has_layers && !is_only { Choice::Layer } else { Choice::Toplevel }
        }
        Menu | Notice if has_layers => Choice::Layer,
        _ => Choice::Toplevel,
    }
}

/// Bound on the length of a chain of parents.
const MAX_LEVELS: usize = 64;

impl Wm {
    /// The nature of a window.
    pub(super) fn nature(&self, window: &Window, atoms: &Atoms) -> Nature {
        let properties = &window.properties;
        let skips_taskbar = properties.states.contains(&atoms._NET_WM_STATE_SKIP_TASKBAR);
        let facts = WindowFacts {
            override_redirect: window.override_redirect,
            rect: window.rect(),
            screen: self.screen(),
            properties,
            skips_taskbar,
            quirk: self.settings.is_popup(properties.subject()),
        };
        facts.nature()
    }

    /// Decides how a window is shown.
    pub(super) fn choice(&self, window: &Window, env: &Env<'_, '_>) -> Choice {
        let nature = self.nature(window, env.x.atoms());
        if matches!(nature, Nature::Helper | Nature::Managed) {
            return choose(nature, &Surroundings::default());
        }
        let id = window.id;
        let is_own = |other: &u32| *other != id && is_of_same_client(*other, id);
        let pointed = self.window_under(env.seat.under_pointer);
        let focused = self.focus.window();
        let pressed = env.seat.last.and_then(|input| self.window_under(input.surface));
        let newest = self.mapped.iter().rev().filter_map(|id| self.toplevel_under(*id));
        let own: Vec<u32> = [pressed, pointed, focused]
            .into_iter()
            .flatten()
            .chain(newest)
            .filter(is_own)
            .collect();
        let around = Surroundings {
            named: self.named_parent(window, env.x.atoms()),
            own_in_use: own.iter().copied().find(|id| self.is_in_use(*id, env.seat)),
            own: own.first().copied(),
            own_soon: self.awaits_toplevel(id, env.x.atoms()),
            pointed: pointed.filter(|on| *on != id),
            focused: focused.filter(|on| *on != id),
            covers_screen: self.covers_screen(window),
            takes_input: window.shape.takes_input,
            grabs_keyboard: self.focus.is_grabbed_by(id, self.root.map(|root| root.window)),
            has_layers: env.host.offers(LAYER_SHELL),
        };
        choose(nature, &around)
    }

    /// The toplevel of one of Xwayland's surfaces, or the toplevel that it is a popup on.
    fn window_under(&self, surface: u32) -> Option<u32> {
        self.toplevel_under(self.window_of(surface)?)
    }

    /// Whether the user works in a window, or may be about to: since the keyboard came to it, it
    /// was not elsewhere.
    fn is_in_use(&self, id: u32, seat: &Seat) -> bool {
        let is_pointed = || self.window_under(seat.under_pointer) == Some(id);
        self.focus.has(id) || !self.focus.was_left(id) || is_pointed()
    }

    /// Whether a window covers a whole screen.
    fn covers_screen(&self, window: &Window) -> bool {
        let (_, screen) = self.screen_for(window.rect());
        screen.width > 0 && window.rect().covers(&screen)
    }

    /// Finds the parent that a window names. If that is not shown, its own parent is tried.
    fn named_parent(&self, window: &Window, atoms: &Atoms) -> NamedParent {
        let mut named = window.properties.transient_for;
        for _ in 0..MAX_LEVELS {
            let Some(parent) = named.filter(|parent| *parent != window.id) else { break };
            if let Some(toplevel) = self.toplevel_under(parent) {
                return NamedParent::Window(toplevel);
            }
            let Some(parent) = self.windows.get(&parent) else { break };
            if self.is_soon_toplevel(parent, atoms) {
                return NamedParent::Soon;
            }
            named = parent.properties.transient_for;
        }
        NamedParent::None
    }

    /// Whether a window of the same client is about to become a toplevel.
    fn awaits_toplevel(&self, id: u32, atoms: &Atoms) -> bool {
        let is_soon =
            |other: &Window| is_of_same_client(other.id, id) && self.is_soon_toplevel(other, atoms);
        self.windows.values().any(is_soon)
    }

    /// Whether a window is about to become a toplevel at the host.
    fn is_soon_toplevel(&self, window: &Window, atoms: &Atoms) -> bool {
        let is_coming = window.is_managed() && window.life != Life::Withdrawn && !window.is_shown();
        is_coming && self.nature(window, atoms) == Nature::Managed
    }

    /// The toplevel or layer surface of a window, or the one that it is a popup on, if the host
    /// shows that.
    pub(super) fn toplevel_under(&self, id: u32) -> Option<u32> {
        let under = self.role_under(id)?;
        self.windows.get(&under)?.is_shown().then_some(under)
    }

    /// The same, whether it is shown or not.
    pub(super) fn role_under(&self, id: u32) -> Option<u32> {
        let mut next = id;
        for _ in 0..MAX_LEVELS {
            match self.windows.get(&next)?.role.as_ref()? {
                Role::Toplevel(_) | Role::Layer(_) => return Some(next),
                Role::Popup(popup) => next = popup.parent,
            }
        }
        None
    }
}
