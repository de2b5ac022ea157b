//! Steady surfaces: their next frame, if it is like the last, is nothing to the handlers
//! that see surfaces, and passes with the plain messages.
//!
//! A frame is an `attach`, damage, a `frame` callback and the `commit`. A handler says of
//! a buffer which others it is [like](Objects::set_likeness): attached in one another's
//! place, they make no difference to it. After a frame that all handlers saw and forwarded,
//! the engine asks them ([`Handler::is_steady`]); if they agree, the surface is steady
//! until a message comes that such a frame does not have, or a buffer that is not like the
//! one before, or a handler [says so](Objects::unsettle_all).
//!
//! [`Handler::is_steady`]: crate::session::Handler::is_steady

#[cfg(test)]
mod tests;

use super::{Object, Objects, State};
use crate::protocol::Special;

/// What the steady frames of a surface have left, for a handler that follows its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    /// The buffer that was attached last.
    pub buffer: u32,
    /// Its frame is not yet committed.
    pub is_pending: bool,
}

impl Objects {
    /// Says which other buffers the client's buffer is like: those with the same number,
    /// which is not 0.
    pub fn set_likeness(&mut self, buffer: u32, likeness: u32) {
        let interface = self.tables.buffer();
        let live = |object: &&mut Object| object.state == State::Live;
        if let Some(object) = self.client.get_mut(buffer).filter(live)
            && Some(object.interface) == interface
        {
            object.note = likeness;
        }
    }

    /// A surface's frames need not be seen from now on if they are like the one with that
    /// buffer.
    pub(in crate::session) fn settle(&mut self, surface: u32, buffer: u32) {
        if self.client(buffer).is_none_or(|buffer| buffer.note == 0) {
            return;
        }
        let plans = self.tables.steady_plans();
        if let Some(object) = self.client.get_mut(surface).filter(|o| o.state == State::Live) {
            (object.note, object.in_frame, object.plans) = (buffer, false, plans);
            self.steady.push(surface);
        }
    }

    /// A surface's frames are to be seen again.
    pub(in crate::session) fn unsettle(&mut self, surface: u32) {
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

    /// A buffer is gone: its id may be another one's soon, which is not like it.
    pub(super) fn buffer_gone(&mut self, buffer: u32) {
        let Self { client, steady, .. } = self;
        let showing = steady.extract_if(.., |surface| {
            client.get(*surface).is_some_and(|surface| surface.note == buffer)
        });
        for surface in showing.collect::<Vec<_>>() {
            self.show_frames(surface);
        }
    }

    /// What has passed since the surface was steady, once; it is not steady any more.
    pub fn take_passed(&mut self, surface: u32) -> Option<Passed> {
        self.unsettle(surface);
        let object = self.client.get_mut(surface)?;
        let buffer = std::mem::take(&mut object.note);
        (buffer != 0).then_some(Passed { buffer, is_pending: object.in_frame })
    }

    fn show_frames(&mut self, surface: u32) {
        if let Some(object) = self.client.get_mut(surface) {
            object.plans = self.plans.of(object.interface).0;
        }
    }

    /// A steady surface gets a buffer, or shows it. `false`: the buffer is not like the one
    /// before.
    pub(in crate::session) fn is_still_steady(
        &mut self,
        surface: u32,
        special: Special,
        body: &[u8],
    ) -> bool {
        let note = |id| self.client(id).map_or(0, |object| object.note);
        let before = note(surface);
        let (buffer, attaches) = match body.first_chunk() {
            Some(id) if special == Special::Attaches => (u32::from_ne_bytes(*id), true),
            _ => (before, false),
        };
        if attaches && (note(buffer) == 0 || note(buffer) != note(before)) {
            return false;
        }
        if let Some(object) = self.client.get_mut(surface) {
            (object.note, object.in_frame) = (buffer, attaches);
        }
        true
    }
}
