//! carafe on both devices: copy and paste between two of its clients stays in the guest, unlike
//! that with the host.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod common;

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use carafe_fixture::copy::WlCopy;
use carafe_fixture::process::{Process, RuntimeDir, command, wait_for};
use common::{Rig, VIRTGPU, VIRTWL, report_now, sway};

const GUEST: &str = "guest";
const HOST: &str = "wayland-1";

/// More than all pipes on the way can hold.
const LARGE: u64 = 8 << 20;

/// sway, a rig, and in it carafe.
struct Setup {
    rig: Process,
    _sway: Process,
    runtime: RuntimeDir,
}

impl Setup {
    fn new(rig: &str) -> Self {
        let runtime = RuntimeDir::new();
        let (sway, host) = sway(&runtime);
        // `cargo test --workspace` builds it; a test of one package cannot ask for it.
        let carafe = Path::new(VIRTGPU).with_file_name("carafe");
        let carafe = carafe.to_str().expect("a plain path");
        let device =
            if rig == VIRTGPU { "--drm-device={device}" } else { "--virtwl-device={device}" };
        let rig = Rig::new(rig, &runtime, &[]).start(
            &host,
            // wl-copy and wl-paste need data control: they have no window.
            &[carafe, device, "--parent", "--socket=guest", "--allow-privileged=all"],
        );
        runtime.wait_for_socket(GUEST);
        Self { rig, _sway: sway, runtime }
    }

    fn program(&self, program: &str, display: &str, args: &[&str]) -> Command {
        let mut command = command(program, &self.runtime);
        command.env("WAYLAND_DISPLAY", display).env("HOME", self.runtime.path()).args(args);
        command.stdin(Stdio::null());
        command
    }

    /// A program, in its own process group, that offers data of a type until this is dropped.
    fn copy(&self, display: &str, options: &[&str], mime: &str, data: &[u8]) -> WlCopy {
        let mut copy = self.program("wl-copy", display, options);
        copy.args(["--foreground", "--type", mime]).stderr(Stdio::null());
        let copy = WlCopy::start(&mut copy, data);
        for display in [GUEST, HOST] {
            wait_for(mime, || self.types(display, options).contains(mime).then_some(()));
        }
        copy
    }

    /// The offered types, one per line.
    fn types(&self, display: &str, options: &[&str]) -> String {
        let mut paste = self.program("wl-paste", display, options);
        let output = paste.arg("--list-types").output().expect("wl-paste");
        String::from_utf8(output.stdout).unwrap()
    }

    fn start_paste(&self, display: &str, options: &[&str], mime: &str) -> Process {
        // If the data wrongly goes through the device, this may wait forever.
        let mut paste = self.program("timeout", display, &["20", "wl-paste"]);
        paste.args(options).args(["--no-newline", "--type", mime]).stdout(Stdio::piped());
        Process::start(&mut paste)
    }

    fn paste(&self, display: &str, options: &[&str], mime: &str) -> Vec<u8> {
        read(&mut self.start_paste(display, options, mime))
    }

    /// How many pipes of the guest's readers went through the device.
    fn pipes(&self) -> u64 {
        let report = report_now(&self.rig, &self.runtime);
        ["read_pipes", "pipes", "host_pipes"].iter().map(|kind| report.made(kind)).sum()
    }
}

fn read(paste: &mut Process) -> Vec<u8> {
    let mut pasted = Vec::new();
    paste.child().stdout.as_mut().unwrap().read_to_end(&mut pasted).unwrap();
    pasted
}

fn noise(len: u64) -> Vec<u8> {
    let mut data = Vec::new();
    File::open("/dev/urandom").unwrap().take(len).read_to_end(&mut data).unwrap();
    data
}

#[track_caller]
fn assert_same(pasted: &[u8], data: &[u8]) {
    assert!(pasted == data, "{} of {} bytes, or other ones", pasted.len(), data.len());
}

#[test]
fn large_selections_cross_between_clients() {
    for rig in [VIRTGPU, VIRTWL] {
        let setup = Setup::new(rig);
        for options in [&[][..], &["--primary"]] {
            let data = noise(LARGE);
            let _copy = setup.copy(GUEST, options, "application/x-large", &data);
            assert_same(&setup.paste(GUEST, options, "application/x-large"), &data);
        }
        assert_eq!(setup.pipes(), 0, "{rig}");
    }
}

#[test]
fn the_host_takes_part_as_ever() {
    for rig in [VIRTGPU, VIRTWL] {
        let setup = Setup::new(rig);
        for (from, to) in [(GUEST, HOST), (HOST, GUEST)] {
            let (mime, data) = (format!("application/x-{from}"), noise(LARGE / 8));
            let _copy = setup.copy(from, &[], &mime, &data);
            assert_same(&setup.paste(to, &[], &mime), &data);
        }
        assert!(setup.pipes() > 0, "{rig}");
    }
}

#[test]
fn the_marker_is_shown_to_nobody_in_the_guest() {
    let setup = Setup::new(VIRTGPU);
    let _copy = setup.copy(GUEST, &[], "application/x-one", b"data");
    assert_eq!(setup.types(GUEST, &[]), "application/x-one\n");
    // A clipboard manager reads all types.
    let types = setup.types(HOST, &[]);
    let [first, marker] = *types.lines().collect::<Vec<_>>() else { panic!("{types}") };
    assert_eq!(first, "application/x-one");
    assert!(marker.starts_with("application/x-carafe-local;"), "{marker}");
    assert_eq!(setup.paste(HOST, &[], marker), b"");
    assert_eq!(setup.paste(HOST, &[], first), b"data");
}

#[test]
fn a_source_that_dies_ends_the_transfer() {
    let setup = Setup::new(VIRTGPU);
    let data = noise(LARGE);
    let copy = setup.copy(GUEST, &[], "application/x-dies", &data);
    let mut paste = setup.start_paste(GUEST, &[], "application/x-dies");
    let mut some = [0; 1000];
    paste.child().stdout.as_mut().unwrap().read_exact(&mut some).unwrap();
    copy.kill();
    assert!(read(&mut paste).len() < data.len() - some.len());
    wait_for("an empty clipboard", || setup.types(GUEST, &[]).is_empty().then_some(()));

    let _copy = setup.copy(GUEST, &[], "application/x-lives", &data);
    assert_same(&setup.paste(GUEST, &[], "application/x-lives"), &data);
}

#[test]
fn a_reader_that_sleeps_delays_nobody() {
    let setup = Setup::new(VIRTGPU);
    let data = noise(LARGE);
    let _first = setup.copy(GUEST, &[], "application/x-first", &data);
    let mut sleeper = setup.start_paste(GUEST, &[], "application/x-first");
    let mut start = [0; 1000];
    sleeper.child().stdout.as_mut().unwrap().read_exact(&mut start).unwrap();
    // Again in the guest, and in both directions through the device.
    let again = noise(LARGE / 8);
    let _second = setup.copy(GUEST, &[], "application/x-second", &again);
    assert_same(&setup.paste(GUEST, &[], "application/x-second"), &again);
    assert_same(&setup.paste(HOST, &[], "application/x-second"), &again);
    let _third = setup.copy(HOST, &[], "application/x-third", &again);
    assert_same(&setup.paste(GUEST, &[], "application/x-third"), &again);
    // The first source has lost the selection meanwhile, but still finishes its transfer.
    assert_same(&[&start[..], &read(&mut sleeper)].concat(), &data);
}

#[test]
fn many_paste_at_once() {
    for rig in [VIRTGPU, VIRTWL] {
        let setup = Setup::new(rig);
        let data = noise(LARGE / 8);
        let _copy = setup.copy(GUEST, &[], "application/x-many", &data);
        // wl-copy serves one reader after the other, in any order, so all must read.
        thread::scope(|scope| {
            for _ in 0..40 {
                let mut paste = setup.start_paste(GUEST, &[], "application/x-many");
                let data = &data;
                scope.spawn(move || assert_same(&read(&mut paste), data));
            }
        });
        assert_eq!(setup.pipes(), 0, "{rig}");
    }
}
