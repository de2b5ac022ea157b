//! What a window's size depends on: its surroundings, and its habits. By its habits, it
//! follows the sizes that the host wants, or keeps a size of its own and is scaled
//! (`--viewport-resize`, and quirks for single programs).

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::WindowSize;
use crate::x11::geometry::{Margins, Rect, Units, WindowFit};
use crate::x11::role::{Frame, ToplevelStates};
use crate::x11::wm::Screen;
use crate::x11::wm::properties::SizeHints;

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

/// Whether a window may be scaled, and which size it has then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FitMode {
    /// It is not scaled: it follows the host.
    #[default]
    Follows,
    /// It is scaled, and keeps its own size, where it cannot follow.
    Keeps,
    /// It is scaled: a game that sees the size that it wants.
    Contained,
}

/// The properties of a window that decide about its size. All sizes are in X pixels.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is the case without the others")]
pub struct Habits {
    /// See [`FitMode`].
    pub mode: FitMode,
    /// The sizes that its client allows.
    pub hints: SizeHints,
    /// The window manager places it.
    pub is_managed: bool,
    /// It is a normal window with title and frame.
    pub has_frame: bool,
    /// Its client wants it to fill the screen.
    pub wants_fullscreen: bool,
    /// It is a game that the host shows in a window, although it wants to be fullscreen.
    pub is_contained: bool,
    /// The size of its X screen.
    pub screen: WindowSize,
    /// The screen that Xwayland emulates for it.
    pub emulated_screen: Option<WindowSize>,
    /// When it is fullscreen, it has that size.
    pub emulates: bool,
    /// Then it is scaled to the size that the host wants, whatever Xwayland does.
    pub corrects: bool,
    /// A configuration without any state is ignored.
    pub ignores_stateless: bool,
}

/// What the host wants of a window.
#[derive(Clone, Copy, Debug, Default)]
pub struct Demand {
    pub states: ToplevelStates,
    /// The size in X pixels that the surface should have.
    pub wanted: WindowSize,
    /// The same in host units; `None` if the host leaves it to the client.
    pub room: Option<WindowSize>,
    /// How it has been scaled so far, if the host has never set a size.
    pub before: Option<WindowFit>,
    /// The size on which its client has insisted since the host set one.
    pub insists: Option<WindowSize>,
}

impl Habits {
    /// Whether it may be scaled.
    pub fn may_fit(&self) -> bool {
        self.mode != FitMode::Follows
    }

    /// Decides which size its surface gets, and how it is scaled.
    pub fn answer(&self, demand: &Demand) -> (WindowSize, Option<WindowFit>) {
        let Demand { states, wanted, room, .. } = *demand;
        if let Some(emulated_screen) =
            self.emulated_screen.filter(|_| states.fullscreen && self.emulates)
        {
            // Xwayland itself scales a window of the size that it emulates, but for some games to a
            // wrong size.
            let fit = room.filter(|_| self.corrects).map(|room| WindowFit { room, fill: true });
            return (emulated_screen, fit);
        }
        let kept = match self.mode {
            FitMode::Follows => None,
            FitMode::Keeps => self.own_size(demand),
            FitMode::Contained => self.contained(demand),
        };
        let Some(kept) = kept else {
            let is_free = self.is_managed && !states.is_placed();
            return (if is_free { self.hints.constrain(wanted) } else { wanted }, None);
        };
        let fill = states.must_be_filled();
        let fit = match room {
            Some(room) => (kept != wanted).then_some(WindowFit { room, fill }),
            None if self.mode == FitMode::Contained => {
                Some(WindowFit { room: part(self.screen, 8), fill })
            }
            None => demand.before,
        };
        (kept, fit)
    }

    /// The own size of a window that does not follow, because its hints forbid the host's size, or
    /// its client has refused it.
    fn own_size(&self, demand: &Demand) -> Option<WindowSize> {
        let is_fitted = demand.room.is_none() && demand.before.is_some();
        let is_forbidden = !self.hints.allow(demand.wanted) || is_fitted;
        let constrained = || self.hints.constrain(demand.wanted);
        demand.insists.or_else(|| is_forbidden.then(constrained))
    }

    /// The size of a game that wants to be fullscreen while the host shows it in a window: the
    /// largest size of its hints, else the smallest, else the whole screen.
    fn contained(&self, demand: &Demand) -> Option<WindowSize> {
        if self.emulated_screen.is_some() {
            return self.emulated_screen;
        }
        if !self.wants_fullscreen && self.has_frame && self.hints.allow(demand.wanted) {
            return None;
        }
        let named = self.hints.max.or(self.hints.min).filter(|(width, height)| {
            (1..=self.screen.0).contains(width) && (1..=self.screen.1).contains(height)
        });
        let size = named.filter(|_| !self.wants_fullscreen).unwrap_or(self.screen);
        Some(demand.insists.unwrap_or(size))
    }

    /// The smallest and the largest size for the host; zeros for no limit. `size` is the window's
    /// size, and `is_fitted` tells whether it is scaled or will be.
    pub fn limits(&self, size: WindowSize, is_fitted: bool) -> [WindowSize; 2] {
        if !self.is_managed {
            // Hosts that arrange windows themselves leave windows with only one size alone.
            return [if self.wants_fullscreen { (0, 0) } else { size }; 2];
        }
        if self.is_contained {
            return [part(self.screen, 4), part(self.screen, 8)];
        }
        if is_fitted {
            return Default::default();
        }
        [self.hints.min.unwrap_or_default(), self.hints.most()]
    }
}

/// A number of tenths of a size.
fn part((width, height): WindowSize, tenths: u32) -> WindowSize {
    let side = |size: u32| (size.saturating_mul(tenths) / 10).max(1);
    (side(width), side(height))
}
