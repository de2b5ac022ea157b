//! A ring that keeps the newest items.

/// Keeps the newest `limit` items. All room is allocated at the start; the kernel provides
/// the pages only when they are used.
pub struct RecentItems<T> {
    items: Vec<T>,
    limit: usize,
    /// The index of the oldest item once the ring is full; the next item replaces it.
    next: usize,
}

impl<T: Copy> RecentItems<T> {
    /// Makes an empty ring.
    pub fn new(limit: usize) -> Self {
        Self { items: Vec::with_capacity(limit), limit, next: 0 }
    }

    /// Adds an item; if the ring is full, the oldest is dropped.
    #[inline]
    pub fn push(&mut self, item: T) {
        if self.items.len() < self.limit {
            self.items.push(item);
        } else if let Some(place) = self.items.get_mut(self.next) {
            *place = item;
            self.next = (self.next + 1) % self.limit;
        }
    }

    /// All items, the oldest first.
    pub fn in_order(&self) -> Vec<T> {
        let (newer, older) = self.items.split_at(self.next.min(self.items.len()));
        [older, newer].concat()
    }
}
