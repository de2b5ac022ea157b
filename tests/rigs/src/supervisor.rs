//! The supervisor's loop: handles the program's calls to the device, and ends with the program.

use std::io;
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitCode, ExitStatus};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, Result};
use rustix::process::{
    Pid, Resource, Rlimit, Signal, getrlimit, kill_process, set_child_subreaper, setrlimit,
};
use signal_hook::consts::signal::{SIGCHLD, SIGHUP, SIGINT, SIGTERM, SIGUSR1};

use crate::caller::{Caller, Parked, Reply};
use crate::files::{FileId, OpenFiles, Processes};
use crate::filter::Filter;
use crate::node::Node;
use crate::options::Options;
use crate::report::{Counts, Numbers};
use crate::sys::launch::launch;
use crate::sys::listener::{Listener, Notification};

/// An emulated device.
pub trait Device: Sized {
    /// The name of its node.
    const NODE: &'static str;
    /// The type bytes of its ioctls.
    const TYPES: &'static [u8];
    /// Whether it handles mappings from offsets of 4 GiB on.
    const MAPS: bool;
    /// Whether its objects' descriptors have special numbers, so that all system calls on them
    /// come here.
    const OWN_NUMBERS: bool;

    /// Makes it from the options; `node` is the node that the program opens, `numbers` are the
    /// numbers for its objects.
    ///
    /// # Errors
    /// When its host side cannot be made.
    fn new(node: FileId, options: &mut Options, numbers: Range<u32>) -> io::Result<Self>;

    /// The name of an ioctl, for the counts.
    fn name(request: u32) -> &'static str;

    /// Does an ioctl. A call that had to wait is tried again from the start.
    ///
    /// # Errors
    /// What the program gets as `errno`.
    fn ioctl(&mut self, caller: &mut Caller<'_>) -> Result<Reply>;

    /// Does a mapping.
    ///
    /// # Errors
    /// What the program gets as `errno`.
    fn map(&mut self, _caller: &mut Caller<'_>) -> Result<Reply> {
        Ok(Reply::Native)
    }

    /// Does another system call on a descriptor of the device.
    ///
    /// # Errors
    /// What the program gets as `errno`.
    fn call(&mut self, _caller: &mut Caller<'_>) -> Result<Reply> {
        Ok(Reply::Native)
    }

    /// Descriptors of its own that become readable when it has something to do.
    fn own(&self) -> Vec<BorrowedFd<'_>> {
        Vec::new()
    }

    /// Handles a readable one. Returns the calls that may be tried again.
    fn turn(&mut self) -> Vec<Parked> {
        Vec::new()
    }

    /// The calls that may be tried again after the last call.
    fn freed(&mut self) -> Vec<Parked> {
        Vec::new()
    }

    /// Sockets whose other end the program has, to find out that it has closed it.
    fn watched(&self) -> Vec<(FileId, BorrowedFd<'_>)> {
        Vec::new()
    }

    /// Handles that the program has closed the last copy of one of them.
    fn closed(&mut self, _id: FileId) {}

    /// Forgets what is no longer open, and counts the rest.
    fn live(&mut self, open: &OpenFiles) -> Numbers;
}

/// Runs a rig from its command line. Returns its exit status.
pub fn main<D: Device>() -> ExitCode {
    let options = match Options::parse(std::env::args()) {
        Ok(options) => options,
        Err(text) => {
            eprintln!("{text}");
            return ExitCode::from(2);
        }
    };
    match run::<D>(options) {
        Ok(status) => {
            let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
            ExitCode::from(u8::try_from(code).unwrap_or(1))
        }
        Err(error) => {
            eprintln!("rig: {error}");
            ExitCode::from(125)
        }
    }
}

/// Runs the program to its end.
///
/// # Errors
/// When it cannot be started or supervised.
pub fn run<D: Device>(mut options: Options) -> io::Result<ExitStatus> {
    let node = Node::new(D::NODE)?;
    // Children that the program leaves behind can still be counted.
    set_child_subreaper(Pid::from_raw(1))?;
    let signals = Signals::new()?;
    let filter = Filter::new(D::TYPES, D::MAPS);
    let limit = getrlimit(Resource::Nofile);
    // Each object of the program may need a descriptor here too.
    let raised = Rlimit { current: limit.maximum, ..limit };
    let numbers = own_numbers(limit.maximum);
    let filter = if D::OWN_NUMBERS {
        // The program needs room for these numbers.
        let _ = setrlimit(Resource::Nofile, raised);
        filter.with_descriptors(&numbers)
    } else {
        filter
    };
    let (child, listener) = launch(&mut options.command(node.path()), filter)?;
    let _ = setrlimit(Resource::Nofile, raised);
    let device = D::new(node.id(), &mut options, numbers)?;
    let mut supervisor = Supervisor {
        device,
        child,
        listener,
        processes: Processes::default(),
        counts: Counts::default(),
        counts_file: options.counts,
        pending: Vec::new(),
    };
    let status = supervisor.serve(&signals)?;
    supervisor.write_counts();
    Ok(status)
}

/// Numbers that a program's own descriptors do not reach.
fn own_numbers(limit: Option<u64>) -> Range<u32> {
    const END: u32 = 16 * 1024;
    let end = limit.and_then(|limit| u32::try_from(limit).ok()).map_or(END, |l| l.min(END));
    end / 2..end
}

struct Supervisor<D> {
    device: D,
    child: Child,
    listener: Listener,
    processes: Processes,
    counts: Counts,
    counts_file: Option<std::path::PathBuf>,
    pending: Vec<Pending>,
}

struct Pending {
    call: Notification,
    until: Until,
}

enum Until {
    Ready(OwnedFd, PollFlags),
    Parked(Parked),
}

impl Pending {
    fn polled(&self) -> Option<PollFd<'_>> {
        match &self.until {
            Until::Ready(fd, flags) => Some(PollFd::new(fd, *flags)),
            Until::Parked(_) => None,
        }
    }
}

/// How often to look whether a waiting call's thread has been killed.
const CHECK: Timespec = Timespec { tv_sec: 0, tv_nsec: 200_000_000 };

impl<D: Device> Supervisor<D> {
    fn serve(&mut self, signals: &Signals) -> io::Result<ExitStatus> {
        let mut listens = true;
        loop {
            let idle = if listens { PollFlags::IN } else { PollFlags::empty() };
            let mut fds = vec![PollFd::new(&self.listener, idle)];
            fds.extend(signals.0.iter().map(|(_, s)| PollFd::new(s, PollFlags::IN)));
            let own = self.device.own();
            fds.extend(own.iter().map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN)));
            fds.extend(self.pending.iter().filter_map(Pending::polled));
            let awaited = self.pending.iter().filter_map(Pending::polled).count();
            let watched = self.device.watched();
            fds.extend(
                watched.iter().map(|(_, fd)| PollFd::from_borrowed_fd(*fd, PollFlags::empty())),
            );
            let first = usize::from(!listens);
            let timeout = (!self.pending.is_empty()).then_some(&CHECK);
            let is_quiet = match poll(&mut fds[first..], timeout) {
                Ok(ready) => ready == 0,
                Err(Errno::INTR) => false,
                Err(error) => return Err(error.into()),
            };
            let ready: Vec<bool> = fds.iter().map(|fd| !fd.revents().is_empty()).collect();
            let called = fds[0].revents();
            let (_, rest) = ready.split_at(1);
            let (signalled, rest) = rest.split_at(signals.0.len());
            let (own, rest) = rest.split_at(own.len());
            let (awaited, closed) = rest.split_at(awaited);
            let closed = watched.iter().zip(closed).filter(|(_, closed)| **closed);
            let closed: Vec<FileId> = closed.map(|((id, _), _)| *id).collect();
            drop(fds);
            for id in closed {
                self.device.closed(id);
            }

            for (signal, _) in signals.0.iter().zip(signalled).filter(|(_, ready)| **ready) {
                if let Some(status) = self.signal(signal)? {
                    return Ok(status);
                }
            }
            self.resume(awaited);
            if is_quiet {
                self.pending.retain(|pending| self.listener.is_waiting(pending.call.id));
            }
            if own.contains(&true) {
                let freed = self.device.turn();
                self.release(&freed);
            }
            if called.contains(PollFlags::IN) {
                if let Ok(call) = self.listener.receive() {
                    self.dispatch(call, true);
                    let freed = self.device.freed();
                    self.release(&freed);
                }
            } else if called.contains(PollFlags::HUP) {
                listens = false;
            }
        }
    }

    /// Tries the waiting calls again whose descriptors are ready.
    fn resume(&mut self, ready: &[bool]) {
        let mut ready = ready.iter();
        for pending in std::mem::take(&mut self.pending) {
            let is_ready = pending.polled().is_some() && ready.next() == Some(&true);
            self.again(pending, is_ready);
        }
    }

    /// Tries the waiting calls again that the device has released.
    fn release(&mut self, freed: &[Parked]) {
        if freed.is_empty() {
            return;
        }
        for pending in std::mem::take(&mut self.pending) {
            let is_freed = matches!(&pending.until, Until::Parked(on) if freed.contains(on));
            self.again(pending, is_freed);
        }
    }

    fn again(&mut self, pending: Pending, now: bool) {
        if !now {
            self.pending.push(pending);
        } else if self.listener.is_waiting(pending.call.id) {
            self.dispatch(pending.call, false);
        }
    }

    fn dispatch(&mut self, call: Notification, is_new: bool) {
        let mut caller = Caller {
            call,
            counts: &mut self.counts,
            root: self.child.id(),
            listener: &self.listener,
            processes: &mut self.processes,
        };
        let (name, reply) = match call.number {
            libc::SYS_ioctl => (D::name(caller.request()), self.device.ioctl(&mut caller)),
            libc::SYS_mmap if !D::OWN_NUMBERS => ("mmap", self.device.map(&mut caller)),
            _ => ("file operations", self.device.call(&mut caller)),
        };
        if is_new && !matches!(reply, Ok(Reply::Native)) {
            self.counts.ioctl(name);
        }
        // An error here means that the thread has died, so that nothing waits for the answer.
        let _ = match reply {
            Ok(Reply::Value(value)) => self.listener.answer(call.id, Ok(value)),
            Ok(Reply::Native) => self.listener.let_through(call.id),
            Ok(Reply::When(fd, flags)) => {
                self.pending.push(Pending { call, until: Until::Ready(fd, flags) });
                Ok(())
            }
            Ok(Reply::Parked(on)) => {
                self.pending.push(Pending { call, until: Until::Parked(on) });
                Ok(())
            }
            Ok(Reply::Answered) => Ok(()),
            Err(error) => self.listener.answer(call.id, Err(error)),
        };
    }

    fn signal(&mut self, (signal, stream): &(i32, UnixStream)) -> io::Result<Option<ExitStatus>> {
        let _ = io::Read::read(&mut &*stream, &mut [0; 64]);
        match *signal {
            SIGCHLD => return self.child.try_wait(),
            SIGUSR1 => self.write_counts(),
            other => {
                if let Some(signal) = Signal::from_named_raw(other) {
                    let _ = kill_process(Pid::from_child(&self.child), signal);
                }
            }
        }
        Ok(None)
    }

    fn write_counts(&mut self) {
        let Some(path) = &self.counts_file else { return };
        let live = self.device.live(&OpenFiles::of(self.child.id()));
        if let Err(error) = self.counts.write(path, self.child.id(), &live) {
            eprintln!("rig: {}: {error}", path.display());
        }
    }
}

/// Signals as readable streams.
struct Signals(Vec<(i32, UnixStream)>);

impl Signals {
    fn new() -> io::Result<Self> {
        let mut streams = Vec::new();
        for signal in [SIGCHLD, SIGUSR1, SIGTERM, SIGINT, SIGHUP] {
            let (ours, theirs) = UnixStream::pair()?;
            ours.set_nonblocking(true)?;
            signal_hook::low_level::pipe::register(signal, theirs)?;
            streams.push((signal, ours));
        }
        Ok(Self(streams))
    }
}

/// A copy of a descriptor.
///
/// # Errors
/// `EMFILE`.
pub fn duplicate(fd: impl AsFd) -> Result<OwnedFd> {
    rustix::io::fcntl_dupfd_cloexec(fd, 3)
}
