//! Many threads at once, each with a context of its own, and signals meanwhile.

#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use carafe_fixture::process::{Process, RuntimeDir};
use carafe_fixture::wire::{FakeHost, Message};
use carafe_rigs::checks::gpu::{self, Channel};
use carafe_rigs::checks::wl::{new_context, receive, send};
use carafe_rigs::virtgpu::abi;
use common::{Rig, VIRTGPU, VIRTWL, device, report};
use rustix::process::{Signal, getpid, kill_process};

const THREADS: u32 = 40;
const MESSAGES: u32 = 50;

/// Runs a test of this file with a host that echoes.
fn with_echo(rig: &str, test: &str) {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let mut rig: Process = Rig::new(rig, &runtime, &[]).start_test(&runtime.join("host"), test);
    for _ in 0..THREADS {
        let mut peer = host.accept();
        thread::spawn(move || {
            while let Some(message) = peer.receive() {
                peer.send(&message);
            }
        });
    }
    assert!(rig.wait().success());
    let report = report(&runtime);
    assert_eq!(report.made("contexts"), u64::from(THREADS));
    assert_eq!(report.live("contexts"), 0);
}

/// Interrupts system calls by signals while `work` runs.
fn with_signals(work: impl FnOnce()) {
    let done = AtomicBool::new(false);
    let seen = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(signal_hook::consts::SIGUSR2, Arc::clone(&seen)).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                kill_process(getpid(), Signal::USR2).unwrap();
                thread::sleep(Duration::from_micros(300));
            }
        });
        work();
        done.store(true, Ordering::Relaxed);
    });
    assert!(seen.load(Ordering::Relaxed));
}

fn in_threads(device: &File, work: impl Fn(File, u32) + Sync) {
    thread::scope(|scope| {
        for n in 0..THREADS {
            let (device, work) = (device.try_clone().unwrap(), &work);
            scope.spawn(move || work(device, n));
        }
    });
}

#[test]
#[ignore = "run by the next test, under the rig"]
fn talks_over_virtwl() {
    let device = device();
    let talk = |device: File, n| {
        let context = new_context(&device).unwrap();
        for m in 0..MESSAGES {
            let message = Message::new(n, 0).uint(m).to_bytes();
            send(&context, &message, &[]).unwrap();
            assert_eq!(receive(&context).unwrap(), message);
        }
    };
    with_signals(|| in_threads(&device, talk));
}

#[test]
fn virtwl() {
    with_echo(VIRTWL, "talks_over_virtwl");
}

#[test]
#[ignore = "run by the next test, under the rig"]
fn talks_over_virtgpu() {
    let talk = |_, n| {
        let channel = Channel::open(common::device()).unwrap();
        for m in 0..MESSAGES {
            let message = Message::new(n, 0).uint(m).to_bytes();
            channel.send(&message, &[]).unwrap();
            assert_eq!(channel.receive().unwrap(), message);
            let size = 4096 * (u64::from(m) + 1);
            let blob = gpu::create_blob(channel.device(), abi::MEM_GUEST, 1, size, 0).unwrap();
            let len = usize::try_from(size).unwrap();
            let map = gpu::map(channel.device(), blob.handle, len).unwrap();
            map.write(len - 1, &[7]);
            assert_eq!(map.read(len - 1, 1), [7]);
            gpu::close(channel.device(), blob.handle).unwrap();
        }
    };
    let device = device();
    with_signals(|| in_threads(&device, talk));
}

#[test]
fn virtgpu() {
    with_echo(VIRTGPU, "talks_over_virtgpu");
}
