//! The object ids of one session on both sides.
//!
//! Each side has two dense ranges: ids that the client's end of the wire makes (from 1), and ids
//! that the server's end makes (from `0xff00_0000`). carafe is the server for the client, and the
//! client for the host. So carafe chooses the host-side ids of the client's objects, and the
//! client-side ids of the host's objects.
//!
//! Lifetimes, as in libwayland:
//! * A client-made id lives until the host's `wl_display.delete_id`, though the
//!   client destroyed it before: the host's events still cross until then.
//! * A server-made id lives until the host makes it anew. The client may have
//!   destroyed it, while the host does not know that yet and sends events. So
//!   the pair of ids stays paired for good.

mod lifetimes;
mod steady;

use super::routes::Plans;
use super::scale::Scale;
use super::versions::Versions;
use crate::headroom;
use crate::protocol::{InterfaceId, Plan, Tables};
use crate::surfaces::{Key, Slot};
use crate::wire::{DISPLAY_ID, SERVER_ID_START};

/// Bound on the ids of each range of each side.
pub const MAX_OBJECTS: usize = 1 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ObjectState {
    /// Not in use. On the host side, `versions` links to the next free id, and `peer` still tells
    /// the previous id on the other side.
    Free,
    /// In use.
    Live,
    /// The client has destroyed it, but the host has not confirmed that.
    Destroyed,
}

/// An object on one side.
#[derive(Clone, Copy, Debug)]
pub struct Object {
    /// Its id on the other side; 0 if it exists on this side only.
    pub peer: u32,
    /// Its version on both sides.
    pub versions: Versions,
    /// Its interface.
    pub interface: InterfaceId,
    /// The plans of its messages from this side. If handlers see all of them, or nobody sends any,
    /// there are none.
    pub plans: &'static [Plan],
    state: ObjectState,
    /// Its slot in the book of surfaces, if it has one.
    pub slot: Option<Slot>,
}

impl Object {
    /// Whether it is a steady surface (see `session/objects/steady.rs`).
    #[inline]
    pub fn is_steady(&self, tables: &Tables) -> bool {
        std::ptr::eq(self.plans, tables.steady_plans())
    }
}

const NO_VERSION: Versions = Versions::link(0);

const FREE: Object = Object {
    peer: 0,
    versions: NO_VERSION,
    interface: InterfaceId::DISPLAY,
    plans: &[],
    state: ObjectState::Free,
    slot: None,
};

/// Why an id cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdFault {
    /// The id is in use.
    #[error("id {0} is in use")]
    InUse(u32),
    /// The id is not the next one, or belongs to the range of the other end.
    #[error("id {0} is out of range")]
    OutOfRange(u32),
    /// There are [`MAX_OBJECTS`] already.
    #[error("more than {MAX_OBJECTS} objects")]
    TooMany,
    /// There is no memory for another one.
    #[error("no memory for more objects")]
    NoMemory,
}

/// The ids of one side.
struct Ids {
    /// Ids from 1; the id is the index, and index 0 is never used.
    low: Vec<Object>,
    /// Ids from [`SERVER_ID_START`].
    high: Vec<Object>,
}

impl Ids {
    fn new(display: Object) -> Self {
        Self { low: vec![FREE, display], high: Vec::new() }
    }

    #[inline]
    fn get(&self, id: u32) -> Option<&Object> {
        match id.checked_sub(SERVER_ID_START) {
            None => self.low.get(id as usize),
            Some(index) => self.high.get(index as usize),
        }
    }

    #[inline]
    fn get_mut(&mut self, id: u32) -> Option<&mut Object> {
        match id.checked_sub(SERVER_ID_START) {
            None => self.low.get_mut(id as usize),
            Some(index) => self.high.get_mut(index as usize),
        }
    }

    fn all_mut(&mut self) -> impl Iterator<Item = &mut Object> {
        self.low.iter_mut().chain(&mut self.high)
    }

    /// Puts an object at an id that the other end of the wire has chosen. Ids are dense: a new id
    /// must be the highest id so far plus one.
    #[inline]
    fn put(&mut self, id: u32, object: Object) -> Result<(), IdFault> {
        let (range, index) = match id.checked_sub(SERVER_ID_START) {
            None => (&mut self.low, id as usize),
            Some(index) => (&mut self.high, index as usize),
        };
        if let Some(place) = range.get_mut(index) {
            *place = object;
        } else if index != range.len() {
            return Err(IdFault::OutOfRange(id));
        } else if index >= MAX_OBJECTS {
            return Err(IdFault::TooMany);
        } else {
            return push(range, object);
        }
        Ok(())
    }

    /// The place for an object that the client makes at an id of its choice. As with libwayland's
    /// server, the client may use an id again at once after it has destroyed the object.
    #[inline]
    fn client_made(&mut self, id: u32) -> Result<&mut Object, IdFault> {
        let index = id as usize;
        if index == self.low.len() && index < MAX_OBJECTS {
            push(&mut self.low, FREE)?;
        }
        match self.low.get_mut(index) {
            Some(_) if id == 0 => Err(IdFault::OutOfRange(id)),
            Some(object) if object.state == ObjectState::Live => Err(IdFault::InUse(id)),
            Some(object) => Ok(object),
            None if index == MAX_OBJECTS => Err(IdFault::TooMany),
            None => Err(IdFault::OutOfRange(id)),
        }
    }

    /// Puts an object at an id that carafe chooses: the first free one, or else a new one. Returns
    /// the id.
    #[inline]
    fn allocate(&mut self, free: &mut u32, object: Object) -> Result<u32, IdFault> {
        let id = *free;
        if id != 0
            && let Some(place) = self.low.get_mut(id as usize)
        {
            *free = std::mem::replace(place, object).versions.linked();
            return Ok(id);
        }
        let id = u32::try_from(self.low.len()).map_err(|_| IdFault::TooMany)?;
        self.put(id, object)?;
        Ok(id)
    }
}

/// Adds a place. These are the largest allocations that a client can cause. If there is no memory,
/// only its session ends.
#[inline]
fn push(range: &mut Vec<Object>, object: Object) -> Result<(), IdFault> {
    if range.len() == range.capacity() {
        grow(range)?;
    }
    range.push(object);
    Ok(())
}

#[cold]
fn grow(range: &mut Vec<Object>) -> Result<(), IdFault> {
    /// Below this number, free memory is not checked: large programs have as many objects.
    const MANY: usize = 1 << 14;
    let has_room = range.try_reserve(1).is_ok() && (range.len() < MANY || headroom::is_there());
    if has_room { Ok(()) } else { Err(IdFault::NoMemory) }
}

/// All objects of a session.
pub struct Objects {
    tables: &'static Tables,
    plans: &'static Plans,
    scale: Scale,
    /// The place at the host where the client's coordinates begin.
    origin: (i32, i32),
    /// The client's steady surfaces.
    steady: Vec<u32>,
    client: Ids,
    host: Ids,
    /// The head of the list of free host-side ids; 0 if it is empty.
    free_host: u32,
}

impl Objects {
    /// With only `wl_display`. `plans` tells which messages are plain.
    pub fn new(tables: &'static Tables, plans: &'static Plans) -> Self {
        let versions = tables.interface(InterfaceId::DISPLAY).version.into();
        let display = Object { peer: DISPLAY_ID, versions, state: ObjectState::Live, ..FREE };
        let mut objects = Self {
            tables,
            plans,
            scale: Scale::ONE,
            origin: (0, 0),
            steady: Vec::new(),
            client: Ids::new(display),
            host: Ids::new(display),
            free_host: 0,
        };
        let (requests, events) = plans.of(InterfaceId::DISPLAY);
        for (ids, plans) in [(&mut objects.client, requests), (&mut objects.host, events)] {
            if let Some(place) = ids.get_mut(DISPLAY_ID) {
                place.plans = plans;
            }
        }
        objects
    }

    /// Changes which messages are plain.
    pub fn set_plans(&mut self, plans: &'static Plans) {
        self.plans = plans;
        self.steady.clear();
        let Self { client, host, .. } = self;
        for object in client.all_mut().filter(|o| o.state == ObjectState::Live && o.peer != 0) {
            object.plans = plans.of(object.interface).0;
        }
        for object in host.all_mut().filter(|o| o.state != ObjectState::Free && o.peer != 0) {
            object.plans = plans.of(object.interface).1;
        }
    }

    /// The ratio between the two sides' coordinates.
    #[inline]
    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// Changes the ratio, from the next message on. This has an effect only with tables [with
    /// coordinates].
    ///
    /// [with coordinates]: Tables::with_coordinates
    pub fn set_scale(&mut self, scale: Scale) {
        self.scale = scale;
    }

    /// The place at the host, in host coordinates, where the client's screens begin.
    pub fn origin(&self) -> (i32, i32) {
        self.origin
    }

    /// See [`origin`](Self::origin).
    pub fn set_origin(&mut self, origin: (i32, i32)) {
        self.origin = origin;
    }

    /// The object with this id for the client; `None` if the client has destroyed it.
    #[inline]
    pub fn client(&self, id: u32) -> Option<&Object> {
        self.client.get(id).filter(|o| o.state == ObjectState::Live)
    }

    /// The key of one of the client's objects in the book of surfaces.
    #[inline]
    pub fn key(&self, id: u32) -> Key {
        Key { id, slot: self.client(id).and_then(|object| object.slot) }
    }

    /// Notes the slot of one of the client's objects in the book. Returns `false` if there is no
    /// such object.
    pub fn set_slot(&mut self, id: u32, slot: Slot) -> bool {
        let object = self.client.get_mut(id).filter(|object| object.state == ObjectState::Live);
        object.is_some_and(|object| {
            object.slot = Some(slot);
            true
        })
    }

    /// The object with this id for the host. An object that the client has destroyed still exists
    /// for the host.
    #[inline]
    pub fn host(&self, id: u32) -> Option<&Object> {
        self.host.get(id).filter(|o| o.state != ObjectState::Free)
    }

    /// The object for a plain message. An object without plans may be gone.
    #[inline]
    pub fn plain<const FROM_CLIENT: bool>(&self, id: u32) -> Option<&Object> {
        if FROM_CLIENT { self.client.get(id) } else { self.host.get(id) }
    }

    /// The client's id for an id of the host, even if that is free now; 0 if there was none. Use it
    /// only for messages to people.
    pub fn last_client_id(&self, host_id: u32) -> u32 {
        self.host.get(host_id).map_or(0, |object| object.peer)
    }

    /// The last interface of an id at the host or at the client. Use it only for messages to
    /// people.
    pub fn last_interface(&self, at_host: bool, id: u32) -> InterfaceId {
        let ids = if at_host { &self.host } else { &self.client };
        ids.get(id).map_or(InterfaceId::DISPLAY, |object| object.interface)
    }

    /// The numbers of ids in use at the client and at the host.
    pub fn count(&self) -> (usize, usize) {
        let count = |ids: &Ids| {
            ids.low.iter().chain(&ids.high).filter(|o| o.state != ObjectState::Free).count()
        };
        (count(&self.client), count(&self.host))
    }
}
