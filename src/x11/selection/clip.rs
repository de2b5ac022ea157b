//! One selection: who has it, on which side, and how the other one learns of it.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;

use x11rb_protocol::protocol::xfixes;
use x11rb_protocol::protocol::xproto::{AtomEnum, GetPropertyReply, SelectionNotifyEvent};

use super::Env;
use super::device::{Kind, Source};
use super::exchange::{Exchange, Owner};
use super::requests::Holding;
use super::server::Conversion;
use super::targets;
use crate::session::Fault;
use crate::sharing::SourceId;
use crate::x11::query::SelectionQuery;

/// Bound on the targets of an X program.
const MAX_TARGETS: usize = 256;

/// See the module.
pub struct Clip {
    /// Which it is.
    pub kind: Kind,
    /// Its name in X.
    pub selection: u32,
    /// The window that has it for the host.
    pub window: u32,
    /// The X program's window that has it; 0: none.
    owner: u32,
    /// Since when somebody in X has it.
    time: u32,
    /// Owners that carafe has asked the server to make, before it says so. An owner that
    /// it tells of in between is past.
    expected: VecDeque<u32>,
    /// Targets of the owner whose names are awaited.
    unnamed: Option<Vec<u32>>,
    /// Targets of the owner.
    targets: Vec<(u32, String)>,
    /// What the host is offered of the owner.
    source: Option<Source>,
    /// It is to become the host's selection once X has the keyboard.
    is_pending: bool,
    /// What the host offers.
    offer: Option<u32>,
    /// The window is to become the owner once all names of targets are known.
    is_owning: bool,
    /// The targets of what the host offers.
    offered: Vec<(u32, String)>,
}

impl Clip {
    /// Nobody has it.
    pub fn new(kind: Kind, selection: u32, window: u32) -> Self {
        Self {
            kind,
            selection,
            window,
            owner: 0,
            time: 0,
            expected: VecDeque::new(),
            unnamed: None,
            targets: Vec::new(),
            source: None,
            is_pending: false,
            offer: None,
            is_owning: false,
            offered: Vec::new(),
        }
    }

    /// Whether a source is its own.
    pub fn has_source(&self, id: u32) -> bool {
        self.source.is_some_and(|source| source.id == id)
    }

    /// The same by the source's mark.
    pub fn is_local(&self, id: SourceId) -> bool {
        self.source.is_some_and(|source| source.local == Some(id))
    }

    /// What the window has for X programs.
    pub fn holding(&self) -> Option<Holding<'_>> {
        let Self { selection, time, offer, offered, .. } = self;
        Some(Holding { selection: *selection, time: *time, offer: (*offer)?, offered })
    }

    /// The host's selection has changed.
    pub fn host_changed(
        &mut self,
        offer: Option<u32>,
        exchange: &mut Exchange,
        env: &mut Env<'_, '_>,
    ) {
        if let Some(id) = offer
            && (self.is_pending || exchange.is_own(id))
        {
            return exchange.devices.end_offer(id, &mut env.host);
        }
        self.end_offer(exchange, env);
        self.offer = offer;
        if offer.is_some() {
            self.is_owning = true;
            self.own(exchange, env);
        } else if self.owner == 0 && !self.offered.is_empty() {
            self.offered.clear();
            self.expect(0, env);
        }
    }

    fn end_offer(&mut self, exchange: &mut Exchange, env: &mut Env<'_, '_>) {
        self.is_owning = false;
        if let Some(before) = self.offer.take() {
            exchange.devices.end_offer(before, &mut env.host);
        }
    }

    /// Takes the selection in X for the host, if that is due.
    pub fn own(&mut self, exchange: &mut Exchange, env: &mut Env<'_, '_>) {
        if !self.is_owning {
            return;
        }
        let offer = self.offer.and_then(|id| exchange.devices.offer(id));
        let targets = offer.map(|offer| targets::targets_of(&offer.types)).unwrap_or_default();
        let Some(offered) = exchange.names.atoms(&targets, env.x) else { return };
        self.is_owning = false;
        self.offered = offered;
        self.expect(self.window, env);
    }

    fn expect(&mut self, owner: u32, env: &mut Env<'_, '_>) {
        self.expected.push_back(owner);
        env.x.own(self.selection, owner);
    }

    /// X has a new owner.
    pub fn owner_changed(
        &mut self,
        event: &xfixes::SelectionNotifyEvent,
        exchange: &mut Exchange,
        env: &mut Env<'_, '_>,
    ) {
        if event.owner == self.window {
            self.time = event.selection_timestamp;
        }
        if let Some(expected) = self.expected.front() {
            if *expected == event.owner {
                self.expected.pop_front();
                self.forget_owner(exchange, env);
            }
            return;
        }
        if event.owner == self.window {
            return;
        }
        self.end_offer(exchange, env);
        self.offered.clear();
        (self.owner, self.time) = (event.owner, event.selection_timestamp);
        (self.unnamed, self.is_pending) = (None, false);
        if event.owner == 0 {
            if let Some(source) = self.source.take() {
                exchange.devices.select(self.kind, None, env.seat.serial, &mut env.host);
                exchange.devices.end_source(source, &mut *exchange.local, &mut env.host);
            }
            return;
        }
        let (target, property) = (env.x.atoms().TARGETS, env.x.atoms()._CARAFE_DATA);
        let (requestor, selection) = (self.window, self.selection);
        env.x.convert(Conversion { requestor, selection, target, property, time: self.time });
    }

    /// No X program has it any more.
    fn forget_owner(&mut self, exchange: &mut Exchange, env: &mut Env<'_, '_>) {
        (self.owner, self.unnamed, self.is_pending) = (0, None, false);
        self.targets.clear();
        if let Some(source) = self.source.take() {
            exchange.devices.end_source(source, &mut *exchange.local, &mut env.host);
        }
    }

    /// The owner says that its targets are there, or that it knows no such thing.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn answered(
        &mut self,
        event: &SelectionNotifyEvent,
        exchange: &mut Exchange,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        if self.owner == 0 || event.time != self.time {
            return Ok(());
        }
        if event.property == 0 {
            // Old programs have only text.
            self.unnamed = Some(vec![AtomEnum::STRING.into()]);
            return self.publish(exchange, env);
        }
        env.x.read(SelectionQuery::Targets(self.window), self.window, event.property, 0);
        Ok(())
    }

    /// The owner's targets are there.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn targets_came(
        &mut self,
        reply: Option<&GetPropertyReply>,
        exchange: &mut Exchange,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        if self.owner == 0 {
            return Ok(());
        }
        let targets = reply.and_then(GetPropertyReply::value32);
        self.unnamed = targets.map(|targets| targets.take(MAX_TARGETS).collect());
        self.publish(exchange, env)
    }

    /// Offers the host what the owner has, once all names are known.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn publish(&mut self, exchange: &mut Exchange, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(unnamed) = &self.unnamed else { return Ok(()) };
        let Some(targets) = exchange.names.names(unnamed, env.x) else { return Ok(()) };
        self.unnamed = None;
        let names: Vec<String> = targets.iter().map(|(_, name)| name.clone()).collect();
        self.targets = targets;
        let types = targets::types_of(&names);
        if types.is_empty() {
            return Ok(());
        }
        let Exchange { devices, local, .. } = exchange;
        let source = devices.source(Some(self.kind), &types, &mut **local, &mut env.host)?;
        let before = std::mem::replace(&mut self.source, source);
        self.is_pending = self.source.is_some();
        if let Some(source) = &self.source {
            exchange.remember(source);
        }
        self.settle(exchange, env);
        if let Some(before) = before {
            exchange.devices.end_source(before, &mut *exchange.local, &mut env.host);
        }
        Ok(())
    }

    /// Makes what waits the host's selection, if that can be now.
    pub fn settle(&mut self, exchange: &Exchange, env: &mut Env<'_, '_>) {
        let may = env.seat.keyboard != 0 || !exchange.devices.needs_focus(self.kind);
        if self.is_pending && may {
            self.is_pending = false;
            let source = self.source.as_ref();
            exchange.devices.select(self.kind, source, env.seat.serial, &mut env.host);
        }
    }

    /// The host has another selection, and not this source any more.
    pub fn cancelled(&mut self, id: u32, exchange: &mut Exchange, env: &mut Env<'_, '_>) {
        if self.has_source(id)
            && let Some(source) = self.source.take()
        {
            exchange.devices.end_source(source, &mut *exchange.local, &mut env.host);
        }
    }

    /// The X program that has it.
    pub fn owner(&self) -> Option<Owner<'_>> {
        let Self { owner: window, selection, time, targets, .. } = self;
        let owner = Owner { window: *window, selection: *selection, time: *time, targets };
        (*window != 0).then_some(owner)
    }

    /// Somebody wants the owner's data.
    pub fn send(&self, mime: &str, to: OwnedFd, exchange: &mut Exchange, env: &mut Env<'_, '_>) {
        if let Some(owner) = self.owner() {
            exchange.fetch(owner, mime, to, env);
        }
    }
}
