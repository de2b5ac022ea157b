//! The book itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::buffer::Buffer;
use super::slots::{Key, Slot, Slots};
use super::surface::{Offset, Surface};

/// The surfaces and buffers of one session.
#[derive(Debug)]
pub struct Book {
    pub(super) surfaces: Slots<Surface>,
    pub(super) buffers: Slots<Arc<Buffer>>,
    /// The formats of the shared memory that carafe reads, by the numbers of `wl_shm`.
    pub formats: BTreeSet<u32>,
    /// The object that the current request makes.
    made: Option<(u32, Slot)>,
}

impl Default for Book {
    /// For a new session.
    fn default() -> Self {
        // Every host has these two formats, so clients may use them before the host announces any.
        let formats = BTreeSet::from([0, 1]);
        Self { surfaces: Slots::default(), buffers: Slots::default(), formats, made: None }
    }
}

impl Book {
    /// A surface of the client.
    #[inline]
    pub fn surface(&self, key: Key) -> Option<&Surface> {
        self.surfaces.get(key.slot?).filter(|surface| surface.id == key.id)
    }

    /// The same, mutable.
    #[inline]
    pub fn surface_mut(&mut self, key: Key) -> Option<&mut Surface> {
        self.surfaces.get_mut(key.slot?).filter(|surface| surface.id == key.id)
    }

    /// All surfaces.
    pub fn surfaces(&self) -> impl Iterator<Item = &Surface> {
        self.surfaces.iter()
    }

    /// A surface, given the slot that [`ChildPlace`](super::ChildPlace) and parents hold.
    pub fn at(&self, slot: Slot) -> Option<&Surface> {
        self.surfaces.get(slot)
    }

    /// A buffer of the client.
    #[inline]
    pub fn buffer(&self, key: Key) -> Option<&Arc<Buffer>> {
        self.buffers.get(key.slot?).filter(|buffer| buffer.id == key.id)
    }

    /// Attaches a buffer to a steady surface. Returns `false` if it is not like the previous one.
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

    /// The surface of a viewport.
    pub fn viewport_mut(&mut self, key: Key) -> Option<&mut Surface> {
        self.surfaces.get_mut(key.slot?).filter(|surface| surface.viewport == key.id)
    }

    /// Takes the object that the current request has made: its id and its slot.
    #[inline]
    pub fn take_made(&mut self) -> Option<(u32, Slot)> {
        self.made.take()
    }

    /// Adds a surface that the current request makes.
    pub fn create_surface(&mut self, id: u32) {
        self.made = self.surfaces.insert(Surface::new(id)).map(|slot| (id, slot));
    }

    /// Adds a buffer that the current request makes.
    pub fn create_buffer(&mut self, buffer: Buffer) {
        let id = buffer.id;
        self.made = self.buffers.insert(Arc::new(buffer)).map(|slot| (id, slot));
    }

    /// Adds a viewport that the current request makes, unless its surface has one already.
    pub fn create_viewport(&mut self, id: u32, surface: Key) {
        // The host will refuse a second one.
        let found = self.surface_mut(surface).filter(|found| found.viewport == 0);
        let Some(found) = found else { return };
        found.viewport = id;
        self.made(id, surface.slot);
    }

    /// The request under way makes an object that is about a surface.
    pub(super) fn made(&mut self, id: u32, surface: Option<Slot>) {
        self.made = surface.map(|slot| (id, slot));
    }

    /// Removes a viewport that the client destroys. Its effect ends with the surface's next commit.
    pub fn destroy_viewport(&mut self, key: Key) {
        let Some(surface) = self.viewport_mut(key) else { return };
        surface.viewport = 0;
        (surface.pending.view.source, surface.pending.view.destination) = (None, None);
    }

    /// Removes a buffer that the client destroys. Surfaces that show it keep it.
    pub fn destroy_buffer(&mut self, key: Key) {
        if self.buffer(key).is_some() {
            key.slot.and_then(|slot| self.buffers.remove(slot));
        }
    }

    /// Commits a surface for the client.
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

    /// Removes a surface that the client destroys.
    pub fn destroy_surface(&mut self, key: Key) {
        let Some(slot) = key.slot.filter(|_| self.surface(key).is_some()) else { return };
        self.unlink(slot);
        self.orphan(slot);
        self.surfaces.remove(slot);
    }

    /// Removes an object that was not made after all.
    pub fn unmake(&mut self, id: u32, slot: Slot) {
        let key = Key { id, slot: Some(slot) };
        self.destroy_viewport(key);
        self.destroy_subsurface(key);
        self.destroy_role(key);
        self.destroy_buffer(key);
        self.destroy_surface(key);
    }
}
