//! What the command line says of X11 windows and selections.

use std::sync::Arc;

use super::quirks::{Feature, Quirks};

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
    /// `--no-clipboard-manager`
    pub keeps_selections: bool,
    /// `--quirks-config`
    pub quirks: Arc<Quirks>,
}

impl Settings {
    /// Whether the size of the screen that Xwayland pretends counts for a window of that
    /// game of Steam's.
    pub fn emulates_screen(&self, game: Option<u32>) -> bool {
        self.emulate_screen || self.quirks.has(Feature::RandrEmuFix, game)
    }

    /// Whether a window of that game may start maximized.
    pub fn may_start_maximized(&self, game: Option<u32>) -> bool {
        !self.quirks.has(Feature::ForceUnmaximize, game)
    }
}
