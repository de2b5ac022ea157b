//! Clipboard, primary selection and drags between clients of this process behind a virtual device:
//! the data does not go to the host and back. (What the user forbids is in `policy.rs`.)
//!
//! That would be slow. Over virtio-gpu it could even block for ever: the device's only thread
//! writes one client's data into a pipe that this same thread must empty for the other client, and
//! it waits when the pipe is full.
//!
//! So carafe adds a type to each source, a *marker* that names the source. If an offer has a known
//! marker, `receive` becomes the source's `send` without the host. Everything else crosses as
//! usual, and requests about unknown sources go to the host.
//!
//! Programs on the host see markers among a selection's types. Nothing else in an offer tells whose
//! it is: going by the types alone, carafe could take data that was copied on the host for data
//! that was copied here before, until the host's event about the new selection reaches the other
//! session. Clients never see markers, not even clients on a socket ([`Markers`]).

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::os::fd::AsFd;
use std::sync::LazyLock;

use crate::foreign;
use crate::policy::{LocalSources, MARKER, SourceId, Transfer};
use crate::session::{ArgFault, Context, Fault, Handler, Incoming, Refusal, Verdict, Want};
use crate::wire::{FdKind, MAX_STRING};

/// The messages of sources have the same names in all protocols, and so do those of offers.
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

/// Bound on the descriptors that wait for a client. A client that does not read loses further ones.
const MAX_FDS_TO_CLIENT: usize = 256;

/// For sessions whose data always goes to the host: hides the markers of other carafes, and of X11
/// clients' selections, from clients.
pub struct Markers;

/// A type of an offer.
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
pub struct LocalSelections {
    local: Box<dyn LocalSources>,
    /// The client's sources by their ids, from their first type on.
    sources: HashMap<u32, SourceId>,
    /// The local sources that the client is offered, by the offers' ids.
    offers: HashMap<u32, SourceId>,
}

impl LocalSelections {
    /// For a session that can reach these sources.
    pub fn new(local: Box<dyn LocalSources>) -> Self {
        Self { local, sources: HashMap::new(), offers: HashMap::new() }
    }

    /// Adds the marker to a source, together with its first type. The marker comes after it,
    /// because some programs take the first type.
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
        // The source is gone; the host knows what to do.
        let Some(source) = source.filter(|source| self.local.knows(*source)) else {
            return Ok(Verdict::Forward);
        };
        let Some(mime) = mime(incoming) else { return Ok(Verdict::Forward) };
        let (to, _) = context.fds.pop().ok_or(ArgFault::MissingFd)?;
        if !foreign::can_close(to.as_fd()) {
            // Otherwise the source's session would close it, and wait for its file system.
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

    /// Asks the client for data.
    fn send(&self, transfer: Transfer, context: &mut Context<'_>) {
        let found = self.sources.iter().find(|(_, source)| **source == transfer.source);
        if let Some((id, _)) = found {
            ask_client(*id, transfer, context);
        }
    }
}

/// Asks a client for the data of one of its sources, as the host would.
pub fn ask_client(source: u32, transfer: Transfer, context: &mut Context<'_>) {
    let Some(object) = context.objects.client(source) else { return };
    let interface = context.tables.interface(object.interface);
    let Some(opcode) = interface.event("send") else { return };
    let out = &mut *context.to_client;
    if out.is_full()
        || out.fds().len() >= MAX_FDS_TO_CLIENT
        || out.fds().push(transfer.to, FdKind::PipeToWrite).is_err()
    {
        tracing::warn!("a client that does not read is not asked for its selection");
        return;
    }
    out.make(source, opcode, |event| event.string(&transfer.mime));
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

impl Handler for LocalSelections {
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
            // A program at the host takes all types. The client never offered this one.
            Token::SourceSends if marker(incoming).is_some() => return Ok(Verdict::Drop),
            Token::SourceSends => {}
            Token::SourceCancelled => {
                // Another source may have its id by now.
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

/// The only argument of a message, if carafe can send it in a message of its own. Other messages
/// are forwarded, and judged there.
fn mime(incoming: &mut Incoming<'_>) -> Option<String> {
    let mut args = incoming.args();
    let mime = str::from_utf8(args.string().ok()??).ok()?.to_owned();
    args.finish().ok()?;
    (mime.len() <= MAX_STRING).then_some(mime)
}

fn marker(incoming: &mut Incoming<'_>) -> Option<String> {
    mime(incoming).filter(|mime| mime.starts_with(MARKER))
}
