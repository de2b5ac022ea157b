//! A request of a client or a pager to move or resize a window.

use crate::x11::rect::{MAX_SIZE, Rect};
use crate::x11::wm::properties::Gravity;

/// A place and size; what is `None` does not change.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlaceRequest {
    pub x: Option<i32>,
    pub y: Option<i32>,
    pub width: Option<u32>,
    pub height: Option<u32>,
    /// The point that stays in place if only the size is given; `None` for that of the window's
    /// hints.
    pub gravity: Option<Gravity>,
}

impl PlaceRequest {
    /// The window's new rectangle; `gravity` is that of its hints.
    pub fn rect(&self, before: Rect, gravity: Gravity) -> Rect {
        let width = self.width.unwrap_or(before.width).clamp(1, MAX_SIZE);
        let height = self.height.unwrap_or(before.height).clamp(1, MAX_SIZE);
        let grown = |now: u32, then: u32| now.cast_signed().saturating_sub(then.cast_signed());
        let gravity = self.gravity.unwrap_or(gravity);
        let (dx, dy) = gravity.shift(grown(width, before.width), grown(height, before.height));
        Rect {
            x: self.x.unwrap_or(before.x.saturating_add(dx)),
            y: self.y.unwrap_or(before.y.saturating_add(dy)),
            width,
            height,
        }
    }
}
