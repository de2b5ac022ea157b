//! What the host has configured and was not yet told is followed.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use super::Fit;

/// Bound on those that wait: a client that follows none of so many follows no older one.
const MAX_WAITING: usize = 64;

/// A configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unacked {
    /// Its number.
    pub serial: u32,
    /// The size that the surface will have then, in X pixels.
    pub size: (u32, u32),
    /// How it is shown then, if not at that size.
    pub fit: Option<Fit>,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Configures {
    /// The oldest first. A client may draw any of them, not only the last.
    waiting: VecDeque<Unacked>,
    /// Whether any was acknowledged.
    acked: bool,
}

impl Configures {
    /// The host has configured a size.
    pub fn add(&mut self, serial: u32, size: (u32, u32), fit: Option<Fit>) {
        if self.waiting.len() >= MAX_WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back(Unacked { serial, size, fit });
    }

    /// What was to be followed by one size is to be by another.
    pub fn refit(&mut self, from: (u32, u32), to: (u32, u32)) {
        let fitting = self.waiting.iter_mut().filter(|unacked| unacked.size == from);
        fitting.for_each(|unacked| unacked.size = to);
    }

    /// The last that waits has another answer; `false`: none waits.
    pub fn answer_anew(&mut self, size: (u32, u32), fit: Option<Fit>) -> bool {
        let last = self.waiting.back_mut();
        last.map(|last| (last.size, last.fit) = (size, fit)).is_some()
    }

    /// Whether what is followed next is shown at another size than its own.
    pub fn is_fitted(&self) -> bool {
        self.waiting.back().is_some_and(|unacked| unacked.fit.is_some())
    }

    /// Content of that size comes: what is to be acknowledged in front of it.
    /// The first content always comes with one.
    pub fn follow(&mut self, size: (u32, u32)) -> Option<Unacked> {
        let fitting = self.waiting.iter().rposition(|unacked| unacked.size == size);
        let first = || self.waiting.len().checked_sub(1).filter(|_| !self.acked);
        let place = fitting.or_else(first)?;
        let followed = self.waiting.drain(..=place).next_back()?;
        self.acked = true;
        Some(followed)
    }
}
