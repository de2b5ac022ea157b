//! Holds events that a client has not taken, while the host must be read all the same; in order,
//! and up to a bound, at which the client's session ends. Only behind a virtual device: on a socket
//! the session stops reading the host instead (`Flow::wants_input`).
//!
//! The events of a moving pointer would reach any bound if a client is stopped. So events that tell
//! a position or a distance are joined ([`JoinRule`]), as long as no other event comes between. In
//! the end the client sees the same state, but not every position in between. If events come in
//! groups with an end (`wl_pointer.frame`), only whole groups are joined.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::io::{self, IoSlice};

use super::objects::Objects;
use crate::protocol::{JoinRule, Tables};
use crate::wire::{FdQueue, HEADER_LEN, Header, TooManyFds};

/// Most bytes that are held. A client that is this far behind will hardly catch up.
pub const MAX_UNREAD: usize = 16 << 20;

/// Most objects whose events can be joined at the same time.
const MAX_JOINED: usize = 64;

/// Events of one object that may still be joined with later ones.
struct Group {
    object: u32,
    /// The events, each with the number of the thing that it is about.
    parts: Vec<(u32, Vec<u8>)>,
    /// The event that ends the group.
    end: Option<Vec<u8>>,
}

/// The events held for one client.
#[derive(Default)]
pub struct UnreadEvents {
    bytes: VecDeque<u8>,
    fds: FdQueue,
    /// The newest events, in the order in which their groups end. No other events come after them.
    joined: Vec<Group>,
    /// The objects whose last event ended a group, so their next event begins a new one.
    between: Vec<u32>,
}

impl UnreadEvents {
    /// Whether the client has got everything.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.joined.is_empty()
    }

    /// How many bytes wait.
    pub fn len(&self) -> usize {
        let message = |group: &Group| {
            let parts: usize = group.parts.iter().map(|(_, message)| message.len()).sum();
            parts + group.end.as_ref().map_or(0, Vec::len)
        };
        self.bytes.len() + self.joined.iter().map(message).sum::<usize>()
    }

    /// Holds the rest of a message of which the client has taken a part.
    pub fn push_rest(&mut self, bytes: &[u8]) {
        self.settle();
        self.bytes.extend(bytes);
    }

    /// Holds whole events with the client's ids.
    pub fn push(&mut self, mut events: &[u8], tables: &Tables, objects: &Objects) {
        while let Some(header) = Header::read_unchecked(events)
            && let Some((event, rest)) = events.split_at_checked(usize::from(header.len))
            && !event.is_empty()
        {
            let found = objects.client(header.object);
            let interface = found.map(|object| (object, tables.interface(object.interface)));
            let message = interface.and_then(|(object, interface)| {
                let message = interface.events.get(usize::from(header.opcode))?;
                Some((object, interface, message))
            });
            match message {
                Some((object, interface, message)) if JoinRule::concerns(interface.name) => {
                    let end = JoinRule::end_of(interface.name);
                    let has_end = |end| {
                        let end = interface.events.iter().find(|event| event.name == end);
                        end.is_some_and(|end| end.since <= object.versions.client())
                    };
                    let joining = JoinRule::of(interface.name, message.name);
                    self.join(event, header.object, joining, end.is_some_and(has_end));
                }
                _ => self.push_rest(event),
            }
            events = rest;
        }
        // HeaderError messages cannot come here, but if they did, nothing would be lost.
        if !events.is_empty() {
            self.push_rest(events);
        }
    }

    /// Holds the descriptors of the held bytes.
    ///
    /// # Errors
    /// [`TooManyFds`].
    pub fn push_fds(&mut self, fds: &mut FdQueue) -> Result<(), TooManyFds> {
        while let Some((fd, kind)) = fds.pop() {
            self.fds.push(fd, kind)?;
        }
        Ok(())
    }

    /// Sends until everything is out or the client takes no more; `transmit` is as for
    /// [`Outbox::send`](crate::wire::Outbox::send).
    ///
    /// # Errors
    /// What `transmit` gave; `WouldBlock` is no error.
    pub fn send(
        &mut self,
        mut transmit: impl FnMut(&[IoSlice<'_>], &mut FdQueue) -> io::Result<usize>,
    ) -> io::Result<()> {
        loop {
            if self.bytes.is_empty() {
                self.settle();
            }
            let (first, second) = self.bytes.as_slices();
            let slices = [IoSlice::new(first), IoSlice::new(second)];
            let sent = match (first.is_empty(), second.is_empty()) {
                (true, _) => {
                    *self = Self::default();
                    return Ok(());
                }
                (_, true) => transmit(slices.get(..1).unwrap_or(&slices), &mut self.fds),
                _ => transmit(&slices, &mut self.fds),
            };
            match sent {
                Ok(sent) => drop(self.bytes.drain(..sent.min(self.bytes.len()))),
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(e) => return Err(e),
            }
        }
    }

    /// Moves the joined events to the bytes: nothing can be joined with them any more.
    fn settle(&mut self) {
        for group in self.joined.drain(..) {
            group.parts.iter().for_each(|(_, event)| self.bytes.extend(event));
            self.bytes.extend(group.end.iter().flatten());
        }
    }

    /// Holds an event of an object whose events may be joined. `has_end` tells that they come in
    /// groups.
    fn join(&mut self, event: &[u8], object: u32, joining: JoinRule, has_end: bool) {
        let is_between = self.between.contains(&object);
        if self.joined.len() >= MAX_JOINED {
            self.settle();
        }
        match joining {
            JoinRule::Last | JoinRule::LastOf(_) if is_between || !has_end => {
                let what = if let JoinRule::LastOf(n) = joining { word(event, n) } else { 0 };
                let mut group = self.take(object);
                group.end = None;
                match group.parts.iter_mut().find(|(known, _)| *known == what) {
                    Some((_, known)) => *known = event.to_vec(),
                    None => group.parts.push((what, event.to_vec())),
                }
                self.joined.push(group);
            }
            JoinRule::Sum(first) => {
                let known = self.joined.iter_mut().find(|group| group.object == object);
                match known.and_then(|group| group.parts.first_mut()) {
                    Some((_, known)) => *known = sum(known, event, first),
                    None => self.joined.push(Group {
                        object,
                        parts: vec![(0, event.to_vec())],
                        end: None,
                    }),
                }
            }
            JoinRule::Ends if is_between && !self.joined.is_empty() => {
                let mut group = self.take(object);
                group.end = Some(event.to_vec());
                self.joined.push(group);
            }
            JoinRule::Ends => {
                self.push_rest(event);
                if !is_between && self.between.len() < MAX_JOINED {
                    self.between.push(object);
                }
            }
            // Another kind of event of the group: nothing in it can be joined any more.
            _ => {
                self.between.retain(|known| *known != object);
                self.push_rest(event);
            }
        }
    }

    /// Takes an object's group out of the list.
    fn take(&mut self, object: u32) -> Group {
        match self.joined.iter().position(|group| group.object == object) {
            Some(at) => self.joined.remove(at),
            None => Group { object, parts: Vec::new(), end: None },
        }
    }
}

fn word(event: &[u8], n: usize) -> u32 {
    let bytes = event.get(HEADER_LEN + n * 4..).and_then(<[u8]>::first_chunk);
    bytes.map_or(0, |bytes| u32::from_ne_bytes(*bytes))
}

/// Returns a later event with the numbers of an earlier one added, from word `first` on.
fn sum(earlier: &[u8], later: &[u8], first: usize) -> Vec<u8> {
    let mut sum = later.to_vec();
    let words = sum.get_mut(HEADER_LEN..).unwrap_or_default().as_chunks_mut::<4>().0;
    for (n, place) in words.iter_mut().enumerate().skip(first) {
        let (one, other) = (word(earlier, n).cast_signed(), i32::from_ne_bytes(*place));
        *place = one.saturating_add(other).to_ne_bytes();
    }
    sum
}
