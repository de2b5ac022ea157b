//! For its caller, a rig behaves like the program.

mod common;

use std::path::Path;

use carafe_fixture::process::{RuntimeDir, wait_for};
use common::{Rig, VIRTGPU, VIRTWL, report_now, wait_for_line};
use rustix::process::Signal;

fn status(rig: &str, program: &[&str]) -> Option<i32> {
    let runtime = RuntimeDir::new();
    Rig::new(rig, &runtime, &[]).start(Path::new("/nowhere"), program).wait().code()
}

#[test]
fn it_ends_with_the_programs_status() {
    for rig in [VIRTWL, VIRTGPU] {
        assert_eq!(status(rig, &["true"]), Some(0));
        assert_eq!(status(rig, &["sh", "-c", "exit 7"]), Some(7));
        assert_eq!(status(rig, &["sh", "-c", "kill -9 $$"]), Some(128 + 9));
        assert_eq!(status(rig, &["/nowhere"]), Some(125));
    }
}

#[test]
fn the_program_finds_a_character_device_and_its_path() {
    for rig in [VIRTWL, VIRTGPU] {
        assert_eq!(status(rig, &["sh", "-c", "test -c \"$0\"", "{device}"]), Some(0));
    }
}

#[test]
fn a_signal_is_passed_on() {
    let runtime = RuntimeDir::new();
    let program = ["sh", "-c", "trap 'exit 5' TERM; echo ready; while :; do sleep 0.05; done"];
    let mut rig = Rig::new(VIRTWL, &runtime, &[]).start(Path::new("/nowhere"), &program);
    wait_for_line(&mut rig, "ready");
    let pid = report_now(&rig, &runtime).pid();
    assert!(Path::new(&format!("/proc/{pid}")).exists(), "the counts name the program");
    rig.signal(Signal::TERM);
    assert_eq!(rig.wait().code(), Some(5));
}

#[test]
fn a_killed_rig_leaves_no_program() {
    let runtime = RuntimeDir::new();
    let program = ["sh", "-c", "echo ready; exec sleep 60"];
    let mut rig = Rig::new(VIRTGPU, &runtime, &[]).start(Path::new("/nowhere"), &program);
    wait_for_line(&mut rig, "ready");
    let pid = report_now(&rig, &runtime).pid();
    rig.signal(Signal::KILL);
    rig.wait();
    let status = format!("/proc/{pid}/status");
    let is_gone = || std::fs::read_to_string(&status).map_or(true, |s| s.contains("Z (zombie)"));
    wait_for("the program's end", || is_gone().then_some(()));
}
