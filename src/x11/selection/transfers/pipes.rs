//! Waiting for the transfers' pipes, and a timer.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::io::Errno;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};

/// The length of a tick in seconds.
const TICK: i64 = 5;

/// The timer's number in `epoll`; transfers have higher numbers.
const PIPES_TIMER: u64 = 0;

/// What a transfer waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// Readable.
    Data,
    /// Writable.
    Room,
}

/// The pipes and the timer.
pub struct TransferPipes {
    epoll: OwnedFd,
    timer: OwnedFd,
    is_ticking: bool,
    /// The transfers whose pipes are watched.
    watched: Vec<u64>,
}

impl TransferPipes {
    /// Makes an empty set.
    ///
    /// # Errors
    /// When the kernel has no descriptors left.
    pub fn new() -> io::Result<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let flags = TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK;
        let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
        epoll::add(&epoll, &timer, EventData::new_u64(PIPES_TIMER), EventFlags::IN)?;
        Ok(Self { epoll, timer, is_ticking: false, watched: Vec::new() })
    }

    /// The descriptor to poll: it is readable when [`TransferPipes::ready`] has something.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.epoll.as_fd()
    }

    /// Starts to wait for a transfer's pipe, or stops (`None`).
    pub fn watch(&mut self, token: u64, fd: BorrowedFd<'_>, wanted: Option<Readiness>) {
        let at = self.watched.iter().position(|watched| *watched == token);
        let flags = match wanted {
            Some(Readiness::Data) => EventFlags::IN,
            Some(Readiness::Room) => EventFlags::OUT,
            None => EventFlags::empty(),
        };
        match at {
            None if wanted.is_some() => {
                // epoll refuses a regular file, which is always ready.
                let added = epoll::add(&self.epoll, fd, EventData::new_u64(token), flags);
                if added.is_ok() || added == Err(Errno::EXIST) {
                    self.watched.push(token);
                }
            }
            Some(at) if wanted.is_none() => {
                let _ = epoll::delete(&self.epoll, fd);
                self.watched.swap_remove(at);
            }
            _ => {}
        }
    }

    /// Starts or stops the timer.
    pub fn tick(&mut self, needed: bool) {
        if needed == std::mem::replace(&mut self.is_ticking, needed) {
            return;
        }
        let every = Timespec { tv_sec: if needed { TICK } else { 0 }, tv_nsec: 0 };
        let spec = Itimerspec { it_interval: every, it_value: every };
        let _ = timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &spec);
    }

    /// A bounded number of transfers that can go on; and whether a tick has passed.
    pub fn ready(&self) -> (Vec<u64>, bool) {
        let none =
            epoll::Event { flags: EventFlags::empty(), data: EventData::new_u64(PIPES_TIMER) };
        let mut events = [none; 32];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        let count = epoll::wait(&self.epoll, &mut events, Some(&now)).unwrap_or(0);
        let tokens = events.iter().take(count).map(|event| event.data.u64());
        let (timer, transfers): (Vec<u64>, Vec<u64>) =
            tokens.partition(|token| *token == PIPES_TIMER);
        let ticked = !timer.is_empty();
        if ticked {
            let _ = rustix::io::read(&self.timer, &mut [0; 8]);
        }
        (transfers, ticked)
    }
}
