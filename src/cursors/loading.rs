//! Reading a cursor in a thread. Reading a theme's files may take long, or never end, and the
//! session must go on.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use rustix::event::{EventfdFlags, eventfd};

use super::{CursorIcon, CursorImage, CursorWish, arrow, file, theme};

/// The thread's stack in bytes; it needs little.
const LOADER_STACK: usize = 128 * 1024;

/// Starts the thread and takes its result. There is at most one thread at a time.
pub struct ThemeLoader {
    load: fn(&CursorWish) -> CursorImage,
    done: Arc<LoadResult>,
    is_busy: bool,
}

/// The thread's result.
struct LoadResult {
    /// Readable when there is a result.
    event: OwnedFd,
    result: Mutex<Option<(CursorWish, CursorImage)>>,
}

impl ThemeLoader {
    /// Makes it, without starting a thread.
    ///
    /// # Errors
    /// When the kernel has no descriptors left.
    pub fn new() -> io::Result<Self> {
        Self::with(load)
    }

    fn with(load: fn(&CursorWish) -> CursorImage) -> io::Result<Self> {
        let event = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        let done = Arc::new(LoadResult { event, result: Mutex::default() });
        Ok(Self { load, done, is_busy: false })
    }

    /// The descriptor to poll: it is readable when there is a result.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.done.event.as_fd()
    }

    /// Starts to read, unless a thread still reads.
    pub fn start(&mut self, wish: &CursorWish) {
        if std::mem::replace(&mut self.is_busy, true) {
            return;
        }
        let (load, done, wanted) = (self.load, Arc::clone(&self.done), wish.clone());
        let read = move || {
            let image = load(&wanted);
            done.put(wanted, image);
        };
        let thread =
            thread::Builder::new().name("cursor".into()).stack_size(LOADER_STACK).spawn(read);
        if thread.is_err() {
            self.done.put(wish.clone(), arrow::draw(wish.look.size));
        }
    }

    /// The result, if there is one.
    pub fn take(&mut self) -> Option<(CursorWish, CursorImage)> {
        if !self.is_busy {
            return None;
        }
        let result = self.done.result.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        self.is_busy = false;
        let mut count = [0; 8];
        let _ = rustix::io::read(&self.done.event, &mut count);
        Some(result)
    }
}

impl LoadResult {
    fn put(&self, wish: CursorWish, image: CursorImage) {
        *self.result.lock().unwrap_or_else(PoisonError::into_inner) = Some((wish, image));
        // This cannot fail: the counter was read before the next thread could start.
        let _ = rustix::io::write(&self.event, &1_u64.to_ne_bytes());
    }
}

/// The theme's cursor, or else its arrow, or carafe's own.
fn load(wish: &CursorWish) -> CursorImage {
    let dirs = theme::dirs(|name| std::env::var_os(name));
    let find = |icon: CursorIcon| {
        let names: Vec<_> =
            std::iter::once(icon.name()).chain(icon.alt_names().iter().copied()).collect();
        let theme = wish.look.theme.as_deref();
        theme::find(&dirs, theme, &names, |file| file::nearest(file, wish.look.size))
    };
    let found = find(wish.icon).or_else(|| find(CursorIcon::Default));
    found.unwrap_or_else(|| arrow::draw(wish.look.size))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::{Condvar, Mutex};

    use rustix::event::{PollFd, PollFlags, poll};

    use super::*;
    use crate::cursors::CursorLook;

    /// How often something was read, and whether that may end.
    static GATE: (Mutex<(u32, bool)>, Condvar) = (Mutex::new((0, false)), Condvar::new());

    fn held(wish: &CursorWish) -> CursorImage {
        let (state, change) = &GATE;
        let mut state = state.lock().unwrap();
        state.0 += 1;
        change.notify_all();
        let _open = change.wait_while(state, |(_, is_open)| !*is_open).unwrap();
        arrow::draw(wish.look.size)
    }

    #[test]
    fn a_theme_that_never_loads_blocks_only_one_thread() {
        let mut loading = ThemeLoader::with(held).unwrap();
        let look =
            |size| CursorWish { icon: CursorIcon::Default, look: CursorLook { theme: None, size } };
        loading.start(&look(24));
        let (state, change) = &GATE;
        drop(change.wait_while(state.lock().unwrap(), |(count, _)| *count == 0).unwrap());
        for size in 25..50 {
            loading.start(&look(size));
            assert!(loading.take().is_none());
        }
        *state.lock().unwrap() = (1, true);
        change.notify_all();
        poll(&mut [PollFd::new(&loading.fd(), PollFlags::IN)], None).unwrap();
        let (found, image) = loading.take().unwrap();
        assert_eq!((found, image.picture.size), (look(24), (24, 24)));
        assert!(loading.take().is_none());
        assert_eq!(state.lock().unwrap().0, 1);
        // It is quiet then, and reads again when asked.
        let mut quiet = [PollFd::from_borrowed_fd(loading.done.event.as_fd(), PollFlags::IN)];
        let now = rustix::time::Timespec::default();
        assert_eq!(poll(&mut quiet, Some(&now)).unwrap(), 0);
        loading.start(&look(32));
        poll(&mut [PollFd::new(&loading.fd(), PollFlags::IN)], None).unwrap();
        assert_eq!(loading.take().unwrap().0, look(32));
    }
}
