//! The host's configuration of a toplevel: its size, place and states.

/// The states that the host has given a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each may be there without the others")]
pub struct ToplevelStates {
    /// It fills the screen except for panels.
    pub maximized: bool,
    /// It fills the screen.
    pub fullscreen: bool,
    /// The user is dragging its edge.
    pub resizing: bool,
    /// It has the keyboard, or is drawn as if it had.
    pub activated: bool,
    /// One of its edges touches another window or the edge of the screen.
    pub tiled: bool,
    /// It is not visible, so nothing need be drawn.
    pub suspended: bool,
}

impl ToplevelStates {
    /// Reads the array of `xdg_toplevel.configure`.
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

    /// Whether the window must not differ from the host's size, whatever the client's hints say.
    pub fn binds_size(&self) -> bool {
        self.maximized || self.fullscreen
    }

    /// Whether the window must fill the host's size exactly.
    pub fn must_be_filled(&self) -> bool {
        self.maximized && !self.fullscreen
    }

    /// Whether the host has chosen the size. A tiled window that is smaller leaves a gap.
    pub fn is_placed(&self) -> bool {
        self.binds_size() || self.tiled
    }
}

/// See the module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Configure {
    /// The window's size in host units; zeros if the client may choose.
    pub size: (u32, u32),
    /// Its states.
    pub states: ToplevelStates,
    /// The window's place in host units, relative to the corner of the X screens; `None` if it does
    /// not change.
    pub place: Option<(i32, i32)>,
}

impl Configure {
    /// The size, if the host sets one.
    pub fn named_size(&self) -> Option<(u32, u32)> {
        Some(self.size).filter(|(width, height)| *width > 0 && *height > 0)
    }
}
