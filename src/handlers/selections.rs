//! Clipboard, primary selection and drags between clients of this process, where the
//! channel is a virtual device: their data does not go to the host and back.
//!
//! It would be slow, and over virtio-gpu worse: the device's one thread writes what
//! one client sends into a pipe that only itself could empty for the other client, and
//! when the pipe is full it waits for good.
//!
//! So a source's types get one more, a *marker* that names the source. Where an
//! offer holds a known one, `receive` becomes the source's `send` without the host.
//! All else crosses as ever, and what is not known here goes to the host.
//!
//! Programs on the host see markers among a selection's types. Nothing else in an offer says
//! whose it is: by its types alone, what a host's program copies would be taken for what was
//! copied here before it, until the host's word of that has come to another session. No client
//! sees one, on a socket neither ([`Markers`]).

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::os::fd::AsFd;
use std::sync::LazyLock;

use crate::foreign;
use crate::session::{ArgFault, Context, Fault, Handler, Incoming, Refusal, Verdict, Want};
use crate::sharing::{LocalSources, MARKER, SourceId, Transfer};
use crate::wire::{FdKind, MAX_STRING};

/// Sources name their messages alike, and so do offers.
const SOURCES: [&str; 5] = [
    "wl_data_source",
    "zwp_primary_selection_source_v1",
    "gtk_primary_selection_source",
    "ext_data_control_source_v1",
    "zwlr_data_control_source_v1",
];
const OFFERS: [&str; 5] = [
    "wl_data_offer",
    "zwp_primary_selection_offer_v1",
    "gtk_primary_selection_offer",
    "ext_data_control_offer_v1",
    "zwlr_data_control_offer_v1",
];

/// Bound on the descriptors that wait for a client: one that does not read loses
/// what comes above it.
const MAX_FDS: usize = 256;

/// Where all data goes to the host: keeps from clients the markers of other carafes and of
/// X11 clients' selections.
pub struct Markers;

/// An offer's type.
#[derive(Clone, Copy)]
pub struct Type;

static OFFERED_TYPES: LazyLock<Vec<Want<Type>>> =
    LazyLock::new(|| OFFERS.map(|offer| Want::event(offer, "offer", Type)).into());

impl Handler for Markers {
    type Token = Type;

    fn wants(&self) -> &'static [Want<Type>] {
        &OFFERED_TYPES
    }

    fn handle(
        &mut self,
        Type: Type,
        incoming: &mut Incoming<'_>,
        _: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let hidden = marker(incoming).is_some();
        Ok(if hidden { Verdict::Drop } else { Verdict::Forward })
    }
}

/// The handler.
pub struct Selections {
    local: Box<dyn LocalSources>,
    /// The client's sources by their ids, from their first type on.
    sources: HashMap<u32, SourceId>,
    /// What the client is offered of local sources, by the offers' ids.
    offers: HashMap<u32, SourceId>,
}

impl Selections {
    /// For a session that can reach these sources.
    pub fn new(local: Box<dyn LocalSources>) -> Self {
        Self { local, sources: HashMap::new(), offers: HashMap::new() }
    }

    /// A source's first type takes the marker with it. The marker comes behind it: some
    /// programs take the first type that there is.
    fn source_offers(&mut self, incoming: &mut Incoming<'_>, context: &mut Context<'_>) -> Verdict {
        let id = incoming.header.object;
        if self.sources.contains_key(&id) {
            return Verdict::Forward;
        }
        let Some(mime) = mime(incoming) else { return Verdict::Forward };
        let Some(source) = self.local.add() else { return Verdict::Forward };
        self.sources.insert(id, source);
        for mime in [mime, source.marker()] {
            let opcode = incoming.header.opcode;
            context.to_host.make(incoming.object.peer, opcode, |request| request.string(&mime));
        }
        Verdict::Drop
    }

    fn forget_source(&mut self, id: u32) {
        if let Some(source) = self.sources.remove(&id) {
            self.local.remove(source);
        }
    }

    fn offer_receives(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let source = self.offers.get(&incoming.header.object).copied();
        // Of one that is gone the host knows best what to do.
        let Some(source) = source.filter(|source| self.local.knows(*source)) else {
            return Ok(Verdict::Forward);
        };
        let Some(mime) = mime(incoming) else { return Ok(Verdict::Forward) };
        let (to, _) = context.fds.pop().ok_or(ArgFault::MissingFd)?;
        if !foreign::can_close(to.as_fd()) {
            // The source's session would close it, and wait for its file system.
            foreign::close(to);
            return Ok(Verdict::Drop);
        }
        self.local.ask(Transfer { source, mime, to });
        Ok(Verdict::Drop)
    }

    fn offer_offers(&mut self, incoming: &mut Incoming<'_>, context: &Context<'_>) -> Verdict {
        let Some(marker) = marker(incoming) else { return Verdict::Forward };
        let known = SourceId::of_marker(&marker).filter(|source| self.local.knows(*source));
        if let Some(source) = known
            && context.objects.client(incoming.object.peer).is_some()
        {
            self.offers.insert(incoming.object.peer, source);
        }
        Verdict::Drop
    }

    /// Emits a source's `send`, as the host would have.
    fn send(&self, transfer: Transfer, context: &mut Context<'_>) {
        let found = self.sources.iter().find(|(_, source)| **source == transfer.source);
        let Some((id, _)) = found else { return };
        let Some(object) = context.objects.client(*id) else { return };
        let interface = context.tables.interface(object.interface);
        let Some(opcode) = interface.event("send") else { return };
        let out = &mut *context.to_client;
        if out.is_full()
            || out.fds().len() >= MAX_FDS
            || out.fds().push(transfer.to, FdKind::PipeToWrite).is_err()
        {
            tracing::warn!("a client that does not read is not asked for its selection");
            return;
        }
        out.make(*id, opcode, |event| event.string(&transfer.mime));
    }
}

#[derive(Clone, Copy)]
pub enum Token {
    SourceOffers,
    SourceDestroyed,
    SourceSends,
    SourceCancelled,
    OfferReceives,
    OfferDestroyed,
    OfferOffers,
}

static WANTS: LazyLock<Vec<Want<Token>>> = LazyLock::new(|| {
    let of_source = |source| {
        [
            Want::request(source, "offer", Token::SourceOffers),
            Want::request(source, "destroy", Token::SourceDestroyed),
            Want::event(source, "send", Token::SourceSends),
            Want::event(source, "cancelled", Token::SourceCancelled),
        ]
    };
    let of_offer = |offer| {
        [
            Want::request(offer, "receive", Token::OfferReceives),
            Want::request(offer, "destroy", Token::OfferDestroyed),
            Want::event(offer, "offer", Token::OfferOffers),
        ]
    };
    SOURCES.into_iter().flat_map(of_source).chain(OFFERS.into_iter().flat_map(of_offer)).collect()
});

impl Handler for Selections {
    type Token = Token;

    fn wants(&self) -> &'static [Want<Token>] {
        &WANTS
    }

    fn handle(
        &mut self,
        token: Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let id = incoming.header.object;
        match token {
            Token::SourceOffers => return Ok(self.source_offers(incoming, context)),
            Token::SourceDestroyed => self.forget_source(id),
            // Somebody at the host takes all that there is. The client never offered it.
            Token::SourceSends if marker(incoming).is_some() => return Ok(Verdict::Drop),
            Token::SourceSends => {}
            Token::SourceCancelled => {
                // Its id may be another source's by now.
                let client_id = incoming.object.peer;
                let current = context.objects.client(client_id);
                if current.is_some_and(|object| object.peer == id) {
                    self.forget_source(client_id);
                }
            }
            Token::OfferReceives => return self.offer_receives(incoming, context),
            Token::OfferDestroyed => drop(self.offers.remove(&id)),
            Token::OfferOffers => return Ok(self.offer_offers(incoming, context)),
        }
        Ok(Verdict::Forward)
    }

    fn woken(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        for transfer in self.local.asked() {
            self.send(transfer, context);
        }
        Ok(())
    }
}

/// The one argument of a message, if a message of carafe's own can say the same.
/// Another one is forwarded, and judged there.
fn mime(incoming: &mut Incoming<'_>) -> Option<String> {
    let mut args = incoming.args();
    let mime = str::from_utf8(args.string().ok()??).ok()?.to_owned();
    args.finish().ok()?;
    (mime.len() <= MAX_STRING).then_some(mime)
}

fn marker(incoming: &mut Incoming<'_>) -> Option<String> {
    mime(incoming).filter(|mime| mime.starts_with(MARKER))
}
