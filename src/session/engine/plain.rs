//! The tight loop for plain messages: those of fixed length without descriptors that
//! no handler wants to see.

use std::mem::take;

use super::{Engine, message_of};
use crate::observe::Side;
use crate::protocol::{InterfaceId, Plan, Special, Tables};
use crate::session::fault::{ArgFault, Fault};
use crate::session::objects::{Object, Objects};
use crate::session::translate::rewrite;
use crate::wire::{HEADER_LEN, Header};

impl Engine {
    /// Forwards messages while they are plain; stops at the first that is not.
    pub(super) fn forward_plain<const FROM_CLIENT: bool>(&mut self) -> Result<(), Fault> {
        let Self { tables, objects, requests, events, observer, .. } = self;
        if observer.is_logging() {
            return Ok(());
        }
        let (flow, side) =
            if FROM_CLIENT { (requests, Side::Client) } else { (events, Side::Host) };
        let ring = &mut observer.ring;
        ring.start_run(side, flow.input.position(), true);
        let noted = ring.count();
        let mut rest = flow.input.waiting();
        let (mut handled, mut frames, mut fault) = (0, 0, None);
        while let Some(header) = Header::read_unchecked(rest)
            && let Some(object) = objects.plain::<FROM_CLIENT>(header.object)
            && let Some(plan) = object.plans.get(usize::from(header.opcode))
            && plan.len == header.len
            && (!FROM_CLIENT || u32::from(plan.since) <= object.version)
            && let Some((message, tail)) =
                take(&mut rest).split_at_mut_checked(usize::from(header.len))
        {
            let object = *object;
            if plan.has_effects {
                let body = message.get_mut(HEADER_LEN..).unwrap_or_default();
                match effects::<FROM_CLIENT>(tables, objects, header, &object, plan, body) {
                    Ok(true) => frames += u64::from(plan.is_frame),
                    Ok(false) => break,
                    Err(refused) => {
                        fault = Some(refused);
                        break;
                    }
                }
            }
            if let Some(place) = message.first_chunk_mut() {
                *place = object.peer.to_ne_bytes();
            }
            ring.push(handled, object.interface);
            handled += usize::from(header.len);
            rest = tail;
            // Streams say the same again and again: a message with the same header
            // and nothing else to rewrite needs no second look.
            while !plan.has_effects
                && Header::read_unchecked(rest) == Some(header)
                && let Some((message, tail)) =
                    take(&mut rest).split_at_mut_checked(usize::from(header.len))
                && let Some(place) = message.first_chunk_mut()
            {
                *place = object.peer.to_ne_bytes();
                ring.push(handled, object.interface);
                handled += usize::from(header.len);
                rest = tail;
            }
        }
        if handled > 0 {
            let messages = ring.count().wrapping_sub(noted);
            observer.count_plain(side, messages, frames);
            flow.out.forward(flow.input.advance(handled));
        }
        let Some(refused) = fault else { return Ok(()) };
        if FROM_CLIENT {
            observer.note(side, flow.input.position(), refused.interface);
        }
        Err(refused.fault)
    }
}

/// A plain message that is wrong; boxed, so that those that are right do not
/// carry its weight.
struct Refused {
    fault: Fault,
    interface: InterfaceId,
}

impl Refused {
    #[cold]
    fn new<const FROM_CLIENT: bool>(
        header: Header,
        object: &Object,
        tables: &Tables,
        fault: &ArgFault,
    ) -> Self {
        let interface = tables.interface(object.interface);
        let fault = match message_of::<FROM_CLIENT>(interface, header) {
            Some(message) => Fault::arguments(FROM_CLIENT, header, interface, message, fault),
            None => Fault::unknown_opcode(FROM_CLIENT, header, interface),
        };
        Self { fault, interface: object.interface }
    }
}

/// Rewrites a plain message's arguments and destroys what it destroys. `false`: it is
/// not plain after all.
#[inline]
fn effects<const FROM_CLIENT: bool>(
    tables: &Tables,
    objects: &mut Objects,
    header: Header,
    object: &Object,
    plan: &Plan,
    body: &mut [u8],
) -> Result<bool, Box<Refused>> {
    if plan.special != Special::None {
        if !FROM_CLIENT {
            // `wl_display.delete_id`: one that only carafe knows is the handler's to drop.
            let Some(id) = body.first_chunk_mut() else { return Ok(false) };
            let Some(client_id) = objects.delete_mirrored(u32::from_ne_bytes(*id)) else {
                return Ok(false);
            };
            *id = client_id.to_ne_bytes();
            return Ok(true);
        }
        if !objects.is_still_steady(header.object, plan.special, body) {
            return Ok(false);
        }
    }
    rewrite::<FROM_CLIENT>(body, plan.rewrites, object.version, objects, tables)
        .map_err(|fault| Box::new(Refused::new::<FROM_CLIENT>(header, object, tables, &fault)))?;
    if FROM_CLIENT && plan.destructor {
        objects.destroyed_by_client(header.object);
    }
    Ok(true)
}
