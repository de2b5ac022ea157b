//! A device without a host, and a file that is not a device: carafe does not wait for ever, and
//! tells the user what to do.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use carafe_fixture::process::{Process, RuntimeDir, command};
use carafe_fixture::wire::FakeHost;
use carafe_host::StandIn;

use crate::proxy::program;
use crate::ways::{VIRTGPU, Way, devices};

/// Starts a carafe that must fail; returns its log and how long it took.
fn failure(carafe: &mut Command) -> (String, Duration) {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("log");
    let began = Instant::now();
    carafe.args(["--parent", "--socket=carafe"]).stdout(Stdio::null());
    carafe.stderr(std::fs::File::create(&log).unwrap());
    let status = Process::start(carafe).wait();
    let log = std::fs::read_to_string(&log).unwrap();
    assert_eq!(status.code(), Some(1), "{status}: {log}");
    assert!(!log.contains("panicked"), "{log}");
    (log, began.elapsed())
}

fn with_fault(way: Way, fault: &str) -> (String, Duration) {
    let runtime = RuntimeDir::new();
    let host = StandIn::start(&runtime, &[]);
    failure(&mut way.carafe(host.socket(), &runtime, &[fault]))
}

#[test]
fn a_mute_host_is_named() {
    std::thread::scope(|scope| {
        for way in devices() {
            scope.spawn(move || {
                let (log, time) = with_fault(way, "mute");
                assert!(log.contains("no compositor answers"), "{log}");
                assert!(log.contains("is one running on the host"), "{log}");
                assert!(log.contains(way.node()), "{log}");
                // Five seconds, and those of a busy machine.
                assert!((4..15).contains(&time.as_secs()), "{time:?}");
            });
        }
    });
}

#[test]
fn a_host_that_hangs_up_is_named() {
    for way in devices() {
        let runtime = RuntimeDir::new();
        let host = FakeHost::listen(&runtime.join("host"));
        let hang_up = std::thread::spawn(move || drop(host.accept()));
        let (log, _) = failure(&mut way.carafe(&runtime.join("host"), &runtime, &[]));
        assert!(log.contains("gives no connection to a compositor"), "{log}");
        hang_up.join().unwrap();
    }
}

#[test]
fn a_device_without_memory_is_named() {
    let (log, _) = with_fault(VIRTGPU, "alloc:1");
    assert!(log.contains("gives no connection to a compositor"), "{log}");
}

#[test]
fn a_device_without_cross_domain_is_named() {
    let (log, _) = with_fault(VIRTGPU, "no-cross-domain");
    assert!(log.contains("lacks cross-domain contexts"), "{log}");
    assert!(log.contains("crosvm"), "what to do is not said: {log}");
}

#[test]
fn a_device_that_is_not_there_is_named() {
    let runtime = RuntimeDir::new();
    let nowhere = runtime.join("nowhere");
    let text = runtime.join("text");
    std::fs::write(&text, "no device").unwrap();
    for option in ["--virtwl-device", "--force-drm-device"] {
        for path in [&nowhere, &text, std::path::Path::new("/dev/null")] {
            let mut carafe = command(program(), &runtime);
            let (log, _) = failure(carafe.arg(format!("{option}={}", path.display())));
            assert!(log.contains(path.to_str().unwrap()), "{log}");
        }
    }
}
