//! Converting between X pixels and host units.

use crate::session::Scale;

/// The number of X pixels per host unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Units(pub Scale);

impl Units {
    /// Converts a size from X pixels to host units.
    pub fn size(self, (width, height): (u32, u32)) -> (u32, u32) {
        let scaled = |size: u32| {
            let size = i32::try_from(size).unwrap_or(i32::MAX);
            self.0.size_to_host(size).unsigned_abs()
        };
        (scaled(width), scaled(height))
    }

    /// Converts a size from host units to X pixels.
    pub fn size_in_pixels(self, (width, height): (u32, u32)) -> (u32, u32) {
        let scaled = |size: u32| {
            let size = i32::try_from(size).unwrap_or(i32::MAX);
            self.0.size_to_client(size).unsigned_abs()
        };
        (scaled(width), scaled(height))
    }

    /// Converts a place from X pixels to host units.
    pub fn place(self, (x, y): (i32, i32)) -> (i32, i32) {
        (self.0.at_to_host(x), self.0.at_to_host(y))
    }

    /// Converts a place from host units to X pixels.
    pub fn place_in_pixels(self, (x, y): (i32, i32)) -> (i32, i32) {
        (self.0.at_to_client(x), self.0.at_to_client(y))
    }
}
