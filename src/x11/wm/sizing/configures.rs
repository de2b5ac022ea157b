//! What the host has configured and was not yet told is followed.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use super::Size;
use crate::x11::role::{WindowFit, ToplevelStates};

/// Bound on those that wait: a client that follows none of so many follows no older one.
const MAX_WAITING: usize = 64;

/// How a window is to be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The states that the host has put it into.
    pub states: ToplevelStates,
    /// The size that the host wants of it, in the host's units; `None`: it leaves that to
    /// the client.
    pub window: Option<Size>,
    /// The size that its surface will have then, in X pixels.
    pub size: Size,
    /// How the surface is shown then, if not at that size.
    pub fit: Option<WindowFit>,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Configures {
    /// The oldest first, each with its number. A client may draw any of them, not only the
    /// last. One without a number is a new answer to what was acknowledged before.
    waiting: VecDeque<(Option<u32>, Answer)>,
    /// Whether any was acknowledged.
    acked: bool,
}

impl Configures {
    /// The host has configured something; `None`: the answer to what it has configured before
    /// is another one now.
    pub fn add(&mut self, serial: Option<u32>, answer: Answer) {
        if self.waiting.len() >= MAX_WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back((serial, answer));
    }

    /// The last that waits has another answer; `false`: none waits.
    pub fn answer_anew(&mut self, size: Size, fit: Option<WindowFit>) -> bool {
        let last = self.waiting.back_mut();
        last.map(|(_, last)| (last.size, last.fit) = (size, fit)).is_some()
    }

    /// The answer that is waited for; `None`: what is shown is the answer.
    pub fn last(&self) -> Option<Answer> {
        self.waiting.back().map(|(_, answer)| *answer)
    }

    /// Content of that size comes: what is followed with it, and the number that is to be
    /// acknowledged in front of it. The first content always comes with a number.
    pub fn follow(&mut self, size: Size) -> Option<(Option<u32>, Answer)> {
        let fitting = self.waiting.iter().rposition(|(_, answer)| answer.size == size);
        let first = || self.waiting.len().checked_sub(1).filter(|_| !self.acked);
        let place = fitting.or_else(first)?;
        let followed = self.waiting.drain(..=place);
        let (serial, answer) = followed.reduce(|(before, _), (serial, answer)| {
            // A new answer acknowledges what it is an answer to.
            (serial.or(before), answer)
        })?;
        self.acked |= serial.is_some();
        Some((serial, answer))
    }
}
