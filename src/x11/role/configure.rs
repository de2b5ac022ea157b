//! What the host configures a toplevel to be.

use super::ToplevelStates;

/// See the module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Configure {
    /// The window's size in the host's units; zeros: the client chooses.
    pub size: (u32, u32),
    /// Its states.
    pub states: ToplevelStates,
    /// Its place, in the same units, from the corner of X's screens; `None`: it stays.
    pub place: Option<(i32, i32)>,
}

impl Configure {
    /// The size, if the host names one.
    pub fn named_size(&self) -> Option<(u32, u32)> {
        Some(self.size).filter(|(width, height)| *width > 0 && *height > 0)
    }
}
