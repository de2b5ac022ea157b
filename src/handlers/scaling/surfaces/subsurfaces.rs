//! Subsurfaces: where they are, and what lies in what.

use wayland_client::protocol::wl_subsurface;

use super::{MAX_DEPTH, Sub, Surfaces};
use crate::session::{Context, Scale};

impl Surfaces {
    /// `wl_subcompositor.get_subsurface`.
    pub fn get_subsurface(&mut self, id: u32, surface: u32, parent: u32) {
        self.unlink(surface);
        if self.is_within(parent, surface) {
            // The host refuses that.
            return;
        }
        self.by_subsurface.insert(id, surface);
        if let Some(parent) = self.known.get_mut(&parent) {
            parent.children.push(surface);
        }
        if let Some(surface) = self.known.get_mut(&surface) {
            surface.sub = Some(Sub { parent, peer: 0, at: (0, 0), told: (0, 0) });
        }
    }

    /// The client destroys a subsurface.
    pub fn destroy_subsurface(&mut self, id: u32) {
        if let Some(surface) = self.by_subsurface.remove(&id) {
            self.unlink(surface);
        }
    }

    /// `wl_subsurface.set_position`: where the host is to have it. What lies in it has
    /// to move by a unit at times, so that edges that touch stay touching.
    pub fn set_position(
        &mut self,
        id: u32,
        peer: u32,
        at: (i32, i32),
        context: &mut Context<'_>,
    ) -> (i32, i32) {
        let Some(surface) = self.by_subsurface.get(&id).copied() else { return at };
        let Some(sub) = self.known.get_mut(&surface).and_then(|s| s.sub.as_mut()) else {
            return at;
        };
        (sub.at, sub.peer) = (at, peer);
        let told = self.offset(surface, context.objects.scale());
        if let Some(sub) = self.known.get_mut(&surface).and_then(|s| s.sub.as_mut()) {
            sub.told = told;
        }
        self.move_children(surface, 0, context);
        told
    }

    fn move_children(&mut self, id: u32, depth: usize, context: &mut Context<'_>) {
        let children = self.known.get(&id).map(|s| s.children.clone()).unwrap_or_default();
        for child in children {
            let told = self.offset(child, context.objects.scale());
            let Some(sub) = self.known.get_mut(&child).and_then(|s| s.sub.as_mut()) else {
                continue;
            };
            if std::mem::replace(&mut sub.told, told) != told {
                let opcode = wl_subsurface::REQ_SET_POSITION_OPCODE;
                context.to_host.make(sub.peer, opcode, |request| {
                    request.uint(told.0.cast_unsigned()).uint(told.1.cast_unsigned())
                });
            }
            if depth < MAX_DEPTH {
                self.move_children(child, depth + 1, context);
            }
        }
    }

    /// Where a subsurface is in its parent, in the host's coordinates.
    fn offset(&self, id: u32, scale: Scale) -> (i32, i32) {
        let sub = self.known.get(&id).and_then(|surface| surface.sub.as_ref());
        let Some(sub) = sub else { return (0, 0) };
        let parent = self.place(sub.parent).unwrap_or_default();
        let offset = |parent: i32, at: i32| {
            let place = scale.at_to_host(parent.saturating_add(at));
            place.saturating_sub(scale.at_to_host(parent))
        };
        (offset(parent.0, sub.at.0), offset(parent.1, sub.at.1))
    }

    /// Where a subsurface is in its root surface; `None`: it is none.
    pub(super) fn place(&self, id: u32) -> Option<(i32, i32)> {
        let mut place = None;
        let mut id = id;
        for _ in 0..MAX_DEPTH {
            let Some(sub) = self.known.get(&id).and_then(|s| s.sub.as_ref()) else { break };
            let (x, y) = place.unwrap_or((0, 0));
            place = Some((sub.at.0.saturating_add(x), sub.at.1.saturating_add(y)));
            id = sub.parent;
        }
        place
    }

    /// Whether a surface is another one, or a subsurface in it.
    pub(super) fn is_within(&self, id: u32, ancestor: u32) -> bool {
        let mut id = id;
        while id != ancestor {
            match self.known.get(&id).and_then(|surface| surface.sub.as_ref()) {
                Some(sub) => id = sub.parent,
                None => return false,
            }
        }
        true
    }

    pub(super) fn unlink(&mut self, id: u32) {
        let parent = self.known.get_mut(&id).and_then(|s| s.sub.take()).map(|sub| sub.parent);
        if let Some(parent) = parent.and_then(|parent| self.known.get_mut(&parent)) {
            parent.children.retain(|child| *child != id);
        }
    }
}
