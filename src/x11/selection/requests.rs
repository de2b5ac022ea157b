//! The requests of X programs to the window that owns a selection for the host (ICCCM 2.2).

use std::collections::HashMap;

use x11rb_protocol::protocol::xproto::{AtomEnum, GetPropertyReply, SelectionRequestEvent};

use super::SelectionEnv;
use super::exchange::Exchange;
use super::server::{Conversion, NewProperty, SelectionServer};
use super::transfers::MultiplePart;
use crate::x11::query::SelectionQuery;

/// Bound on the parts of a `MULTIPLE` request, and on those requests.
const MAX_PARTS: usize = 32;
const MAX_GROUPS: usize = 64;

/// A `MULTIPLE` request that is not answered yet.
struct MultipleRequest {
    conversion: Conversion,
    /// Target and property of each part; the property becomes 0 if the part fails.
    parts: Vec<[u32; 2]>,
    /// How many parts are not yet answered.
    waiting: usize,
}

/// The `MULTIPLE` requests of X programs.
#[derive(Default)]
pub struct Requests {
    groups: HashMap<u64, MultipleRequest>,
}

/// A selection that carafe's window owns for the host.
#[derive(Clone, Copy, Debug)]
pub struct HostSelection<'a> {
    /// The selection.
    pub selection: u32,
    /// The time since when carafe owns it.
    pub time: u32,
    /// The host's offer.
    pub offer: u32,
    /// Its targets.
    pub offered: &'a [(u32, String)],
}

/// The result of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RequestOutcome {
    /// It has succeeded or failed at once.
    Given(bool),
    /// The answer comes later.
    Later,
}

impl Requests {
    /// Handles a program's request.
    pub fn requested(
        &mut self,
        event: &SelectionRequestEvent,
        holdings: &[HostSelection<'_>],
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) {
        let conversion = Conversion {
            requestor: event.requestor,
            selection: event.selection,
            target: event.target,
            // Very old programs name no property (ICCCM 2.2).
            property: if event.property == 0 { event.target } else { event.property },
            time: event.time,
        };
        let outcome = if event.target == env.x.atoms().MULTIPLE {
            self.multiple(conversion, exchange, env)
        } else {
            self.single(conversion, None, holdings, exchange, env)
        };
        if let RequestOutcome::Given(given) = outcome {
            env.x.answer(conversion, given);
        }
    }

    fn single(
        &mut self,
        conversion: Conversion,
        group: Option<u64>,
        holdings: &[HostSelection<'_>],
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) -> RequestOutcome {
        let found = holdings.iter().find(|holding| holding.selection == conversion.selection);
        let Some(HostSelection { time, offer, offered, .. }) = found else {
            return RequestOutcome::Given(false);
        };
        if tells(conversion, *time, offered, env.x) {
            return RequestOutcome::Given(true);
        }
        let named = offered.iter().find(|(atom, _)| *atom == conversion.target);
        let Some((_, target)) = named else { return RequestOutcome::Given(false) };
        match exchange.serve(conversion, *offer, target, group, env) {
            None => RequestOutcome::Given(false),
            Some(ended) => {
                if let Some(part) = ended {
                    self.part_answered(part, env);
                }
                RequestOutcome::Later
            }
        }
    }

    /// Starts a `MULTIPLE` request, whose parts are listed in the property.
    fn multiple(
        &mut self,
        conversion: Conversion,
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) -> RequestOutcome {
        if self.groups.len() >= MAX_GROUPS {
            return RequestOutcome::Given(false);
        }
        let token = exchange.transfers.token();
        let (window, property) = (conversion.requestor, conversion.property);
        self.groups.insert(token, MultipleRequest { conversion, parts: Vec::new(), waiting: 0 });
        env.x.read(SelectionQuery::Pairs(token), window, property, 0);
        RequestOutcome::Later
    }

    /// Serves the parts of a `MULTIPLE` request, now that they are known; `None` if the program
    /// is gone.
    pub fn pairs_came(
        &mut self,
        token: u64,
        reply: Option<&GetPropertyReply>,
        holdings: &[HostSelection<'_>],
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) {
        let Some(group) = self.groups.get_mut(&token) else { return };
        let values: Vec<u32> = (reply.and_then(GetPropertyReply::value32))
            .map(|values| values.take(2 * MAX_PARTS).collect())
            .unwrap_or_default();
        group.parts = values.as_chunks().0.to_vec();
        // Count one part more, so that the group stays while the loop answers parts at once.
        group.waiting = group.parts.len() + 1;
        let (parts, whole) = (group.parts.clone(), group.conversion);
        for [target, property] in parts {
            let conversion = Conversion { target, property, ..whole };
            let outcome = self.single(conversion, Some(token), holdings, exchange, env);
            if let RequestOutcome::Given(given) = outcome {
                self.part_answered(MultiplePart { group: token, property, given }, env);
            }
        }
        self.part_answered(MultiplePart { group: token, property: 0, given: true }, env);
    }

    /// Notes that a part was answered; after the last one, this answers the request.
    pub fn part_answered(&mut self, part: MultiplePart, env: &mut SelectionEnv<'_, '_>) {
        let Some(group) = self.groups.get_mut(&part.group) else { return };
        group.waiting = group.waiting.saturating_sub(1);
        if !part.given {
            let same = |pair: &&mut [u32; 2]| pair[1] == part.property;
            group.parts.iter_mut().filter(same).for_each(|pair| pair[1] = 0);
        }
        if group.waiting > 0 {
            return;
        }
        let Some(MultipleRequest { conversion, parts, .. }) = self.groups.remove(&part.group)
        else {
            return;
        };
        let data: Vec<u8> = parts.iter().flatten().flat_map(|n| n.to_ne_bytes()).collect();
        let (window, property) = (conversion.requestor, conversion.property);
        let kind = env.x.atoms().ATOM_PAIR;
        env.x.write(NewProperty { window, property, kind, format: 32, data: &data });
        env.x.answer(conversion, true);
    }
}

/// Answers requests about the selection itself (`TARGETS`, `TIMESTAMP`); returns whether it
/// was one.
fn tells(
    conversion: Conversion,
    time: u32,
    offered: &[(u32, String)],
    x: &mut dyn SelectionServer,
) -> bool {
    let atoms = *x.atoms();
    let (kind, values) = if conversion.target == atoms.TARGETS {
        let own = [atoms.TARGETS, atoms.TIMESTAMP, atoms.MULTIPLE];
        let targets = own.into_iter().chain(offered.iter().map(|(atom, _)| *atom));
        (AtomEnum::ATOM, targets.collect())
    } else if conversion.target == atoms.TIMESTAMP {
        (AtomEnum::INTEGER, vec![time])
    } else {
        return false;
    };
    let data: Vec<u8> = values.iter().flat_map(|n: &u32| n.to_ne_bytes()).collect();
    let (window, property) = (conversion.requestor, conversion.property);
    x.write(NewProperty { window, property, kind: kind.into(), format: 32, data: &data });
    true
}
