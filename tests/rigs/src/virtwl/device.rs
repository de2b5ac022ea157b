//! The device: its objects, and which call goes where.

use std::collections::{HashMap, HashSet};
use std::io;
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;

use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::io::{Errno, Result};

use super::abi;
use super::host::Blocked;
use super::object::Object;
use super::queue::PAGES;
use crate::caller::{Caller, Parked, Reply};
use crate::fault::Faults;
use crate::files::{FileId, OpenFiles};
use crate::options::Options;
use crate::report::Numbers;
use crate::supervisor::Device;

/// The device.
#[derive(Debug)]
pub struct Virtwl {
    node: FileId,
    numbers: Range<u32>,
    next_number: u32,
    pub(super) host: PathBuf,
    pub(super) faults: Faults,
    pub(super) objects: HashMap<FileId, Object>,
    /// Objects by their keys in the two epoll instances.
    by_key: HashMap<u64, FileId>,
    next_key: u64,
    /// Readable when the host has sent something.
    pub(super) said: OwnedFd,
    /// Readable when the program has closed something.
    closed: OwnedFd,
    /// Readable when the host accepts more of [`blocked`](Self::blocked).
    pub(super) takes: OwnedFd,
    /// Unread descriptors of closed objects, which the driver leaks.
    pub(super) leaked: Vec<OwnedFd>,
    /// A request that waits for the host.
    pub(super) blocked: Option<Blocked>,
    /// The results of requests that waited for it.
    pub(super) done: HashMap<u64, Result<()>>,
    /// Objects with changes.
    pub(super) news: HashSet<FileId>,
    /// Calls that the driver never ends.
    pub(super) loops: u64,
    sweep_at: usize,
}

impl Device for Virtwl {
    const NODE: &'static str = "wl0";
    const TYPES: &'static [u8] = b"w";
    const MAPS: bool = false;
    const OWN_NUMBERS: bool = true;

    fn new(node: FileId, options: &mut Options, numbers: Range<u32>) -> io::Result<Self> {
        Ok(Self {
            node,
            next_number: numbers.start,
            numbers,
            host: options.host.clone(),
            faults: std::mem::take(&mut options.faults),
            objects: HashMap::new(),
            by_key: HashMap::new(),
            next_key: 0,
            said: epoll::create(CreateFlags::CLOEXEC)?,
            closed: epoll::create(CreateFlags::CLOEXEC)?,
            takes: epoll::create(CreateFlags::CLOEXEC)?,
            leaked: Vec::new(),
            blocked: None,
            done: HashMap::new(),
            news: HashSet::new(),
            loops: 0,
            sweep_at: 1000,
        })
    }

    fn name(request: u32) -> &'static str {
        match request & 0xff {
            0 => "VIRTWL_NEW",
            1 => "VIRTWL_SEND",
            2 => "VIRTWL_RECV",
            3 => "VIRTWL_DMABUF_SYNC",
            _ => "other",
        }
    }

    fn ioctl(&mut self, caller: &mut Caller<'_>) -> Result<Reply> {
        let id = caller.file(caller.fd())?;
        let request = caller.request();
        if id == self.node {
            // The driver checks only the number, and accepts an older, shorter structure.
            return if request & 0xff == 0 { self.create(caller) } else { Err(Errno::NOTTY) };
        }
        if !self.objects.contains_key(&id) {
            return Ok(Reply::Native);
        }
        match request {
            abi::SEND => self.send(caller, id),
            abi::RECV => self.receive(caller, id),
            abi::DMABUF_SYNC => self.sync(caller),
            _ => Err(Errno::NOTTY),
        }
    }

    fn call(&mut self, caller: &mut Caller<'_>) -> Result<Reply> {
        self.file_call(caller)
    }

    fn own(&self) -> Vec<BorrowedFd<'_>> {
        let mut own = vec![self.closed.as_fd()];
        // The host's side is one thread, which waits while it writes to the host.
        if self.blocked.is_some() {
            own.push(self.takes.as_fd());
        } else if self.has_room() {
            own.push(self.said.as_fd());
        }
        own
    }

    fn turn(&mut self) -> Vec<Parked> {
        for id in self.ready(true) {
            self.close(id);
        }
        let was_blocked = self.blocked.is_some();
        if was_blocked {
            self.unblock();
        }
        if self.blocked.is_none() {
            for id in self.ready(false) {
                if self.has_room() {
                    self.hear(id);
                }
            }
        }
        let mut freed = self.freed();
        if was_blocked && self.blocked.is_none() {
            self.wake_all();
            freed.push(Parked::Device);
        }
        freed
    }

    fn freed(&mut self) -> Vec<Parked> {
        self.news.drain().map(Parked::Object).collect()
    }

    fn live(&mut self, open: &OpenFiles) -> Numbers {
        self.sweep(open);
        let mut numbers = Numbers::from([
            ("pages", self.pages() as u64),
            ("leaked", self.leaked.len() as u64),
            ("loops", self.loops),
        ]);
        for object in self.objects.values() {
            *numbers.entry(object.kind.name()).or_default() += 1;
        }
        numbers
    }
}

impl Virtwl {
    /// Adds an object to the program. Returns its descriptor there.
    pub(super) fn add(
        &mut self,
        caller: &mut Caller<'_>,
        fd: &OwnedFd,
        object: Object,
    ) -> Result<u32> {
        let id = FileId::of(fd)?;
        let number = self.install(caller, fd)?;
        let key = self.next_key;
        self.next_key += 1;
        let data = EventData::new_u64(key);
        if let Some(bell) = &object.bell {
            epoll::add(&self.closed, bell, data, EventFlags::empty())?;
        }
        if let Some(host) = object.host.as_ref().filter(|_| object.is_heard()) {
            epoll::add(&self.said, host, data, EventFlags::IN)?;
        }
        self.by_key.insert(key, id);
        caller.counts.made(object.kind.name());
        self.objects.insert(id, object);
        if self.objects.len() >= self.sweep_at {
            self.sweep(&OpenFiles::of(caller.root));
            self.sweep_at = self.objects.len() * 2 + 1000;
        }
        Ok(number)
    }

    /// Adds a descriptor to the program at one of the device's numbers.
    pub(super) fn install(&mut self, caller: &Caller<'_>, fd: &OwnedFd) -> Result<u32> {
        let number = caller.install_in(&self.numbers, self.next_number, fd)?;
        let next = number + 1;
        self.next_number = if next < self.numbers.end { next } else { self.numbers.start };
        Ok(number)
    }

    /// Wakes all that poll an object, as each request to the host does.
    pub(super) fn wake_all(&self) {
        self.objects.values().for_each(Object::wake);
    }

    /// How many pages of the queue are taken.
    pub(super) fn pages(&self) -> usize {
        self.objects.values().map(|object| object.queue.pages()).sum()
    }

    fn has_room(&self) -> bool {
        self.pages() < PAGES
    }

    /// The objects that an epoll instance reports.
    fn ready(&self, closed: bool) -> Vec<FileId> {
        let mut events =
            [epoll::Event { flags: EventFlags::empty(), data: EventData::new_u64(0) }; 64];
        let epoll = if closed { &self.closed } else { &self.said };
        let now = rustix::event::Timespec::default();
        let count = epoll::wait(epoll, &mut events, Some(&now)).unwrap_or(0);
        let keys = events.iter().take(count).map(|event| event.data.u64());
        let ids = keys.filter_map(|key| self.by_key.get(&key).copied());
        ids.filter(|id| self.objects.contains_key(id)).collect()
    }

    /// Handles that the host has left an object, whether the guest is told or not.
    pub(super) fn lose(&mut self, id: FileId, is_told: bool) {
        let Some(object) = self.objects.get_mut(&id) else { return };
        if let Some(host) = object.host.take() {
            let _ = epoll::delete(&self.said, host);
        }
        if is_told {
            if let Some(bell) = &object.bell {
                let _ = epoll::delete(&self.closed, bell);
            }
            object.hang_up();
        }
        self.news.insert(id);
    }

    /// Handles that the program has closed an object: its unread descriptors leak.
    pub(super) fn close(&mut self, id: FileId) {
        self.lose(id, false);
        if let Some(mut object) = self.objects.remove(&id) {
            self.leaked.extend(object.queue.take_files(usize::MAX));
            self.by_key.retain(|_, known| *known != id);
        }
    }

    /// Forgets closed objects that give no sign of it.
    pub(super) fn sweep(&mut self, open: &OpenFiles) {
        let gone: Vec<FileId> = self.objects.keys().filter(|id| !open.has(**id)).copied().collect();
        for id in gone {
            self.close(id);
        }
    }

    /// The driver waits for the host's answer, but ignores it.
    fn sync(&mut self, caller: &mut Caller<'_>) -> Result<Reply> {
        let [flags] = caller.memory().read_words(caller.argument())?;
        if flags & !abi::SYNC_FLAGS != 0 {
            return Err(Errno::INVAL);
        }
        if self.blocked.is_some() {
            return Ok(Reply::Parked(Parked::Device));
        }
        self.wake_all();
        Ok(Reply::DONE)
    }
}
