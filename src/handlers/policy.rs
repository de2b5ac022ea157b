//! Applies what a [`Policy`] says about selections, drags, formats and titles, and keeps titles
//! harmless. [`Registry`](super::registry::Registry) applies what it says about globals.

mod formats;
mod names;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use crate::foreign::{self, Relays};
use crate::policy::{Policy, Sharing};
use crate::session::{ArgFault, Context, Handler, Incoming, Refusal, Verdict, Want};

pub use formats::Formats;
pub use names::Names;

/// The interfaces of one kind of selection; all kinds use the same names of messages.
struct SelectionInterfaces {
    device: &'static str,
    offer: &'static str,
    source: &'static str,
    /// Whether its devices have the primary selection.
    is_primary: bool,
}

/// All kinds.
const SELECTION_KINDS: [SelectionInterfaces; 5] = [
    SelectionInterfaces {
        device: "wl_data_device",
        offer: "wl_data_offer",
        source: "wl_data_source",
        is_primary: false,
    },
    SelectionInterfaces {
        device: "zwp_primary_selection_device_v1",
        offer: "zwp_primary_selection_offer_v1",
        source: "zwp_primary_selection_source_v1",
        is_primary: true,
    },
    SelectionInterfaces {
        device: "gtk_primary_selection_device",
        offer: "gtk_primary_selection_offer",
        source: "gtk_primary_selection_source",
        is_primary: true,
    },
    SelectionInterfaces {
        device: "ext_data_control_device_v1",
        offer: "ext_data_control_offer_v1",
        source: "ext_data_control_source_v1",
        is_primary: false,
    },
    SelectionInterfaces {
        device: "zwlr_data_control_device_v1",
        offer: "zwlr_data_control_offer_v1",
        source: "zwlr_data_control_source_v1",
        is_primary: false,
    },
];

/// Data control devices have both selections.
const CONTROL_DEVICES: [&str; 2] = ["ext_data_control_device_v1", "zwlr_data_control_device_v1"];

/// Only core devices have drags.
const DRAGS: &str = "wl_data_device";

#[derive(Clone, Copy)]
pub enum Token {
    /// The client sets a selection; `true` for the primary one.
    SetSelection {
        is_primary: bool,
    },
    StartDrag,
    Receive,
    OfferDestroyed,
    /// The host wants a source's data.
    Send,
    SourceDestroyed,
    /// The host announces an offer.
    DataOffer,
    /// The host sets a selection.
    Selection {
        is_primary: bool,
    },
    /// A drag enters the client's surface.
    Enter,
}

static WANTS: LazyLock<Vec<Want<Token>>> = LazyLock::new(|| {
    let of_kind = |SelectionInterfaces { device, offer, source, is_primary }| {
        [
            Want::request(device, "set_selection", Token::SetSelection { is_primary }),
            Want::event(device, "data_offer", Token::DataOffer),
            Want::event(device, "selection", Token::Selection { is_primary }),
            Want::request(offer, "receive", Token::Receive),
            Want::request(offer, "destroy", Token::OfferDestroyed),
            Want::event(source, "send", Token::Send),
            Want::request(source, "destroy", Token::SourceDestroyed),
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
    let selections = SELECTION_KINDS.into_iter().flat_map(of_kind);
    selections.chain(CONTROL_DEVICES.into_iter().flat_map(of_control)).chain(drags).collect()
});

/// The number of words before the offer in `wl_data_device.enter`.
const ENTER: usize = 4;

/// The handler of selections and drags.
pub struct SelectionPolicy {
    policy: Arc<Policy>,
    /// The offers whose data the client may have, by the host's ids, with the largest number of
    /// bytes of a transfer. The client knows of other offers too, because the host tells an offer's
    /// purpose only after the offer. An offer is removed when it ends, because the host uses its id
    /// again.
    open: HashMap<u32, Option<u64>>,
    /// The same for the client's sources, by the client's ids, once their purpose is known.
    sources: HashMap<u32, Option<u64>>,
    relays: Relays,
}

impl SelectionPolicy {
    /// For one session.
    pub fn new(policy: Arc<Policy>) -> Self {
        let (open, sources) = (HashMap::new(), HashMap::new());
        Self { policy, open, sources, relays: Relays::default() }
    }

    /// Handles that the host makes an offer the selection, or drags it over the client.
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
        } else if self.policy.judges_offers() && is_alive(offer, context) {
            self.open.insert(offer, sharing.limit);
        }
        Ok(Verdict::Forward)
    }

    /// Notes the purpose of a source.
    fn used(&mut self, source: u32, sharing: Sharing) {
        // Without limits, there is nothing to remember.
        if source != 0 && self.policy.lowest_limit().is_some() {
            self.sources.insert(source, sharing.limit);
        }
    }

    /// Limits a transfer that begins, into the message's descriptor.
    fn limit(&self, limit: Option<u64>, context: &mut Context<'_>) -> Result<Verdict, Refusal> {
        let Some(limit) = limit else { return Ok(Verdict::Forward) };
        let to = context.fds.get(0).ok_or(ArgFault::MissingFd)?;
        let limited = to.try_clone_to_owned().and_then(|to| self.relays.limited(to, limit));
        match limited {
            Ok(limited) => {
                if let Some(whole) = context.fds.replace(0, limited) {
                    foreign::close(whole);
                }
                Ok(Verdict::Forward)
            }
            Err(e) => {
                tracing::warn!("a transfer fails: {e}");
                Ok(Verdict::Withhold)
            }
        }
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
            // carafe's own devices (`x11::selection::device`) apply the policy themselves.
            return Ok(Verdict::Forward);
        }
        match token {
            Token::SetSelection { is_primary } => {
                let (source, sharing) =
                    (incoming.args().uint()?, self.policy.of_selection(is_primary));
                if !sharing.to_host {
                    cancel(source, context);
                    return Ok(Verdict::Withhold);
                }
                self.used(source, sharing);
            }
            Token::StartDrag => {
                let mut args = incoming.args();
                let source = args.word()?;
                // A drag without a source stays within its client.
                if !self.policy.dnd.to_host {
                    *source = [0; 4];
                }
                self.used(u32::from_ne_bytes(*source), self.policy.dnd);
            }
            Token::Receive if self.policy.judges_offers() => {
                return match self.open.get(&peer) {
                    None => Ok(Verdict::Withhold),
                    Some(limit) => self.limit(*limit, context),
                };
            }
            Token::Receive => {}
            Token::OfferDestroyed => drop(self.open.remove(&peer)),
            Token::Send => {
                let known = self.sources.get(&peer).copied();
                return self.limit(known.unwrap_or(self.policy.lowest_limit()), context);
            }
            Token::SourceDestroyed => drop(self.sources.remove(&incoming.header.object)),
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

/// Whether the client still has the offer that the host means. It may have destroyed the offer
/// before it learns its purpose.
fn is_alive(offer: u32, context: &Context<'_>) -> bool {
    let theirs = context.objects.host(offer);
    let mine = theirs.and_then(|theirs| context.objects.client(theirs.peer));
    mine.is_some_and(|mine| mine.peer == offer)
}

/// Tells a client that its source is not the selection. Then it does not show something as copied
/// that is not, and a program that only waits to hand it over can end.
fn cancel(source: u32, context: &mut Context<'_>) {
    let Some(object) = context.objects.client(source) else { return };
    let interface = context.tables.interface(object.interface);
    if let Some(opcode) = interface.event("cancelled") {
        context.to_client.make(source, opcode, |event| event);
    }
}
