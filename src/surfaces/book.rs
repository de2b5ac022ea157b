//! The book itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::buffer::Buffer;
use super::slots::{Key, Slot, Slots};
use super::surface::{Offset, Surface};

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
        self.made(id, surface.slot);
    }

    /// The request under way makes an object that is about a surface.
    pub(super) fn made(&mut self, id: u32, surface: Option<Slot>) {
        self.made = surface.map(|slot| (id, slot));
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
        self.destroy_role(key);
        self.destroy_buffer(key);
        self.destroy_surface(key);
    }
}
