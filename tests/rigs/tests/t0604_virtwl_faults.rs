//! Faults of virtio-wl.

mod common;

use std::time::Duration;

use carafe_fixture::process::RuntimeDir;
use carafe_fixture::wire::{FakeHost, Message};
use carafe_rigs::checks::wl::{new, new_context, receive, send};
use carafe_rigs::checks::{PATIENCE, failure, wait_for};
use carafe_rigs::virtwl::abi;
use common::{Rig, VIRTWL, device};
use rustix::event::PollFlags;
use rustix::fs::{OFlags, fcntl_setfl};
use rustix::io::Errno;

fn message(n: u32) -> Vec<u8> {
    Message::new(n, 0).to_bytes()
}

/// Runs a test of this file with a fault and a host that only listens.
fn with_fault(fault: &str, test: &str) {
    let runtime = RuntimeDir::new();
    let _host = FakeHost::listen(&runtime.join("host"));
    Rig::new(VIRTWL, &runtime, &[&format!("--fault={fault}")])
        .run_test(&runtime.join("host"), test);
}

#[test]
#[ignore = "run under the rig"]
fn allocates() {
    let device = device();
    let alloc = || new(&device, abi::NEW_ALLOC, &[4096]).map(drop);
    assert_eq!(alloc(), Ok(()));
    assert_eq!(alloc(), Err(Errno::NOMEM));
    let xrgb = u32::from_le_bytes(*b"XR24");
    assert_eq!(failure(new(&device, abi::NEW_DMABUF, &[8, 8, xrgb])), Errno::NOMEM);
    assert!(new_context(&device).is_ok(), "a context is no memory");
}

#[test]
fn memory_runs_out() {
    with_fault("alloc:2", "allocates");
}

#[test]
#[ignore = "run under the rig"]
fn sends_thrice() {
    let context = new_context(&device()).unwrap();
    assert_eq!(send(&context, &message(1), &[]), Ok(0));
    assert_eq!(send(&context, &message(2), &[]), Err(Errno::NODEV));
    assert_eq!(send(&context, &message(3), &[]), Ok(0));
}

#[test]
fn a_message_fails() {
    with_fault("send:2", "sends_thrice");
}

#[test]
#[ignore = "run under the rig"]
fn sends_again() {
    let context = new_context(&device()).unwrap();
    fcntl_setfl(&context, OFlags::NONBLOCK).unwrap();
    assert_eq!(send(&context, &message(1), &[]), Err(Errno::AGAIN));
    assert_eq!(send(&context, &message(1), &[]), Ok(0));
}

#[test]
fn the_device_is_busy() {
    with_fault("again", "sends_again");
}

#[test]
#[ignore = "run under the rig"]
fn is_hung_up() {
    let device = device();
    let (first, second) = (new_context(&device).unwrap(), new_context(&device).unwrap());
    assert_eq!(send(&first, &message(1), &[]), Ok(0));
    assert_eq!(send(&second, &message(2), &[]), Ok(0));
    assert!(wait_for(&second, PollFlags::IN, PATIENCE).contains(PollFlags::HUP));
    assert_eq!(receive(&second), Ok(Vec::new()));
    assert_eq!(failure(send(&second, &message(3), &[])), Errno::INVAL);
    assert_eq!(send(&first, &message(4), &[]), Ok(0), "only that one");
}

#[test]
fn the_host_hangs_up() {
    with_fault("hangup:2", "is_hung_up");
}

#[test]
#[ignore = "run under the rig"]
fn hears_nothing() {
    let context = new_context(&device()).unwrap();
    for n in 0..1000 {
        assert_eq!(send(&context, &message(n), &[]), Ok(0));
    }
    let seen = wait_for(&context, PollFlags::IN, Duration::from_millis(300));
    assert_eq!(seen, PollFlags::empty());
}

#[test]
fn the_host_is_mute() {
    with_fault("mute", "hears_nothing");
}
