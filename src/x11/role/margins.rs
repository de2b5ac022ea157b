//! The difference between a surface and the window that it shows. A shadow that the client draws
//! belongs to the surface, but not to the window; a frame that carafe draws belongs to the window,
//! but not to the surface.

/// The distances in pixels from the surface's edges inwards to the window's edges; negative ones
/// point outwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the four edges")]
pub struct Margins {
    pub left: i32,
    pub right: i32,
    pub top: i32,
    pub bottom: i32,
}

impl Margins {
    /// The margins of a client that draws shadows (`_GTK_FRAME_EXTENTS`).
    pub fn of_shadow([left, right, top, bottom]: [u32; 4]) -> Self {
        let edge = |width: u32| i32::try_from(width.min(1024)).unwrap_or_default();
        Self { left: edge(left), right: edge(right), top: edge(top), bottom: edge(bottom) }
    }

    /// The surface's size, given the window's.
    pub fn surface(self, (width, height): (u32, u32)) -> (u32, u32) {
        let grow = |size: u32, by: i32| size.saturating_add_signed(by).max(1);
        (grow(width, self.left + self.right), grow(height, self.top + self.bottom))
    }

    /// The window's size, given the surface's.
    pub fn window(self, (width, height): (u32, u32)) -> (u32, u32) {
        let shrink = |size: u32, by: i32| size.saturating_add_signed(-by).max(1);
        (shrink(width, self.left + self.right), shrink(height, self.top + self.bottom))
    }
}
