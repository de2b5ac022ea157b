//! The tight loop for plain messages: those of fixed length and without descriptors that no handler
//! wants to see.

use std::mem::take;

use super::{Engine, EngineState, message_of};
use crate::observe::{Ring, Side};
use crate::protocol::{InterfaceId, Plan, Special, Tables};
use crate::session::fault::{ArgFault, Fault};
use crate::session::objects::{Object, Objects};
use crate::session::translate::{keep_from_client, rewrite};
use crate::session::versions::Versions;
use crate::surfaces::Book;
use crate::wire::{HEADER_LEN, Header};

impl Engine {
    /// Forwards messages as long as they are plain.
    pub(super) fn forward_plain<const FROM_CLIENT: bool>(&mut self) -> Result<(), Fault> {
        let Self {
            state: EngineState { tables, objects, book, .. },
            requests,
            events,
            observer,
            ..
        } = self;
        if observer.is_logging() {
            return Ok(());
        }
        let (flow, side) =
            if FROM_CLIENT { (requests, Side::Client) } else { (events, Side::Host) };
        let ring = &mut *observer.ring;
        ring.start_run(side, flow.input.position(), true);
        let noted = ring.count();
        let mut rest = flow.input.waiting();
        let (mut handled, mut frames, mut fault) = (0, 0, None);
        while let Some(header) = Header::read_unchecked(rest)
            && let Some(object) = objects.plain::<FROM_CLIENT>(header.object)
            && let Some(plan) = object.plans.get(usize::from(header.opcode))
            && plan.len == header.len
            && (!FROM_CLIENT || object.versions.has(plan.since))
            && let Some((message, tail)) =
                take(&mut rest).split_at_mut_checked(usize::from(header.len))
            // Plans of messages that are not plain have the length 0, and so may a wrong header.
            && let Some((place, message)) = message.split_first_chunk_mut()
        {
            let Object { peer, versions, interface, .. } = *object;
            if plan.has_effects {
                let body = message.get_mut(HEADER_LEN - size_of::<u32>()..).unwrap_or_default();
                match effects::<FROM_CLIENT>(tables, (objects, book), header, versions, plan, body)
                {
                    Ok(true) => frames += u64::from(plan.is_frame),
                    Ok(false) => break,
                    Err(wrong) => {
                        fault = Some(wrong);
                        break;
                    }
                }
            }
            *place = peer.to_ne_bytes();
            ring.push(handled, interface);
            handled += usize::from(header.len);
            rest = tail;
            // Streams repeat the same message often. A message with the same header and nothing
            // else to rewrite needs no further check.
            if !plan.has_effects && Header::read_unchecked(rest) == Some(header) {
                let len = repeat(rest, header, (peer, interface), ring, handled);
                handled += len;
                rest = take(&mut rest).get_mut(len..).unwrap_or_default();
            }
        }
        if handled > 0 {
            let messages = ring.count().wrapping_sub(noted);
            observer.count_plain(side, messages, frames);
            flow.out.forward(flow.input.advance(handled));
        }
        match fault {
            None => Ok(()),
            Some(ArgFault::OneSided(_)) if !FROM_CLIENT => self.keep_event(),
            Some(fault) => Err(self.refused::<FROM_CLIENT>(&fault)),
        }
    }

    /// Keeps an event from the client, because it names one of carafe's own objects.
    #[cold]
    fn keep_event(&mut self) -> Result<(), Fault> {
        let Self { state: EngineState { tables, objects, .. }, events, .. } = self;
        let Some(header) = Header::read_unchecked(events.input.waiting()) else { return Ok(()) };
        let body = events.input.body(header);
        if let Some(object) = objects.host(header.object).copied()
            && let interface = tables.interface(object.interface)
            && let Some(message) = message_of::<false>(interface, header)
        {
            keep_from_client(body, message, object.versions, objects)
                .map_err(|fault| Fault::arguments(false, header, interface, message, &fault))?;
        }
        events.input.advance(usize::from(header.len));
        Ok(())
    }

    /// The error for a message with wrong arguments.
    #[cold]
    fn refused<const FROM_CLIENT: bool>(&mut self, fault: &ArgFault) -> Fault {
        let Self { state: EngineState { tables, objects, .. }, requests, events, observer, .. } =
            self;
        let flow = if FROM_CLIENT { requests } else { events };
        let header = Header::read_unchecked(flow.input.waiting());
        let found = header.and_then(|header| {
            let object = objects.plain::<FROM_CLIENT>(header.object)?;
            let interface = tables.interface(object.interface);
            let message = message_of::<FROM_CLIENT>(interface, header)?;
            Some((
                object.interface,
                Fault::arguments(FROM_CLIENT, header, interface, message, fault),
            ))
        });
        let Some((interface, fault)) = found else { return Fault::service(fault.to_string()) };
        if FROM_CLIENT {
            observer.note(Side::Client, flow.input.position(), interface);
        }
        fault
    }
}

/// Rewrites messages as long as they have this header and nothing else to rewrite; returns their
/// length in bytes. It exists once for both directions and is as short as possible, because streams
/// spend their time in it.
#[inline(never)]
fn repeat(
    mut rest: &mut [u8],
    header: Header,
    (peer, interface): (u32, InterfaceId),
    ring: &mut Ring,
    offset: usize,
) -> usize {
    let len = usize::from(header.len);
    let mut tags = ring.tags();
    let mut handled = 0;
    while Header::read_unchecked(rest) == Some(header)
        && let Some((message, tail)) = take(&mut rest).split_at_mut_checked(len)
        && let Some(place) = message.first_chunk_mut()
    {
        *place = peer.to_ne_bytes();
        tags.push(offset + handled, interface);
        handled += len;
        rest = tail;
    }
    tags.finish();
    handled
}

/// Rewrites a plain message's arguments and destroys the objects that it destroys. Returns `false`
/// if it is not plain after all.
#[inline]
fn effects<const FROM_CLIENT: bool>(
    tables: &Tables,
    (objects, book): (&mut Objects, &mut Book),
    header: Header,
    versions: Versions,
    plan: &Plan,
    body: &mut [u8],
) -> Result<bool, ArgFault> {
    if plan.special != Special::None {
        if !FROM_CLIENT {
            // `wl_display.delete_id`: if only carafe knows the object, the handler drops the event.
            let Some(id) = body.first_chunk_mut() else { return Ok(false) };
            let Some(client_id) = objects.delete_mirrored(u32::from_ne_bytes(*id)) else {
                return Ok(false);
            };
            *id = client_id.to_ne_bytes();
            return Ok(true);
        }
        if !objects.is_still_steady(header.object, plan.special, body, book) {
            return Ok(false);
        }
    }
    rewrite::<FROM_CLIENT>(body, plan.rewrites, versions, objects, tables)?;
    if FROM_CLIENT && plan.destructor {
        objects.destroyed_by_client(header.object);
    }
    Ok(true)
}
