//! A change of size that a client takes part in (`_NET_WM_SYNC_REQUEST`, EWMH): what is half
//! drawn is not shown, and the next size waits until the last one is seen.

use super::Size;
use crate::x11::rect::Rect;

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The client draws.
    Drawing,
    /// What it has drawn is to be shown.
    Showing,
    /// It has not answered. It is not asked again before it does.
    GivenUp,
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    stage: Stage,
    size: Size,
    /// The size was shown already.
    is_shown: bool,
    /// What the window is to have next.
    next: Option<Rect>,
}

impl Step {
    /// A client was asked to draw that size.
    pub fn new(size: Size) -> Self {
        Self { stage: Stage::Drawing, size, is_shown: false, next: None }
    }

    /// Whether the window is between two sizes.
    pub fn is_under_way(&self) -> bool {
        self.stage != Stage::GivenUp
    }

    /// What the window is to have that waits for its client.
    pub fn next(&self) -> Option<Rect> {
        self.next.filter(|_| self.is_under_way())
    }

    /// From now on, that is what waits.
    pub fn set_next(&mut self, next: Option<Rect>) {
        self.next = next;
    }

    /// The host gets content of that size. Gives whether the step is done.
    pub fn shows(&mut self, size: Size) -> bool {
        self.is_shown |= self.size == size;
        self.is_shown && self.stage == Stage::Showing
    }

    /// The client has drawn.
    pub fn drawn(&mut self) -> Drawn {
        match self.stage {
            Stage::GivenUp => Drawn::Late,
            Stage::Showing => Drawn::Again,
            Stage::Drawing => {
                self.stage = Stage::Showing;
                if self.is_shown { Drawn::IsShown } else { Drawn::IsToBeShown }
            }
        }
    }

    /// The client, or the X server, has had its time. Gives whether the step is done; else the
    /// client has not answered.
    pub fn time_is_up(&mut self) -> bool {
        if self.stage == Stage::Showing {
            return true;
        }
        self.stage = Stage::GivenUp;
        false
    }
}

/// What a client has drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// What was given up already.
    Late,
    /// What it had drawn before.
    Again,
    /// What the host has already.
    IsShown,
    /// What is to be shown next.
    IsToBeShown,
}
