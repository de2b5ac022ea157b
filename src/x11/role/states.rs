//! The states of a window at the host.

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

    /// Whether all of the host's size must be filled.
    pub fn must_be_filled(&self) -> bool {
        self.maximized && !self.fullscreen
    }

    /// Whether the host has given it a size of its own choice: what is tiled leaves a gap
    /// where it is smaller.
    pub fn is_placed(&self) -> bool {
        self.binds_size() || self.tiled
    }
}
