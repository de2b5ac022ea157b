//! Kinds of descriptors, and pipes whose other owners are hostile.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::fs::{MemfdFlags, Mode, OFlags, fcntl_setfl, ftruncate, memfd_create, open};
use rustix::io::Errno;
use rustix::pipe::pipe;

use super::kind::{file_system_of, mount_of};
use super::*;

fn memfd(flags: MemfdFlags) -> OwnedFd {
    memfd_create("test", flags | MemfdFlags::CLOEXEC).unwrap()
}

fn opened(path: &str, flags: OFlags) -> OwnedFd {
    open(path, flags | OFlags::CLOEXEC, Mode::empty()).unwrap()
}

#[test]
fn only_memory_in_ordinary_pages_counts_as_memory() {
    let plain = memfd(MemfdFlags::empty());
    ftruncate(&plain, 4096).unwrap();
    assert_eq!(readable(plain.as_fd()), Ok(FileKind::Memory));
    // A kernel without huge pages has no such memfds.
    if let Ok(huge) = memfd_create("huge", MemfdFlags::CLOEXEC | MemfdFlags::HUGETLB) {
        assert_eq!(readable(huge.as_fd()), Err(NotReadable::MayWait));
    }
}

#[test]
fn files_that_may_block_are_not_read() {
    let (read, write) = pipe().unwrap();
    let (one, _other) = UnixStream::pair().unwrap();
    let device = opened("/dev/zero", OFlags::RDWR);
    let pseudo = opened("/proc/self/status", OFlags::RDONLY);
    for fd in [read.as_fd(), one.as_fd(), device.as_fd(), pseudo.as_fd()] {
        assert_eq!(readable(fd), Err(NotReadable::MayWait));
    }
    assert_eq!(readable(write.as_fd()), Err(NotReadable::Closed));
    let memory = memfd(MemfdFlags::empty());
    let path = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&memory));
    for flags in [OFlags::WRONLY, OFlags::PATH] {
        assert_eq!(readable(opened(&path, flags).as_fd()), Err(NotReadable::Closed));
    }
}

#[test]
fn one_owner_has_only_so_many_transfers() {
    let relays = Relays::default();
    let mut ends: Vec<_> = (0..relay::MAX_RELAYS)
        .map(|_| {
            let (read, write) = pipe().unwrap();
            (relays.to(write).unwrap(), read)
        })
        .collect();
    let (_read, write) = pipe().unwrap();
    assert!(relays.to(write).unwrap_err().to_string().contains("too many transfers"));
    // Another owner has its own.
    let (read, write) = pipe().unwrap();
    ends.push((Relays::default().to(write).unwrap(), read));
}

#[test]
fn files_with_names_are_not_polled() {
    let (read, _write) = pipe().unwrap();
    let (one, _other) = UnixStream::pair().unwrap();
    let memory = memfd(MemfdFlags::empty());
    for fd in [read.as_fd(), one.as_fd(), memory.as_fd()] {
        assert!(can_poll(fd), "{fd:?}");
    }
    for path in ["/dev/null", "/proc/self/status", env!("CARGO_MANIFEST_DIR")] {
        assert!(!can_poll(opened(path, OFlags::RDONLY).as_fd()), "{path}");
    }
    assert!(can_close(read.as_fd()) && !can_close(opened("/dev/null", OFlags::RDONLY).as_fd()));
}

#[test]
fn a_file_is_what_its_mount_says() {
    let fdinfo = "pos:\t0\nflags:\t0100000\nmnt_id:\t42\nino:\t7\n";
    let mounts = "41 1 0:5 / / rw shared:1 - overlay overlay rw,lowerdir=/a - b\n\
                  42 41 0:6 / /mnt rw,nosuid shared:2 master:1 - fuse.sshfs host:/ - ext4 rw\n\
                  421 41 8:1 / /a\\040b rw - ext4 /dev/sda1 rw\n";
    assert_eq!(mount_of(fdinfo), Some(42));
    assert_eq!(file_system_of(mounts, 42, "8:1"), Some("fuse.sshfs"));
    assert_eq!(file_system_of(mounts, 41, ""), Some("overlay"));
    assert_eq!(file_system_of(mounts, 421, ""), Some("ext4"));
    assert_eq!(file_system_of(mounts, 4, "0:6"), Some("fuse.sshfs"));
    assert_eq!(file_system_of(mounts, 4, "8:1"), Some("ext4"));
    assert_eq!(file_system_of(mounts, 4, ""), None);
    assert_eq!(mount_of("pos:\t0\n"), None);
}

/// Clears `O_NONBLOCK` over and over, as any owner of the open file can.
fn clear_nonblock(fd: &OwnedFd) -> (Arc<AtomicBool>, std::thread::JoinHandle<()>) {
    let (fd, enough) = (fd.try_clone().unwrap(), Arc::new(AtomicBool::new(false)));
    let stop = Arc::clone(&enough);
    let thread = std::thread::spawn(move || {
        while !stop.load(Ordering::Relaxed) {
            fcntl_setfl(&fd, OFlags::empty()).unwrap();
        }
    });
    (enough, thread)
}

#[test]
fn a_reader_that_does_not_read_holds_up_nobody() {
    let (read, write) = pipe().unwrap();
    let (enough, clearing) = clear_nonblock(&write);
    let to = Relays::default().to(write).unwrap();
    let began = Instant::now();
    let mut written = 0;
    // Write until both pipes are full: a write that waits would never return.
    while began.elapsed() < Duration::from_secs(2) {
        match rustix::io::write(&to, &[7; 4096]) {
            Ok(len) => written += len,
            Err(Errno::AGAIN) => std::thread::yield_now(),
            Err(e) => panic!("{e}"),
        }
    }
    enough.store(true, Ordering::Relaxed);
    clearing.join().unwrap();
    drop(to);
    let mut got = Vec::new();
    File::from(read).read_to_end(&mut got).unwrap();
    assert_eq!(got.len(), written);
    assert!(got.iter().all(|byte| *byte == 7));
}

#[test]
fn all_that_is_written_arrives_in_order_and_ends() {
    let relays = Relays::default();
    let (read, write) = pipe().unwrap();
    let from = relays.from(read).unwrap();
    let (mut one, other) = UnixStream::pair().unwrap();
    let to = relays.to(other.into()).unwrap();
    let sent: Vec<u8> = (0..1 << 20).map(|n: u32| (n % 251) as u8).collect();
    let copy = sent.clone();
    let writing = std::thread::spawn(move || File::from(write).write_all(&copy).unwrap());
    let passing = std::thread::spawn(move || {
        for fd in [&from, &to] {
            fcntl_setfl(fd, OFlags::empty()).unwrap();
        }
        std::io::copy(&mut File::from(from), &mut File::from(to)).unwrap();
    });
    let mut got = Vec::new();
    one.read_to_end(&mut got).unwrap();
    writing.join().unwrap();
    passing.join().unwrap();
    assert!(got == sent, "{} bytes of {}", got.len(), sent.len());
}

#[test]
fn a_reader_that_goes_is_noticed() {
    let (read, write) = pipe().unwrap();
    let to = Relays::default().to(write).unwrap();
    drop(read);
    let until = Instant::now() + Duration::from_secs(20);
    while rustix::io::write(&to, b"x") != Err(Errno::PIPE) {
        assert!(Instant::now() < until, "nobody noticed");
        std::thread::yield_now();
    }
}
