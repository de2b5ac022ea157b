//! X pixels and the host's units.

use crate::session::Scale;

/// How many X pixels a unit of the host's has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Units(pub Scale);

impl Units {
    /// A size of the host's for one in X pixels.
    pub fn size(self, (width, height): (u32, u32)) -> (u32, u32) {
        let scaled = |size: u32| {
            let size = i32::try_from(size).unwrap_or(i32::MAX);
            self.0.size_to_host(size).unsigned_abs()
        };
        (scaled(width), scaled(height))
    }

    /// A size in X pixels for one of the host's.
    pub fn size_in_pixels(self, (width, height): (u32, u32)) -> (u32, u32) {
        let scaled = |size: u32| {
            let size = i32::try_from(size).unwrap_or(i32::MAX);
            self.0.size_to_client(size).unsigned_abs()
        };
        (scaled(width), scaled(height))
    }

    /// A place of the host's for one in X pixels.
    pub fn place(self, (x, y): (i32, i32)) -> (i32, i32) {
        (self.0.at_to_host(x), self.0.at_to_host(y))
    }

    /// A place in X pixels for one of the host's.
    pub fn place_in_pixels(self, (x, y): (i32, i32)) -> (i32, i32) {
        (self.0.at_to_client(x), self.0.at_to_client(y))
    }
}
