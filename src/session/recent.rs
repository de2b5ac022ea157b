//! A session's most recent messages as text, with the client's ids.

use std::fmt;

use super::engine::Engine;
use super::objects::Objects;
use crate::observe::{MessageText, RecentMessage, RecorderMemory, Side};
use crate::protocol::{Arg, Message, Tables};
use crate::wire::{ArgReader, ArgShape, HEADER_LEN, Header};

/// Longest part of a message that is decoded, in bytes.
const MAX_SHOWN_MESSAGE: usize = 512;

/// Displays those of an engine's recent messages whose bytes are still in memory.
pub struct RecentMessages<'a>(pub &'a Engine);

/// Displays the recent messages of a session that something has killed. Its requests have the
/// host's ids, because the client's are lost.
pub struct LastMessages<'a> {
    /// What remains of it.
    pub recorder: &'a RecorderMemory,
    /// Whether to show also what the user types, reads or copies.
    pub secrets: bool,
}

impl fmt::Display for RecentMessages<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Engine { observer, requests, events, .. } = self.0;
        for place in observer.ring.places() {
            let flow = if place.side == Side::Client { requests } else { events };
            let bytes = flow.input.at(place.position);
            show(f, place, bytes, Some(self.0.objects()), observer.shows_secrets())?;
        }
        self.show_waiting(f)
    }
}

impl fmt::Display for LastMessages<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { recorder, secrets } = *self;
        let mut places = recorder.places().into_iter();
        places.try_for_each(|place| show(f, place, recorder.at(place), None, secrets))
    }
}

impl RecentMessages<'_> {
    /// The request that waits was not handled yet, so it is not among the recent ones.
    fn show_waiting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((header, interface)) = self.0.waiting_request() else { return Ok(()) };
        let interface = Tables::get().interface(interface);
        let message = interface.requests.get(usize::from(header.opcode));
        let (name, object) = (interface.name, header.object);
        let message = message.map_or("?", |message| message.name);
        writeln!(f, "client   {name}@{object}.{message} waits for the host")
    }
}

/// Shows a message, if its bytes are still there. `objects`: for the client's ids.
fn show(
    f: &mut fmt::Formatter<'_>,
    place: RecentMessage,
    bytes: &[u8],
    objects: Option<&Objects>,
    secrets: bool,
) -> fmt::Result {
    let interface = Tables::get().interface(place.interface);
    let (arrow, messages) = match place.side {
        Side::Client => ("client-> ", &interface.requests),
        Side::Host => ("->client ", &interface.events),
    };
    let Ok(Some(header)) = Header::read(bytes) else { return Ok(()) };
    let Some(message) = messages.get(usize::from(header.opcode)) else { return Ok(()) };
    let end = bytes.len().min(usize::from(header.len)).min(MAX_SHOWN_MESSAGE);
    let mut body = bytes.get(HEADER_LEN..end).unwrap_or_default().to_vec();
    let mut object = header.object;
    if let Some(objects) = objects.filter(|_| place.side == Side::Client && place.rewritten) {
        object = objects.last_client_id(object);
        // A message that was cut short is shown as far as possible.
        let _ = to_client_ids(&mut body, message, objects);
    }
    let decoded = MessageText { object, interface, message, body: &body, secrets };
    writeln!(f, "{arrow}{decoded}")
}

/// Reverses what [`translate`](super::translate) did to a request.
fn to_client_ids(body: &mut [u8], message: &Message, objects: &Objects) -> Result<(), ArgShape> {
    let mut args = ArgReader::new(body);
    for arg in &message.args {
        match arg {
            Arg::Int | Arg::Uint | Arg::Fixed => drop(args.uint()?),
            Arg::Array => drop(args.array()?),
            Arg::Str(_) => drop(args.string()?),
            Arg::Object(..) | Arg::NewId(_) => {
                let id = args.word()?;
                *id = objects.last_client_id(u32::from_ne_bytes(*id)).to_ne_bytes();
            }
            Arg::Fd(_) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use zerocopy::FromBytes;

    use super::*;
    use crate::observe::RING_LEN;

    /// A client that has taken over a session writes anything there.
    #[test]
    fn whatever_remains_of_a_session_can_be_shown() {
        let mut rng = fastrand::Rng::with_seed(7);
        let mut bytes = vec![0; size_of::<RecorderMemory>()];
        for most in (1..=u8::MAX).cycle().take(600) {
            bytes.fill_with(|| rng.u8(..=most));
            let recorder = RecorderMemory::read_from_bytes(&bytes).unwrap();
            let shown = LastMessages { recorder: &recorder, secrets: false }.to_string();
            assert!(shown.lines().count() <= RING_LEN, "{shown}");
        }
    }
}
