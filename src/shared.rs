//! Memory that two of carafe's processes have: one works in it, and the other one looks at it after
//! the first has ended.
#![expect(unsafe_code, reason = "mappings")]

use std::cell::Cell;
use std::io;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

use rustix::mm::{Advice, MapFlags, ProtFlags, madvise, mmap_anonymous, munmap};
use zerocopy::FromBytes;

/// A value in pages of its own, all zeroes at first. A process that is forked from this one has the
/// same pages, as long as [`give_to_children`](Self::give_to_children) does not say otherwise.
pub struct SharedMemory<T> {
    place: NonNull<T>,
    is_taken: Cell<bool>,
}

impl<T: FromBytes> SharedMemory<T> {
    /// Maps the pages. They take no memory until they are used.
    ///
    /// # Errors
    /// When the process has no address space or mappings left.
    pub fn new() -> io::Result<Self> {
        const { assert!(align_of::<T>() <= 4096, "pages are aligned to their size") };
        let (anywhere, access) = (std::ptr::null_mut(), ProtFlags::READ | ProtFlags::WRITE);
        // SAFETY: the kernel chooses the place, so this touches no other mapping.
        let place = unsafe { mmap_anonymous(anywhere, size_of::<T>(), access, MapFlags::SHARED) }?;
        let place = NonNull::new(place.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Self { place, is_taken: Cell::new(false) })
    }

    /// Lets the processes that are forked from now on have it or not.
    ///
    /// # Errors
    /// When the kernel has no memory to note that.
    pub fn give_to_children(&self, give: bool) -> io::Result<()> {
        let advice = if give { Advice::LinuxDoFork } else { Advice::LinuxDontFork };
        // SAFETY: the pages are this value's own, and stay where they are.
        unsafe { madvise(self.place.as_ptr().cast(), size_of::<T>(), advice) }?;
        Ok(())
    }

    /// The value, for the process that works in it, and after that has ended for the one that looks at
    /// it. `None` if this process has it already.
    pub fn take(&self) -> Option<&'static mut T> {
        if self.is_taken.replace(true) {
            return None;
        }
        // SAFETY: the mapping is aligned, large enough, and stays because it is now taken. Whatever
        // its bytes are, they are a `T` (`FromBytes`). Only one process takes it at a time, and that
        // only once.
        Some(unsafe { &mut *self.place.as_ptr() })
    }
}

impl<T> Drop for SharedMemory<T> {
    fn drop(&mut self) {
        if !self.is_taken.get() {
            // SAFETY: nobody has a reference to the pages, because nobody took them. If this fails,
            // they stay.
            let _ = unsafe { munmap(self.place.as_ptr().cast(), size_of::<T>()) };
        }
    }
}

/// A value that this process owns, or one in [`SharedMemory`].
pub enum ValuePlace<T: ?Sized + 'static> {
    /// On the heap.
    Own(Box<T>),
    /// In shared memory.
    Shared(&'static mut T),
}

impl<T: ?Sized> Deref for ValuePlace<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        match self {
            Self::Own(value) => value,
            Self::Shared(value) => value,
        }
    }
}

impl<T: ?Sized> DerefMut for ValuePlace<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        match self {
            Self::Own(value) => value,
            Self::Shared(value) => value,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn one_process_takes_it_once() {
        let memory = SharedMemory::<[u64; 1000]>::new().unwrap();
        memory.give_to_children(false).unwrap();
        memory.give_to_children(true).unwrap();
        let value = memory.take().unwrap();
        assert_eq!(value.iter().sum::<u64>(), 0);
        value[999] = 7;
        assert!(memory.take().is_none());
        drop(memory);
        assert_eq!(value[999], 7);
    }
}
