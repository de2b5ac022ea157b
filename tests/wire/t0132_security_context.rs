//! A sandbox's clients: the host gets carafe's socket, and each client has a session with the
//! usual policy.
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;

use carafe_fixture::process::{family, wait_for};

use super::rig::*;

const MANAGER: (u32, &str, u32) = (9, "wp_security_context_manager_v1", 1);
const DENIED: &str = "zwlr_screencopy_manager_v1";

fn global(name: u32, interface: &str, version: u32) -> Message {
    Message::new(REGISTRY, 0).uint(name).string(interface).uint(version)
}

struct Sandbox {
    rig: Rig,
    client: Peer,
    host: Peer,
    /// Where its clients connect.
    path: PathBuf,
    /// Its hang-up ends the context.
    close: Option<OwnedFd>,
    /// The socket that the host got to listen on.
    listener: UnixListener,
}

impl Sandbox {
    /// A context that is still being set up: object 4 on both sides.
    fn new() -> Self {
        let rig = Rig::with(&[&format!("--deny-globals={DENIED}")]);
        let (mut client, mut host) = rig.client();
        let offered = global(MANAGER.0, MANAGER.1, MANAGER.2);
        host.send(&offered);
        assert_eq!(client.next(), offered);
        client.send(&bind(MANAGER, 3));
        host.next();
        let path = rig.runtime.join("sandbox");
        let theirs = UnixListener::bind(&path).expect("a socket");
        let (closed, close) = rustix::pipe::pipe().expect("a pipe");
        let create = Message::new(3, 1).uint(4);
        client.send_fds(&create, &[theirs.as_fd(), closed.as_fd()]);
        assert_eq!(host.next(), create);
        let listener = UnixListener::from(host.fd());
        let address = listener.local_addr().expect("an address");
        assert_ne!(address.as_pathname(), Some(path.as_path()));
        let file = |fd: &OwnedFd| rustix::fs::fstat(fd).expect("open").st_ino;
        assert_eq!(file(&host.fd()), file(&closed), "what the client gave");
        Self { rig, client, host, path, close: Some(close), listener }
    }

    fn commit(&mut self) {
        self.client.send(&Message::new(4, 2).string("org.example.app"));
        assert_eq!(self.host.next().text(0), "org.example.app");
        self.client.send(&Message::new(4, 4));
        assert_eq!(self.host.next(), Message::new(4, 4));
    }

    /// A client of the sandbox, and its connection at the host.
    fn connect(&self) -> (Peer, Peer) {
        let client = Peer::connect(&self.path);
        (client, self.listener.accept().expect("carafe connects").0.into())
    }
}

#[test]
fn its_clients_are_sessions_with_the_same_policy() {
    let mut sandbox = Sandbox::new();
    sandbox.commit();
    for _ in 0..2 {
        let (mut client, mut host) = sandbox.connect();
        client.send(&Message::new(DISPLAY, 1).uint(REGISTRY));
        assert_eq!(host.next(), Message::new(DISPLAY, 1).uint(REGISTRY));
        host.send(&global(1, DENIED, 3));
        host.send(&global(2, "wl_seat", 9));
        assert_eq!(client.next(), global(2, "wl_seat", 9));
        client.send(&bind((1, DENIED, 1), 3));
        assert_eq!(error(&mut client).2, format!("invalid global {DENIED} (1)"));
    }
    // The context stays until it is closed, even without the client that made it.
    drop((sandbox.client, sandbox.host));
    let client = Peer::connect(&sandbox.path);
    let host = Peer::from(sandbox.listener.accept().expect("carafe connects").0);
    drop((client, host));
    sandbox.close = None;
    let carafe = sandbox.rig.carafe.pid();
    let is_alone = || (family(carafe).len() == 2).then_some(());
    wait_for("the end of all but the service and the log", is_alone);
    assert!(UnixStream::connect(&sandbox.path).is_err(), "nobody has the listener any more");
    let left = std::fs::read_dir(sandbox.rig.runtime.path()).expect("it works").flatten();
    let context = left.map(|e| e.file_name()).find(|n| n.to_string_lossy().contains("context"));
    assert_eq!(context, None);
}

#[test]
fn one_that_is_not_complete_serves_nobody() {
    let mut sandbox = Sandbox::new();
    sandbox.client.send(&Message::new(4, 0));
    assert_eq!(sandbox.host.next(), Message::new(4, 0));
    sync(&mut sandbox.client, &mut sandbox.host, 5);
    assert!(UnixStream::connect(&sandbox.path).is_err(), "carafe has closed it");
    sandbox.rig.still_serves();
}

#[test]
fn descriptors_that_are_not_listening_sockets_are_refused() {
    let rig = Rig::new();
    let (one, _other) = UnixStream::pair().expect("it works");
    let (pipe, _write) = rustix::pipe::pipe().expect("it works");
    for bad in [one.as_fd(), pipe.as_fd()] {
        let (mut client, mut host) = rig.client();
        host.send(&global(MANAGER.0, MANAGER.1, MANAGER.2));
        client.next();
        client.send(&bind(MANAGER, 3));
        host.next();
        client.send_fds(&Message::new(3, 1).uint(4), &[bad, pipe.as_fd()]);
        let text = "listen_fd is not a listening unix socket".to_owned();
        assert_eq!(error(&mut client), (3, 1, text));
    }
    rig.still_serves();
}

#[test]
fn there_is_a_bound() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    host.send(&global(MANAGER.0, MANAGER.1, MANAGER.2));
    client.next();
    client.send(&bind(MANAGER, 3));
    host.next();
    let (pipe, _write) = rustix::pipe::pipe().expect("it works");
    for n in 0..=64 {
        let listener =
            UnixListener::bind(rig.runtime.join(&format!("sandbox-{n}"))).expect("it works");
        client.send_fds(&Message::new(3, 1).uint(4 + n), &[listener.as_fd(), pipe.as_fd()]);
        if n < 64 {
            host.next();
        }
    }
    let (object, code, text) = error(&mut client);
    assert_eq!((object, code), (DISPLAY, 2));
    assert!(text.contains("security context: there are too many"), "{text}");
    rig.still_serves();
}
