//! A client may end while its requests wait for the host. Its session ends too, even if the host
//! never lets them pass.

use std::os::fd::AsFd;

use carafe_fixture::wire::Message;
use rustix::fs::{MemfdFlags, ftruncate, memfd_create};

use crate::fake::{FREE, Fake, REGISTRY};
use crate::ways;

const COMPOSITOR: u32 = FREE;
const SHM: u32 = FREE + 1;
const SURFACE: u32 = FREE + 2;
const POOL: u32 = FREE + 3;
const BUFFER: u32 = FREE + 4;

/// More commits than a surface has buffers at the host (`MAX_TARGETS`), of which this one
/// releases none.
const COMMITS: usize = 10;
const BUFFERS: usize = 8;

#[test]
fn clients_may_go_while_the_host_releases_nothing() {
    for way in ways::devices() {
        let fake = Fake::new(way);
        for _ in 0..3 {
            let (mut client, mut host) = fake.client();
            for (name, interface, version) in [(COMPOSITOR, "wl_compositor", 6), (SHM, "wl_shm", 1)]
            {
                let global =
                    |registry| Message::new(registry, 0).uint(name).string(interface).uint(version);
                host.send(&global(REGISTRY));
                assert_eq!(client.next(), global(REGISTRY));
                client.send(&global(REGISTRY).uint(name));
            }
            client.send(&Message::new(COMPOSITOR, 0).uint(SURFACE));
            let memory = memfd_create("pool", MemfdFlags::CLOEXEC).unwrap();
            ftruncate(&memory, 4096).unwrap();
            let pool = Message::new(SHM, 0).uint(POOL).uint(4096);
            client.send_fds(&pool, &[memory.as_fd()]);
            let buffer = Message::new(POOL, 0).uint(BUFFER).uint(0).uint(32).uint(32).uint(128);
            client.send(&buffer.uint(0));
            for _ in 0..COMMITS {
                client.send(&Message::new(SURFACE, 1).uint(BUFFER).uint(0).uint(0));
                client.send(&Message::new(SURFACE, 6));
            }
            let mut releases = 0;
            while releases < BUFFERS {
                releases += usize::from(client.next() == Message::new(BUFFER, 0));
            }
            drop(client);
            // The host gets the earlier messages, and then the end.
            while host.receive().is_some() {}
        }
        fake.stop();
    }
}
