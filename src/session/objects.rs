//! The object ids of one session on both of its sides.
//!
//! Each side has two dense ranges: ids that the client's end of the wire makes
//! (from 1) and ids that the server's end makes (from `0xff00_0000`). Towards
//! the client carafe is the server, towards the host it is the client; so it
//! hands out the host-side ids of what the client makes, and the client-side
//! ids of what the host makes.
//!
//! Lifetimes, as libwayland has them:
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
enum State {
    /// Not in use. On the host side, `versions` links to the next such id, and `peer`
    /// still tells what it was.
    Free,
    /// In use.
    Live,
    /// Destroyed by the client, but the host has not confirmed it.
    Destroyed,
}

/// What is known of an object on one side.
#[derive(Clone, Copy, Debug)]
pub struct Object {
    /// Its id on the other side, or 0: it is on this side only.
    pub peer: u32,
    /// The versions that it was made with.
    pub versions: Versions,
    /// What it is.
    pub interface: InterfaceId,
    /// Its messages from this side that are plain: none where handlers see all of them, or
    /// nobody does.
    pub plans: &'static [Plan],
    state: State,
    /// Where it is in the book of surfaces, if it is there.
    pub slot: Option<Slot>,
}

const NO_VERSION: Versions = Versions::link(0);

const FREE: Object = Object {
    peer: 0,
    versions: NO_VERSION,
    interface: InterfaceId::DISPLAY,
    plans: &[],
    state: State::Free,
    slot: None,
};

/// Why an id cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdFault {
    /// The id is in use.
    #[error("id {0} is in use")]
    InUse(u32),
    /// The id is not the next one, or of the other end's range.
    #[error("id {0} is out of range")]
    OutOfRange(u32),
    /// [`MAX_OBJECTS`] is reached.
    #[error("more than {MAX_OBJECTS} objects")]
    TooMany,
    /// There is no memory for one more.
    #[error("no memory for more objects")]
    NoMemory,
}

/// The ids of one side.
struct Ids {
    /// From 1: index is the id. Index 0 is never used.
    low: Vec<Object>,
    /// From [`SERVER_ID_START`].
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

    /// Puts an object at an id that the other end of the wire chose. Ids are
    /// dense: the next new one is the highest yet plus one.
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

    /// The place of an object that the client makes at an id of its choice. After
    /// it destroyed the object there it may do so at once, as libwayland's server
    /// allows.
    #[inline]
    fn client_made(&mut self, id: u32) -> Result<&mut Object, IdFault> {
        let index = id as usize;
        if index == self.low.len() && index < MAX_OBJECTS {
            push(&mut self.low, FREE)?;
        }
        match self.low.get_mut(index) {
            Some(_) if id == 0 => Err(IdFault::OutOfRange(id)),
            Some(object) if object.state == State::Live => Err(IdFault::InUse(id)),
            Some(object) => Ok(object),
            None if index == MAX_OBJECTS => Err(IdFault::TooMany),
            None => Err(IdFault::OutOfRange(id)),
        }
    }

    /// Puts an object at an id that carafe chooses: the first of the list of
    /// free ones, else the next new one. Gives it.
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

/// Adds a place. This is the largest piece of memory that a client can have grow: where
/// there is no more, only its session ends.
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
    /// Below that, nobody asks whether there is room: as many as a large program has.
    const MANY: usize = 1 << 14;
    let has_room = range.try_reserve(1).is_ok() && (range.len() < MANY || headroom::is_there());
    if has_room { Ok(()) } else { Err(IdFault::NoMemory) }
}

/// All objects of a session.
pub struct Objects {
    tables: &'static Tables,
    plans: &'static Plans,
    scale: Scale,
    /// The place at the host that is the first of the client's coordinates.
    origin: (i32, i32),
    /// The client's surfaces that are steady.
    steady: Vec<u32>,
    client: Ids,
    host: Ids,
    /// Head of the list of free host-side ids; 0: none.
    free_host: u32,
}

impl Objects {
    /// Only `wl_display`. `plans`: which messages are plain.
    pub fn new(tables: &'static Tables, plans: &'static Plans) -> Self {
        let versions = tables.interface(InterfaceId::DISPLAY).version.into();
        let display = Object { peer: DISPLAY_ID, versions, state: State::Live, ..FREE };
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

    /// Says anew which messages are plain.
    pub fn set_plans(&mut self, plans: &'static Plans) {
        self.plans = plans;
        self.steady.clear();
        let Self { client, host, .. } = self;
        for object in client.all_mut().filter(|o| o.state == State::Live && o.peer != 0) {
            object.plans = plans.of(object.interface).0;
        }
        for object in host.all_mut().filter(|o| o.state != State::Free && o.peer != 0) {
            object.plans = plans.of(object.interface).1;
        }
    }

    /// The ratio between the two sides' coordinates.
    #[inline]
    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// Changes it, from the next message on. Only tables [with coordinates] have an effect.
    ///
    /// [with coordinates]: Tables::with_coordinates
    pub fn set_scale(&mut self, scale: Scale) {
        self.scale = scale;
    }

    /// The place at the host, in its coordinates, where those of the client's screens begin.
    pub fn origin(&self) -> (i32, i32) {
        self.origin
    }

    /// See [`origin`](Self::origin).
    pub fn set_origin(&mut self, origin: (i32, i32)) {
        self.origin = origin;
    }

    /// The object that the client means by an id; `None` when it destroyed it.
    #[inline]
    pub fn client(&self, id: u32) -> Option<&Object> {
        self.client.get(id).filter(|o| o.state == State::Live)
    }

    /// How one of the client's objects leads into the book of surfaces.
    #[inline]
    pub fn key(&self, id: u32) -> Key {
        Key { id, slot: self.client(id).and_then(|object| object.slot) }
    }

    /// One of the client's objects is in the book of surfaces from now on. `false`: there is
    /// no such object.
    pub fn set_slot(&mut self, id: u32, slot: Slot) -> bool {
        let object = self.client.get_mut(id).filter(|object| object.state == State::Live);
        object.is_some_and(|object| {
            object.slot = Some(slot);
            true
        })
    }

    /// The object that the host means by an id. One that the client destroyed
    /// is still there for the host.
    #[inline]
    pub fn host(&self, id: u32) -> Option<&Object> {
        self.host.get(id).filter(|o| o.state != State::Free)
    }

    /// What a plain message needs to know of the object that it is for: one
    /// without plans may be gone.
    #[inline]
    pub fn plain<const FROM_CLIENT: bool>(&self, id: u32) -> Option<&Object> {
        if FROM_CLIENT { self.client.get(id) } else { self.host.get(id) }
    }

    /// The client's id for one of the host's, also for one that was freed and is not in
    /// use again; 0 if there was none. To be shown, not to be relied on.
    pub fn last_client_id(&self, host_id: u32) -> u32 {
        self.host.get(host_id).map_or(0, |object| object.peer)
    }

    /// What an id of the host's or of the client's is, or was last. To be shown, not to be
    /// relied on.
    pub fn last_interface(&self, at_host: bool, id: u32) -> InterfaceId {
        let ids = if at_host { &self.host } else { &self.client };
        ids.get(id).map_or(InterfaceId::DISPLAY, |object| object.interface)
    }

    /// How many ids are in use on the client's and on the host's side.
    pub fn count(&self) -> (usize, usize) {
        let count =
            |ids: &Ids| ids.low.iter().chain(&ids.high).filter(|o| o.state != State::Free).count();
        (count(&self.client), count(&self.host))
    }
}
