//! One selection: its owner, on which side that is, and telling the other side.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;

use x11rb_protocol::protocol::xfixes;
use x11rb_protocol::protocol::xproto::{AtomEnum, GetPropertyReply, SelectionNotifyEvent};

use super::SelectionEnv;
use super::device::{OwnSource, SelectionKind};
use super::exchange::{Exchange, Owner};
use super::requests::HostSelection;
use super::server::Conversion;
use super::targets;
use crate::policy::SourceId;
use crate::session::Fault;
use crate::x11::query::SelectionQuery;

/// Bound on the targets of an X program.
const MAX_TARGETS: usize = 256;

/// The clipboard or the primary selection.
pub struct Clip {
    /// Which of the two it is.
    pub kind: SelectionKind,
    /// Its atom in X.
    pub selection: u32,
    /// carafe's window that owns it for the host.
    pub window: u32,
    /// The X program's window that owns it; 0 if none does.
    owner: u32,
    /// The time in X since when it has its owner.
    time: u32,
    /// Owners that carafe has set, but the server has not confirmed yet. Any other owner that
    /// the server reports meanwhile is already outdated.
    expected: VecDeque<u32>,
    /// The owner's targets, while their names are not known.
    unnamed: Option<Vec<u32>>,
    /// The owner's targets.
    targets: Vec<(u32, String)>,
    /// The source that offers the owner's data to the host.
    source: Option<OwnSource>,
    /// The source becomes the host's selection once X has the keyboard.
    is_pending: bool,
    /// The host's offer.
    offer: Option<u32>,
    /// The window becomes the owner once all names of targets are known.
    is_owning: bool,
    /// The targets of the host's offer.
    offered: Vec<(u32, String)>,
}

impl Clip {
    /// Makes a selection without an owner.
    pub fn new(kind: SelectionKind, selection: u32, window: u32) -> Self {
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

    /// Whether it has this source, by its id at the host.
    pub fn has_source(&self, id: u32) -> bool {
        self.source.is_some_and(|source| source.id == id)
    }

    /// Whether it has this source, by its marker.
    pub fn is_local(&self, id: SourceId) -> bool {
        self.source.is_some_and(|source| source.local == Some(id))
    }

    /// What the host offers to X programs.
    pub fn holding(&self) -> Option<HostSelection<'_>> {
        let Self { selection, time, offer, offered, .. } = self;
        Some(HostSelection { selection: *selection, time: *time, offer: (*offer)?, offered })
    }

    /// Notes that the host's selection has changed.
    pub fn host_changed(
        &mut self,
        offer: Option<u32>,
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) {
        if let Some(id) = offer
            && (self.is_pending || exchange.is_own(id))
        {
            // The offer is carafe's own source, or an X program's selection is about to replace it.
            return exchange.devices.end_offer(id, &mut env.host);
        }
        self.end_offer(exchange, env);
        self.offer = offer;
        if offer.is_some() {
            self.is_owning = true;
            self.own(exchange, env);
        } else if self.owner == 0 && !self.offered.is_empty() {
            // The host's selection is empty, so carafe's window must not own X's any longer.
            self.offered.clear();
            self.expect(0, env);
        }
    }

    fn end_offer(&mut self, exchange: &mut Exchange, env: &mut SelectionEnv<'_, '_>) {
        self.is_owning = false;
        if let Some(before) = self.offer.take() {
            exchange.devices.end_offer(before, &mut env.host);
        }
    }

    /// Takes the selection in X for the host, if carafe must and can now.
    pub fn own(&mut self, exchange: &mut Exchange, env: &mut SelectionEnv<'_, '_>) {
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

    fn expect(&mut self, owner: u32, env: &mut SelectionEnv<'_, '_>) {
        self.expected.push_back(owner);
        env.x.own(self.selection, owner);
    }

    /// Notes a new owner in X.
    pub fn owner_changed(
        &mut self,
        event: &xfixes::SelectionNotifyEvent,
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
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
                let Exchange { devices, local, .. } = exchange;
                devices.select(self.kind, None, env.seat.serial, &**local, &mut env.host);
                exchange.devices.end_source(source, &mut *exchange.local, &mut env.host);
            }
            return;
        }
        let (target, property) = (env.x.atoms().TARGETS, env.x.atoms()._CARAFE_DATA);
        let (requestor, selection) = (self.window, self.selection);
        env.x.convert(Conversion { requestor, selection, target, property, time: self.time });
    }

    /// Notes that no X program owns it any more.
    fn forget_owner(&mut self, exchange: &mut Exchange, env: &mut SelectionEnv<'_, '_>) {
        (self.owner, self.unnamed, self.is_pending) = (0, None, false);
        self.targets.clear();
        if let Some(source) = self.source.take() {
            exchange.devices.end_source(source, &mut *exchange.local, &mut env.host);
        }
    }

    /// Handles the owner's answer to the question for its targets.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn answered(
        &mut self,
        event: &SelectionNotifyEvent,
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) -> Result<(), Fault> {
        if self.owner == 0 || event.time != self.time {
            return Ok(());
        }
        if event.property == 0 {
            // Old programs do not know TARGETS, but have text.
            self.unnamed = Some(vec![AtomEnum::STRING.into()]);
            return self.publish(exchange, env);
        }
        env.x.read(SelectionQuery::Targets(self.window), self.window, event.property, 0);
        Ok(())
    }

    /// Takes the owner's targets.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn targets_came(
        &mut self,
        reply: Option<&GetPropertyReply>,
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) -> Result<(), Fault> {
        if self.owner == 0 {
            return Ok(());
        }
        let targets = reply.and_then(GetPropertyReply::value32);
        self.unnamed = targets.map(|targets| targets.take(MAX_TARGETS).collect());
        self.publish(exchange, env)
    }

    /// Offers the owner's data to the host, once all names of targets are known.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn publish(
        &mut self,
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(unnamed) = &self.unnamed else { return Ok(()) };
        let Some(targets) = exchange.names.names(unnamed, env.x) else { return Ok(()) };
        self.unnamed = None;
        let names: Vec<String> = targets.iter().map(|(_, name)| name.clone()).collect();
        self.targets = targets;
        let types = targets::types_of(&names);
        if types.is_empty() {
            // Nothing in it can be shared with the host.
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
        // The new source is set first, so that the selection is not empty in between.
        if let Some(before) = before {
            exchange.devices.end_source(before, &mut *exchange.local, &mut env.host);
        }
        Ok(())
    }

    /// Makes the pending source the host's selection, if the host allows it now.
    pub fn settle(&mut self, exchange: &Exchange, env: &mut SelectionEnv<'_, '_>) {
        let may = env.seat.keyboard != 0 || !exchange.devices.needs_focus(self.kind);
        if self.is_pending && may {
            self.is_pending = false;
            let source = self.source.as_ref();
            let Exchange { devices, local, .. } = exchange;
            devices.select(self.kind, source, env.seat.serial, &**local, &mut env.host);
        }
    }

    /// Notes that the host has replaced a source of carafe.
    pub fn cancelled(&mut self, id: u32, exchange: &mut Exchange, env: &mut SelectionEnv<'_, '_>) {
        if self.has_source(id)
            && let Some(source) = self.source.take()
        {
            exchange.devices.end_source(source, &mut *exchange.local, &mut env.host);
        }
    }

    /// The X program that owns it.
    pub fn owner(&self) -> Option<Owner<'_>> {
        let Self { owner: window, selection, time, targets, .. } = self;
        let owner = Owner { window: *window, selection: *selection, time: *time, targets };
        (*window != 0).then_some(owner)
    }

    /// Sends the owner's data into a pipe.
    pub fn send(
        &self,
        mime: &str,
        to: OwnedFd,
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) {
        if let Some(owner) = self.owner() {
            exchange.fetch(owner, mime, to, env);
        }
    }
}
