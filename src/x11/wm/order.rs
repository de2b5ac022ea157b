//! An ordered list of windows in which finding, adding and removing one takes constant time. A
//! client may have thousands of windows, and close them all at once.

use std::collections::HashMap;

/// A window's neighbours.
#[derive(Clone, Copy, Debug, Default)]
struct Links {
    before: Option<u32>,
    after: Option<u32>,
}

/// An ordered list of windows.
#[derive(Debug, Default)]
pub struct Order {
    links: HashMap<u32, Links>,
    first: Option<u32>,
    last: Option<u32>,
}

impl Order {
    /// The number of windows.
    pub fn len(&self) -> usize {
        self.links.len()
    }

    /// Whether a window is in the list.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as lists have it")]
    pub fn contains(&self, id: &u32) -> bool {
        self.links.contains_key(id)
    }

    /// The window before another one.
    pub fn before(&self, id: u32) -> Option<u32> {
        self.links.get(&id)?.before
    }

    /// Moves or adds a window to the end.
    pub fn push(&mut self, id: u32) {
        self.insert_after(id, self.last);
    }

    /// Moves or adds a window right after another one; to the front for `None`, or if that one is
    /// not in the list.
    pub fn insert_after(&mut self, id: u32, before: Option<u32>) {
        if before == Some(id) {
            return;
        }
        self.remove(id);
        let before = before.filter(|before| self.links.contains_key(before));
        let after = match before.and_then(|before| self.links.get_mut(&before)) {
            Some(links) => links.after.replace(id),
            None => self.first.replace(id),
        };
        match after.and_then(|after| self.links.get_mut(&after)) {
            Some(links) => links.before = Some(id),
            None => self.last = Some(id),
        }
        self.links.insert(id, Links { before, after });
    }

    /// Removes a window.
    pub fn remove(&mut self, id: u32) {
        let Some(Links { before, after }) = self.links.remove(&id) else { return };
        match before.and_then(|before| self.links.get_mut(&before)) {
            Some(links) => links.after = after,
            None => self.first = after,
        }
        match after.and_then(|after| self.links.get_mut(&after)) {
            Some(links) => links.before = before,
            None => self.last = before,
        }
    }

    /// From the first window to the last.
    pub fn iter(&self) -> Iter<'_> {
        Iter { order: self, first: self.first, last: self.last, left: self.len() }
    }
}

/// The iterator of [`Order::iter`].
#[derive(Clone, Debug)]
pub struct Iter<'a> {
    order: &'a Order,
    first: Option<u32>,
    last: Option<u32>,
    left: usize,
}

impl<'a> Iterator for Iter<'a> {
    type Item = &'a u32;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let (id, links) = self.order.links.get_key_value(&self.first?)?;
        self.first = links.after;
        Some(id)
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let (id, links) = self.order.links.get_key_value(&self.last?)?;
        self.last = links.before;
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// It behaves like a plain list.
        #[test]
        fn it_behaves_like_a_list(acts in proptest::collection::vec((0..3u8, 0..6u32, 0..7u32), 0..60)) {
            let (mut order, mut list) = (Order::default(), Vec::new());
            for (act, id, other) in acts {
                match act {
                    0 => {
                        order.push(id);
                        list.retain(|known| *known != id);
                        list.push(id);
                    }
                    1 => {
                        order.remove(id);
                        list.retain(|known| *known != id);
                    }
                    _ if other != id => {
                        order.insert_after(id, Some(other));
                        list.retain(|known| *known != id);
                        let at = list.iter().position(|known| *known == other);
                        list.insert(at.map_or(0, |at| at + 1), id);
                    }
                    _ => order.insert_after(id, Some(id)),
                }
                prop_assert!(order.iter().eq(list.iter()));
                prop_assert!(order.iter().rev().eq(list.iter().rev()));
                prop_assert_eq!(order.len(), list.len());
                let before = list.iter().position(|known| *known == id).and_then(|at| at.checked_sub(1));
                prop_assert_eq!(order.before(id), before.and_then(|at| list.get(at).copied()));
            }
        }
    }
}
