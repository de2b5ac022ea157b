//! A ring of the newest of something.

/// Keeps the newest `limit` of what is pushed. All room is asked for at the start;
/// the kernel gives it page by page, as it fills.
pub struct Recent<T> {
    items: Vec<T>,
    limit: usize,
    /// Where the next one goes once the ring is full: at the oldest.
    next: usize,
}

impl<T: Copy> Recent<T> {
    /// An empty ring.
    pub fn new(limit: usize) -> Self {
        Self { items: Vec::with_capacity(limit), limit, next: 0 }
    }

    /// Adds one; the oldest goes if there is no room.
    #[inline]
    pub fn push(&mut self, item: T) {
        if self.items.len() < self.limit {
            self.items.push(item);
        } else if let Some(place) = self.items.get_mut(self.next) {
            *place = item;
            self.next = (self.next + 1) % self.limit;
        }
    }

    /// All of them, from the oldest on.
    pub fn in_order(&self) -> Vec<T> {
        let (newer, older) = self.items.split_at(self.next.min(self.items.len()));
        [older, newer].concat()
    }
}
