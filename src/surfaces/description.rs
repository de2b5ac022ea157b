//! All that another host would have to be told of a client's surfaces, in the client's ids. A new
//! book that is written from it is the same book.
//!
//! Three things are not in it, because no handler that reads the book needs them, and the book would
//! have to follow every request of other protocols to have them:
//! - Frame callbacks: the client's `wl_callback` objects that still exist are the ones that wait.
//! - Popups' positioners: the book has a popup's parent, but not how it was placed there. A host
//!   answers the placement with a `configure`, after which only a `reposition` could use it again.
//! - Layer surfaces' layer, anchors, margins and keyboard interactivity: the book has only the role.
//!   Windows do not use it, and their programs (panels, launchers) belong to one host.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::book::Book;
use super::buffer::Buffer;
use super::slots::{Key, Slot};
use super::surface::{ChildPlace, Subsurface, Surface, SurfaceState};

/// A surface and its position in its parent.
type ChildAt = (u32, (i32, i32));

/// How a surface is a part of another one: see [`Subsurface`].
#[derive(Clone, Copy, Debug)]
struct Part {
    id: u32,
    parent: u32,
    is_sync: bool,
    at: (i32, i32),
}

/// A surface.
#[derive(Debug)]
struct SurfaceDescription {
    /// Everything of it but its relations to other surfaces, which have slots.
    own: Surface,
    parent: Option<u32>,
    part: Option<Part>,
    /// The children of its states: shown, waiting for the parent's commit, and pending.
    shown: Vec<ChildAt>,
    cached: Vec<ChildAt>,
    pending: Option<Vec<ChildAt>>,
}

/// All surfaces and buffers of a client.
#[derive(Debug)]
pub struct Description {
    surfaces: Vec<SurfaceDescription>,
    buffers: Vec<Arc<Buffer>>,
    formats: BTreeSet<u32>,
}

impl Book {
    /// Describes everything in it.
    pub fn describe(&self) -> Description {
        let surfaces = self.surfaces.iter().map(|surface| self.describe_surface(surface)).collect();
        let buffers = self.buffers.iter().cloned().collect();
        Description { surfaces, buffers, formats: self.formats.clone() }
    }

    fn describe_surface(&self, surface: &Surface) -> SurfaceDescription {
        let id = |slot: Slot| self.at(slot).map(|surface| surface.id);
        let children = |list: &Vec<ChildPlace>| -> Vec<ChildAt> {
            list.iter().filter_map(|child| Some((id(child.surface)?, child.at))).collect()
        };
        let part = |Subsurface { id: subsurface, parent, is_sync, at }| {
            Some(Part { id: subsurface, parent: id(parent)?, is_sync, at })
        };
        // Another surface may have the slot of a parent that is gone.
        let parent = surface.parent.filter(|parent| self.surface(*parent).is_some());
        SurfaceDescription {
            parent: parent.map(|parent| parent.id),
            part: surface.subsurface.and_then(part),
            shown: children(&surface.shown.children),
            cached: surface.cached().map(|state| children(&state.children)).unwrap_or_default(),
            pending: surface.pending.children.as_ref().map(children),
            own: surface.without_relations(),
        }
    }

    /// A new book with this content, and the slots of the client's objects in it.
    pub fn replay(description: Description) -> (Self, Vec<(u32, Slot)>) {
        let Description { surfaces, buffers, formats } = description;
        let mut book = Self::default();
        book.formats = formats;
        let mut objects = Vec::new();
        for buffer in buffers {
            let id = buffer.id;
            objects.extend(book.buffers.insert(buffer).map(|slot| (id, slot)));
        }
        let mut slots = HashMap::new();
        let mut relations = Vec::new();
        for SurfaceDescription { own, parent, part, shown, cached, pending } in surfaces {
            let (id, subsurface) = (own.id, part.map_or(0, |part| part.id));
            let of_it = [id, own.viewport, own.xdg_surface, own.role_object, subsurface];
            let Some(slot) = book.surfaces.insert(own) else { break };
            slots.insert(id, slot);
            objects.extend(of_it.into_iter().filter(|id| *id != 0).map(|id| (id, slot)));
            relations.push((slot, parent, part, shown, cached, pending));
        }
        let children = |list: Vec<ChildAt>| -> Vec<ChildPlace> {
            let place = |(id, at)| Some(ChildPlace { surface: *slots.get(&id)?, at });
            list.into_iter().filter_map(place).collect()
        };
        for (slot, parent, part, shown, cached, pending) in relations {
            let Some(surface) = book.surfaces.get_mut(slot) else { continue };
            surface.parent = parent.map(|id| Key { id, slot: slots.get(&id).copied() });
            let part = part.and_then(|part| Some((part, *slots.get(&part.parent)?)));
            surface.subsurface = part.map(|(Part { id, is_sync, at, .. }, parent)| Subsurface {
                id,
                parent,
                is_sync,
                at,
            });
            surface.shown.children = children(shown);
            if let Some(state) = &mut surface.cached {
                state.children = children(cached);
            }
            surface.pending.children = pending.map(children);
        }
        (book, objects)
    }
}

impl Surface {
    /// A copy that leads to no other surface.
    fn without_relations(&self) -> Self {
        let alone = |state: &SurfaceState| SurfaceState { children: Vec::new(), ..state.clone() };
        let mut copy = Self {
            cached: self.cached().map(alone).map(Box::new),
            shown: alone(&self.shown),
            parent: None,
            subsurface: None,
            ..self.clone()
        };
        copy.pending.children = None;
        copy
    }
}
