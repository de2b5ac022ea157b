//! What a window becomes at the host: the rules alone, as two tables.
//!
//! [`WindowFacts::nature`] says what a window is by what it says of itself, and [`choose`] what
//! becomes of it among the windows that there are.

#[cfg(test)]
mod tests;

use super::properties::{WindowType, Properties};
use crate::x11::rect::Rect;

/// What a window says of itself, as far as it matters here.
#[derive(Clone, Copy, Debug)]
pub struct WindowFacts<'a> {
    /// Its client does not want it managed.
    pub override_redirect: bool,
    /// Where it is in X.
    pub rect: Rect,
    /// All screens together.
    pub screen: Rect,
    /// Its properties.
    pub properties: &'a Properties,
    /// It was mapped with `_NET_WM_STATE_SKIP_TASKBAR`.
    pub skips_taskbar: bool,
    /// Whether it is a popup though it is managed, where a rule of `--quirks-config` says so.
    pub quirk: Option<bool>,
}

/// What a window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Nobody is to see it: it has no real size, or lies off screen (GTK's drag helper).
    Helper,
    /// An ordinary window, placed by the window manager.
    Managed,
    /// Managed, but a popup by its hints, placed by its client beside its parent.
    ManagedPopup,
    /// A menu, a tooltip, a list of words: open on a window, perhaps of another client (input
    /// methods).
    Menu,
    /// Override-redirect and of type NORMAL: a popup, or a window of its own.
    Normal,
    /// Override-redirect without a type: the same, or a list of words.
    Untyped,
    /// What a program shows while it starts.
    Splash,
    /// A notification or a part of the desktop: it belongs to no window.
    Notice,
}

impl WindowFacts<'_> {
    /// See [`Nature`].
    pub fn nature(&self) -> Nature {
        if !self.override_redirect {
            let is_popup = self.quirk.unwrap_or_else(|| self.is_popup_by_hints());
            return if is_popup { Nature::ManagedPopup } else { Nature::Managed };
        }
        let has_size = self.rect.width > 1 || self.rect.height > 1;
        // A host without an output has no screen: nothing is off it then.
        let has_screen = self.screen.width > 0 && self.screen.height > 0;
        if !has_size || has_screen && !self.rect.meets(&self.screen) {
            return Nature::Helper;
        }
        match self.properties.kinds.first() {
            None => Nature::Untyped,
            Some(WindowType::Normal) => Nature::Normal,
            Some(WindowType::Splash) => Nature::Splash,
            Some(WindowType::Notification | WindowType::Dock | WindowType::Desktop) => Nature::Notice,
            Some(_) => Nature::Menu,
        }
    }

    /// Whether its hints leave nothing of what makes a window, so that other window managers
    /// show it as a bare rectangle where its client puts it.
    fn is_popup_by_hints(&self) -> bool {
        let Properties { undecorated, functions, names_functions, hints, .. } = self.properties;
        let changes_size = functions.resize || functions.minimize || functions.maximize;
        let is_inert = !changes_size && !functions.moves && !functions.close;
        let kind = self.properties.kinds.first().copied();
        let is_dialog =
            kind == Some(WindowType::Dialog) || kind.is_none() && self.properties.transient_for.is_some();
        match kind {
            // Java's menus (Ghidra).
            _ if self.skips_taskbar && *names_functions && is_inert => true,
            Some(kind) if kind.is_transient() => true,
            // Godot's menus.
            Some(WindowType::Utility) => *undecorated,
            // Plugins' menus under yabridge; a window with functions is one (Battle.net).
            Some(WindowType::Normal) | None if !is_dialog => {
                *undecorated && !hints.input && !(*names_functions && changes_size)
            }
            _ => false,
        }
    }
}

/// The window that another one names as the one that it belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NamedParent {
    /// It names none, or one that is not shown.
    #[default]
    None,
    /// It is about to be shown.
    Soon,
    /// It is shown on this toplevel, or is it.
    Window(u32),
}

/// What there is around a window that is to be shown.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is the case without the others")]
pub struct Surroundings {
    /// The window that it names.
    pub named: NamedParent,
    /// The window of its own client that the user works in, or may be about to.
    pub own_in_use: Option<u32>,
    /// The newest window of its own client.
    pub own: Option<u32>,
    /// A window of its own client is about to be shown.
    pub own_soon: bool,
    /// The window of any client under the pointer.
    pub pointed: Option<u32>,
    /// The window of any client that has the keyboard.
    pub focused: Option<u32>,
    /// It covers a whole screen.
    pub covers_screen: bool,
    /// It takes clicks and the like.
    pub takes_input: bool,
    /// Its client has grabbed the keyboard.
    pub grabs_keyboard: bool,
    /// The host has layers for what is no window (`zwlr_layer_shell_v1`).
    pub has_layers: bool,
}

/// What becomes of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// It is not shown.
    Nothing,
    /// That is known only when other windows are shown.
    Wait,
    /// An `xdg_popup` on that window.
    Popup(u32),
    /// An `xdg_toplevel`.
    Toplevel,
    /// An `xdg_toplevel` that fills the screen.
    Fullscreen,
    /// A layer surface, where its client put it.
    Layer,
}

/// What becomes of a window of that nature. A popup is put only on a window that the user
/// looks at; on one that nobody looks at, it might never be seen.
pub fn choose(nature: Nature, around: &Surroundings) -> Choice {
    use Nature::{Helper, Managed, ManagedPopup, Menu, Normal, Notice, Splash, Untyped};
    let Surroundings { named: on, own_in_use, pointed, focused, covers_screen, has_layers, .. } = *around;
    let named = if let NamedParent::Window(id) = on { Some(id) } else { None };
    let own = named.or(own_in_use);
    // While the user works elsewhere in X, a program's own window may be in sight.
    let unused = around.own.filter(|_| focused.is_some());
    let parent = match nature {
        Helper => return Choice::Nothing,
        Managed => return Choice::Toplevel,
        ManagedPopup => own,
        Normal | Untyped if covers_screen => named,
        Normal => own.or(unused),
        // What nobody can click is no list of words, but lies over all of the screen.
        Untyped if has_layers && !around.takes_input => own,
        Untyped => own.or(unused).or(pointed).or(focused),
        // The icon of a tray that was clicked is another client's.
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
        // A program's only window is to have the keyboard, as any window has when it comes.
        Normal | Untyped => {
            let is_only = around.own.is_none() && around.takes_input && !around.grabs_keyboard;
            if has_layers && !is_only { Choice::Layer } else { Choice::Toplevel }
        }
        Menu | Notice if has_layers => Choice::Layer,
        _ => Choice::Toplevel,
    }
}
