//! How a window takes the sizes that the host wants: it follows, or keeps a size of its own and
//! is shown enlarged or reduced (`--viewport-resize`, and quirks for single programs).

#[cfg(test)]
mod tests;

use super::Size;
use crate::x11::role::{WindowFit, ToplevelStates};
use crate::x11::wm::properties::SizeHints;

/// Whether a window may be shown at another size than its own, and which size that is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FitMode {
    /// It may not: it follows the host.
    #[default]
    Follows,
    /// It may: it keeps its size where it cannot follow.
    Keeps,
    /// It may: a game that is to believe what it wants.
    Contained,
}

/// What decides about a window's size. All sizes are in X pixels.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is the case without the others")]
pub struct Habits {
    /// See [`FitMode`].
    pub mode: FitMode,
    /// The sizes that its client says that it may have.
    pub hints: SizeHints,
    /// The window manager places it.
    pub is_managed: bool,
    /// It is a window of the usual kind, with title and frame.
    pub has_frame: bool,
    /// Its client wants it to fill the screen.
    pub wants_fullscreen: bool,
    /// It is a game that the host shows in a window, whatever that wants.
    pub is_contained: bool,
    /// The X screen that it is on.
    pub screen: Size,
    /// The screen that Xwayland pretends for it.
    pub pretended: Option<Size>,
    /// In full screen, it has that size.
    pub emulates: bool,
    /// It is shown as large as the host wants it then, whatever Xwayland makes of it.
    pub corrects: bool,
    /// A configuration without any state says nothing.
    pub ignores_stateless: bool,
}

/// What the host wants.
#[derive(Clone, Copy, Debug, Default)]
pub struct Demand {
    pub states: ToplevelStates,
    /// The size that the surface is to have in X pixels.
    pub wanted: Size,
    /// The same in the host's units; `None`: the host leaves it to the client.
    pub room: Option<Size>,
    /// How it is shown until now, if the host has never forced a size on it.
    pub before: Option<WindowFit>,
    /// The size that its client has insisted on since the host forced one on it.
    pub insists: Option<Size>,
}

impl Habits {
    /// Whether it may be shown at another size than its own.
    pub fn may_fit(&self) -> bool {
        self.mode != FitMode::Follows
    }

    /// The size that its surface is to have, and how it is shown, if not at that.
    pub fn answer(&self, demand: &Demand) -> (Size, Option<WindowFit>) {
        let Demand { states, wanted, room, .. } = *demand;
        if let Some(pretended) = self.pretended.filter(|_| states.fullscreen && self.emulates) {
            // Xwayland itself enlarges what is as large as the screen that it pretends, but
            // for some games to a wrong size.
            let fit = room.filter(|_| self.corrects).map(|room| WindowFit { room, fill: true });
            return (pretended, fit);
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

    /// The size of a window that does not follow: its hints forbid the host's, or its client
    /// has refused it.
    fn own_size(&self, demand: &Demand) -> Option<Size> {
        let is_fitted = demand.room.is_none() && demand.before.is_some();
        let is_forbidden = !self.hints.allow(demand.wanted) || is_fitted;
        let constrained = || self.hints.constrain(demand.wanted);
        demand.insists.or_else(|| is_forbidden.then(constrained))
    }

    /// The size of a game that is to believe what it wants, while the host shows it in a
    /// window: its hints' largest, else their smallest, else the whole screen.
    fn contained(&self, demand: &Demand) -> Option<Size> {
        if self.pretended.is_some() {
            return self.pretended;
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

    /// The least and the most size that the host is told; zeros: any. `size`: what the window
    /// has, `is_fitted`: it is shown at another one, or will be.
    pub fn limits(&self, size: Size, is_fitted: bool) -> [Size; 2] {
        if !self.is_managed {
            // A host that arranges windows itself leaves alone what has one size only.
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

/// So many tenths of a size.
fn part((width, height): Size, tenths: u32) -> Size {
    let side = |size: u32| (size.saturating_mul(tenths) / 10).max(1);
    (side(width), side(height))
}
