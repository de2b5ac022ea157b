//! What the command line says about X11 windows and selections.

use std::sync::Arc;

use super::quirks::{Feature, Quirks, Subject};
use crate::aura::ShellSettings;
use crate::policy::Policy;

/// The help of the options explains them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option")]
pub struct Settings {
    /// `--only-client-can-exit-fullscreen`
    pub keep_fullscreen: bool,
    /// `--ignore-stateless-toplevel-configure`
    pub ignore_stateless: bool,
    /// `--allow-xwayland-emulate-screen-pos-size`
    pub emulate_screen: bool,
    /// `--enable-x11-move-windows`
    pub move_windows: bool,
    /// `--viewport-resize`
    pub viewport_resize: bool,
    /// `--no-clipboard-manager`
    pub keeps_selections: bool,
    /// What X11 programs may do. The session fills this in.
    pub policy: Arc<Policy>,
    /// What the host's shell is told about windows. The session fills this in.
    pub shell: Arc<ShellSettings>,
    /// `--quirks-config`
    pub quirks: Arc<Quirks>,
}

impl Settings {
    /// Whether the size of the screen that Xwayland emulates counts for a window.
    pub fn emulates_screen(&self, window: Subject<'_>) -> bool {
        self.emulate_screen || self.corrects_emulation(window)
    }

    /// Whether a window of the emulated size fills the host's screen, whatever Xwayland does with
    /// it.
    pub fn corrects_emulation(&self, window: Subject<'_>) -> bool {
        self.quirks.has(Feature::RandrEmuFix, window)
    }

    /// Whether a client may place its window on the host's screen.
    pub fn moves(&self, window: Subject<'_>) -> bool {
        self.move_windows || self.quirks.has(Feature::MoveWindows, window)
    }

    /// Whether a window that does not follow the host's size is scaled to it.
    pub fn fits(&self, window: Subject<'_>) -> bool {
        self.viewport_resize || self.quirks.has(Feature::ViewportResize, window)
    }

    /// Whether a game's window keeps the size that the game has chosen.
    pub fn contains(&self, window: Subject<'_>) -> bool {
        window.game.is_some() && self.quirks.has(Feature::ContainerizeWindows, window)
    }

    /// Whether any window may be scaled.
    pub fn asks_to_fit(&self) -> bool {
        let features =
            [Feature::ViewportResize, Feature::ContainerizeWindows, Feature::RandrEmuFix];
        self.viewport_resize || features.iter().any(|feature| self.quirks.names_any(*feature))
    }

    /// Whether a client sees its window as fullscreen for as long as it wants that.
    pub fn keeps_fullscreen(&self, window: Subject<'_>) -> bool {
        self.keep_fullscreen || self.contains(window)
    }

    /// Whether a client is told that its window is unmapped when the window is minimized.
    pub fn pretends_unmap(&self, window: Subject<'_>) -> bool {
        self.quirks.has(Feature::BlackScreenFix, window)
    }

    /// Whether a rule makes a managed window a popup; `None` if no rule mentions it.
    pub fn is_popup(&self, window: Subject<'_>) -> Option<bool> {
        self.quirks.decides(Feature::Popup, window)
    }

    /// Whether a client is never told that its window is maximized.
    pub fn hides_maximized(&self, window: Subject<'_>) -> bool {
        self.quirks.has(Feature::ForceUnmaximize, window)
    }
}
