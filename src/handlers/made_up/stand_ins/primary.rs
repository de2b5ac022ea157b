//! `zwp_primary_selection_device_manager_v1`, for carafe's clients among themselves: the host has no
//! primary selection. The service knows whose source it is (`service/broker.rs`); data goes from one
//! client to the other without the host. Only a client with the keyboard sets it, and is told of it.

mod focus;

use std::collections::{BTreeSet, HashMap};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;

use wayland_protocols::wp::primary_selection::zv1::client::zwp_primary_selection_device_v1::{
    EVT_DATA_OFFER_OPCODE, EVT_SELECTION_OPCODE,
};
use wayland_protocols::wp::primary_selection::zv1::client::zwp_primary_selection_offer_v1::EVT_OFFER_OPCODE;
use wayland_protocols::wp::primary_selection::zv1::client::zwp_primary_selection_source_v1::EVT_CANCELLED_OPCODE;

use self::focus::KeyboardFocus;
use crate::foreign::{self, Relays};
use crate::handlers::local_selections::ask_client;
use crate::policy::{
    LocalSources, MAX_TYPE, MAX_TYPES, Policy, PrimarySelection, SourceId, Transfer,
};
use crate::session::{ArgFault, Context, IdFault, Incoming, Refusal};

pub use self::focus::FocusSign;

const DEVICE_INTERFACE: &str = "zwp_primary_selection_device_v1";
const SOURCE: &str = "zwp_primary_selection_source_v1";
const OFFER: &str = "zwp_primary_selection_offer_v1";

/// Bound on each sort of a client's objects. What a client has beyond it has no selection.
const MAX_OBJECTS_OF_SORT: usize = 64;

/// A request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrimaryRequest {
    CreateSource,
    GetDevice,
    DestroyDevice,
    SetSelection,
    DestroySource,
    OfferType,
    Receive,
    DestroyOffer,
}

/// A client's source.
#[derive(Default)]
struct PrimarySource {
    types: Vec<String>,
    /// Its id for other sessions, once it was the selection.
    id: Option<SourceId>,
}

/// The primary selection as one client sees it.
pub struct PrimaryStandIn {
    local: Box<dyn LocalSources>,
    policy: Arc<Policy>,
    relays: Relays,
    devices: BTreeSet<u32>,
    sources: HashMap<u32, PrimarySource>,
    offers: HashMap<u32, SourceId>,
    /// The ids of offers that the client has destroyed.
    free: Vec<u32>,
    focus: KeyboardFocus,
    /// The selection of all clients.
    selected: Option<PrimarySelection>,
}

impl PrimaryStandIn {
    /// For a client that has bound nothing.
    pub fn new(local: Box<dyn LocalSources>, policy: Arc<Policy>) -> Self {
        Self {
            local,
            policy,
            relays: Relays::default(),
            devices: BTreeSet::new(),
            sources: HashMap::new(),
            offers: HashMap::new(),
            free: Vec::new(),
            focus: KeyboardFocus::default(),
            selected: None,
        }
    }

    /// Handles that the client binds the global.
    pub fn bound(&self) {
        self.local.follow_primary();
    }

    /// Handles what tells of the focus. If that comes, the client hears of the selection before.
    ///
    /// # Errors
    /// [`Refusal`]: the arguments are wrong, or there are too many objects.
    pub fn sign(
        &mut self,
        sign: FocusSign,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let had = self.focus.is_here();
        self.focus.handle(sign, incoming, context)?;
        if !had && self.focus.is_here() {
            self.tell_all(context)?;
        }
        Ok(())
    }

    /// Handles a request.
    ///
    /// # Errors
    /// [`Refusal`]: the arguments are wrong, or there are too many objects.
    pub fn handle(
        &mut self,
        request: PrimaryRequest,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let object = incoming.header.object;
        let mut args = incoming.args();
        match request {
            PrimaryRequest::CreateSource => {
                let id = args.uint()?;
                context.make_client_only(id, SOURCE, 1)?;
                if self.sources.len() < MAX_OBJECTS_OF_SORT {
                    self.sources.insert(id, PrimarySource::default());
                }
            }
            PrimaryRequest::GetDevice => {
                let (id, seat) = (args.uint()?, args.uint()?);
                context.make_client_only(id, DEVICE_INTERFACE, 1)?;
                if self.devices.len() < MAX_OBJECTS_OF_SORT {
                    self.devices.insert(id);
                }
                self.focus.wanted(seat, context)?;
                if self.focus.is_here() {
                    self.tell(id, context)?;
                }
            }
            PrimaryRequest::DestroyDevice => {
                self.devices.remove(&object);
                context.delete_client_only(object);
            }
            PrimaryRequest::OfferType => {
                let mime = args.string()?.unwrap_or_default();
                let mime = String::from_utf8_lossy(mime).into_owned();
                if let Some(source) = self.sources.get_mut(&object)
                    && source.types.len() < MAX_TYPES
                    && mime.len() <= MAX_TYPE
                {
                    source.types.push(mime);
                }
            }
            PrimaryRequest::SetSelection => self.set(args.uint()?, context),
            PrimaryRequest::DestroySource => {
                self.forget(object);
                context.delete_client_only(object);
            }
            PrimaryRequest::Receive => {
                let mime = args.string()?.unwrap_or_default();
                let mime = String::from_utf8_lossy(mime).into_owned();
                self.receive(object, mime, context)?;
            }
            PrimaryRequest::DestroyOffer => {
                self.offers.remove(&object);
                context.delete_client_only(object);
                self.free.push(object);
            }
        }
        Ok(())
    }

    fn forget(&mut self, source: u32) {
        if let Some(id) = self.sources.remove(&source).and_then(|source| source.id) {
            self.local.remove(id);
        }
    }

    /// `set_selection`; `source` is 0 for none.
    fn set(&mut self, source: u32, context: &mut Context<'_>) {
        let may = self.focus.is_here() && self.policy.primary.to_host;
        if source == 0 {
            if may {
                self.local.select_primary(None);
            }
            return;
        }
        let known = self.sources.get_mut(&source).filter(|_| may);
        let selected = known.and_then(|source| {
            let id = source.id.or_else(|| self.local.add())?;
            source.id = Some(id);
            Some(PrimarySelection { source: id, types: source.types.clone() })
        });
        match selected {
            Some(selected) => self.local.select_primary(Some(selected)),
            // A program that only waits to hand it over can end.
            None => cancel(source, context),
        }
    }

    fn receive(
        &mut self,
        offer: u32,
        mime: String,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let (to, _) = context.fds.pop().ok_or(ArgFault::MissingFd)?;
        let source = self.offers.get(&offer).copied();
        let Some(source) = source.filter(|_| foreign::can_close(to.as_fd())) else {
            foreign::close(to);
            return Ok(());
        };
        if let Some(to) = self.limited(to) {
            self.local.ask(Transfer { source, mime, to });
        }
        Ok(())
    }

    /// A pipe that takes as much as the policy allows, into another one.
    fn limited(&self, to: OwnedFd) -> Option<OwnedFd> {
        let Some(limit) = self.policy.primary.limit else { return Some(to) };
        let limited = self.relays.limited(to, limit);
        limited.inspect_err(|e| tracing::warn!("a transfer fails: {e}")).ok()
    }

    /// Handles what the service says: another selection, and clients that want this one's data.
    ///
    /// # Errors
    /// [`IdFault`] when there are too many objects.
    pub fn woken(&mut self, context: &mut Context<'_>) -> Result<(), IdFault> {
        for transfer in self.local.asked() {
            let is_it = |source: &PrimarySource| source.id == Some(transfer.source);
            let found = self.sources.iter().find(|(_, source)| is_it(source)).map(|(id, _)| *id);
            let Transfer { source, mime, to } = transfer;
            if let (Some(id), Some(to)) = (found, self.limited(to)) {
                ask_client(id, Transfer { source, mime, to }, context);
            }
        }
        let Some(selected) = self.local.primary() else { return Ok(()) };
        let now = selected.as_ref().map(|selected| selected.source);
        for (id, source) in &mut self.sources {
            if source.id.is_some() && source.id != now {
                source.id.take().into_iter().for_each(|id| self.local.remove(id));
                cancel(*id, context);
            }
        }
        if self.selected == selected {
            return Ok(());
        }
        self.selected = selected;
        if self.focus.is_here() { self.tell_all(context) } else { Ok(()) }
    }

    fn tell_all(&mut self, context: &mut Context<'_>) -> Result<(), IdFault> {
        for device in self.devices.clone() {
            self.tell(device, context)?;
        }
        Ok(())
    }

    /// Tells a device the selection.
    fn tell(&mut self, device: u32, context: &mut Context<'_>) -> Result<(), IdFault> {
        let has_room = self.offers.len() < MAX_OBJECTS_OF_SORT && !context.to_client.is_full();
        let shown = self.selected.as_ref().filter(|_| self.policy.primary.to_guest && has_room);
        let mut offer = 0;
        if let Some(PrimarySelection { source, types }) = shown
            && let Some(interface) = context.tables.find(OFFER)
        {
            offer = context.objects.make_for_client(interface, 1, self.free.pop())?;
            self.offers.insert(offer, *source);
            let out = &mut *context.to_client;
            out.make(device, EVT_DATA_OFFER_OPCODE, |event| event.uint(offer));
            for mime in types {
                out.make(offer, EVT_OFFER_OPCODE, |event| event.string(mime));
            }
        }
        context.to_client.make(device, EVT_SELECTION_OPCODE, |event| event.uint(offer));
        Ok(())
    }
}

fn cancel(source: u32, context: &mut Context<'_>) {
    context.to_client.make(source, EVT_CANCELLED_OPCODE, |event| event);
}
