//! The part of the message log for carafe's own messages.

use super::{Engine, Flow, message_of};
use crate::observe::{Leg, MessageText, Observer, Side};
use crate::protocol::Tables;
use crate::session::objects::Objects;
use crate::wire::{HEADER_LEN, Header};

/// Logs the messages made for both sides since the last call. They are sent before everything that
/// is forwarded later.
#[cold]
pub(super) fn log_made<const FROM_CLIENT: bool>(
    tables: &Tables,
    objects: &Objects,
    observer: &Observer,
    flow: &mut Flow,
    back: &mut Flow,
) {
    let (to_host, to_client) = if FROM_CLIENT { (flow, back) } else { (back, flow) };
    let (to_host, to_client) = (&mut to_host.out, &mut to_client.out);
    log_to::<true>(tables, objects, observer, to_host.take_unseen());
    log_to::<false>(tables, objects, observer, to_client.take_unseen());
}

fn log_to<const HOST: bool>(
    tables: &Tables,
    objects: &Objects,
    observer: &Observer,
    mut made: &[u8],
) {
    let from = if HOST { Side::Client } else { Side::Host };
    while let Some(header) = Header::read_unchecked(made) {
        let Some((message, rest)) = made.split_at_checked(usize::from(header.len)) else { return };
        if message.is_empty() {
            return;
        }
        made = rest;
        // If the object does not exist any more, it did when the message was made.
        let interface = tables.interface(objects.last_interface(HOST, header.object));
        if let Some(description) = message_of::<HOST>(interface, header) {
            let body = message.get(HEADER_LEN..).unwrap_or_default();
            let (object, secrets) = (header.object, observer.shows_secrets());
            let decoded = MessageText { object, interface, message: description, body, secrets };
            observer.log(from, Leg::Out, &decoded);
        }
    }
}

impl Engine {
    /// Logs messages made outside of a message's handling, if messages are logged.
    pub(super) fn log_made(&mut self) {
        let Self { state, requests, events, observer, .. } = self;
        if observer.is_logging() {
            log_made::<true>(state.tables, &state.objects, observer, requests, events);
        }
    }
}
