//! Where surfaces and buffers are in the book, and how objects lead there.

use std::num::NonZeroU32;

/// A place in one of the book's vectors. `Option<Slot>` is not larger than a number.
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

/// A vector whose free places are used again.
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
    /// The value at a place.
    #[inline]
    pub fn get(&self, slot: Slot) -> Option<&T> {
        self.all.get(slot.index())?.as_ref()
    }

    /// The same, mutable.
    #[inline]
    pub fn get_mut(&mut self, slot: Slot) -> Option<&mut T> {
        self.all.get_mut(slot.index())?.as_mut()
    }

    /// Puts a value into a free or a new place; `None` if all numbers are in use.
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

    /// Frees a place; returns its value.
    pub fn remove(&mut self, slot: Slot) -> Option<T> {
        let value = self.all.get_mut(slot.index())?.take()?;
        self.free.push(slot);
        Some(value)
    }

    /// All values.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.all.iter().flatten()
    }
}

/// Leads from an object to its entry here: the object's id, and its slot. The id tells whether the
/// slot still belongs to this object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// The client's id.
    pub id: u32,
    /// Where it is, if it is here. What is about a surface has that one's.
    pub slot: Option<Slot>,
}
