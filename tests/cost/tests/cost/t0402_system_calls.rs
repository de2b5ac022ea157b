//! A batch of messages takes three system calls in each direction, as in a relay: epoll_pwait,
//! recvmsg, sendto. strace counts them in the real program.
use std::collections::BTreeMap;
use std::process::Command;

use carafe_fixture::process::{Process, RuntimeDir, built, command, wait_for};
use carafe_fixture::wire::{FakeHost, Message, Peer};

/// System calls of a carafe that passes `frames` frames between start and end.
fn calls(frames: u32) -> BTreeMap<String, i64> {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let summary = runtime.join("calls");
    let mut strace: Command = command("strace", &runtime);
    strace.args(["-f", "-c", "-U", "calls,name", "-o"]).arg(&summary);
    strace.arg(built("carafe")).args(["--parent", "--socket=c", "--display=host"]);
    let mut carafe = Process::start(&mut strace);
    let mut client = Peer::connect(&runtime.join("c"));
    drop(host.accept());
    let mut host = host.accept();
    client.send(&Message::new(1, 1).uint(2));
    host.next();
    host.send(&Message::new(2, 0).uint(1).string("wl_compositor").uint(4));
    client.next();
    client.send(&Message::new(2, 0).uint(1).string("wl_compositor").uint(4).uint(3));
    client.send(&Message::new(3, 0).uint(4));
    host.next();
    host.next();
    let mut requests = vec![Message::new(1, 0).uint(5)];
    requests.extend((0..19).map(|_| Message::new(4, 9).uint(0).uint(0).uint(1).uint(1)));
    let bytes: Vec<u8> = requests.iter().flat_map(Message::to_bytes).collect();
    for _ in 0..frames {
        client.send_bytes(&bytes, &[]);
        let sync = host.next().word(0);
        for _ in 0..19 {
            host.next();
        }
        let events = [Message::new(sync, 0).uint(0), Message::new(1, 1).uint(sync)];
        host.send_bytes(&events.map(|m| m.to_bytes()).concat(), &[]);
        client.next();
        client.next();
    }
    // strace ends with the program that it follows, not by a signal.
    let children = format!("/proc/{0}/task/{0}/children", carafe.pid());
    let child = std::fs::read_to_string(children).expect("it runs");
    let child: i32 = child.trim().parse().expect("one child");
    let pid = rustix::process::Pid::from_raw(child).expect("a pid");
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("ours");
    carafe.wait();
    let text = wait_for("the summary", || {
        std::fs::read_to_string(&summary).ok().filter(|text| text.contains("total"))
    });
    let row = |line: &str| {
        let mut words = line.split_whitespace();
        let count = words.next()?.parse().ok()?;
        Some((words.next()?.to_owned(), count))
    };
    text.lines().filter_map(row).collect()
}

#[test]
fn three_a_way() {
    let (few, many) = (calls(100), calls(1100));
    let mut extra: BTreeMap<&str, i64> = BTreeMap::new();
    for (name, count) in &many {
        let more = count - few.get(name).unwrap_or(&0);
        if name != "total" && more.abs() > 50 {
            extra.insert(name, more);
        }
    }
    // A frame and its answer are two batches, a thousand times.
    let names: Vec<&str> = extra.keys().copied().collect();
    assert_eq!(names, ["epoll_pwait", "recvmsg", "sendto"], "{extra:?}");
    for (name, count) in extra {
        assert!((1980..=2020).contains(&count), "{name}: {count}");
    }
}
