//! The host's configuration of a toplevel.

use super::ToplevelStates;

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
