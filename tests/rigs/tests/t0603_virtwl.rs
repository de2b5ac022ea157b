//! virtio-wl with a simulated host: checks that the programs of t0601 cannot do.

mod common;

use std::io::{Read, Write};
use std::os::fd::{AsFd, AsRawFd};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use carafe_fixture::process::{RuntimeDir, wait_for as wait_until};
use carafe_fixture::wire::{FakeHost, Message};
use carafe_rigs::checks::wl::{new, new_context, receive, receive_fds, send};
use carafe_rigs::sys::mapping::Mapping;
use carafe_rigs::virtwl::abi;
use common::{Rig, VIRTWL, device, report, report_now, wait_for_line};
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

    fn start(&self, test: &str) -> carafe_fixture::process::Process {
        Rig::new(VIRTWL, &self.runtime, &[]).start_test(&self.runtime.join("host"), test)
    }
}

#[test]
#[ignore = "run by the next test, under the rig"]
fn gets_a_pipe_read_by_the_host() {
    let device = device();
    let context = new_context(&device).unwrap();
    let (reader, _) = new(&device, abi::NEW_PIPE_READ, &[]).unwrap();
    send(&context, &Message::new(7, 0).to_bytes(), &[reader.as_raw_fd()]).unwrap();
    let mut text = String::new();
    std::fs::File::from(reader).read_to_string(&mut text).unwrap();
    assert_eq!(text, "from the host");
}

#[test]
fn the_host_writes_to_a_pipe_of_the_guest() {
    let setup = Setup::new();
    let mut rig = setup.start("gets_a_pipe_read_by_the_host");
    let mut peer = setup.host.accept();
    assert_eq!(peer.next(), Message::new(7, 0));
    std::fs::File::from(peer.fd()).write_all(b"from the host").unwrap();
    assert!(rig.wait().success());
}

#[test]
#[ignore = "run by the next test, under the rig"]
fn gets_memory_and_a_pipe() {
    let context = new_context(&device()).unwrap();
    send(&context, &Message::new(1, 0).to_bytes(), &[]).unwrap();
    let (bytes, fds) = receive_fds(&context).unwrap();
    assert_eq!(bytes, Message::new(9, 3).to_bytes());
    let [memory, pipe] = fds.as_slice() else { panic!("two descriptors: {fds:?}") };
    assert_eq!(Mapping::new(memory, 0, 4096).unwrap().read(0, 6), b"keymap");
    assert_eq!(send(pipe, b"by the device", &[]), Ok(0));
    rustix::io::write(pipe, b", by itself").unwrap();
    // Memory from the host can be sent back to it.
    assert_eq!(send(&context, &Message::new(2, 0).to_bytes(), &[memory.as_raw_fd()]), Ok(0));
    let back = send(&context, &Message::new(3, 0).to_bytes(), &[pipe.as_raw_fd()]);
    assert_eq!(back, Err(rustix::io::Errno::INVAL));
}

#[test]
fn the_host_gives_memory_and_a_pipe() {
    let setup = Setup::new();
    let mut rig = setup.start("gets_memory_and_a_pipe");
    let mut peer = setup.host.accept();
    peer.next();
    let memory = memfd_create("keymap", MemfdFlags::CLOEXEC).unwrap();
    rustix::fs::ftruncate(&memory, 4096).unwrap();
    rustix::io::write(&memory, b"keymap").unwrap();
    let (reader, writer) = rustix::pipe::pipe().unwrap();
    peer.send_fds(&Message::new(9, 3), &[memory.as_fd(), writer.as_fd()]);
    drop(writer);
    let mut text = String::new();
    std::fs::File::from(reader).read_to_string(&mut text).unwrap();
    assert_eq!(text, "by the device, by itself");
    assert_eq!(peer.next(), Message::new(2, 0));
    peer.fd();
    assert_eq!(peer.receive(), None, "the context ended with the program");
    assert!(rig.wait().success());
    assert_eq!(report(&setup.runtime).made("host_memory"), 1);
}

const LONG: usize = 200;

#[test]
#[ignore = "run by the next test, under the rig"]
fn sends_to_one_that_does_not_read() {
    let device = device();
    let (deaf, good) = (new_context(&device).unwrap(), new_context(&device).unwrap());
    let sent = AtomicUsize::new(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..LONG {
                let body = [u8::try_from(n).unwrap(); 3900];
                send(&deaf, &Message::new(1, 1).array(&body).to_bytes(), &[]).unwrap();
                sent.fetch_add(1, Ordering::Relaxed);
            }
        });
        wait_until("a full socket", || {
            let before = sent.load(Ordering::Relaxed);
            thread::sleep(Duration::from_millis(300));
            (before > 0 && before == sent.load(Ordering::Relaxed)).then_some(())
        });
        println!("stuck");
        send(&good, &Message::new(2, 2).to_bytes(), &[]).unwrap();
    });
}

#[test]
fn a_host_that_does_not_read_blocks_the_device() {
    let setup = Setup::new();
    let mut rig = setup.start("sends_to_one_that_does_not_read");
    let (mut deaf, mut good) = (setup.host.accept(), setup.host.accept());
    wait_for_line(&mut rig, "stuck");
    assert_eq!(good.next_within(Duration::from_millis(300)), None);
    for n in 0..LONG {
        let body = [u8::try_from(n).unwrap(); 3900];
        assert_eq!(deaf.next(), Message::new(1, 1).array(&body), "nothing lost, nothing doubled");
    }
    assert_eq!(good.next(), Message::new(2, 2));
    assert!(rig.wait().success());
}

#[test]
#[ignore = "run by the next test, under the rig"]
fn holds_some_objects() {
    let device = device();
    let context = new_context(&device).unwrap();
    let copy = carafe_rigs::supervisor::duplicate(&context).unwrap();
    drop(context);
    let (mapped, _) = new(&device, abi::NEW_ALLOC, &[4096]).unwrap();
    let _map = Mapping::new(&mapped, 0, 4096).unwrap();
    drop(mapped);
    drop(new(&device, abi::NEW_ALLOC, &[4096]).unwrap());
    let _pipe = new(&device, abi::NEW_PIPE_READ, &[]).unwrap();
    println!("ready");
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    drop(copy);
}

#[test]
fn live_objects_are_counted() {
    let setup = Setup::new();
    let mut rig = setup.start("holds_some_objects");
    wait_for_line(&mut rig, "ready");
    let report = report_now(&rig, &setup.runtime);
    assert_eq!(report.live("contexts"), 1, "known by its copy");
    assert_eq!(report.live("allocs"), 1, "known by its mapping");
    assert_eq!(report.live("pipes"), 1);
    assert_eq!(report.made("allocs"), 2);
    assert_eq!(report.ioctls("VIRTWL_NEW"), 4);
    drop(rig.child().stdin.take());
    assert!(rig.wait().success());
}

#[test]
#[ignore = "run by the next test, under the rig"]
fn waits_for_ever() {
    let context = new_context(&device()).unwrap();
    send(&context, &Message::new(1, 0).to_bytes(), &[]).unwrap();
    let _ = receive(&context);
    unreachable!("nothing comes");
}

#[test]
fn a_program_that_waits_can_be_ended() {
    let setup = Setup::new();
    let mut rig = setup.start("waits_for_ever");
    let mut peer = setup.host.accept();
    peer.next();
    rig.signal(rustix::process::Signal::TERM);
    assert_eq!(rig.wait().code(), Some(128 + 15));
    assert_eq!(peer.receive(), None);
}

#[test]
fn a_call_that_waits_ends_with_its_process() {
    let setup = Setup::new();
    let this = std::env::current_exe().unwrap();
    let script =
        "RIG_DEVICE=$1 $0 --exact waits_for_ever --ignored & read line; kill -9 $!; read line";
    let program = ["sh", "-c", script, this.to_str().unwrap(), "{device}"];
    let mut rig =
        Rig::new(VIRTWL, &setup.runtime, &[]).start(&setup.runtime.join("host"), &program);
    let mut peer = setup.host.accept();
    peer.next();
    std::io::Write::write_all(rig.child().stdin.as_mut().unwrap(), b"kill it\n").unwrap();
    assert_eq!(peer.receive(), None, "the rig has let go of the context");
    drop(rig.child().stdin.take());
    rig.wait();
}
