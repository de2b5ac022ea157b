//! Wrong sizes of pools and buffers give the errors that compositors give, and leave nothing
//! behind.

use std::os::fd::AsFd;

use wayland_client::protocol::wl_shm_pool;

use crate::hosts::Host;
use crate::proxy::Carafe;
use crate::raw::RawClient;
use crate::rig::{held, wait_for_held};
use crate::ways;

/// A name, and a client that makes the mistake.
type Case = (&'static str, fn(&mut RawClient));

const MAX: i32 = i32::MAX;

const CASES: &[Case] = &[
    ("a pool of nothing", |client| _ = client.pool(0)),
    ("a pool of negative size", |client| _ = client.pool(-5)),
    ("a pool of the least size", |client| _ = client.pool(i32::MIN)),
    ("a pool of a pipe", |client| {
        let (read, _write) = rustix::pipe::pipe().unwrap();
        client.pool_of(4096, read.as_fd());
    }),
    ("a pool that cannot be read", |client| {
        let file = tempfile::NamedTempFile::new().unwrap();
        let file = std::fs::File::options().write(true).open(file.path()).unwrap();
        file.set_len(4096).unwrap();
        client.pool_of(4096, file.as_fd());
    }),
    ("a negative offset", |client| buffer(client, [-4, 8, 8, 32], 0)),
    ("an offset beyond the pool", |client| buffer(client, [4096, 8, 8, 32], 0)),
    ("the largest offset", |client| buffer(client, [MAX, 8, 8, 32], 0)),
    ("no width", |client| buffer(client, [0, 0, 8, 32], 0)),
    ("a negative width", |client| buffer(client, [0, -8, 8, 32], 0)),
    ("no height", |client| buffer(client, [0, 8, 0, 32], 0)),
    ("a negative height", |client| buffer(client, [0, 8, -8, 32], 0)),
    ("a negative stride", |client| buffer(client, [0, 8, 8, -32], 0)),
    ("a stride of nothing", |client| buffer(client, [0, 8, 8, 0], 0)),
    ("a buffer beyond its pool", |client| buffer(client, [0, 32, 33, 128], 0)),
    ("the greatest width", |client| buffer(client, [0, MAX, 1, MAX], 0)),
    ("the greatest height", |client| buffer(client, [0, 1, MAX, 4], 0)),
    ("the greatest stride", |client| buffer(client, [0, 1, 2, MAX], 0)),
    ("the greatest of all", |client| buffer(client, [MAX, MAX, MAX, MAX], 0)),
    ("4 GiB, which is nothing in 32 bits", |client| buffer(client, [0, 8, 1 << 16, 1 << 16], 0)),
    ("4 GiB and a bit", |client| buffer(client, [64, 8, 1 << 16, (1 << 16) + 1], 0)),
    ("an end beyond 2 GiB", |client| buffer(client, [MAX - 31, 8, 2, 32], 0)),
    ("the least of all", |client| buffer(client, [i32::MIN; 4], 0)),
    ("an unknown format", |client| buffer(client, [0, 8, 8, 32], 0x7fff_0001)),
    ("a pool that shrinks", |client| {
        let pool = client.pool(4096);
        client.send(pool, wl_shm_pool::REQ_RESIZE_OPCODE, &[4095]);
    }),
    ("a pool that shrinks to nothing", |client| {
        let pool = client.pool(4096);
        client.send(pool, wl_shm_pool::REQ_RESIZE_OPCODE, &[0]);
    }),
    ("a pool that becomes negative", |client| {
        let pool = client.pool(4096);
        client.send(pool, wl_shm_pool::REQ_RESIZE_OPCODE, &[0x8000_0000]);
    }),
];

fn buffer(client: &mut RawClient, numbers: [i32; 4], format: u32) {
    let pool = client.pool(4096);
    let [offset, width, height, stride] = numbers.map(i32::cast_unsigned);
    let args = [offset, width, height, stride, format];
    client.create(pool, wl_shm_pool::REQ_CREATE_BUFFER_OPCODE, &args);
}

#[test]
fn errors_are_those_of_weston() {
    same_errors(&Host::weston());
}

#[test]
fn errors_are_those_of_sway() {
    same_errors(&Host::sway());
}

fn same_errors(host: &Host) {
    let error = |case: fn(&mut RawClient), display| {
        let mut client = RawClient::connect(host, display);
        case(&mut client);
        let (object, code, _) = client.error();
        (object, code)
    };
    let direct: Vec<_> = CASES.iter().map(|(_, case)| error(*case, host.display())).collect();
    for way in ways::devices() {
        let mut carafe = way.start(host);
        let mut bystander = RawClient::connect(host, Carafe::DISPLAY);
        let before = held(&mut carafe, host.runtime());
        for ((what, case), direct) in CASES.iter().zip(&direct) {
            assert_eq!(error(*case, Carafe::DISPLAY), *direct, "{what}, over {way:?}");
        }
        wait_for_held(&mut carafe, host.runtime(), &before);
        bystander.send(4712, 0, &[]);
        assert!(bystander.error().2.contains("4712"));
        carafe.stop_complaining();
    }
}
