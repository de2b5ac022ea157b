//! Faults of virtio-gpu.

mod common;

use std::thread;
use std::time::Duration;

use carafe_fixture::process::RuntimeDir;
use carafe_fixture::wire::{FakeHost, Message};
use carafe_rigs::checks::gpu::{self, Channel};
use carafe_rigs::checks::{PATIENCE, failure};
use carafe_rigs::virtgpu::abi;
use common::{Rig, VIRTGPU, device};
use rustix::io::Errno;

fn message(n: u32) -> Vec<u8> {
    Message::new(n, 0).to_bytes()
}

/// Runs a test of this file with a fault and a host that echoes.
fn with_fault(fault: &str, test: &str) {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let mut rig = Rig::new(VIRTGPU, &runtime, &[&format!("--fault={fault}")])
        .start_test(&runtime.join("host"), test);
    if !matches!(fault, "mute" | "no-cross-domain" | "no-dmabuf" | "alloc:3") {
        let mut peer = host.accept();
        thread::spawn(move || {
            while let Some(message) = peer.receive() {
                peer.send(&message);
            }
        });
        thread::spawn(move || {
            let mut peer = host.accept();
            while let Some(message) = peer.receive() {
                peer.send(&message);
            }
        });
    }
    let status = rig.wait();
    assert!(status.success(), "{test}: {status}");
}

#[test]
#[ignore = "run under the rig"]
fn allocates() {
    // Its two pages also count as memory.
    let channel = Channel::open(device()).unwrap();
    let third = gpu::create_blob(channel.device(), abi::MEM_GUEST, 1, 4096, 0);
    assert_eq!(failure(third), Errno::NOMEM);
    assert_eq!(failure(Channel::open(device())), Errno::NOMEM);
}

#[test]
fn memory_runs_out() {
    with_fault("alloc:3", "allocates");
}

#[test]
#[ignore = "run under the rig"]
fn sends_thrice() {
    let channel = Channel::open(device()).unwrap();
    assert_eq!(channel.send(&message(1), &[]), Ok(0));
    assert_eq!(channel.receive(), Ok(message(1)));
    assert_eq!(channel.send(&message(2), &[]), Err(Errno::NOMEM));
    assert_eq!(channel.send(&message(3), &[]), Ok(0));
    assert_eq!(channel.receive(), Ok(message(3)));
}

#[test]
fn a_message_fails() {
    with_fault("send:2", "sends_thrice");
}

#[test]
#[ignore = "run under the rig"]
fn is_hung_up() {
    let (first, second) = (Channel::open(device()).unwrap(), Channel::open(device()).unwrap());
    assert_eq!(first.send(&message(1), &[]), Ok(0));
    assert_eq!(first.receive(), Ok(message(1)));
    assert_eq!(second.send(&message(2), &[]), Ok(0));
    while !second.receive().unwrap().is_empty() {}
    assert_eq!(first.send(&message(3), &[]), Ok(0));
    assert_eq!(first.receive(), Ok(message(3)), "only the other one");
}

#[test]
fn the_host_hangs_up() {
    with_fault("hangup:2", "is_hung_up");
}

#[test]
#[ignore = "run under the rig"]
fn hears_nothing() {
    let channel = Channel::open(device()).unwrap();
    for n in 0..1000 {
        assert_eq!(channel.send(&message(n), &[]), Ok(0));
    }
    assert_eq!(failure(channel.message(Duration::from_millis(300))), Errno::TIMEDOUT);
}

#[test]
fn the_host_is_mute() {
    with_fault("mute", "hears_nothing");
}

#[test]
#[ignore = "run under the rig"]
fn maps_an_image() {
    let channel = Channel::open(device()).unwrap();
    let layout = channel.image_requirements(64, 64, u32::from_le_bytes(*b"XR24")).unwrap();
    let create = || {
        let (size, id) = (layout.size, layout.blob_id.into());
        gpu::create_blob(channel.device(), abi::MEM_HOST3D, 3, size, id).unwrap()
    };
    let (good, bad) = (create(), create());
    let size = usize::try_from(layout.size).unwrap();
    assert!(gpu::map(channel.device(), good.handle, size).is_ok());
    assert_eq!(failure(gpu::map(channel.device(), bad.handle, size)), Errno::INVAL);
}

#[test]
fn a_blob_is_not_known() {
    with_fault("bad-blob:2", "maps_an_image");
}

#[test]
#[ignore = "run under the rig"]
fn sees_its_page_change() {
    let channel = Channel::open(device()).unwrap();
    assert_eq!(channel.send(&message(1), &[]), Ok(0));
    assert_eq!(channel.receive(), Ok(message(1)));
    assert_eq!(channel.send(&message(2), &[]), Ok(0));
    channel.message(PATIENCE).unwrap();
    thread::sleep(Duration::from_millis(100));
    assert_eq!(channel.page().read(8, 8), [0xff; 8], "whatever it said before");
}

#[test]
fn a_page_changes_while_it_is_read() {
    with_fault("scribble:2", "sees_its_page_change");
}

#[test]
#[ignore = "run under the rig"]
fn finds_no_cross_domain() {
    let device = device();
    assert_eq!(gpu::parameter(&device, abi::PARAM_CAPSETS), Ok(0));
    assert!(gpu::capset(&device, abi::CAPSET_CROSS_DOMAIN, 16).is_err());
    assert_eq!(failure(gpu::cross_domain(&device)), Errno::INVAL);
}

#[test]
fn there_is_no_cross_domain() {
    with_fault("no-cross-domain", "finds_no_cross_domain");
}

#[test]
#[ignore = "run under the rig"]
fn finds_no_dmabufs() {
    let caps = gpu::capset(device(), abi::CAPSET_CROSS_DOMAIN, 16).unwrap();
    assert_eq!(caps[2], 0);
}

#[test]
fn there_are_no_dmabufs() {
    with_fault("no-dmabuf", "finds_no_dmabufs");
}
