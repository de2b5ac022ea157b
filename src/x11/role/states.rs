//! What the host's configurations of a toplevel say.

use super::Fit;

/// States that the host has put a window into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each may be there without the others")]
pub struct ToplevelStates {
    /// It fills the screen but for panels.
    pub maximized: bool,
    /// It fills the screen.
    pub fullscreen: bool,
    /// The user drags its edge.
    pub resizing: bool,
    /// It has the keyboard, or looks so.
    pub activated: bool,
    /// An edge touches another window or the screen's edge.
    pub tiled: bool,
    /// It is not seen: nothing need be drawn.
    pub suspended: bool,
}

impl ToplevelStates {
    /// Reads `xdg_toplevel.configure`'s array.
    pub fn read(states: &[u8]) -> Self {
        let mut all = Self::default();
        for state in states.as_chunks().0 {
            match u32::from_ne_bytes(*state) {
                1 => all.maximized = true,
                2 => all.fullscreen = true,
                3 => all.resizing = true,
                4 => all.activated = true,
                5..=8 => all.tiled = true,
                9 => all.suspended = true,
                _ => {}
            }
        }
        all
    }

    /// Whether the host's size must be kept to, whatever the client's hints say.
    pub fn binds_size(&self) -> bool {
        self.maximized || self.fullscreen
    }
}

/// A configuration that the host was not yet told is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unacked {
    /// Its number.
    pub serial: u32,
    /// The size that the surface will have then, in X pixels.
    pub size: (u32, u32),
    /// How it is shown then, if not at that size.
    pub fit: Option<Fit>,
}
