//! The book itself.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::sync::Arc;

use super::buffer::Buffer;
use super::surface::{Offset, Surface};

/// A place in a vector of the book. `Option<Slot>` is as large as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot(NonZeroU32);

impl Slot {
    fn new(index: usize) -> Option<Self> {
        u32::try_from(index.checked_add(1)?).ok().and_then(NonZeroU32::new).map(Self)
    }

    fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// A dense vector with places that are used again.
#[derive(Debug)]
pub struct Slots<T> {
    all: Vec<Option<T>>,
    free: Vec<Slot>,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self { all: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slots<T> {
    /// What is at a place.
    #[inline]
    pub fn get(&self, slot: Slot) -> Option<&T> {
        self.all.get(slot.index())?.as_ref()
    }

    /// The same, to be changed.
    #[inline]
    pub fn get_mut(&mut self, slot: Slot) -> Option<&mut T> {
        self.all.get_mut(slot.index())?.as_mut()
    }

    /// Takes a free place, or a new one. `None`: there are as many as there are numbers.
    pub fn insert(&mut self, value: T) -> Option<Slot> {
        if let Some(slot) = self.free.pop()
            && let Some(place) = self.all.get_mut(slot.index())
        {
            *place = Some(value);
            return Some(slot);
        }
        let slot = Slot::new(self.all.len())?;
        self.all.push(Some(value));
        Some(slot)
    }

    /// Frees a place; gives what was there.
    pub fn remove(&mut self, slot: Slot) -> Option<T> {
        let value = self.all.get_mut(slot.index())?.take()?;
        self.free.push(slot);
        Some(value)
    }

    /// All that are there.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.all.iter().flatten()
    }
}

/// How an object leads here: its id, and the slot that goes with it. The id tells whether
/// what is in the slot is still that object's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// The client's id.
    pub id: u32,
    /// Where it is, if it is here. A viewport or subsurface has its surface's.
    pub slot: Option<Slot>,
}

/// See the module.
#[derive(Debug)]
pub struct Book {
    pub(super) surfaces: Slots<Surface>,
    buffers: Slots<Arc<Buffer>>,
    /// The formats of shared memory that are read, by `wl_shm`'s numbers.
    pub formats: BTreeSet<u32>,
    /// The object that the request under way makes.
    made: Option<(u32, Slot)>,
}

impl Default for Book {
    /// Of a session without a surface.
    fn default() -> Self {
        // Every host has these two formats: clients do not wait to hear of them.
        let formats = BTreeSet::from([0, 1]);
        Self { surfaces: Slots::default(), buffers: Slots::default(), formats, made: None }
    }
}

impl Book {
    /// A client's surface.
    #[inline]
    pub fn surface(&self, key: Key) -> Option<&Surface> {
        self.surfaces.get(key.slot?).filter(|surface| surface.id == key.id)
    }

    /// The same, to be changed.
    #[inline]
    pub fn surface_mut(&mut self, key: Key) -> Option<&mut Surface> {
        self.surfaces.get_mut(key.slot?).filter(|surface| surface.id == key.id)
    }

    /// All surfaces.
    pub fn surfaces(&self) -> impl Iterator<Item = &Surface> {
        self.surfaces.iter()
    }

    /// A surface by its slot, as [`Place`](super::Place)s and parents say it.
    pub fn at(&self, slot: Slot) -> Option<&Surface> {
        self.surfaces.get(slot)
    }

    /// A client's buffer.
    #[inline]
    pub fn buffer(&self, key: Key) -> Option<&Arc<Buffer>> {
        self.buffers.get(key.slot?).filter(|buffer| buffer.id == key.id)
    }

    /// A steady surface gets a buffer. `false`: it is not like the one before.
    pub fn attach_alike(&mut self, surface: Key, buffer: Key, offset: Offset) -> bool {
        let Some(buffer) = self.buffer(buffer).cloned() else { return false };
        let Some(surface) = self.surface_mut(surface) else { return false };
        let before = surface.next_buffer().and_then(|before| before.size);
        let is_alike = buffer.size.is_some() && buffer.size == before;
        if is_alike {
            surface.attach(Some(buffer), offset);
        }
        is_alike
    }

    /// The surface that a viewport is of.
    pub fn viewport_mut(&mut self, key: Key) -> Option<&mut Surface> {
        self.surfaces.get_mut(key.slot?).filter(|surface| surface.viewport == key.id)
    }

    /// The object that the request under way has made, once: its id, and where it is.
    #[inline]
    pub fn take_made(&mut self) -> Option<(u32, Slot)> {
        self.made.take()
    }

    /// The request under way makes a surface.
    pub fn create_surface(&mut self, id: u32) {
        self.made = self.surfaces.insert(Surface::new(id)).map(|slot| (id, slot));
    }

    /// The request under way makes a buffer.
    pub fn create_buffer(&mut self, buffer: Buffer) {
        let id = buffer.id;
        self.made = self.buffers.insert(Arc::new(buffer)).map(|slot| (id, slot));
    }

    /// The request under way makes a viewport of a surface, which has none yet.
    pub fn create_viewport(&mut self, id: u32, surface: Key) {
        // The host refuses a second one.
        let found = self.surface_mut(surface).filter(|found| found.viewport == 0);
        let Some(found) = found else { return };
        found.viewport = id;
        self.made = surface.slot.map(|slot| (id, slot));
    }

    /// The request under way makes a subsurface.
    pub(super) fn made(&mut self, id: u32, slot: Slot) {
        self.made = Some((id, slot));
    }

    /// The client destroys a viewport: its surface has none with the next commit.
    pub fn destroy_viewport(&mut self, key: Key) {
        let Some(surface) = self.viewport_mut(key) else { return };
        surface.viewport = 0;
        (surface.pending.view.source, surface.pending.view.destination) = (None, None);
    }

    /// The client destroys a buffer. Surfaces that show it go on doing so.
    pub fn destroy_buffer(&mut self, key: Key) {
        if self.buffer(key).is_some() {
            key.slot.and_then(|slot| self.buffers.remove(slot));
        }
    }

    /// The client commits a surface.
    #[inline]
    pub fn commit(&mut self, key: Key) {
        let Some(slot) = key.slot else { return };
        let waits = self.surface(key).is_some_and(|s| s.subsurface.is_some()) && self.waits(slot);
        let Some(surface) = self.surface_mut(key) else { return };
        surface.commit(waits);
        if !waits && !surface.shown.children.is_empty() {
            self.release_children(slot, false);
        }
    }

    /// The client destroys a surface.
    pub fn destroy_surface(&mut self, key: Key) {
        let Some(slot) = key.slot.filter(|_| self.surface(key).is_some()) else { return };
        self.unlink(slot);
        self.orphan(slot);
        self.surfaces.remove(slot);
    }

    /// An object was not made after all.
    pub fn unmake(&mut self, id: u32, slot: Slot) {
        let key = Key { id, slot: Some(slot) };
        self.destroy_viewport(key);
        self.destroy_subsurface(key);
        self.destroy_buffer(key);
        self.destroy_surface(key);
    }
}
