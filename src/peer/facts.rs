//! The properties of a process, for the rules of a policy.

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::{fs, io};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use super::{credentials, pidfd};
use crate::policy::{Client, Executable, FileId, app_id};

/// The properties of the process that connected.
pub fn of_socket(socket: &UnixStream) -> Client {
    let Some(peer) = credentials(socket) else { return Client::default() };
    let of_process = (peer.pid > 0).then(|| {
        // Another process may have the number of one that has ended. Since Linux 6.5 the kernel
        // gives the process that connected; before, use the one that has the number now.
        let pidfd = match pidfd(socket) {
            Err(e) if e.raw_os_error() == Some(libc::ENOPROTOOPT) => open(peer.pid),
            known => known,
        };
        pidfd.map(|pidfd| facts(peer.pid, &pidfd)).unwrap_or_default()
    });
    Client { uid: Some(peer.uid), ..of_process.unwrap_or_default() }
}

/// The properties that a process would have if it connected now; `None` if it does not exist.
pub fn of_process(pid: i32) -> Option<Client> {
    let pidfd = open(pid).ok()?;
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let uids = status.lines().find_map(|line| line.strip_prefix("Uid:"));
    // Real, effective, saved, of the file system.
    let uid = uids.and_then(|uids| uids.split_whitespace().nth(1)?.parse().ok());
    Some(Client { uid, ..facts(pid, &pidfd) })
}

/// A process's properties from `/proc`; none if it has ended meanwhile.
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
