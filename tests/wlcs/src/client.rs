//! A client of the tests and the carafe that serves it.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use crate::log::Log;

/// One client's connection.
pub struct Client {
    /// The number by which the real module knows it.
    pub number: RawFd,
    carafe: Child,
    log: Arc<Log>,
    reader: Option<JoinHandle<()>>,
}

impl Client {
    /// Starts a carafe on a host connection. Also returns the client's end.
    pub fn start(number: RawFd, host: &OwnedFd) -> io::Result<(Self, OwnedFd)> {
        let (client, carafes) =
            socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
        let mut carafe = spawn(host, &carafes)?;
        let stderr = carafe.stderr.take().ok_or_else(|| io::Error::other("no pipe"))?;
        let log = Arc::new(Log::new(stderr.into())?);
        let reader = thread::spawn({
            let log = Arc::clone(&log);
            move || log.follow()
        });
        Ok((Self { number, carafe, log, reader: Some(reader) }, client))
    }

    /// The host's id of a surface.
    pub fn host_id(&self, client_id: u32) -> Option<u32> {
        self.log.host_id(client_id)
    }

    /// Waits until carafe has ended; kills it if it still runs at `until`.
    pub fn end(mut self, until: Instant) -> io::Result<()> {
        let pid = self.carafe.id();
        if !self.has_ended(until.saturating_duration_since(Instant::now()))? {
            eprintln!("carafe-wlcs: carafe {pid} outlives its client");
            self.carafe.kill()?;
        }
        let status = self.carafe.wait()?;
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
        // A session that ends by a protocol error has status 1.
        if status.signal().is_some() || status.code() > Some(1) {
            eprintln!("carafe-wlcs: carafe {pid} ended with {status}");
        }
        Ok(())
    }

    fn has_ended(&self, patience: Duration) -> io::Result<bool> {
        let ended = pidfd_open(Pid::from_child(&self.carafe), PidfdFlags::empty())?;
        let timeout = Timespec::try_from(patience).map_err(io::Error::other)?;
        Ok(poll(&mut [PollFd::new(&ended, PollFlags::IN)], Some(&timeout))? > 0)
    }
}

fn spawn(host: &OwnedFd, client: &OwnedFd) -> io::Result<Child> {
    let program = std::env::var_os("CARAFE")
        .ok_or_else(|| io::Error::other("CARAFE names no carafe to test"))?;
    let mut command = Command::new(program);
    command
        .env("WAYLAND_SOCKET", host.as_raw_fd().to_string())
        .arg(format!("--client-fd={}", client.as_raw_fd()))
        .arg("--log-messages=client,host")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let inherited = [host.as_raw_fd(), client.as_raw_fd()];
    // SAFETY: between fork and exec it makes system calls and nothing else.
    unsafe { command.pre_exec(move || inherit_only(inherited)) };
    command.spawn()
}

/// Lets a program inherit only these descriptors: a stray copy of a connection's end would hide
/// that the connection was closed. Some of the compositor's descriptors in this process are not
/// close-on-exec.
fn inherit_only(fds: [RawFd; 2]) -> io::Result<()> {
    // SAFETY: the flag closes nothing before exec.
    let marked = unsafe { libc::close_range(3, u32::MAX, libc::CLOSE_RANGE_CLOEXEC.cast_signed()) };
    if marked != 0 {
        return Err(io::Error::last_os_error());
    }
    for fd in fds {
        // SAFETY: the caller holds both open.
        fcntl_setfd(unsafe { BorrowedFd::borrow_raw(fd) }, FdFlags::empty())?;
    }
    Ok(())
}
