//! Relays around carafe that record the times of commits to carafe, and from carafe to the host.

use std::ffi::OsString;
use std::io::IoSliceMut;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use carafe_fixture::wire::Peer;
use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};

/// The first word of a command line that runs a Wayland client behind a relay: the relay's
/// socket and the client's words follow.
pub const WRAP: &str = "--behind-relay";

/// The times of commits so far in µs, by session in the order of their starts.
pub type Times = Arc<Mutex<Vec<Vec<f64>>>>;

/// Two ends, and their session.
struct Link {
    ends: [Peer; 2],
    session: usize,
    /// Whether the first end is a client.
    is_client: bool,
}

struct Relay {
    epoll: OwnedFd,
    links: Vec<Option<Link>>,
    /// When a commit was passed on to carafe, by session.
    sent: Vec<Option<Instant>>,
    times: Times,
    buffer: Box<[u8]>,
}

/// Where the three kinds of peers connect.
pub struct Sockets {
    /// Wayland clients.
    pub clients: PathBuf,
    /// Clients that have a socket already ([`WRAP`]).
    pub wrapped: PathBuf,
    /// carafe, for the host.
    pub host: PathBuf,
}

/// Starts relays between clients and `carafe`, and between `carafe` and `host`, until the program
/// ends.
pub fn start(sockets: &Sockets, carafe: PathBuf, host: PathBuf) -> Times {
    let listen = |path: &Path| UnixListener::bind(path).expect("a socket to listen on");
    let listeners = [listen(&sockets.clients), listen(&sockets.wrapped), listen(&sockets.host)];
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).expect("epoll");
    for (n, listener) in (0..).zip(&listeners) {
        epoll::add(&epoll, listener, EventData::new_u64(n), EventFlags::IN).expect("epoll");
    }
    let times = Times::default();
    let (links, sent, shared) = (Vec::new(), Vec::new(), Arc::clone(&times));
    let buffer = vec![0; 64 * 1024].into();
    let mut relay = Relay { epoll, links, sent, times: shared, buffer };
    std::thread::spawn(move || {
        let nothing = epoll::Event { flags: EventFlags::empty(), data: EventData::new_u64(0) };
        let mut events = [nothing; 16];
        loop {
            let count = epoll::wait(&relay.epoll, &mut events, None).unwrap_or(0);
            for event in &events[..count] {
                let data = event.data.u64();
                let Some(number) = data.checked_sub(3) else {
                    let (peer, _) = listeners[data as usize].accept().expect("a peer");
                    match data {
                        0 => relay.add(peer.into(), Peer::connect(&carafe), true),
                        1 => relay.swap(peer.into()),
                        _ => relay.add(Peer::connect(&host), peer.into(), false),
                    }
                    continue;
                };
                let (index, end) = ((number >> 1) as usize, (number & 1) as usize);
                if relay.pass(index, end).is_none() {
                    relay.links[index] = None;
                }
            }
        }
    });
    times
}

impl Relay {
    /// The n-th links of clients and of the host belong together.
    fn add(&mut self, client: Peer, other: Peer, is_client: bool) {
        let same = |link: &&Option<Link>| link.as_ref().is_some_and(|l| l.is_client == is_client);
        let session = self.links.iter().filter(same).count();
        let (index, ends) = (self.links.len() as u64, [client, other]);
        for (n, end) in (0..).zip(&ends) {
            let data = EventData::new_u64((index << 1 | n) + 3);
            epoll::add(&self.epoll, end.socket(), data, EventFlags::IN).expect("epoll");
        }
        self.links.push(Some(Link { ends, session, is_client }));
        if is_client {
            self.sent.push(None);
            self.times.lock().expect("times").push(Vec::new());
        }
    }

    /// Exchanges a client's socket for another one.
    fn swap(&mut self, mut peer: Peer) {
        let (_, mut fds) = receive(&peer, &mut [0; 1]);
        let (ours, theirs) = UnixStream::pair().expect("a pair of sockets");
        peer.send_bytes(&[0], &[theirs.as_fd()]);
        let other = UnixStream::from(fds.pop().expect("a socket"));
        self.add(ours.into(), other.into(), true);
    }

    fn pass(&mut self, index: usize, from: usize) -> Option<()> {
        let Self { links, sent, times, buffer, .. } = self;
        let Link { ends, session, is_client } = links.get_mut(index)?.as_mut()?;
        let (count, fds) = receive(&ends[from], buffer);
        let bytes = buffer.get(..count).filter(|bytes| !bytes.is_empty())?;
        let commits = ends_with_commit(bytes);
        if commits && *is_client && from == 0 {
            sent[*session] = Some(Instant::now());
        }
        if commits && !*is_client && from == 1 {
            let sent = sent.get_mut(*session).and_then(Option::take);
            let time = sent.map(|sent| sent.elapsed().as_secs_f64() * 1e6);
            times.lock().expect("times")[*session].extend(time);
        }
        let fds: Vec<_> = fds.iter().map(AsFd::as_fd).collect();
        ends[1 - from].try_send_bytes(bytes, &fds).ok()
    }
}

/// Whether a batch of requests ends with what looks like `wl_surface.commit`.
fn ends_with_commit(bytes: &[u8]) -> bool {
    bytes.last_chunk().is_some_and(|word| u32::from_ne_bytes(*word) == 8 << 16 | 6)
}

/// Reads once, without parsing, because it runs between two readings of the clock.
fn receive(peer: &Peer, bytes: &mut [u8]) -> (usize, Vec<OwnedFd>) {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(28))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let slices = &mut [IoSliceMut::new(bytes)];
    let received = recvmsg(peer.socket(), slices, &mut control, RecvFlags::CMSG_CLOEXEC);
    let mut fds = Vec::new();
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(more) = message {
            fds.extend(more);
        }
    }
    (received.map_or(0, |received| received.bytes), fds)
}

/// What [`WRAP`] asks for: the rest of the words is run with the relay's socket in the place of
/// `WAYLAND_SOCKET`'s.
pub fn wrap(mut words: impl Iterator<Item = OsString>) -> ! {
    let (relay, program) = (words.next().expect("a socket"), words.next().expect("a program"));
    let number = std::env::var("WAYLAND_SOCKET").expect("a Wayland connection");
    let number = number.parse().expect("a number");
    // SAFETY: who started this program has given it that descriptor, and nothing else here
    // knows of it.
    let socket = unsafe { OwnedFd::from_raw_fd(number) };
    let mut peer = Peer::connect(Path::new(&relay));
    peer.send_bytes(&[0], &[socket.as_fd()]);
    drop(socket);
    let (_, mut fds) = receive(&peer, &mut [0; 1]);
    let socket = fds.pop().expect("a socket");
    fcntl_setfd(&socket, FdFlags::empty()).expect("a descriptor");
    let number = socket.as_raw_fd().to_string();
    let failed = Command::new(&program).args(words).env("WAYLAND_SOCKET", number).exec();
    panic!("{}: {failed}", program.display());
}
