//! Starting a program under a filter.

#![expect(unsafe_code, reason = "what happens between fork and exec")]

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, FromRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};

use crate::filter::Filter;
use crate::sys::listener::Listener;

/// Starts `command` under `filter`; the trapped calls wait at the listener.
///
/// The program dies with the thread that calls this.
///
/// # Errors
/// When the program cannot be started, or the kernel has no such filters.
pub fn launch(command: &mut Command, filter: Filter) -> io::Result<(Child, Listener)> {
    let (ours, theirs) = UnixStream::pair()?;
    // SAFETY: the closure only makes system calls; it allocates nothing and takes no lock.
    unsafe {
        command.pre_exec(move || {
            let signal = libc::c_ulong::from(libc::SIGKILL.cast_unsigned());
            libc::prctl(libc::PR_SET_PDEATHSIG, signal);
            hand_over(theirs.as_fd(), install(&filter)?.as_fd())
        });
    }
    let child = command.spawn()?;
    Ok((child, take_over(&ours)?.into()))
}

/// Puts the filter on the calling thread.
fn install(filter: &Filter) -> io::Result<OwnedFd> {
    let program = libc::sock_fprog {
        len: u16::try_from(filter.code().len()).unwrap_or(0),
        filter: filter.code().as_ptr().cast_mut(),
    };
    // A signal must not lose an answer that is on its way, because its data would be lost too.
    let flags =
        libc::SECCOMP_FILTER_FLAG_NEW_LISTENER | libc::SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
    let set = || {
        // SAFETY: `program` outlives the call, which only reads it.
        unsafe {
            libc::syscall(
                libc::SYS_seccomp,
                libc::c_ulong::from(libc::SECCOMP_SET_MODE_FILTER),
                flags,
                &raw const program,
            )
        }
    };
    let mut fd = set();
    if fd == -1 {
        // Without CAP_SYS_ADMIN this must be set first, which disables set-user-id programs.
        // SAFETY: it changes a flag of this process.
        unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1_u64, 0_u64, 0_u64, 0_u64) };
        fd = set();
    }
    let fd = libc::c_int::try_from(fd).unwrap_or(-1);
    if fd == -1 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the kernel has just made it, for us alone.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

fn hand_over(socket: BorrowedFd<'_>, listener: BorrowedFd<'_>) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let fds = [listener];
    control.push(SendAncillaryMessage::ScmRights(&fds));
    sendmsg(socket, &[IoSlice::new(b"!")], &mut control, SendFlags::empty())?;
    Ok(())
}

fn take_over(socket: &UnixStream) -> io::Result<OwnedFd> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let mut byte = [0];
    recvmsg(
        socket,
        &mut [IoSliceMut::new(&mut byte)],
        &mut control,
        RecvFlags::CMSG_CLOEXEC | RecvFlags::DONTWAIT,
    )?;
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(mut fds) = message
            && let Some(fd) = fds.next()
        {
            return Ok(fd);
        }
    }
    Err(io::ErrorKind::UnexpectedEof.into())
}
