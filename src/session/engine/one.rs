//! Handling one message of any kind: all steps of its way, and the place where all errors are
//! found.

use super::log::log_made;
use super::{Engine, Flow, message_of, receiver};
use crate::observe::{Leg, MessageText, Side};
use crate::protocol::{Arg, Message, Special, Tables};
use crate::session::fault::{ArgFault, Fault};
use crate::session::handler::{Refusal, Verdict};
use crate::session::objects::{Object, Objects};
use crate::session::translate::{keep_from_client, translate};
use crate::surfaces::Key;
use crate::wire::{FdKind, FdQueue, Header};

impl Engine {
    /// Handles any one message, given its header. Returns `false` if it must wait.
    pub(super) fn forward_one<const FROM_CLIENT: bool>(
        &mut self,
        header: Header,
    ) -> Result<bool, Fault> {
        let tables = self.state.tables;
        let Some(&object) = receiver::<FROM_CLIENT>(&self.state.objects, header.object) else {
            return Err(Fault::unknown_object(FROM_CLIENT, header));
        };
        let interface = tables.interface(object.interface);
        let Some(message) = message_of::<FROM_CLIENT>(interface, header) else {
            return Err(Fault::unknown_opcode(FROM_CLIENT, header, interface));
        };
        if FROM_CLIENT && message.since > object.versions.client() {
            return Err(Fault::too_new(header, interface, message, object.versions));
        }
        let turns = self.handlers.turns::<FROM_CLIENT>(object.interface, header);
        let key = Key { id: header.object, slot: object.slot };
        if FROM_CLIENT && !self.may_pass(turns, key) {
            return Ok(false);
        }
        let Self { state, handlers, requests, events, observer, .. } = self;
        let (flow, back, side) = if FROM_CLIENT {
            (requests, events, Side::Client)
        } else {
            (events, requests, Side::Host)
        };
        let position = flow.input.position();
        if FROM_CLIENT {
            observer.note(side, position, object.interface);
        }
        if observer.is_logging() {
            let body = flow.input.body(header);
            let (object, secrets) = (header.object, observer.shows_secrets());
            observer.log(side, Leg::In, &MessageText { object, interface, message, body, secrets });
        }

        let fault = |refusal: Refusal| refusal.into_fault(FROM_CLIENT, header, interface, message);
        let Flow { input, fds, out } = &mut *flow;
        let (to_client, to_host) =
            if FROM_CLIENT { (&mut back.out, out) } else { (out, &mut back.out) };
        let has_fds = message.fds > 0;
        let fds_before = if has_fds { fds.len() } else { 0 };
        let mut context = state.context((to_client, to_host), fds, observer);
        let body = input.body(header);
        let seen = handlers.handle::<FROM_CLIENT>(turns, header, object, body, &mut context);
        let taken = if has_fds { fds_before.saturating_sub(fds.len()) } else { 0 };
        if observer.is_logging() {
            log_made::<FROM_CLIENT>(tables, &state.objects, observer, flow, back);
        }
        let mut verdict = seen.map_err(fault)?;
        if observer.watch.is_some() {
            let body = flow.input.body(header);
            let id = if FROM_CLIENT { header.object } else { object.peer };
            observer.watch_message(side, Header { object: id, ..header }, object.interface, body);
        }
        if verdict == Verdict::Forward {
            let body = flow.input.body(header);
            let translated =
                forward::<FROM_CLIENT>(body, message, &object, &mut state.objects, tables);
            verdict = translated.map_err(|args| fault(args.into()))?;
        }
        state.book_made();
        if !FROM_CLIENT && object.peer == 0 {
            verdict = verdict.max(Verdict::Drop);
        }
        let crosses = verdict < Verdict::Drop;
        if has_fds {
            let out = crosses.then(|| flow.out.fds());
            take_fds(message, taken, &mut flow.fds, out).map_err(|args| fault(args.into()))?;
        }
        if !crosses {
            flow.input.advance(usize::from(header.len));
            return Ok(true);
        }
        if object.peer == 0 {
            // A handler must drop messages of objects that only one side knows.
            return Err(fault(ArgFault::OneSided(header.object).into()));
        }
        flow.input.set_object(object.peer);
        if !FROM_CLIENT {
            observer.note(side, position, object.interface);
        }
        observer.ring.rewritten();
        observer.count(side, message);
        if observer.is_logging() {
            let body = flow.input.body(header);
            let (object, secrets) = (object.peer, observer.shows_secrets());
            let text = MessageText { object, interface, message, body, secrets };
            observer.log(side, Leg::Out, &text);
        }
        flow.out.forward(flow.input.advance(usize::from(header.len)));
        if FROM_CLIENT && message.destructor {
            state.objects.destroyed_by_client(header.object);
        }
        if FROM_CLIENT
            && message.special == Special::Commits
            && observer.watch.is_none()
            && let Some(surface) = state.book.surface(key)
            && surface.can_be_steady()
            && handlers.are_steady(turns, surface)
        {
            state.objects.settle(header.object);
        }
        Ok(true)
    }
}

/// Translates a message. An event to or about one of carafe's own objects is not for the client, so
/// it is kept back.
fn forward<const FROM_CLIENT: bool>(
    body: &mut [u8],
    message: &Message,
    object: &Object,
    objects: &mut Objects,
    tables: &Tables,
) -> Result<Verdict, ArgFault> {
    let is_own = !FROM_CLIENT && object.peer == 0;
    if message.args.is_empty() && body.is_empty() {
        return Ok(if is_own { Verdict::Drop } else { Verdict::Forward });
    }
    if !is_own {
        match translate::<FROM_CLIENT>(body, message, object.versions, objects, tables) {
            Err(ArgFault::OneSided(_)) if !FROM_CLIENT => {}
            translated => return translated.map(|()| Verdict::Forward),
        }
    }
    keep_from_client(body, message, object.versions, objects)?;
    Ok(Verdict::Drop)
}

/// Passes a message's descriptors on, or closes them, except the first ones that a handler has
/// taken.
fn take_fds(
    message: &Message,
    taken: usize,
    from: &mut FdQueue,
    mut to: Option<&mut FdQueue>,
) -> Result<(), ArgFault> {
    let kinds = message.args.iter().filter_map(|arg| match arg {
        Arg::Fd(kind) => Some(kind),
        _ => None,
    });
    for kind in kinds.skip(taken) {
        if *kind == FdKind::Unknown {
            return Err(ArgFault::UnknownFdKind);
        }
        let (fd, _) = from.pop().ok_or(ArgFault::MissingFd)?;
        if let Some(to) = &mut to {
            to.push(fd, *kind).map_err(|_| ArgFault::MissingFd)?;
        }
    }
    Ok(())
}
