//! The configurations of the host that are not acknowledged yet.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use super::WindowSize;
use crate::x11::role::{ToplevelStates, WindowFit};

/// Bound on the waiting configurations. A client that follows none of so many will not follow an
/// older one.
const MAX_WAITING: usize = 64;

/// How a window answers a configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The states.
    pub states: ToplevelStates,
    /// The window's size that the host wants, in host units; `None` if it leaves that to the
    /// client.
    pub window: Option<WindowSize>,
    /// The size that its surface will have, in X pixels.
    pub size: WindowSize,
    /// How the surface will be scaled, if it will be.
    pub fit: Option<WindowFit>,
}

/// The waiting configurations.
#[derive(Debug, Default)]
pub struct Configures {
    /// The oldest first, each with its serial. A client may draw any of them, not only the last
    /// one. An entry without a serial is a new answer to a configuration that was acknowledged
    /// before.
    waiting: VecDeque<(Option<u32>, Answer)>,
    /// Whether any was acknowledged.
    acked: bool,
}

impl Configures {
    /// Adds a configuration; `None` for a new answer to an earlier one.
    pub fn add(&mut self, serial: Option<u32>, answer: Answer) {
        if self.waiting.len() >= MAX_WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back((serial, answer));
    }

    /// Changes the answer to the last waiting configuration; `false` if none waits.
    pub fn answer_anew(&mut self, size: WindowSize, fit: Option<WindowFit>) -> bool {
        let last = self.waiting.back_mut();
        last.map(|(_, last)| (last.size, last.fit) = (size, fit)).is_some()
    }

    /// The last answer that is waited for; `None` if what is shown is the answer.
    pub fn last(&self) -> Option<Answer> {
        self.waiting.back().map(|(_, answer)| *answer)
    }

    /// Content of this size comes. Returns the answer that it follows, and the serial to
    /// acknowledge before the content. The first content always comes with a serial.
    pub fn follow(&mut self, size: WindowSize) -> Option<(Option<u32>, Answer)> {
        let fitting = self.waiting.iter().rposition(|(_, answer)| answer.size == size);
        let first = || self.waiting.len().checked_sub(1).filter(|_| !self.acked);
        let place = fitting.or_else(first)?;
        let followed = self.waiting.drain(..=place);
        let (serial, answer) = followed.reduce(|(before, _), (serial, answer)| {
            // A new answer acknowledges the configuration that it belongs to.
            (serial.or(before), answer)
        })?;
        self.acked |= serial.is_some();
        Some((serial, answer))
    }
}
