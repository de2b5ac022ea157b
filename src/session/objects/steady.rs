//! Steady surfaces: their next frame, if it is like the last, is nothing to the handlers
//! that see surfaces, and passes with the plain messages.
//!
//! A frame is an `attach`, damage, a `frame` callback and the `commit`. Buffers of one size
//! are alike: attached in one another's place, they make no difference. After a frame that all
//! handlers saw and forwarded, the engine asks them ([`Handler::is_steady`]); if they agree,
//! the surface is steady until a message comes that such a frame does not have, or a buffer
//! that is not like the one before, or a handler [says so](Objects::unsettle_all). The book
//! follows steady frames, but for their damage, which nobody reads.
//!
//! [`Handler::is_steady`]: crate::session::Handler::is_steady

#[cfg(test)]
mod tests;

use super::{Objects, State};
use crate::protocol::Special;
use crate::surfaces::Book;

impl Objects {
    /// A surface's frames need not be seen from now on if they are like the last one.
    pub(in crate::session) fn settle(&mut self, surface: u32) {
        let plans = self.tables.steady_plans();
        if let Some(object) = self.client.get_mut(surface).filter(|o| o.state == State::Live) {
            object.plans = plans;
            self.steady.push(surface);
        }
    }

    /// A surface's frames are to be seen again.
    pub fn unsettle(&mut self, surface: u32) {
        let steady = self.tables.steady_plans();
        if self.client.get(surface).is_none_or(|object| !std::ptr::eq(object.plans, steady)) {
            return;
        }
        if let Some(place) = self.steady.iter().position(|steady| *steady == surface) {
            self.steady.swap_remove(place);
            self.show_frames(surface);
        }
    }

    /// The frames of all surfaces are to be seen again: something has changed.
    pub fn unsettle_all(&mut self) {
        while let Some(surface) = self.steady.pop() {
            self.show_frames(surface);
        }
    }

    fn show_frames(&mut self, surface: u32) {
        if let Some(object) = self.client.get_mut(surface) {
            object.plans = self.plans.of(object.interface).0;
        }
    }

    /// A steady surface gets a buffer, or shows it, and the book is told. `false`: the buffer
    /// is not like the one before.
    pub(in crate::session) fn is_still_steady(
        &self,
        surface: u32,
        special: Special,
        body: &[u8],
        book: &mut Book,
    ) -> bool {
        let surface = self.key(surface);
        if special != Special::Attaches {
            book.commit(surface);
            return true;
        }
        let word = |bytes: &[u8; 4]| i32::from_ne_bytes(*bytes);
        let (words, _) = body.as_chunks();
        let [buffer, x, y] = words else { return false };
        let buffer = self.key(word(buffer).cast_unsigned());
        book.attach_alike(surface, buffer, (word(x), word(y)))
    }
}
