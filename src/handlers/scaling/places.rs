//! How large surfaces are at the host, and where in their windows. Where clients have put their
//! subsurfaces is in the book; the host may have them a unit further, so that edges that touch
//! stay touching.

use std::collections::VecDeque;

use wayland_client::protocol::wl_subsurface;

use super::surfaces::{MAX_DEPTH, ScaledSurfaces};
use crate::session::{Context, Scale};
use crate::surfaces::{Book, Key, Slot, SurfaceRole};

/// How many sizes of the host are remembered: a client may be this many configures late.
const REMEMBERED: usize = 8;

/// The sizes that a host has asked for, with the sizes that the client was told.
#[derive(Default)]
pub struct ConfigureHistory(VecDeque<((i32, i32), (i32, i32))>);

impl ConfigureHistory {
    /// Notes that the host asks for a size; returns the size for the client.
    pub fn ask(&mut self, host: (i32, i32), scale: Scale) -> (i32, i32) {
        let client = (scale.size_to_client(host.0), scale.size_to_client(host.1));
        if self.0.len() >= REMEMBERED {
            self.0.pop_back();
        }
        self.0.push_front((client, host));
        client
    }

    /// Converts a client's size to host coordinates: to exactly the host's size, if it is the size
    /// that the client was told for that.
    pub fn to_host(&self, size: (i32, i32), scale: Scale) -> (i32, i32) {
        let width = self.0.iter().find(|(client, _)| client.0 == size.0).map(|(_, host)| host.0);
        let height = self.0.iter().find(|(client, _)| client.1 == size.1).map(|(_, host)| host.1);
        let or_whole = |asked: Option<i32>, size| {
            asked.filter(|asked| *asked > 0).unwrap_or_else(|| scale.size_to_host(size))
        };
        (or_whole(width, size.0), or_whole(height, size.1))
    }
}

/// Where a surface is in its root surface, in the client's coordinates; `None`: it is no
/// subsurface. And which surface that is.
fn place(slot: Slot, book: &Book) -> (Option<(i32, i32)>, Slot) {
    let (mut place, mut slot) = (None, slot);
    for _ in 0..MAX_DEPTH {
        let Some(sub) = book.at(slot).and_then(|surface| surface.subsurface) else { break };
        let (x, y) = place.unwrap_or((0, 0));
        place = Some((sub.at.0.saturating_add(x), sub.at.1.saturating_add(y)));
        slot = sub.parent;
    }
    (place, slot)
}

/// The position of a subsurface in its parent, in host coordinates.
fn offset(slot: Slot, context: &Context<'_>) -> (i32, i32) {
    let (book, scale) = (&*context.book, context.objects.scale());
    let Some(sub) = book.at(slot).and_then(|surface| surface.subsurface) else { return (0, 0) };
    let parent = place(sub.parent, book).0.unwrap_or_default();
    let offset = |parent: i32, at: i32| {
        let place = scale.at_to_host(parent.saturating_add(at));
        place.saturating_sub(scale.at_to_host(parent))
    };
    (offset(parent.0, sub.at.0), offset(parent.1, sub.at.1))
}

impl ScaledSurfaces {
    /// The size at the host of a surface with this `size` in client coordinates.
    pub fn size_at_host(&self, slot: Slot, size: (i32, i32), context: &Context<'_>) -> (i32, i32) {
        let (book, scale) = (&*context.book, context.objects.scale());
        let find = |slot: Slot| book.at(slot).and_then(|surface| self.of(surface.id));
        let Some(surface) = find(slot) else { return size };
        let (place, root) = place(slot, book);
        let Some((x, y)) = place else {
            return match surface.geometry {
                Some(_) => (scale.size_to_host(size.0), scale.size_to_host(size.1)),
                None => surface.configured.to_host(size, scale),
            };
        };
        // Its edges are rounded like positions in the root surface. Edges that coincide with the
        // root's edges also do so at the host.
        let root = find(root).and_then(|root| root.size);
        let between = |start: i32, len: i32, root: Option<(i32, i32)>| {
            let end = start.saturating_add(len);
            let at = scale.at_to_host(end);
            let end = match root {
                Some((client, host)) if end == client => host,
                Some((client, host)) if end < client => at.min(host),
                _ => at,
            };
            end.saturating_sub(scale.at_to_host(start)).max(1)
        };
        let edge = |pick: fn((i32, i32)) -> i32| root.map(|(c, h)| (pick(c), pick(h)));
        (between(x, size.0, edge(|s| s.0)), between(y, size.1, edge(|s| s.1)))
    }

    /// The place of a surface in its window, in host coordinates: relative to the window geometry
    /// of its toplevel, which hosts place on whole pixels.
    pub fn place_at_host(&self, slot: Slot, book: &Book) -> (i32, i32) {
        let (mut x, mut y) = (0i32, 0i32);
        let mut next = Some(slot);
        for _ in 0..MAX_DEPTH {
            let Some(booked) = next.and_then(|slot| book.at(slot)) else { break };
            let Some(surface) = self.of(booked.id) else { break };
            let is_popup = booked.role == Some(SurfaceRole::Popup);
            let popup_parent = booked.parent.filter(|_| is_popup);
            let ((dx, dy), parent) = match (booked.subsurface, popup_parent) {
                (Some(sub), _) => (surface.told_at, Some(sub.parent)),
                (None, Some(parent)) => (surface.popup_at, parent.slot),
                (None, None) => ((0, 0), None),
            };
            let (left, top) = surface.geometry.unwrap_or_default();
            (x, y) = (
                x.saturating_add(dx).saturating_sub(left),
                y.saturating_add(dy).saturating_sub(top),
            );
            if let Some(parent) = popup_parent
                && booked.subsurface.is_none()
                && let Some((left, top)) = self.of(parent.id).and_then(|parent| parent.geometry)
            {
                (x, y) = (x.saturating_add(left), y.saturating_add(top));
            }
            next = parent;
        }
        (x, y)
    }

    /// `wl_subsurface.set_position`, which is in the book: where the host is to have it. What
    /// lies in it has to move by a unit at times.
    pub fn set_position(
        &mut self,
        subsurface: Key,
        context: &mut Context<'_>,
    ) -> Option<(i32, i32)> {
        let slot = subsurface.slot?;
        let booked = context.book.at(slot)?;
        booked.subsurface.filter(|found| found.id == subsurface.id)?;
        let told = offset(slot, context);
        self.get(booked.id)?.told_at = told;
        self.move_children(slot, 0, context);
        Some(told)
    }

    fn move_children(&mut self, parent: Slot, depth: usize, context: &mut Context<'_>) {
        for n in 0.. {
            let Some(child) = context.book.child(parent, n) else { break };
            let told = offset(child, context);
            let Some(booked) = context.book.at(child).filter(|_| child != parent) else { continue };
            let subsurface = booked.subsurface.map_or(0, |subsurface| subsurface.id);
            let Some(surface) = self.get(booked.id) else { continue };
            if std::mem::replace(&mut surface.told_at, told) != told {
                let peer = context.objects.client(subsurface).map_or(0, |object| object.peer);
                let opcode = wl_subsurface::REQ_SET_POSITION_OPCODE;
                context.to_host.make(peer, opcode, |request| {
                    request.uint(told.0.cast_unsigned()).uint(told.1.cast_unsigned())
                });
            }
            if depth < MAX_DEPTH {
                self.move_children(child, depth + 1, context);
            }
        }
    }
}
