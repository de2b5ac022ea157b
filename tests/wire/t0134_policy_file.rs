//! Policy files: rules for single programs, read again on SIGHUP.
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use carafe_fixture::process::{RuntimeDir, wait_for};
use rustix::process::Signal;

use super::rig::*;

fn options(runtime: &RuntimeDir, text: &str) -> (std::path::PathBuf, String) {
    let path = runtime.join("policy.toml");
    std::fs::write(&path, text).expect("it works");
    let option = format!("--policy={}", path.display());
    (path, option)
}

/// A rule about this test's executable.
fn rule(what: &str) -> String {
    let executable = std::env::current_exe().expect("it is known");
    format!("[[rule]]\nname = 'tests'\nexecutable = {executable:?}\n{what}\n")
}

/// Which version of `wl_seat` a new client gets, or 0 where it gets none.
fn seat(rig: &Rig) -> u32 {
    let (mut client, mut host) = rig.connect();
    client.send(&Message::new(DISPLAY, 1).uint(REGISTRY));
    host.next();
    for (name, interface, version) in [SEAT, SHM] {
        host.send(&Message::new(REGISTRY, 0).uint(name).string(interface).uint(version));
    }
    let first = client.next();
    // Name, length, text in two words, version.
    if first.text(1) == SEAT.1 { first.word(4) } else { 0 }
}

#[test]
fn a_rule_matches_clients_that_run_its_executable() {
    let runtime = RuntimeDir::new();
    let other = "[[rule]]\nexecutable = '/bin/sh'\ndeny-globals = ['wl_seat']\n";
    let (path, option) =
        options(&runtime, &format!("{other}{}", rule("max-versions = { wl_seat = 3 }")));
    let rig = Rig::start(&[&option, "--log-level=info"]);
    assert_eq!(seat(&rig), 3);
    // SIGHUP: it is read again.
    let uid = rustix::process::getuid().as_raw();
    let rules = format!("[[rule]]\nuid = {}\ndeny-globals = ['wl_seat']\n", uid + 1);
    std::fs::write(&path, rules + &rule("max-versions = { wl_seat = 2 }")).expect("it works");
    rig.carafe.signal(Signal::HUP);
    wait_for("the log", || rig.log().contains("the policy was read again").then_some(()));
    assert_eq!(seat(&rig), 2);
    // One that is wrong changes nothing.
    std::fs::write(&path, rule("\nmax-version = 1")).expect("it works");
    rig.carafe.signal(Signal::HUP);
    wait_for("the log", || rig.log().contains("line 5: unknown field `max-version`").then_some(()));
    assert_eq!(seat(&rig), 2);
    std::fs::write(&path, "deny-globals = ['wl_seat']").expect("it works");
    rig.carafe.signal(Signal::HUP);
    wait_for("the log", || (rig.log().matches("was read again").count() == 2).then_some(()));
    assert_eq!(seat(&rig), 0);
}

/// How often a Python that connects while carafe is stopped gets `wl_seat`. With `ends`, its
/// process has ended by then, and a child has the connection.
fn told_of_seat(rig: &Rig, ends: bool) -> String {
    rig.carafe.signal(Signal::STOP);
    let script = "import os,socket,sys\n\
        s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])\n\
        if sys.argv[2]=='true' and os.fork(): os._exit(0)\n\
        s.sendall(bytes([1,0,0,0, 1,0,12,0, 2,0,0,0]))\n\
        print('connected', flush=True)\n\
        print(s.recv(4096).count(b'wl_seat'), flush=True)\n";
    let mut command = Command::new("python3");
    command.args(["-c", script]).arg(rig.runtime.join("client")).arg(ends.to_string());
    let mut python = command.stdout(Stdio::piped()).spawn().expect("python3");
    let mut said = BufReader::new(python.stdout.take().expect("a pipe"));
    let mut line = String::new();
    said.read_line(&mut line).expect("it works");
    if ends {
        assert!(python.wait().expect("it ends").success());
    }
    rig.carafe.signal(Signal::CONT);
    let mut host = rig.host.accept();
    host.next();
    for (name, interface, version) in [SEAT, SHM] {
        host.send(&Message::new(REGISTRY, 0).uint(name).string(interface).uint(version));
    }
    line.clear();
    said.read_line(&mut line).expect("it works");
    let _ = python.wait();
    line
}

#[test]
fn a_process_that_has_ended_matches_no_rule() {
    let runtime = RuntimeDir::new();
    let python = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output();
    let python = String::from_utf8(python.expect("python3").stdout).expect("text");
    let text = format!(
        "deny-globals = ['wl_seat']\n[[rule]]\nexecutable = {:?}\ndeny-globals = ['wl_shm']\n",
        python.trim()
    );
    let (_, option) = options(&runtime, &text);
    let rig = Rig::start(&[&option]);
    assert_eq!(told_of_seat(&rig, false), "1\n");
    assert_eq!(told_of_seat(&rig, true), "0\n");
}

#[test]
fn carafe_policy_says_what_counts() {
    let runtime = RuntimeDir::new();
    let (path, option) =
        options(&runtime, &format!("clipboard = 'none'\n{}", rule("dnd = 'none'")));
    let run = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_carafe")).arg("policy").args(args).output();
        let output = output.expect("it runs");
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).expect("text"))
    };
    let file = path.to_str().expect("text");
    let (code, text) = run(&["check", file]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.ends_with("is correct: it has one rule\n"), "{text}");
    let pid = std::process::id().to_string();
    let (code, text) = run(&["why", &pid, &option]);
    assert_eq!(code, Some(0), "{text}");
    for wanted in ["the rule in line 2 (tests) applies", "clipboard     none", "dnd           none"]
    {
        assert!(text.contains(wanted), "{text}");
    }
    let (code, text) = run(&["why", "1000000000"]);
    assert_eq!(code, Some(1), "{text}");
    std::fs::write(&path, "\nclipboard = 'any'").expect("it works");
    let (code, text) = run(&["check", file]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("policy.toml: line 2: unknown variant `any`"), "{text}");
    let (code, text) = run(&["what"]);
    assert_eq!(code, Some(2), "{text}");
}
