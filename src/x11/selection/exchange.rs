//! What all selections and drags share: the devices, the names of targets, and the transfers.

use std::collections::VecDeque;
use std::io;
use std::os::fd::OwnedFd;

use super::SelectionEnv;
use super::data_into_x::DataIntoX;
use super::data_out_of_x::DataOutOfX;
use super::device::{Devices, OwnSource};
use super::names::AtomNames;
use super::server::Conversion;
use super::targets;
use super::transfers::{MultiplePart, Transfers};
use crate::policy::{LocalSources, SourceId};

/// How many past sources are remembered: the host may still offer them.
const MAX_PAST: usize = 64;

/// What all selections and drags share.
pub struct Exchange {
    /// The sources that can be reached without the host.
    pub local: Box<dyn LocalSources>,
    /// carafe's devices at the host.
    pub devices: Devices,
    /// The names of targets.
    pub names: AtomNames,
    /// The transfers.
    pub transfers: Transfers,
    /// The parent of windows that are never shown.
    pub parent: u32,
    /// carafe's own sources, the newest last.
    own: VecDeque<SourceId>,
}

/// An X program that owns a selection.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// Its window.
    pub window: u32,
    /// The selection.
    pub selection: u32,
    /// The time since when it owns the selection.
    pub time: u32,
    /// The targets that it offers.
    pub targets: &'a [(u32, String)],
}

impl Exchange {
    /// Makes an exchange without transfers.
    ///
    /// # Errors
    /// When the kernel has no descriptors left.
    pub fn new(local: Box<dyn LocalSources>) -> io::Result<Self> {
        Ok(Self {
            local,
            devices: Devices::default(),
            names: AtomNames::default(),
            transfers: Transfers::new()?,
            parent: 0,
            own: VecDeque::new(),
        })
    }

    /// Remembers one of carafe's own sources.
    pub fn remember(&mut self, source: &OwnSource) {
        if self.own.len() >= MAX_PAST {
            self.own.pop_front();
        }
        self.own.extend(source.local);
    }

    /// Whether an offer comes from one of carafe's own sources: a host sends a client's
    /// selection back to the client itself.
    pub fn is_own(&self, offer: u32) -> bool {
        let source = self.devices.offer(offer).and_then(|offer| offer.local);
        source.is_some_and(|source| self.own.contains(&source))
    }

    /// Makes a pipe whose bytes are copied to another program's; `None` if there are too many.
    pub fn relay(&self, to: OwnedFd) -> Option<OwnedFd> {
        let relayed = self.transfers.relays.to(to);
        relayed.inspect_err(|e| tracing::warn!("a transfer from X11 has failed: {e}")).ok()
    }

    /// Sends data of an X program into a pipe; returns the transfer's number. If that is not
    /// possible, the pipe is closed.
    pub fn fetch(
        &mut self,
        owner: Owner<'_>,
        mime: &str,
        to: OwnedFd,
        env: &mut SelectionEnv<'_, '_>,
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
        let outgoing = DataOutOfX::new(token, conversion, owner.window, to);
        self.transfers.add_outgoing(outgoing.text(targets::names_encoding(&name)));
        Some(token)
    }

    /// Starts to send an offer's data to an X program; `None` if that is not possible. If the new
    /// transfer ends another one, this returns the part of a request that has failed so.
    pub fn serve(
        &mut self,
        conversion: Conversion,
        offer: u32,
        target: &str,
        group: Option<u64>,
        env: &mut SelectionEnv<'_, '_>,
    ) -> Option<Option<MultiplePart>> {
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
        let mut incoming = DataIntoX::new(conversion, from, kind, wanted.recode);
        incoming.group = group;
        Some(self.transfers.add_incoming(incoming))
    }
}
