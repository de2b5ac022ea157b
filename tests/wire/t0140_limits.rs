//! At a limit a client is served as ever. One step beyond, it gets an error that names the request
//! and the limit, and the host does not hear of that request.
use std::os::fd::{AsFd, OwnedFd};

use super::rig::*;

const MIB: u32 = 1 << 20;

fn memory() -> OwnedFd {
    let flags = rustix::fs::MemfdFlags::CLOEXEC;
    let memory = rustix::fs::memfd_create("pool", flags).expect("memory");
    rustix::fs::ftruncate(&memory, u64::from(8 * MIB)).expect("memory");
    memory
}

/// Sends a request to make a pool.
fn make_pool(client: &mut Peer, id: u32, size: u32) {
    client.send_fds(&Message::new(3, 0).uint(id).uint(size), &[memory().as_fd()]);
}

/// Checks the error, and that others are served.
#[track_caller]
fn ended(rig: &Rig, mut client: Peer, mut host: Peer, request: &str, limit: &str) {
    let (object, code, text) = error(&mut client);
    assert_eq!((object, code), (DISPLAY, 2), "{text}");
    assert!(text.contains(request), "{text}");
    assert!(text.contains(&format!("--limits={limit}=N")), "{text}");
    assert_eq!(host.receive(), None, "the host must not see it");
    rig.still_serves();
}

#[test]
fn surfaces() {
    let rig = Rig::with(&["--limits=surfaces=3"]);
    let (mut client, mut host) = rig.client();
    client.send(&bind(COMPOSITOR, 3));
    host.next();
    for id in 4..7 {
        client.send(&Message::new(3, 0).uint(id));
        host.next();
    }
    // One goes, and another one comes.
    client.send(&Message::new(5, 0));
    client.send(&Message::new(3, 0).uint(7));
    host.next();
    host.next();
    client.send(&Message::new(3, 0).uint(8));
    ended(&rig, client, host, "wl_compositor#3.create_surface", "surfaces");
}

#[test]
fn pools() {
    let rig = Rig::with(&["--limits=pools=2"]);
    let (mut client, mut host) = rig.client();
    client.send(&bind(SHM, 3));
    host.next();
    for id in [4, 5] {
        make_pool(&mut client, id, MIB);
        host.next();
    }
    make_pool(&mut client, 6, MIB);
    ended(&rig, client, host, "wl_shm#3.create_pool", "pools");
}

#[test]
fn bytes_of_pools() {
    let rig = Rig::with(&["--limits=pool-mib=3,pools=9"]);
    let (mut client, mut host) = rig.client();
    client.send(&bind(SHM, 3));
    host.next();
    make_pool(&mut client, 4, MIB);
    make_pool(&mut client, 5, MIB);
    client.send(&Message::new(5, 2).uint(2 * MIB));
    for _ in 0..3 {
        host.next();
    }
    client.send(&Message::new(5, 2).uint(2 * MIB + 1));
    ended(&rig, client, host, "wl_shm_pool#5.resize", "pool-mib");
}
