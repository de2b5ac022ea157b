//! Applies what a [`Policy`] says of selections, drags and titles.
//! [`Registry`](super::registry::Registry) applies what it says of globals.

mod names;

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use crate::session::{Context, Handler, Incoming, Refusal, Verdict, Want};
use crate::sharing::{Policy, Sharing};

pub use names::NamePrefixes;

/// The interfaces of a kind of selections, which name their messages alike: its devices, its
/// offers, and whether the selection of its devices is the primary one.
const KINDS: [(&str, &str, bool); 5] = [
    ("wl_data_device", "wl_data_offer", false),
    ("zwp_primary_selection_device_v1", "zwp_primary_selection_offer_v1", true),
    ("gtk_primary_selection_device", "gtk_primary_selection_offer", true),
    ("ext_data_control_device_v1", "ext_data_control_offer_v1", false),
    ("zwlr_data_control_device_v1", "zwlr_data_control_offer_v1", false),
];

/// Data control has both selections.
const CONTROLS: [&str; 2] = ["ext_data_control_device_v1", "zwlr_data_control_device_v1"];

/// Only core devices drag.
const DRAGS: &str = "wl_data_device";

#[derive(Clone, Copy)]
pub enum Token {
    /// The client sets a selection: the primary one?
    SetSelection {
        is_primary: bool,
    },
    StartDrag,
    Receive,
    OfferDestroyed,
    /// The host makes an offer.
    DataOffer,
    /// The host sets a selection.
    Selection {
        is_primary: bool,
    },
    /// Something is dragged over the client.
    Enter,
}

static WANTS: LazyLock<Vec<Want<Token>>> = LazyLock::new(|| {
    let of_kind = |(device, offer, is_primary)| {
        [
            Want::request(device, "set_selection", Token::SetSelection { is_primary }),
            Want::event(device, "data_offer", Token::DataOffer),
            Want::event(device, "selection", Token::Selection { is_primary }),
            Want::request(offer, "receive", Token::Receive),
            Want::request(offer, "destroy", Token::OfferDestroyed),
        ]
    };
    let is_primary = true;
    let of_control = |device| {
        [
            Want::request(device, "set_primary_selection", Token::SetSelection { is_primary }),
            Want::event(device, "primary_selection", Token::Selection { is_primary }),
        ]
    };
    let drags = [
        Want::request(DRAGS, "start_drag", Token::StartDrag),
        Want::event(DRAGS, "enter", Token::Enter),
    ];
    let selections = KINDS.into_iter().flat_map(of_kind);
    selections.chain(CONTROLS.into_iter().flat_map(of_control)).chain(drags).collect()
});

/// The words of `wl_data_device.enter` in front of its offer.
const ENTER: usize = 4;

/// The handler of selections and drags.
pub struct SelectionPolicy {
    policy: Arc<Policy>,
    /// The offers that the client may have data of, by the host's ids. The client knows of
    /// others too, because the host says what an offer is for only after it has told of the
    /// offer. One is open only while it lives: the host gives its id to the next one.
    open: HashSet<u32>,
}

impl SelectionPolicy {
    /// For one session.
    pub fn new(policy: Arc<Policy>) -> Self {
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

impl Handler for SelectionPolicy {
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
        let peer = incoming.object.peer;
        if peer == 0 {
            // carafe's own devices (`x11::selection::device`) ask the policy themselves.
            return Ok(Verdict::Forward);
        }
        match token {
            Token::SetSelection { is_primary } => {
                if !self.policy.of_selection(is_primary).to_host {
                    cancel(incoming.args().uint()?, context);
                    return Ok(Verdict::Withhold);
                }
            }
            Token::StartDrag => {
                // Without a source, a drag stays within its client.
                if !self.policy.dnd.to_host {
                    *incoming.args().word()? = [0; 4];
                }
            }
            Token::Receive => {
                if self.policy.keeps_offers() && !self.open.contains(&peer) {
                    return Ok(Verdict::Withhold);
                }
            }
            Token::OfferDestroyed => drop(self.open.remove(&peer)),
            Token::DataOffer => drop(self.open.remove(&incoming.args().uint()?)),
            Token::Selection { is_primary } => {
                let sharing = self.policy.of_selection(is_primary);
                return self.offered(sharing, 0, incoming, context);
            }
            Token::Enter => return self.offered(self.policy.dnd, ENTER, incoming, context),
        }
        Ok(Verdict::Forward)
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
    let interface = context.tables.interface(object.interface);
    if let Some(opcode) = interface.event("cancelled") {
        context.to_client.make(source, opcode, |event| event);
    }
}
