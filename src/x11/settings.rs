//! What the command line says of X11 windows and selections.

use std::sync::Arc;

use super::quirks::{Feature, Quirks, Subject};
use crate::sharing::Policy;

/// See the options' help.
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
    /// What X11 programs may do. The session fills it in.
    pub policy: Arc<Policy>,
    /// `--quirks-config`
    pub quirks: Arc<Quirks>,
}

impl Settings {
    /// Whether the size of the screen that Xwayland pretends counts for a window.
    pub fn emulates_screen(&self, window: Subject<'_>) -> bool {
        self.emulate_screen || self.corrects_emulation(window)
    }

    /// Whether that size fills the host's screen, whatever Xwayland makes of it.
    pub fn corrects_emulation(&self, window: Subject<'_>) -> bool {
        self.quirks.has(Feature::RandrEmuFix, window)
    }

    /// Whether a client may place its window on the host's screen.
    pub fn moves(&self, window: Subject<'_>) -> bool {
        self.move_windows || self.quirks.has(Feature::MoveWindows, window)
    }

    /// Whether a window that does not follow the host's size is enlarged or reduced to it.
    pub fn fits(&self, window: Subject<'_>) -> bool {
        self.viewport_resize || self.quirks.has(Feature::ViewportResize, window)
    }

    /// Whether a game's window keeps the size that it believes in.
    pub fn contains(&self, window: Subject<'_>) -> bool {
        window.game.is_some() && self.quirks.has(Feature::ContainerizeWindows, window)
    }

    /// Whether any window may be enlarged or reduced.
    pub fn asks_to_fit(&self) -> bool {
        let features =
            [Feature::ViewportResize, Feature::ContainerizeWindows, Feature::RandrEmuFix];
        self.viewport_resize || features.iter().any(|feature| self.quirks.names_any(*feature))
    }

    /// Whether a client is told that its window fills the screen as long as it wants that.
    pub fn keeps_fullscreen(&self, window: Subject<'_>) -> bool {
        self.keep_fullscreen || self.contains(window)
    }

    /// Whether a client is told that its window is unmapped when that is put away.
    pub fn pretends_unmap(&self, window: Subject<'_>) -> bool {
        self.quirks.has(Feature::BlackScreenFix, window)
    }

    /// Whether a managed window is a popup, if a rule says that it is or is not.
    pub fn is_popup(&self, window: Subject<'_>) -> Option<bool> {
        self.quirks.decides(Feature::Popup, window)
    }

    /// Whether a client is not told that its window is maximized.
    pub fn hides_maximized(&self, window: Subject<'_>) -> bool {
        self.quirks.has(Feature::ForceUnmaximize, window)
    }
}
