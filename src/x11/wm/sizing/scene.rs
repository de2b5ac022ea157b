//! The surroundings of a window that its size and place depend on, in addition to its own
//! properties.

use std::sync::Arc;

use super::WindowSize;
use crate::x11::rect::Rect;
use crate::x11::role::{Frame, Margins, ToplevelStates};
use crate::x11::units::Units;
use crate::x11::wm::Screen;

/// A window's surroundings.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is the case without the others")]
pub struct Scene {
    /// How X pixels map to host units.
    pub units: Units,
    /// The shadow that its client draws.
    pub shadow: Margins,
    /// Whether carafe must draw a frame for it, and can.
    pub is_framed: bool,
    /// Its X screen.
    pub screen: Rect,
    /// All X screens, if it has not been on any at the host yet: its size tells on which one it
    /// will be.
    pub unseen_on: Option<Arc<[Screen]>>,
    /// The window manager keeps it on its screen.
    pub is_kept: bool,
    /// Its client places it at the host too.
    pub is_placed_by_client: bool,
    /// It is mapped, and its client can report when it has drawn.
    pub can_sync: bool,
    /// The size of its surface's content in X pixels; zeros for none.
    pub shown: WindowSize,
    /// Xwayland is not in the middle of a frame, so carafe may commit the content again.
    pub may_commit: bool,
}

impl Scene {
    /// Whether carafe draws a frame around it in these states.
    pub fn is_framed_in(&self, states: ToplevelStates) -> bool {
        self.is_framed && !states.fullscreen
    }

    /// The margins of the window in these states.
    pub fn margins(&self, states: ToplevelStates) -> Margins {
        if self.is_framed_in(states) { Frame::margins(self.units) } else { self.shadow }
    }

    /// The size in X pixels of a surface whose window has this size at the host in these states.
    pub fn surface(&self, window: WindowSize, states: ToplevelStates) -> WindowSize {
        self.margins(states).surface(self.units.size_in_pixels(window))
    }

    /// The room for the surface of a window of this size, in host units.
    pub fn room(&self, (width, height): WindowSize, states: ToplevelStates) -> WindowSize {
        let bar = if self.is_framed_in(states) { Frame::HEIGHT } else { 0 };
        (width, height.saturating_sub(bar).max(1))
    }

    /// Keeps a rectangle on the screen, if the window manager keeps this window there.
    pub fn kept(&self, rect: Rect) -> Rect {
        if self.is_kept { rect.within(self.screen) } else { rect }
    }

    /// The window's rectangle in these states: a window that fills the host's screen starts at the
    /// corner of its X screen.
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
