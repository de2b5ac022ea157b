//! Subsurfaces, whose commits may wait for their parents' commits.
//!
//! A client may nest surfaces to any depth, so nothing here is recursive.

use super::book::Book;
use super::slots::{Key, Slot};
use super::surface::{ChildPlace, Subsurface, Surface, SurfaceRole};

impl Surface {
    fn change_children(&mut self) -> &mut Vec<ChildPlace> {
        let Self { pending, cached, shown, .. } = self;
        let committed = &cached.as_deref().unwrap_or(shown).children;
        pending.children.get_or_insert_with(|| committed.clone())
    }
}

impl Book {
    /// The `n`th of a surface's subsurfaces and itself, in their order as last said.
    pub fn child(&self, parent: Slot, n: usize) -> Option<Slot> {
        self.at(parent)?.next_children().get(n).map(|place| place.surface)
    }

    /// Whether a surface's commits wait for a parent: it is synchronised, or a descendant of one
    /// that is.
    pub fn waits(&self, slot: Slot) -> bool {
        let mut slot = slot;
        while let Some(subsurface) = self.at(slot).and_then(|surface| surface.subsurface) {
            if subsurface.is_sync {
                return true;
            }
            slot = subsurface.parent;
        }
        false
    }

    /// Shows what has waited for a surface's commit: the states of its synchronised children, or of
    /// all children, and of everything below those.
    pub(super) fn release_children(&mut self, root: Slot, all: bool) {
        let mut parents = vec![root];
        while let Some(parent) = parents.pop() {
            let Some(surface) = self.surfaces.get_mut(parent) else { continue };
            let children = std::mem::take(&mut surface.shown.children);
            for ChildPlace { surface: child, .. } in &children {
                let Some(found) = self.surfaces.get_mut(*child) else { continue };
                let is_sync = found.subsurface.is_some_and(|subsurface| subsurface.is_sync);
                if *child != parent && (all || parent != root || is_sync) {
                    found.release();
                    if !found.shown.children.is_empty() {
                        parents.push(*child);
                    }
                }
            }
            if let Some(surface) = self.surfaces.get_mut(parent) {
                surface.shown.children = children;
            }
        }
    }

    /// Shows the waiting states of a surface and of everything below it.
    fn release(&mut self, slot: Slot) {
        let Some(surface) = self.surfaces.get_mut(slot) else { return };
        surface.release();
        self.release_children(slot, true);
    }

    /// `wl_subcompositor.get_subsurface`: adds the subsurface that the current request makes.
    pub fn create_subsurface(&mut self, id: u32, surface: Key, parent: Key) {
        let (Some(slot), Some(parent_slot)) = (surface.slot, parent.slot) else { return };
        if self.surface(surface).is_none_or(|surface| surface.subsurface.is_some())
            || self.surface(parent).is_none()
            || self.is_within(parent_slot, slot)
        {
            // The host will refuse this.
            return;
        }
        if let Some(parent) = self.surfaces.get_mut(parent_slot) {
            let children = parent.change_children();
            if children.is_empty() {
                children.push(ChildPlace { surface: parent_slot, at: (0, 0) });
            }
            children.push(ChildPlace { surface: slot, at: (0, 0) });
        }
        if let Some(surface) = self.surfaces.get_mut(slot) {
            let (parent, at) = (parent_slot, (0, 0));
            surface.subsurface = Some(Subsurface { id, parent, is_sync: true, at });
            surface.role = Some(SurfaceRole::Subsurface);
        }
        self.made(id, Some(slot));
    }

    /// Whether a surface is another one, or a descendant of it.
    pub fn is_within(&self, slot: Slot, ancestor: Slot) -> bool {
        let mut slot = slot;
        while slot != ancestor {
            match self.at(slot).and_then(|surface| surface.subsurface) {
                Some(subsurface) => slot = subsurface.parent,
                None => return false,
            }
        }
        true
    }

    /// The surface of a client's `wl_subsurface`, and its parent.
    fn subsurface(&self, key: Key) -> Option<(Slot, Subsurface)> {
        let slot = key.slot?;
        let found = self.at(slot)?.subsurface?;
        (found.id == key.id).then_some((slot, found))
    }

    /// Removes a subsurface that the client destroys.
    pub fn destroy_subsurface(&mut self, key: Key) {
        if let Some((slot, _)) = self.subsurface(key) {
            self.unlink(slot);
        }
    }

    /// `wl_subsurface.set_sync` and `set_desync`.
    pub fn set_sync(&mut self, key: Key, is_sync: bool) {
        let Some((slot, _)) = self.subsurface(key) else { return };
        if let Some(subsurface) = self.surfaces.get_mut(slot).and_then(|s| s.subsurface.as_mut()) {
            subsurface.is_sync = is_sync;
        }
        if !self.waits(slot) {
            self.release(slot);
        }
    }

    /// `wl_subsurface.set_position`.
    pub fn set_position(&mut self, key: Key, at: (i32, i32)) {
        let Some((slot, Subsurface { parent, .. })) = self.subsurface(key) else { return };
        if let Some(subsurface) = self.surfaces.get_mut(slot).and_then(|s| s.subsurface.as_mut()) {
            subsurface.at = at;
        }
        let Some(parent) = self.surfaces.get_mut(parent) else { return };
        for place in parent.change_children().iter_mut().filter(|place| place.surface == slot) {
            place.at = at;
        }
    }

    /// `wl_subsurface.place_above` and `place_below`. If the sibling is not one, the host refuses
    /// that.
    pub fn restack(&mut self, key: Key, sibling: Key, is_above: bool) {
        let Some((slot, Subsurface { parent, .. })) = self.subsurface(key) else { return };
        let Some(sibling) = sibling.slot.filter(|other| *other != slot) else { return };
        let Some(parent) = self.surfaces.get_mut(parent) else { return };
        let children = parent.change_children();
        let find = |children: &[ChildPlace], slot| children.iter().position(|p| p.surface == slot);
        let (Some(from), Some(_)) = (find(children, slot), find(children, sibling)) else { return };
        let place = children.remove(from);
        let to = find(children, sibling).unwrap_or(children.len());
        children.insert((to + usize::from(is_above)).min(children.len()), place);
    }

    /// Removes a surface from its parent.
    pub(super) fn unlink(&mut self, slot: Slot) {
        let Some(surface) = self.surfaces.get_mut(slot) else { return };
        let Some(subsurface) = surface.subsurface.take() else { return };
        if let Some(parent) = self.surfaces.get_mut(subsurface.parent) {
            for list in parent.children_lists() {
                list.retain(|place| place.surface != slot);
                // A list that contains only the parent is the same as no list.
                if list.len() == 1 {
                    list.clear();
                }
            }
        }
        self.release(slot);
    }

    /// Removes all subsurfaces from a surface.
    pub(super) fn orphan(&mut self, slot: Slot) {
        let Some(surface) = self.surfaces.get_mut(slot) else { return };
        let lists = surface.children_lists().flat_map(std::mem::take).collect::<Vec<_>>();
        for ChildPlace { surface: child, .. } in lists {
            let is_child = |s: &&mut Surface| s.subsurface.is_some_and(|s| s.parent == slot);
            if let Some(child_surface) = self.surfaces.get_mut(child).filter(is_child) {
                child_surface.subsurface = None;
                self.release(child);
            }
        }
    }
}
