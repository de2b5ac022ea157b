//! A relay between the device and the real compositor, which implements faults.

use std::io::{self, IoSlice, IoSliceMut, Read};
use std::mem::MaybeUninit;
use std::net::Shutdown;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::thread;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};

/// The relay.
#[derive(Debug)]
pub(super) struct Relay {
    path: PathBuf,
    listener: UnixListener,
    /// The real compositor; `None` to never answer.
    host: Option<PathBuf>,
}

impl Relay {
    /// Listens in a directory of its own.
    pub fn new(dir: &Path, host: Option<&Path>) -> io::Result<Self> {
        let path = dir.join("relay");
        let listener = UnixListener::bind(&path)?;
        listener.set_nonblocking(true)?;
        Ok(Self { path, listener, host: host.map(Path::to_owned) })
    }

    pub fn path(&self) -> PathBuf {
        self.path.clone()
    }

    /// Accepts a new connection. Shutting down the result hangs it up.
    pub fn accept(&self) -> io::Result<UnixStream> {
        let (inner, _) = self.listener.accept()?;
        inner.set_nonblocking(false)?;
        let ours = inner.try_clone()?;
        let Some(host) = &self.host else {
            let mut inner = inner;
            thread::spawn(move || while inner.read(&mut [0; 4096]).is_ok_and(|n| n > 0) {});
            return Ok(ours);
        };
        let outer = UnixStream::connect(host)?;
        let (back, forth) = ((outer.try_clone()?, inner.try_clone()?), (inner, outer));
        thread::spawn(move || pass(&back.0, &back.1));
        thread::spawn(move || pass(&forth.0, &forth.1));
        Ok(ours)
    }
}

/// Passes everything on until one side ends; then both have ended.
fn pass(from: &UnixStream, to: &UnixStream) {
    while pass_once(from, to).is_ok_and(|n| n > 0) {}
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

fn pass_once(from: &UnixStream, to: &UnixStream) -> rustix::io::Result<usize> {
    let mut bytes = [0; 4096];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(253))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let mut slices = [IoSliceMut::new(&mut bytes)];
    let received = recvmsg(from, &mut slices, &mut control, RecvFlags::CMSG_CLOEXEC)?;
    let fds = control.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(fds) => Some(fds),
        _ => None,
    });
    let fds: Vec<OwnedFd> = fds.flatten().collect();
    let mut fds: Vec<_> = fds.iter().map(AsFd::as_fd).collect();
    let mut rest = bytes.get(..received.bytes).unwrap_or_default();
    while !rest.is_empty() {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(253))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        if !fds.is_empty() {
            control.push(SendAncillaryMessage::ScmRights(&fds));
        }
        let sent = sendmsg(to, &[IoSlice::new(rest)], &mut control, SendFlags::NOSIGNAL)?;
        rest = rest.get(sent..).unwrap_or_default();
        fds.clear();
    }
    Ok(received.bytes)
}
