//! `carafe PROGRAM`: a program whose children connect too, and how it ends.

use std::os::unix::process::ExitStatusExt;
use std::process::{Output, Stdio};

use carafe_fixture::process::Process;

use crate::hosts::Host;
use crate::programs::data;
use crate::proxy::{Crossed, to};

fn run(host: &Host, program: &[&str]) -> Output {
    let mut carafe = to(host);
    carafe.args(program).current_dir(host.runtime().path()).env("LANG", "C.UTF-8");
    let mut process = Process::start(carafe.stdout(Stdio::piped()).stderr(host.log_file("carafe")));
    let status = process.wait();
    let stdout = std::io::read_to_string(process.child().stdout.take().expect("a pipe"));
    let stderr = std::fs::read(host.runtime().join("carafe.log")).expect("its log");
    Output { status, stdout: stdout.expect("text").into(), stderr }
}

#[test]
fn a_program_may_have_several_connections() {
    let host = Host::usual();
    let script = data("three_clients.sh");
    let output = run(&host, &[script.to_str().expect("a path of letters")]);
    let log = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(7), "{log}");
    assert_eq!(Crossed::read(&log).clients, 3);
    assert!(!log.contains("WARN") && !log.contains("ERROR"), "{log}");

    let names = String::from_utf8(output.stdout).expect("text");
    let names: Vec<&str> = names.lines().collect();
    assert_eq!(names.len(), 2, "both terminals ran their command: {names:?}");
    assert_eq!(names[0], names[1]);
    assert_ne!(names[0], host.display());
    for name in [names[0], &format!("{}.lock", names[0])] {
        assert!(!host.runtime().join(name).exists(), "{name} is still there");
    }
}

#[test]
fn the_exit_status_is_the_programs() {
    let host = Host::usual();
    let of = |program: &[&str]| run(&host, program).status;
    assert_eq!(of(&["true"]).code(), Some(0));
    assert_eq!(of(&["foot", "--config=/dev/null", "sh", "-c", "exit 42"]).code(), Some(42));
    assert_eq!(of(&["sh", "-c", "kill -TERM $$"]).signal(), Some(15));
    assert_eq!(of(&["sh", "-c", "kill -KILL $$"]).signal(), Some(9));
    let missing = run(&host, &["no-such-program"]);
    assert_eq!(missing.status.code(), Some(127));
    let log = String::from_utf8(missing.stderr).expect("text");
    assert!(log.contains("no-such-program"), "{log}");
}
