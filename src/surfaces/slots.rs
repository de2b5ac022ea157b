//! Where surfaces and buffers are in the book, and how objects lead there.

use std::num::NonZeroU32;

/// A place in a vector of the book. `Option<Slot>` is as large as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot(NonZeroU32);

impl Slot {
    fn new(index: usize) -> Option<Self> {
        u32::try_from(index.checked_add(1)?).ok().and_then(NonZeroU32::new).map(Self)
    }

    fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// A dense vector with places that are used again.
#[derive(Debug)]
pub struct Slots<T> {
    all: Vec<Option<T>>,
    free: Vec<Slot>,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self { all: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slots<T> {
    /// What is at a place.
    #[inline]
    pub fn get(&self, slot: Slot) -> Option<&T> {
        self.all.get(slot.index())?.as_ref()
    }

    /// The same, to be changed.
    #[inline]
    pub fn get_mut(&mut self, slot: Slot) -> Option<&mut T> {
        self.all.get_mut(slot.index())?.as_mut()
    }

    /// Takes a free place, or a new one. `None`: there are as many as there are numbers.
    pub fn insert(&mut self, value: T) -> Option<Slot> {
        if let Some(slot) = self.free.pop()
            && let Some(place) = self.all.get_mut(slot.index())
        {
            *place = Some(value);
            return Some(slot);
        }
        let slot = Slot::new(self.all.len())?;
        self.all.push(Some(value));
        Some(slot)
    }

    /// Frees a place; gives what was there.
    pub fn remove(&mut self, slot: Slot) -> Option<T> {
        let value = self.all.get_mut(slot.index())?.take()?;
        self.free.push(slot);
        Some(value)
    }

    /// All that are there.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.all.iter().flatten()
    }
}

/// How an object leads here: its id, and the slot that goes with it. The id tells whether
/// what is in the slot is still that object's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// The client's id.
    pub id: u32,
    /// Where it is, if it is here. What is about a surface has that one's.
    pub slot: Option<Slot>,
}
