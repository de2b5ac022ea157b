//! What the user keeps from clients, and from the host: globals and their versions
//! ([`Registry`](super::registry::Registry) applies those), selections and drags by
//! direction, and words in front of titles.

mod names;

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use crate::protocol::Message;
use crate::session::{Context, GlobalRule, Handler, Incoming, Refusal, Verdict};

/// The ways that data may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sharing {
    /// From the host to clients.
    pub to_guest: bool,
    /// From clients to the host.
    pub to_host: bool,
}

impl Sharing {
    /// Both ways.
    pub const BOTH: Self = Self { to_guest: true, to_host: true };
}

impl Default for Sharing {
    fn default() -> Self {
        Self::BOTH
    }
}

/// What the user asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// `--deny-globals`, `--allow-globals` and `--max-versions`: for clients, and for what
    /// carafe does itself.
    pub globals: Arc<GlobalRule>,
    /// `--clipboard`
    pub clipboard: Sharing,
    /// `--primary`
    pub primary: Sharing,
    /// `--dnd`
    pub dnd: Sharing,
    /// `--title-prefix`
    pub title_prefix: String,
    /// `--app-id-prefix`
    pub app_id_prefix: String,
}

impl Policy {
    /// The handler of selections, drags and titles, if there is anything for it to do. It
    /// must see what the host says before all who act on that.
    pub fn handler(self: &Arc<Self>) -> Option<Box<dyn Handler>> {
        let is_plain = [self.clipboard, self.primary, self.dnd] == [Sharing::BOTH; 3]
            && self.title_prefix.is_empty()
            && self.app_id_prefix.is_empty();
        (!is_plain).then(|| -> Box<dyn Handler> { Box::new(Filter::new(Arc::clone(self))) })
    }

    /// Whether something of the host's is kept from clients.
    fn keeps_offers(&self) -> bool {
        ![self.clipboard, self.primary, self.dnd].iter().all(|sharing| sharing.to_guest)
    }

    /// What is said of the selection that a message is about.
    fn of_selection(&self, interface: &str, message: &str) -> Sharing {
        let is_primary = interface.contains("primary") || message.contains("primary");
        if is_primary { self.primary } else { self.clipboard }
    }
}

/// Devices and offers of one sort name their messages alike.
const INTERFACES: [&str; 10] = [
    "wl_data_device",
    "zwp_primary_selection_device_v1",
    "gtk_primary_selection_device",
    "ext_data_control_device_v1",
    "zwlr_data_control_device_v1",
    "wl_data_offer",
    "zwp_primary_selection_offer_v1",
    "gtk_primary_selection_offer",
    "ext_data_control_offer_v1",
    "zwlr_data_control_offer_v1",
];

/// All interfaces that the handler sees.
static SEEN: LazyLock<Vec<&str>> =
    LazyLock::new(|| INTERFACES.into_iter().chain(names::interfaces()).collect());

/// The words of `wl_data_device.enter` in front of its offer.
const ENTER: usize = 4;

/// The handler.
struct Filter {
    policy: Arc<Policy>,
    /// The offers that the client may have data of, by the host's ids. The client knows of
    /// others too, because the host says what an offer is for only after it has told of the
    /// offer. One is open only while it lives: the host gives its id to the next one.
    open: HashSet<u32>,
}

impl Filter {
    fn new(policy: Arc<Policy>) -> Self {
        Self { policy, open: HashSet::new() }
    }

    /// The host says which offer is the selection, or is dragged over the client.
    fn offered(
        &mut self,
        sharing: Sharing,
        words_before: usize,
        incoming: &mut Incoming<'_>,
        context: &Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let mut args = incoming.args();
        for _ in 0..words_before {
            args.word()?;
        }
        let place = args.word()?;
        let offer = u32::from_ne_bytes(*place);
        if !sharing.to_guest {
            self.open.remove(&offer);
            *place = [0; 4];
        } else if self.policy.keeps_offers() && is_alive(offer, context) {
            self.open.insert(offer);
        }
        Ok(Verdict::Forward)
    }
}

impl Handler for Filter {
    fn interfaces(&self) -> &'static [&'static str] {
        &SEEN
    }

    fn request(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let peer = incoming.object.peer;
        let interface = context.tables.interface(incoming.object.interface);
        let request = name(&interface.requests, incoming);
        match request {
            "set_selection" | "set_primary_selection"
                if !self.policy.of_selection(interface.name, request).to_host =>
            {
                cancel(incoming.args().uint()?, context);
                return Ok(Verdict::Withhold);
            }
            // Without a source, a drag stays within its client.
            "start_drag" if !self.policy.dnd.to_host => *incoming.args().word()? = [0; 4],
            "receive" if self.policy.keeps_offers() && !self.open.contains(&peer) => {
                return Ok(Verdict::Withhold);
            }
            "destroy" => drop(self.open.remove(&peer)),
            _ => {}
        }
        names::prefixed(&self.policy, incoming, context)
    }

    fn event(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        if incoming.object.peer == 0 {
            // carafe's own devices (`x11::selection::device`) ask the policy themselves.
            return Ok(Verdict::Forward);
        }
        let interface = context.tables.interface(incoming.object.interface);
        match name(&interface.events, incoming) {
            "data_offer" => {
                self.open.remove(&incoming.args().uint()?);
                Ok(Verdict::Forward)
            }
            event @ ("selection" | "primary_selection") => {
                let sharing = self.policy.of_selection(interface.name, event);
                self.offered(sharing, 0, incoming, context)
            }
            "enter" => self.offered(self.policy.dnd, ENTER, incoming, context),
            _ => Ok(Verdict::Forward),
        }
    }
}

/// Whether the client still has the offer that the host means: it may have destroyed it
/// before it hears what it was for.
fn is_alive(offer: u32, context: &Context<'_>) -> bool {
    let theirs = context.objects.host(offer);
    let mine = theirs.and_then(|theirs| context.objects.client(theirs.peer));
    mine.is_some_and(|mine| mine.peer == offer)
}

/// Tells a client that a source of its own is not the selection: what it shows as copied is
/// not, and what only waits to hand it over can end.
fn cancel(source: u32, context: &mut Context<'_>) {
    let Some(object) = context.objects.client(source) else { return };
    let events = &context.tables.interface(object.interface).events;
    let opcode = events.iter().position(|event| event.name == "cancelled");
    if let Some(opcode) = opcode.and_then(|opcode| u16::try_from(opcode).ok()) {
        context.to_client.make(source, opcode, |event| event);
    }
}

fn name(messages: &[Message], incoming: &Incoming<'_>) -> &'static str {
    messages.get(usize::from(incoming.header.opcode)).map_or("", |message| message.name)
}
