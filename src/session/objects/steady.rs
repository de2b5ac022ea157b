//! Steady surfaces: if their next frame is like the last one, no handler needs to see it, and it
//! passes with the plain messages.
//!
//! A frame consists of an `attach`, damage, a `frame` callback and the `commit`. Buffers of one
//! size are alike: it makes no difference which of them is attached. After a frame that all
//! handlers have seen and forwarded, the engine asks them ([`Handler::is_steady`]). If they all
//! agree, the surface is steady. It stays so until another kind of message comes, or a buffer that
//! is not like the previous one, or until a handler [ends it](Objects::unsettle_all). The book
//! follows steady frames, except for their damage, which nobody reads.
//!
//! [`Handler::is_steady`]: crate::session::Handler::is_steady

#[cfg(test)]
mod tests;

use super::{ObjectState, Objects};
use crate::protocol::Special;
use crate::surfaces::Book;

impl Objects {
    /// Makes a surface steady.
    pub(in crate::session) fn settle(&mut self, surface: u32) {
        let plans = self.tables.steady_plans();
        if let Some(object) = self.client.get_mut(surface).filter(|o| o.state == ObjectState::Live)
        {
            object.plans = plans;
            self.steady.push(surface);
        }
    }

    /// Ends a surface's steady state, so that handlers see its next frame.
    pub fn unsettle(&mut self, surface: u32) {
        if self.client.get(surface).is_none_or(|object| !object.is_steady(self.tables)) {
            return;
        }
        if let Some(place) = self.steady.iter().position(|steady| *steady == surface) {
            self.steady.swap_remove(place);
            self.show_frames(surface);
        }
    }

    /// Ends the steady state of all surfaces, because something has changed.
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

    /// Attaches a buffer to a steady surface, or commits it, and updates the book. Returns `false`
    /// if the buffer is not like the previous one.
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
