//! Who is at the other end of a socket.

use std::mem::size_of;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::{fs, io};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use crate::observe::log::escaped;
use crate::sharing::{Client, Executable, FileId, app_id};

/// Name and process of who connected, for people. A program chooses its name itself.
pub fn describe(socket: &UnixStream) -> String {
    match process(socket) {
        Some(pid) => format!("{} {pid}", name(pid).unwrap_or_default()),
        None => "unknown client".into(),
    }
}

/// What a process calls itself, if it is there.
pub fn name(pid: i32) -> Option<String> {
    // It need not be text.
    let name = fs::read(format!("/proc/{pid}/comm")).ok()?;
    Some(escaped(String::from_utf8_lossy(&name).trim_end()))
}

/// The process that connected (`SO_PEERCRED`, `unix(7)`). `None`: it has no number here, as
/// one of another pid namespace.
pub fn process(socket: &UnixStream) -> Option<i32> {
    credentials(socket).map(|peer| peer.pid).filter(|pid| *pid > 0)
}

/// What is known of the process that connected.
pub fn client(socket: &UnixStream) -> Client {
    let Some(peer) = credentials(socket) else { return Client::default() };
    let of_process = (peer.pid > 0).then(|| {
        // A process that has ended may have given its number to another one. This one is who
        // connected, where the kernel knows (Linux 6.5); else who has the number now.
        let pidfd = match option::<RawFd>(socket, libc::SO_PEERPIDFD) {
            Ok(fd) => Ok(owned(fd)),
            Err(e) if e.raw_os_error() == Some(libc::ENOPROTOOPT) => open(peer.pid),
            Err(e) => Err(e),
        };
        pidfd.map(|pidfd| facts(peer.pid, &pidfd)).unwrap_or_default()
    });
    Client { uid: Some(peer.uid), ..of_process.unwrap_or_default() }
}

/// What would be known of a process if it connected now. `None`: there is no such process.
pub fn of_process(pid: i32) -> Option<Client> {
    let pidfd = open(pid).ok()?;
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let uids = status.lines().find_map(|line| line.strip_prefix("Uid:"));
    // Real, effective, saved, of the file system.
    let uid = uids.and_then(|uids| uids.split_whitespace().nth(1)?.parse().ok());
    Some(Client { uid, ..facts(pid, &pidfd) })
}

/// What `/proc` says of a process: nothing, if it has ended meanwhile.
fn facts(pid: i32, pidfd: &OwnedFd) -> Client {
    let file = format!("/proc/{pid}/exe");
    let executable = fs::read_link(&file).ok().zip(fs::metadata(&file).ok());
    let executable = executable.map(|(path, file)| Executable { path, file: FileId::from(&file) });
    let cgroup = fs::read_to_string(format!("/proc/{pid}/cgroup")).ok().and_then(|all| {
        let unified = all.lines().find_map(|line| line.strip_prefix("0::"));
        unified.map(str::to_owned)
    });
    let mut end = [PollFd::new(pidfd, PollFlags::IN)];
    let is_alive = poll(&mut end, Some(&Timespec::default())) == Ok(0);
    if !is_alive {
        return Client::default();
    }
    let app_id = cgroup.as_deref().and_then(app_id);
    Client { uid: None, executable, cgroup, app_id }
}

fn open(pid: i32) -> io::Result<OwnedFd> {
    let pid = Pid::from_raw(pid).ok_or(io::ErrorKind::InvalidInput)?;
    Ok(pidfd_open(pid, PidfdFlags::empty())?)
}

/// (`rustix` takes the number 0 of a process of another namespace for one that is none.)
fn credentials(socket: &UnixStream) -> Option<libc::ucred> {
    option(socket, libc::SO_PEERCRED).ok()
}

/// A value that the kernel writes: any bytes make one.
trait Plain: Copy {
    const EMPTY: Self;
}

impl Plain for libc::ucred {
    const EMPTY: Self = Self { pid: 0, uid: 0, gid: 0 };
}

impl Plain for RawFd {
    const EMPTY: Self = -1;
}

#[expect(unsafe_code, reason = "options that rustix does not have")]
fn option<T: Plain>(socket: &UnixStream, name: i32) -> io::Result<T> {
    let mut value = T::EMPTY;
    let mut len = libc::socklen_t::try_from(size_of::<T>()).map_err(io::Error::other)?;
    // SAFETY: both pointers are to live variables; `len` is the size of `value`, so the kernel
    // writes no further, and any bytes make a `T`.
    let failed = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            name,
            (&raw mut value).cast(),
            &raw mut len,
        )
    };
    if failed == 0 { Ok(value) } else { Err(io::Error::last_os_error()) }
}

#[expect(unsafe_code, reason = "the kernel gives a number")]
fn owned(fd: RawFd) -> OwnedFd {
    // SAFETY: the kernel has just opened it for this call of `getsockopt`.
    unsafe { OwnedFd::from_raw_fd(fd) }
}
