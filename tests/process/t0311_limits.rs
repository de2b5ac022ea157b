//! Limits and signals that a shell or a service manager sets: only what exceeds a limit fails, and
//! carafe goes on.
use std::process::Command;

use carafe_fixture::process::{Process, RuntimeDir, command, wait_for};
use carafe_fixture::wire::{FakeHost, Message, Peer};
use rustix::process::Signal;

/// carafe, started by a shell that runs a command before.
fn started_after(setup: &str, runtime: &RuntimeDir) -> Command {
    let mut shell = command("sh", runtime);
    let script = format!("{setup}; exec \"$0\" \"$@\" 2>$XDG_RUNTIME_DIR/log");
    shell.args(["-c", &script, env!("CARGO_BIN_EXE_carafe"), "--parent", "--display=host"]);
    shell
}

#[test]
fn a_file_that_may_not_grow_is_an_error_of_that_file() {
    const BLOCKS: u64 = 8;
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let mut shell = started_after(&format!("ulimit -f {BLOCKS}"), &runtime);
    let mut carafe = Process::start(&mut shell);
    let path = runtime.wait_for_socket("wayland-0");
    drop(host.accept());
    let mut client = Peer::connect(&path);
    let mut at_host = host.accept();
    let len = |name: &str| std::fs::metadata(runtime.join(name)).map_or(0, |file| file.len());
    let messages = format!("carafe-messages-{}.log", carafe.pid());
    // First this file is full, then the log, which names the file each time.
    let is_full = |carafe: &mut Process, name: &str| {
        carafe.signal(Signal::USR1);
        assert!(carafe.is_running(), "it ended at {} bytes", len(name));
        (len(name) >= BLOCKS * 512).then_some(())
    };
    for name in [messages.as_str(), "log"] {
        wait_for(name, || is_full(&mut carafe, name));
    }
    for _ in 0..10 {
        carafe.signal(Signal::USR1);
        client.send(&Message::new(1, 0).uint(2));
        assert_eq!(at_host.next(), Message::new(1, 0).uint(2));
        at_host.send(&Message::new(1, 1).uint(2));
        assert_eq!(client.next(), Message::new(1, 1).uint(2));
    }
    assert!(carafe.is_running());
}

#[test]
fn a_hang_up_that_is_ignored_stays_ignored() {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let mut carafe = Process::start(&mut started_after("trap '' HUP", &runtime));
    let path = runtime.wait_for_socket("wayland-0");
    drop(host.accept());
    carafe.signal(Signal::HUP);
    // carafe handles a later signal, so it has handled the first one.
    carafe.signal(Signal::USR1);
    let mut client = Peer::connect(&path);
    client.send(&Message::new(1, 0).uint(2));
    assert_eq!(host.accept().next(), Message::new(1, 0).uint(2));
    assert!(carafe.is_running());
}

#[test]
fn memory_that_is_used_up_ends_whoever_uses_it() {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let mut carafe = Process::start(&mut started_after("ulimit -v 60000", &runtime));
    let path = runtime.wait_for_socket("wayland-0");
    drop(host.accept());
    let mut bystander = Peer::connect(&path);
    let mut at_host = host.accept();
    let mut greedy = Peer::connect(&path);
    let mut its_host = host.accept();
    let draining = std::thread::spawn(move || while its_host.receive().is_some() {});
    let mut id = 2;
    loop {
        let batch: Vec<u8> =
            (id..id + 1000).flat_map(|id| Message::new(1, 0).uint(id).to_bytes()).collect();
        id += 1000;
        if greedy.try_send_bytes(&batch, &[]).is_err() {
            break;
        }
        assert!(id < 1 << 20, "there was enough memory for as many objects as there may be");
    }
    let error = std::iter::from_fn(|| greedy.receive()).last().expect("an error");
    assert_eq!((error.object, error.opcode, error.word(1)), (1, 0, 2), "{}", error.text(2));
    assert!(error.text(2).contains("no memory for more objects"), "{}", error.text(2));
    draining.join().expect("the host's end");
    bystander.send(&Message::new(1, 0).uint(2));
    assert_eq!(at_host.next(), Message::new(1, 0).uint(2));
    let mut new = Peer::connect(&path);
    new.send(&Message::new(1, 0).uint(2));
    assert_eq!(host.accept().next(), Message::new(1, 0).uint(2));
    assert!(carafe.is_running());
}
