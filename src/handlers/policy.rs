//! Applies what a [`Policy`] says of selections, drags and titles, and keeps titles harmless.
//! [`Registry`](super::registry::Registry) applies what it says of globals.

mod names;

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::sync::Arc;

use crate::protocol::Message;
use crate::session::{Context, Handler, Incoming, Refusal, Verdict};
use crate::sharing::{Policy, Sharing};

/// The handlers of selections and drags, if there is anything for them to do, and of titles.
/// They must see what the host says before all who act on that.
pub fn filters(policy: &Arc<Policy>) -> Vec<Box<dyn Handler>> {
    let mut all: Vec<Box<dyn Handler>> = vec![Box::new(names::Names(Arc::clone(policy)))];
    if policy.filters() {
        all.push(Box::new(Filter::new(Arc::clone(policy))));
    }
    all
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
        &INTERFACES
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
        Ok(Verdict::Forward)
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
