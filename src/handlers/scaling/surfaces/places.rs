//! How large surfaces are at the host, and where in their windows.

use super::{MAX_DEPTH, Surfaces};
use crate::session::Scale;

impl Surfaces {
    /// The size at the host of a surface that has `size` in the client's coordinates.
    pub(super) fn size_at_host(&self, id: u32, size: (i32, i32), scale: Scale) -> (i32, i32) {
        let Some(surface) = self.known.get(&id) else { return size };
        let Some((x, y)) = self.place(id) else {
            return match surface.geometry {
                Some(_) => (scale.size_to_host(size.0), scale.size_to_host(size.1)),
                None => surface.configured.to_host(size, scale),
            };
        };
        // Its edges fall where positions fall in the root; those that are the root's are
        // the root's at the host too.
        let root = self.known.get(&self.root(id)).and_then(|root| root.size);
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

    pub(super) fn root(&self, id: u32) -> u32 {
        let mut id = id;
        for _ in 0..MAX_DEPTH {
            let Some(sub) = self.known.get(&id).and_then(|s| s.sub.as_ref()) else { break };
            id = sub.parent;
        }
        id
    }

    /// Where a surface is in the window that it belongs to, in the host's coordinates: in
    /// the window geometry of its toplevel, which hosts put on whole pixels.
    pub(super) fn place_at_host(&self, id: u32) -> (i32, i32) {
        let (mut x, mut y) = (0i32, 0i32);
        let mut id = id;
        for _ in 0..MAX_DEPTH {
            let Some(surface) = self.known.get(&id) else { break };
            let ((dx, dy), parent) = match (&surface.sub, surface.popup) {
                (Some(sub), _) => (sub.told, sub.parent),
                (None, Some((parent, at))) => (at, parent),
                (None, None) => ((0, 0), 0),
            };
            let (left, top) = surface.geometry.unwrap_or_default();
            (x, y) = (
                x.saturating_add(dx).saturating_sub(left),
                y.saturating_add(dy).saturating_sub(top),
            );
            if surface.sub.is_none()
                && let Some((left, top)) =
                    self.known.get(&parent).and_then(|parent| parent.geometry)
            {
                (x, y) = (x.saturating_add(left), y.saturating_add(top));
            }
            id = parent;
        }
        (x, y)
    }
}
