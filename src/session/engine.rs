//! The two flows of a session and the step that moves messages through them.

use super::fault::{ArgFault, Fault};
use super::handler::{Context, Handlers, Incoming, Refusal, Verdict};
use super::objects::{Object, Objects};
use super::translate::translate;
use crate::observe::{Observer, Side};
use crate::protocol::{Arg, FdKind, Message, Tables};
use crate::wire::{FdQueue, Header, Outbox, ReadBuffer};

/// One direction: what came in from one side and what waits for the other.
#[derive(Default)]
pub struct Flow {
    /// Bytes as they came in, rewritten where they lie.
    pub input: ReadBuffer,
    /// Descriptors that came in and were not yet taken by a message.
    pub fds: FdQueue,
    /// What waits to be sent.
    pub out: Outbox,
}

impl Flow {
    /// Whether more may be read: all that was read before is on its way.
    #[inline]
    pub fn wants_input(&self) -> bool {
        self.out.is_empty()
    }
}

/// The state of a session, without its sockets.
pub struct Engine {
    tables: &'static Tables,
    objects: Objects,
    handlers: Handlers,
    /// From the client to the host.
    pub requests: Flow,
    /// From the host to the client.
    pub events: Flow,
    /// Log, ring of recent messages, counters.
    pub observer: Observer,
}

impl Engine {
    /// A session's start: only `wl_display` is there.
    pub fn new(tables: &'static Tables, handlers: Handlers, observer: Observer) -> Self {
        Self {
            tables,
            objects: Objects::new(tables),
            handlers,
            requests: Flow::default(),
            events: Flow::default(),
            observer,
        }
    }

    /// The session's objects.
    pub fn objects(&self) -> &Objects {
        &self.objects
    }

    /// Handles all complete messages of both sides, as far as the bounds of
    /// the queues allow.
    ///
    /// # Errors
    /// [`Fault`]: the session must end.
    #[inline]
    pub fn forward(&mut self) -> Result<(), Fault> {
        self.forward_from::<true>()?;
        self.forward_from::<false>().inspect_err(|_| self.record_refused_event())
    }

    /// Requests go into the ring as they come, events once they carry the
    /// client's ids; so one that was refused is not there yet.
    #[cold]
    fn record_refused_event(&mut self) {
        if let Ok(Some(header)) = self.events.input.peek()
            && let Some(object) = self.objects.host(header.object)
        {
            let body = self.events.input.body(header);
            self.observer.record(Side::Host, header, object.interface, body);
        }
    }

    /// Whether complete messages wait that [`forward`](Self::forward) could
    /// handle now.
    pub fn is_stalled(&self) -> bool {
        let full = self.requests.out.is_full() || self.events.out.is_full();
        let waits = |flow: &Flow| !matches!(flow.input.peek(), Ok(None));
        !full && (waits(&self.requests) || waits(&self.events))
    }

    fn forward_from<const FROM_CLIENT: bool>(&mut self) -> Result<(), Fault> {
        let Self { tables, objects, handlers, requests, events, observer } = self;
        let tables = *tables;
        let side = if FROM_CLIENT { Side::Client } else { Side::Host };
        let (flow, back) = if FROM_CLIENT { (requests, events) } else { (events, requests) };
        while !back.out.is_full() && !flow.out.is_full() {
            let malformed = |fault| Fault::malformed(FROM_CLIENT, fault);
            let Some(header) = flow.input.peek().map_err(malformed)? else { break };
            let found = if FROM_CLIENT {
                objects.client(header.object)
            } else {
                objects.host(header.object)
            };
            let Some(&object) = found else {
                return Err(Fault::unknown_object(FROM_CLIENT, header));
            };
            let interface = tables.interface(object.interface);
            let messages = if FROM_CLIENT { &interface.requests } else { &interface.events };
            let Some(message) = messages.get(usize::from(header.opcode)) else {
                return Err(Fault::unknown_opcode(FROM_CLIENT, header, interface));
            };
            if FROM_CLIENT && message.since > object.version {
                return Err(Fault::too_new(header, interface, message, object.version));
            }
            if FROM_CLIENT {
                let body = flow.input.body(header);
                observer.record(side, header, object.interface, body);
            }
            if observer.is_logging() {
                let body = flow.input.body(header);
                observer.log_received(side, header, interface, message, body);
            }

            let fault = |refusal: Refusal| match refusal {
                Refusal::Fault(fault) => fault,
                Refusal::Args(fault) => {
                    Fault::arguments(FROM_CLIENT, header, interface, message, &fault)
                }
            };
            let verdict = match handlers.of(&object) {
                None => Verdict::Forward,
                Some(handler) => {
                    let mut incoming = Incoming { header, object, body: flow.input.body(header) };
                    let (to_client, to_host) = if FROM_CLIENT {
                        (&mut back.out, &mut flow.out)
                    } else {
                        (&mut flow.out, &mut back.out)
                    };
                    let mut context = Context { tables, objects, to_client, to_host, observer };
                    if FROM_CLIENT {
                        handler.request(&mut incoming, &mut context)
                    } else {
                        handler.event(&mut incoming, &mut context)
                    }
                    .map_err(fault)?
                }
            };

            if verdict == Verdict::Forward {
                let body = flow.input.body(header);
                translate::<FROM_CLIENT>(body, message, object.version, objects, tables)
                    .map_err(|args| fault(args.into()))?;
            }
            if message.fds > 0 {
                let out = (verdict != Verdict::Drop).then(|| flow.out.fds());
                take_fds(message, &mut flow.fds, out).map_err(|args| fault(args.into()))?;
            }
            if verdict != Verdict::Drop {
                forwardable(&object, header.object).map_err(|args| fault(args.into()))?;
                flow.input.set_object(object.peer);
                let sent = Header { object: object.peer, ..header };
                let body = flow.input.body(header);
                if !FROM_CLIENT {
                    observer.record(side, sent, object.interface, body);
                }
                observer.count::<FROM_CLIENT>(message);
                if observer.is_logging() {
                    observer.log_sent(side, sent, interface, message, body);
                }
            }
            let range = flow.input.advance(header);
            if verdict != Verdict::Drop {
                flow.out.forward(range);
                if FROM_CLIENT && message.destructor {
                    objects.destroyed_by_client(header.object);
                }
            }
        }
        Ok(())
    }
}

/// A message for an object that is on one side only must be dropped by its
/// handler.
#[inline]
fn forwardable(object: &Object, id: u32) -> Result<(), ArgFault> {
    if object.peer == 0 { Err(ArgFault::OneSided(id)) } else { Ok(()) }
}

/// Moves a message's descriptors on, or closes them.
fn take_fds(
    message: &Message,
    from: &mut FdQueue,
    mut to: Option<&mut FdQueue>,
) -> Result<(), ArgFault> {
    for arg in &message.args {
        let Arg::Fd(kind) = arg else { continue };
        if *kind == FdKind::Unknown {
            return Err(ArgFault::UnknownFdKind);
        }
        let fd = from.pop().ok_or(ArgFault::MissingFd)?;
        if let Some(to) = &mut to {
            to.push(fd).map_err(|_| ArgFault::MissingFd)?;
        }
    }
    Ok(())
}
