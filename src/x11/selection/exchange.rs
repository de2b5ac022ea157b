//! What all selections and drags have in common: the two ends, and the transfers.

use std::collections::VecDeque;
use std::io;
use std::os::fd::OwnedFd;

use super::Env;
use super::device::{Devices, Source};
use super::incoming::Incoming;
use super::names::Names;
use super::outgoing::Outgoing;
use super::server::Conversion;
use super::targets;
use super::transfers::{Part, Transfers};
use crate::sharing::{LocalSources, SourceId};

/// How many past sources are remembered: the host may still speak of them.
const MAX_PAST: usize = 64;

/// See the module.
pub struct Exchange {
    /// Sources that are reached without the host.
    pub local: Box<dyn LocalSources>,
    /// The host's end.
    pub devices: Devices,
    /// Names of targets.
    pub names: Names,
    /// What is under way.
    pub transfers: Transfers,
    /// Where windows go that are never shown.
    pub parent: u32,
    /// Sources of carafe's own, the last one last.
    own: VecDeque<SourceId>,
}

/// An X program that has something.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// Its window.
    pub window: u32,
    /// Of which selection.
    pub selection: u32,
    /// Since when.
    pub time: u32,
    /// In which forms it has it.
    pub targets: &'a [(u32, String)],
}

impl Exchange {
    /// Nothing is under way.
    ///
    /// # Errors
    /// When the kernel has no descriptors left.
    pub fn new(local: Box<dyn LocalSources>) -> io::Result<Self> {
        Ok(Self {
            local,
            devices: Devices::default(),
            names: Names::default(),
            transfers: Transfers::new()?,
            parent: 0,
            own: VecDeque::new(),
        })
    }

    /// A source of carafe's own was made.
    pub fn remember(&mut self, source: &Source) {
        if self.own.len() >= MAX_PAST {
            self.own.pop_front();
        }
        self.own.extend(source.local);
    }

    /// Whether an offer is what carafe itself offers or has offered: the host gives back
    /// to a client what it has said itself.
    pub fn is_own(&self, offer: u32) -> bool {
        let source = self.devices.offer(offer).and_then(|offer| offer.local);
        source.is_some_and(|source| self.own.contains(&source))
    }

    /// A pipe of carafe's own that leads to another program's. `None`: there are too many.
    pub fn relay(&self, to: OwnedFd) -> Option<OwnedFd> {
        let relayed = self.transfers.relays.to(to);
        relayed.inspect_err(|e| tracing::warn!("a transfer from X11 fails: {e}")).ok()
    }

    /// Sends data of an X program's into a pipe of carafe's own; gives the transfer's number. Where that
    /// cannot be, the pipe is closed.
    pub fn fetch(
        &mut self,
        owner: Owner<'_>,
        mime: &str,
        to: OwnedFd,
        env: &mut Env<'_, '_>,
    ) -> Option<u64> {
        let names: Vec<String> = owner.targets.iter().map(|(_, name)| name.clone()).collect();
        let name = targets::target_of(mime, &names)?;
        let (target, _) = owner.targets.iter().find(|(_, known)| *known == name)?;
        let window = self.transfers.window(self.parent, env.x)?;
        let property = env.x.atoms()._CARAFE_DATA;
        let Owner { selection, time, .. } = owner;
        let conversion =
            Conversion { requestor: window, selection, target: *target, property, time };
        env.x.convert(conversion);
        let token = self.transfers.token();
        let outgoing = Outgoing::new(token, conversion, owner.window, to);
        self.transfers.add_outgoing(outgoing.text(targets::names_encoding(&name)));
        Some(token)
    }

    /// Begins to give an X program what it asks for of an offer. `None`: that cannot be.
    /// With a transfer that it ends, gives what that was a part of.
    pub fn serve(
        &mut self,
        conversion: Conversion,
        offer: u32,
        target: &str,
        group: Option<u64>,
        env: &mut Env<'_, '_>,
    ) -> Option<Option<Part>> {
        if !self.transfers.has_room(conversion.requestor) {
            return None;
        }
        let wanted = targets::wanted(target, &self.devices.offer(offer)?.types)?;
        let kind = match wanted.kind.as_str() {
            "UTF8_STRING" => env.x.atoms().UTF8_STRING,
            _ => conversion.target,
        };
        let Self { devices, local, .. } = self;
        let from = devices.receive(offer, &wanted.mime, &mut **local, &mut env.host)?;
        let from = self.transfers.relays.from(from).ok()?;
        let mut incoming = Incoming::new(conversion, from, kind, wanted.recode);
        incoming.group = group;
        Some(self.transfers.add_incoming(incoming))
    }
}
