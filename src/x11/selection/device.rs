//! The host's selections and drags: carafe's devices, sources and offers there.
//!
//! If the host has data control, carafe uses it for selections, because it does not need the
//! keyboard. Otherwise selections are shared only while an X window has the keyboard. Drags
//! always use the core protocol.

mod events;
mod family;

use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use wayland_client::protocol::wl_data_device_manager::DndAction;

use crate::policy::{
    LocalSources, MAX_TYPE, MAX_TYPES, Policy, PrimarySelection, Sharing, SourceId, Transfer,
};
use crate::session::{Context, Fault};
use crate::wire::{FdKind, MessageBuilder};
use crate::x11::host::Host;

pub use events::{News, SelectionEvent};
use family::{CONTROLS, CORE, Family, LOCAL_FAMILY, PRIMARY_FAMILY};

/// Bound on the offers of the host, which needs one at a time.
const MAX_OFFERS: usize = 64;

/// The ids of offers of carafe's clients, which the host does not know, are above all of the host's.
const FIRST_LOCAL: u32 = 0xffff_0000;

/// Bound on descriptors that wait for a host that does not read.
const MAX_FDS_TO_HOST: usize = 256;

/// A selection that both sides know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectionKind {
    /// The clipboard: what was copied.
    Clipboard,
    /// The primary selection: what was selected with the pointer.
    Primary,
}

/// An offer of the host.
#[derive(Debug)]
pub struct Offer {
    family: &'static Family,
    version: u32,
    /// Its types.
    pub types: Vec<String>,
    /// Its source, if that can be reached without the host.
    pub local: Option<SourceId>,
    /// The actions that a drag's source allows (`wl_data_device_manager.dnd_action`).
    pub actions: u32,
    /// The action that the host has chosen for a drag.
    pub action: u32,
}

/// A source that offers an X program's data to the host.
#[derive(Clone, Copy, Debug)]
pub struct OwnSource {
    family: &'static Family,
    /// Its id at the host.
    pub id: u32,
    /// The marker by which carafe recognises it.
    pub local: Option<SourceId>,
}

struct DataDevice {
    family: &'static Family,
    manager: u32,
    id: u32,
    version: u32,
}

/// carafe's devices at the host.
#[derive(Default)]
pub struct Devices {
    /// Which data may cross between X programs and the host.
    pub policy: Arc<Policy>,
    seat: u32,
    control: Option<DataDevice>,
    core: Option<DataDevice>,
    primary: Option<DataDevice>,
    /// The host has no primary selection, so X programs share one with carafe's other clients.
    has_local: bool,
    /// The types of the last source for that.
    local_types: Vec<String>,
    /// How many offers of it there were.
    local_offers: u16,
    offers: HashMap<u32, Offer>,
}

/// Sends a request, given its name: the protocols of selections have the same requests under
/// different opcodes.
fn call(
    host: &mut Host<'_, '_>,
    (object, interface): (u32, &'static str),
    request: &str,
    fill: impl for<'b> FnOnce(MessageBuilder<'b>) -> MessageBuilder<'b>,
) {
    let tables = host.context.tables;
    let found = tables.find(interface).map(|id| &tables.interface(id).requests);
    let opcode = found.and_then(|all| all.iter().position(|known| known.name == request));
    if let Some(opcode) = opcode.and_then(|opcode| u16::try_from(opcode).ok()) {
        host.request(object, opcode, fill);
    }
}

impl Devices {
    /// Binds the host's globals.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn start(
        &mut self,
        selections: bool,
        local: &dyn LocalSources,
        host: &mut Host<'_, '_>,
    ) -> Result<(), Fault> {
        let Some((seat, _)) = host.bind("wl_seat", 1)? else { return Ok(()) };
        self.seat = seat;
        self.core = self.device(&CORE, host)?;
        if !selections {
            return Ok(());
        }
        for family in &CONTROLS {
            if self.control.is_none() {
                self.control = self.device(family, host)?;
            }
        }
        if !self.control.as_ref().is_some_and(DataDevice::has_primary) {
            self.primary = self.device(&PRIMARY_FAMILY, host)?;
            self.has_local = self.primary.is_none()
                && host.context.globals.rule().allows(PRIMARY_FAMILY.manager);
            if self.has_local {
                local.follow_primary();
            }
        }
        Ok(())
    }

    fn device(
        &self,
        family: &'static Family,
        host: &mut Host<'_, '_>,
    ) -> Result<Option<DataDevice>, Fault> {
        let bound = host.bind(family.manager, family.version)?;
        let Some((manager, version)) = bound else { return Ok(None) };
        let id = host.make(family.device, version)?;
        let seat = self.seat;
        call(host, (manager, family.manager), family.get_device, |r| r.uint(id).uint(seat));
        Ok(Some(DataDevice { family, manager, id, version }))
    }

    /// Whether a selection can be set only while an X window has the keyboard.
    pub fn needs_focus(&self, kind: SelectionKind) -> bool {
        self.is_local(kind) || self.of(kind).is_some_and(|device| !device.family.is_control())
    }

    /// Whether a selection is one of carafe's clients alone.
    fn is_local(&self, kind: SelectionKind) -> bool {
        self.has_local && kind == SelectionKind::Primary
    }

    /// Reads the news about the primary selection of carafe's clients, which X programs may know
    /// while an X window has the keyboard.
    pub fn local_news(
        &mut self,
        local: &dyn LocalSources,
        host: &mut Host<'_, '_>,
    ) -> Option<News> {
        let selected = self.has_local.then(|| local.primary()).flatten()?;
        let id = selected.map_or(0, |PrimarySelection { source, types }| {
            let id = FIRST_LOCAL + u32::from(self.local_offers);
            self.local_offers = self.local_offers.wrapping_add(1);
            let (family, version, local) = (&LOCAL_FAMILY, 1, Some(source));
            self.offers.insert(id, Offer { family, version, types, local, actions: 0, action: 0 });
            id
        });
        let kind = SelectionKind::Primary;
        Some(News::Selection(kind, self.may_take(Some(kind), id, host.context)))
    }

    fn of(&self, kind: SelectionKind) -> Option<&DataDevice> {
        let control = self.control.as_ref();
        match kind {
            SelectionKind::Clipboard => control.or(self.core.as_ref()),
            SelectionKind::Primary => {
                control.filter(|control| control.has_primary()).or(self.primary.as_ref())
            }
        }
    }

    /// The device for drags: its id and its version.
    pub fn drags(&self) -> Option<(u32, u32)> {
        self.core.as_ref().map(|core| (core.id, core.version))
    }

    /// Whether X programs' drags can go on at the host.
    pub fn may_drag(&self) -> bool {
        self.core.is_some() && self.is_shared(None)
    }

    /// Whether X programs' selections, or drags (`None`), may be offered to the host.
    fn is_shared(&self, kind: Option<SelectionKind>) -> bool {
        self.sharing(kind).to_host
    }

    /// The directions in which a selection, or a drag (`None`), may cross.
    fn sharing(&self, kind: Option<SelectionKind>) -> Sharing {
        match kind {
            Some(SelectionKind::Clipboard) => self.policy.clipboard,
            Some(SelectionKind::Primary) => self.policy.primary,
            None => self.policy.dnd,
        }
    }

    /// Makes a source with these types, for a selection or, with `kind` as `None`, for a drag.
    /// Returns `None` if the host does not have that, or must not get it.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn source(
        &mut self,
        kind: Option<SelectionKind>,
        types: &[String],
        local: &mut dyn LocalSources,
        host: &mut Host<'_, '_>,
    ) -> Result<Option<OwnSource>, Fault> {
        if kind.is_some_and(|kind| self.is_local(kind)) {
            let local = if self.is_shared(kind) { local.add() } else { None };
            let types = types.iter().filter(|mime| mime.len() <= MAX_TYPE).take(MAX_TYPES);
            self.local_types = types.cloned().collect();
            let source = |local| OwnSource { family: &LOCAL_FAMILY, id: 0, local: Some(local) };
            return Ok(local.map(source));
        }
        let device = kind.map_or(self.core.as_ref(), |kind| self.of(kind));
        let device = device.filter(|_| self.is_shared(kind));
        let Some(DataDevice { family, manager, version, .. }) = device else { return Ok(None) };
        let id = host.make(family.source, *version)?;
        call(host, (*manager, family.manager), family.create_source, |r| r.uint(id));
        let local = local.add();
        // The marker comes last, because some programs take the first type.
        let marker = local.map(SourceId::marker);
        for mime in types.iter().take(MAX_TYPES).chain(&marker) {
            if mime.len() <= MAX_TYPE {
                call(host, (id, family.source), "offer", |request| request.string(mime));
            }
        }
        Ok(Some(OwnSource { family, id, local }))
    }

    /// Makes a source the selection, or clears the selection.
    pub fn select(
        &self,
        kind: SelectionKind,
        source: Option<&OwnSource>,
        serial: u32,
        local: &dyn LocalSources,
        host: &mut Host<'_, '_>,
    ) {
        if self.is_local(kind) {
            let types = self.local_types.clone();
            let source = source.and_then(|source| source.local);
            return local.select_primary(source.map(|source| PrimarySelection { source, types }));
        }
        let Some(device) = self.of(kind) else { return };
        let source = source.map_or(0, |source| source.id);
        let by_control = device.family.is_control();
        let request = if by_control && kind == SelectionKind::Primary {
            "set_primary_selection"
        } else {
            "set_selection"
        };
        call(host, (device.id, device.family.device), request, |request| {
            let request = request.uint(source);
            if by_control { request } else { request.uint(serial) }
        });
    }

    /// Starts to drag a source; see `wl_data_device.start_drag`.
    pub fn drag(
        &self,
        source: &OwnSource,
        actions: u32,
        (origin, icon, serial): (u32, u32, u32),
        host: &mut Host<'_, '_>,
    ) {
        let Some(device) = &self.core else { return };
        if device.version >= 3 {
            call(host, (source.id, source.family.source), "set_actions", |r| r.uint(actions));
        }
        call(host, (device.id, device.family.device), "start_drag", |request| {
            request.uint(source.id).uint(origin).uint(icon).uint(serial)
        });
    }

    /// Ends a source.
    pub fn end_source(
        &self,
        source: OwnSource,
        local: &mut dyn LocalSources,
        host: &mut Host<'_, '_>,
    ) {
        if let Some(id) = source.local {
            local.remove(id);
        }
        call(host, (source.id, source.family.source), "destroy", |request| request);
    }

    /// An offer, by the host's id.
    pub fn offer(&self, id: u32) -> Option<&Offer> {
        self.offers.get(&id)
    }

    /// Ends an offer.
    pub fn end_offer(&mut self, id: u32, host: &mut Host<'_, '_>) {
        if let Some(offer) = self.offers.remove(&id) {
            call(host, (id, offer.family.offer), "destroy", |request| request);
        }
    }

    /// Accepts a drag with a type, or refuses it (`None`).
    pub fn accept(&self, id: u32, serial: u32, mime: Option<&str>, host: &mut Host<'_, '_>) {
        let Some(offer) = self.offers.get(&id) else { return };
        call(host, (id, offer.family.offer), "accept", |request| {
            let request = request.uint(serial);
            match mime {
                Some(mime) => request.string(mime),
                None => request.uint(0),
            }
        });
    }

    /// Tells the host the possible actions for a drag, and the best one.
    pub fn set_actions(&self, id: u32, actions: u32, best: u32, host: &mut Host<'_, '_>) {
        let Some(offer) = self.offers.get(&id).filter(|offer| offer.version >= 3) else { return };
        call(host, (id, offer.family.offer), "set_actions", |r| r.uint(actions).uint(best));
    }

    /// Tells the host that a drag's data was taken and, if the user was asked, which action was
    /// done. Ends the offer.
    pub fn finish(&mut self, id: u32, done: u32, host: &mut Host<'_, '_>) {
        let Some(offer) = self.offers.get(&id) else { return };
        let ask = DndAction::Ask.bits();
        let possible = offer.actions & !ask;
        // `finish` without an action is a protocol error.
        let mut action = offer.action;
        if action == ask {
            let lowest = possible & possible.wrapping_neg();
            action = if possible & done == 0 { lowest } else { done };
            self.set_actions(id, action, action, host);
        }
        if offer.version >= 3 && action != 0 {
            call(host, (id, offer.family.offer), "finish", |request| request);
        }
        self.end_offer(id, host);
    }

    /// Asks for an offer's data; returns the pipe from which it will come.
    pub fn receive(
        &self,
        id: u32,
        mime: &str,
        local: &mut dyn LocalSources,
        host: &mut Host<'_, '_>,
    ) -> Option<OwnedFd> {
        let offer = self.offers.get(&id)?;
        let (from, to) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC).ok()?;
        if let Some(source) = offer.local.filter(|source| local.knows(*source)) {
            local.ask(Transfer { source, mime: mime.to_owned(), to });
            return Some(from);
        }
        if offer.family.manager.is_empty() {
            return None;
        }
        let Context { to_host, .. } = &mut *host.context;
        if to_host.is_full()
            || to_host.fds().len() >= MAX_FDS_TO_HOST
            || to_host.fds().push(to, FdKind::PipeToWrite).is_err()
        {
            return None;
        }
        call(host, (id, offer.family.offer), "receive", |request| request.string(mime));
        Some(from)
    }
}

impl DataDevice {
    fn has_primary(&self) -> bool {
        self.family.is_control() && self.version >= self.family.primary_since
    }
}
