//! A part of carafe in a process of its own: `fork` without `exec`, so that all of them share the
//! pages of the prepared process that they come from.
//!
//! Only a process with a single thread may do this: a lock that another thread holds would stay
//! locked in the new process for good.
#![expect(unsafe_code, reason = "fork, signals, and descriptors by number")]

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitStatus;

use rustix::fs::{Mode, OFlags};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitOptions, getpid, getppid, pidfd_open, pidfd_send_signal,
    set_parent_process_death_signal, waitpid,
};

/// Signals that are for the service: it tells the others what to do. (A terminal and a service
/// manager send them to all processes.)
const NOT_FOR_PARTS: [libc::c_int; 5] =
    [libc::SIGTERM, libc::SIGINT, libc::SIGHUP, libc::SIGUSR1, libc::SIGXFSZ];

/// The exit status after a panic, as Rust's.
const PANICKED: u8 = 101;

/// A process that runs a part of carafe.
pub struct Process {
    pid: Pid,
    pidfd: OwnedFd,
}

/// What becomes of a process when the one that started it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnParentsEnd {
    /// It is killed.
    Killed,
    /// It goes on.
    GoesOn,
}

impl Process {
    /// Runs `run` in a new process of that name, which ends with the status that it returns. The
    /// new process has only the descriptors with the numbers `keep`; its standard input, output and
    /// error lead nowhere, unless they are among those.
    ///
    /// # Errors
    /// When there are too many processes or descriptors, or too little memory.
    pub fn start(
        name: &CStr,
        keep: &[RawFd],
        on_end: OnParentsEnd,
        run: impl FnOnce() -> u8,
    ) -> io::Result<Self> {
        let parent = getpid();
        let signals = block_signals();
        // SAFETY: this process has only one thread (see the module), so the new one finds no lock
        // held. It never returns from here, so nobody in it uses the descriptors that it closes.
        let forked = unsafe { libc::fork() };
        if forked == 0 {
            if on_end == OnParentsEnd::Killed {
                let _ = set_parent_process_death_signal(Some(Signal::KILL));
                if getppid() != Some(parent) {
                    exit(PANICKED);
                }
            }
            ignore_signals();
            close_all_but(keep);
            let _ = rustix::thread::set_name(name);
            restore_signals(&signals);
            exit(catch_unwind(AssertUnwindSafe(run)).unwrap_or(PANICKED));
        }
        let failed = io::Error::last_os_error();
        restore_signals(&signals);
        let pid = if forked > 0 { Pid::from_raw(forked) } else { None }.ok_or(failed)?;
        match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(pidfd) => Ok(Self { pid, pidfd }),
            Err(e) => {
                let _ = rustix::process::kill_process(pid, Signal::KILL);
                let _ = waitpid(Some(pid), WaitOptions::empty());
                Err(e.into())
            }
        }
    }

    /// Its exit status, once it has ended. Only the first call after the end gets it.
    pub fn ended(&self) -> Option<ExitStatus> {
        use std::os::unix::process::ExitStatusExt;
        let (_, status) = waitpid(Some(self.pid), WaitOptions::NOHANG).ok()??;
        Some(ExitStatus::from_raw(status.as_raw()))
    }

    /// Ends it at once.
    pub fn kill(&self) {
        // This fails if it has just ended.
        let _ = pidfd_send_signal(&self.pidfd, Signal::KILL);
    }
}

/// Becomes readable when the process ends.
impl AsFd for Process {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }
}

/// Ends this process without running what the parent wants to run at its own end.
fn exit(status: u8) -> ! {
    // SAFETY: it only ends the process.
    unsafe { libc::_exit(status.into()) }
}

/// Blocks all signals: a handler of the parent must not run in the new process, where other
/// descriptors have the numbers that it writes to. Returns which were blocked before.
fn block_signals() -> libc::sigset_t {
    let (mut all, mut before) = (no_signals(), no_signals());
    // SAFETY: both sets are valid, and the calls only change the mask of this thread.
    unsafe {
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, &raw mut before);
    }
    before
}

fn restore_signals(before: &libc::sigset_t) {
    // SAFETY: the set is the one that `block_signals` got.
    unsafe {
        libc::pthread_sigmask(libc::SIG_SETMASK, std::ptr::from_ref(before), std::ptr::null_mut())
    };
}

fn no_signals() -> libc::sigset_t {
    // SAFETY: all zeroes are an empty set.
    unsafe { std::mem::zeroed() }
}

fn ignore_signals() {
    for signal in NOT_FOR_PARTS {
        // SAFETY: an ignored signal runs no code.
        unsafe { libc::signal(signal, libc::SIG_IGN) };
    }
}

/// Closes all descriptors but some, and lets the standard ones that are closed lead nowhere.
fn close_all_but(keep: &[RawFd]) {
    let mut keep = keep.to_vec();
    keep.sort_unstable();
    let mut first = 3;
    for fd in keep.iter().copied().skip_while(|fd| *fd < 3) {
        close_range(first, fd - 1);
        first = fd + 1;
    }
    close_range(first, RawFd::MAX);
    let Ok(nowhere) = rustix::fs::open("/dev/null", OFlags::RDWR, Mode::empty()) else { return };
    for standard in (0..3).filter(|fd| !keep.contains(fd)) {
        // SAFETY: the standard streams stay open, so whoever has borrowed them still may use them.
        unsafe { libc::dup2(nowhere.as_raw_fd(), standard) };
    }
}

fn close_range(first: RawFd, last: RawFd) {
    if last < first {
        return;
    }
    // SAFETY: this process has just begun, and what owns these descriptors is never used in it.
    let closed = unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) };
    if closed == 0 {
        return;
    }
    // Before Linux 5.9.
    let names = std::fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    let open: Vec<RawFd> =
        names.filter_map(|name| name.file_name().to_str()?.parse().ok()).collect();
    for fd in open.into_iter().filter(|fd| (first..=last).contains(fd)) {
        // SAFETY: as above.
        unsafe { libc::close(fd) };
    }
}
