//! Where a window is: what its size and place depend on, besides what it says of itself.

use std::sync::Arc;

use super::Size;
use crate::x11::rect::Rect;
use crate::x11::role::{Frame, Margins, ToplevelStates};
use crate::x11::units::Units;
use crate::x11::wm::Screen;

/// See the module.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is the case without the others")]
pub struct Scene {
    /// X pixels, and the host's units.
    pub units: Units,
    /// The shadow that its client draws around it.
    pub shadow: Margins,
    /// Carafe is to draw a frame around it, and can.
    pub is_framed: bool,
    /// The X screen that it is on.
    pub screen: Rect,
    /// All X screens, if it was on none at the host so far: its size says on which it will be.
    pub unseen_on: Option<Arc<[Screen]>>,
    /// The window manager keeps it on its screen.
    pub is_kept: bool,
    /// Its client places it at the host too.
    pub is_placed_by_client: bool,
    /// It is mapped, and its client can say when it has drawn.
    pub can_sync: bool,
    /// The size of what its surface shows, in X pixels; zeros: nothing.
    pub shown: Size,
    /// Xwayland is not within a frame: what is shown can be committed once more.
    pub may_commit: bool,
}

impl Scene {
    /// Whether carafe draws a frame around what is in those states.
    pub fn is_framed_in(&self, states: ToplevelStates) -> bool {
        self.is_framed && !states.fullscreen
    }

    /// Where the window is in the surface in those states.
    pub fn margins(&self, states: ToplevelStates) -> Margins {
        if self.is_framed_in(states) { Frame::margins(self.units) } else { self.shadow }
    }

    /// The size in X pixels of a surface whose window has that size at the host, in those
    /// states.
    pub fn surface(&self, window: Size, states: ToplevelStates) -> Size {
        self.margins(states).surface(self.units.size_in_pixels(window))
    }

    /// What is left for the surface of a window of that size, in the host's units.
    pub fn room(&self, (width, height): Size, states: ToplevelStates) -> Size {
        let bar = if self.is_framed_in(states) { Frame::HEIGHT } else { 0 };
        (width, height.saturating_sub(bar).max(1))
    }

    /// Where a window may be that is to be at a place.
    pub fn kept(&self, rect: Rect) -> Rect {
        if self.is_kept { rect.within(self.screen) } else { rect }
    }

    /// Where a window is in those states: what fills the host's screen starts at the corner of
    /// its X screen.
    pub fn filling(&self, rect: Rect, states: ToplevelStates) -> Rect {
        if !states.binds_size() {
            return rect;
        }
        let mut screen = self.screen;
        if let Some(screens) = self.unseen_on.as_ref().filter(|_| rect.size() != screen.size()) {
            let mut screens = screens.iter().map(|screen| screen.rect);
            screen = screens.find(|other| other.size() == rect.size()).unwrap_or(screen);
        }
        rect.at(screen.x, screen.y)
    }
}
