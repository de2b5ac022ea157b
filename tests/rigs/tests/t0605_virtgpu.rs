//! virtio-gpu with a simulated host: pipes, memory of the host, and leftovers.

mod common;

use std::io::{Read, Write};
use std::os::fd::AsFd;

use carafe_fixture::process::{Process, RuntimeDir};
use carafe_fixture::wire::{FakeHost, Message};
use carafe_rigs::checks::PATIENCE;
use carafe_rigs::checks::gpu::{self, Channel};
use carafe_rigs::virtgpu::abi;
use common::{Rig, VIRTGPU, device, report, report_now, wait_for_line};
use rustix::fs::{MemfdFlags, memfd_create};

struct Setup {
    runtime: RuntimeDir,
    host: FakeHost,
}

impl Setup {
    fn new() -> Self {
        let runtime = RuntimeDir::new();
        let host = FakeHost::listen(&runtime.join("host"));
        Self { runtime, host }
    }

    fn start(&self, test: &str) -> Process {
        Rig::new(VIRTGPU, &self.runtime, &[]).start_test(&self.runtime.join("host"), test)
    }
}

#[test]
#[ignore = "run by the next test, under the rig"]
fn reads_a_pipe() {
    let channel = Channel::open(device()).unwrap();
    let pipe = abi::READ_PIPE_BASE + 1;
    channel.send(&Message::new(7, 0).to_bytes(), &[[abi::ID_READ_PIPE, pipe, 0]]).unwrap();
    let mut text = Vec::new();
    loop {
        let page = channel.message(PATIENCE).unwrap();
        assert_eq!((page[0] & 0xff, page[2]), (u32::from(abi::CMD_READ), pipe));
        let bytes = page[6..].iter().flat_map(|word| word.to_ne_bytes());
        text.extend(bytes.take(page[4] as usize));
        if page[3] != 0 {
            break;
        }
    }
    assert_eq!(text, vec![b'x'; 10_000]);
}

#[test]
fn the_host_writes_to_a_pipe_of_the_guest() {
    let setup = Setup::new();
    let mut rig = setup.start("reads_a_pipe");
    let mut peer = setup.host.accept();
    assert_eq!(peer.next(), Message::new(7, 0));
    std::fs::File::from(peer.fd()).write_all(&[b'x'; 10_000]).unwrap();
    assert!(rig.wait().success());
    assert_eq!(report(&setup.runtime).made("read_pipes"), 1);
}

#[test]
#[ignore = "run by the next test, under the rig"]
fn gets_memory_and_a_pipe() {
    let channel = Channel::open(device()).unwrap();
    channel.send(&Message::new(1, 0).to_bytes(), &[]).unwrap();
    let page = channel.message(PATIENCE).unwrap();
    assert_eq!(page[0] & 0xff, u32::from(abi::CMD_RECEIVE));
    assert_eq!(page[2], 2, "two descriptors");
    let ids = &page[4..];
    let (types, sizes) = (&ids[abi::MAX_IDS..], &ids[2 * abi::MAX_IDS..]);
    assert_eq!((types[0], types[1]), (abi::ID_BLOB, abi::ID_WRITE_PIPE));
    assert_eq!(sizes[0], 5000);
    let flags = abi::USE_MAPPABLE | abi::USE_SHAREABLE;
    let (size, id) = (sizes[0].into(), ids[0].into());
    let blob = gpu::create_blob(channel.device(), abi::MEM_HOST3D, flags, size, id).unwrap();
    let map = gpu::map(channel.device(), blob.handle, 8192).unwrap();
    assert_eq!(map.read(0, 6), b"keymap");
    channel.write(ids[1], b"to the ", false).unwrap();
    channel.write(ids[1], b"host", true).unwrap();
    // It is sent back to the host by its resource.
    let id = [[abi::ID_BLOB, blob.resource, 5000]];
    channel.send(&Message::new(2, 0).to_bytes(), &id).unwrap();
    assert_eq!(channel.receive(), Ok(Vec::new()), "the host has hung up");
}

#[test]
fn the_host_gives_memory_and_a_pipe() {
    let setup = Setup::new();
    let mut rig = setup.start("gets_memory_and_a_pipe");
    let mut peer = setup.host.accept();
    peer.next();
    let memory = memfd_create("keymap", MemfdFlags::CLOEXEC).unwrap();
    rustix::fs::ftruncate(&memory, 5000).unwrap();
    rustix::io::write(&memory, b"keymap").unwrap();
    let (reader, writer) = rustix::pipe::pipe().unwrap();
    peer.send_fds(&Message::new(9, 3), &[memory.as_fd(), writer.as_fd()]);
    drop(writer);
    let mut text = String::new();
    std::fs::File::from(reader).read_to_string(&mut text).unwrap();
    assert_eq!(text, "to the host");
    assert_eq!(peer.next(), Message::new(2, 0));
    let (came, went) = (rustix::fs::fstat(peer.fd()).unwrap(), rustix::fs::fstat(&memory).unwrap());
    assert_eq!(came.st_ino, went.st_ino, "the same file");
    drop(peer);
    assert!(rig.wait().success());
}

#[test]
#[ignore = "run by the next test, under the rig"]
fn leaves_some_behind() {
    let channel = Channel::open(device()).unwrap();
    drop(Channel::open(device()).unwrap());
    let device = channel.device();
    let create = || gpu::create_blob(device, abi::MEM_GUEST, 1, 4096, 0).unwrap();
    let (kept, exported, closed) = (create(), create(), create());
    let _map = gpu::map(device, kept.handle, 4096).unwrap();
    let _dmabuf = gpu::export(device, exported.handle).unwrap();
    drop(gpu::export(device, kept.handle).unwrap());
    gpu::close(device, exported.handle).unwrap();
    gpu::close(device, closed.handle).unwrap();
    println!("ready");
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

#[test]
fn live_objects_are_counted() {
    let setup = Setup::new();
    let mut rig = setup.start("leaves_some_behind");
    let _first = setup.host.accept();
    let mut second = setup.host.accept();
    assert_eq!(second.receive(), None, "a closed context ends its connection");
    wait_for_line(&mut rig, "ready");
    let report = report_now(&rig, &setup.runtime);
    assert_eq!(report.live("contexts"), 1);
    assert_eq!(report.live("gem_handles"), 3, "two pages and the one that was kept");
    assert_eq!(report.live("dmabufs"), 1, "open in the program without a handle");
    assert_eq!(report.live("mapped_blobs"), 3);
    assert_eq!(report.commands("CMD_INIT"), 2);
    drop(rig.child().stdin.take());
    assert!(rig.wait().success());
}
