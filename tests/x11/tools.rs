//! xclip, wl-copy and wl-paste around a carafe.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use carafe_fixture::copy::WlCopy;
use carafe_fixture::process::{Process, RuntimeDir, command, wait_for};
use rustix::process::{Pid, Signal, kill_process_group};

/// Which selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    Clipboard,
    Primary,
}

pub use Selection::{Clipboard, Primary};

/// Where the tools run.
pub struct Tools<'a> {
    pub runtime: &'a RuntimeDir,
    /// The X display.
    pub x: &'a str,
    /// The Wayland display.
    pub wayland: &'a str,
}

/// Random bytes.
pub fn noise(len: u64) -> Vec<u8> {
    let mut data = Vec::new();
    File::open("/dev/urandom").unwrap().take(len).read_to_end(&mut data).unwrap();
    data
}

fn file(data: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(data).unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    file
}

/// An xclip that offers data until this is dropped.
pub struct Copy(Process);

impl Copy {
    /// Ends it at once.
    pub fn kill(&self) {
        let group = Pid::from_raw(self.0.pid().cast_signed()).unwrap();
        let _ = kill_process_group(group, Signal::KILL);
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Tools<'_> {
    fn tool(&self, program: &str) -> Command {
        let mut command = command(program, self.runtime);
        command.env("DISPLAY", self.x).env("WAYLAND_DISPLAY", self.wayland);
        command.env("HOME", self.runtime.path()).stdin(Stdio::null()).stderr(Stdio::null());
        command
    }

    pub fn xclip(&self, selection: Selection, target: &str) -> Command {
        let mut xclip = self.tool("xclip");
        let name = if selection == Clipboard { "clipboard" } else { "primary" };
        xclip.args(["-selection", name, "-t", target]);
        xclip
    }

    fn wl(&self, program: &str, selection: Selection) -> Command {
        let mut tool = self.tool(program);
        tool.args((selection == Primary).then_some("--primary"));
        tool
    }

    /// Lets an X program copy.
    pub fn x_copy(&self, selection: Selection, target: &str, data: &[u8]) -> Copy {
        let mut xclip = self.xclip(selection, target);
        xclip.args(["-quiet", "-i"]).stdin(file(data)).stdout(Stdio::null()).process_group(0);
        let copy = Copy(Process::start(&mut xclip));
        if target.contains('/') {
            self.wait_for_type(selection, target);
        }
        copy
    }

    /// Lets a program of the host copy.
    pub fn wayland_copy(&self, selection: Selection, mime: &str, data: &[u8]) -> WlCopy {
        let mut copy = self.wl("wl-copy", selection);
        copy.args(["--foreground", "--type", mime]);
        let copy = WlCopy::start(&mut copy, data);
        wait_for("the owner in X", || {
            // xclip does not know `MULTIPLE`: with it, the previous program still owns the
            // selection.
            let targets = self.targets(selection);
            let has = |name: &str| targets.lines().any(|target| target == name);
            (has(mime) && has("MULTIPLE")).then_some(())
        });
        copy
    }

    pub fn wait_for_type(&self, selection: Selection, mime: &str) {
        wait_for(mime, || self.types(selection).lines().any(|known| known == mime).then_some(()));
    }

    /// The types that the host's programs see, a line each.
    pub fn types(&self, selection: Selection) -> String {
        let output = self.wl("wl-paste", selection).arg("--list-types").output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// The targets that X programs see, a line each.
    pub fn targets(&self, selection: Selection) -> String {
        let output = self.xclip(selection, "TARGETS").arg("-o").output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// An X program that pastes.
    pub fn start_x_paste(&self, selection: Selection, target: &str) -> Process {
        let mut xclip = self.xclip(selection, target);
        Process::start(xclip.arg("-o").stdout(Stdio::piped()))
    }

    /// A program of the host that pastes.
    pub fn start_wayland_paste(&self, selection: Selection, mime: &str) -> Process {
        let mut paste = self.wl("wl-paste", selection);
        paste.args(["--no-newline", "--type", mime]);
        Process::start(paste.stdout(Stdio::piped()))
    }

    pub fn x_paste(&self, selection: Selection, target: &str) -> Vec<u8> {
        rest(&mut self.start_x_paste(selection, target))
    }

    pub fn wayland_paste(&self, selection: Selection, mime: &str) -> Vec<u8> {
        rest(&mut self.start_wayland_paste(selection, mime))
    }
}

/// The rest of a program's output.
pub fn rest(program: &mut Process) -> Vec<u8> {
    let mut bytes = Vec::new();
    program.child().stdout.as_mut().unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

/// The first bytes of a program's output.
pub fn start(program: &mut Process, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    program.child().stdout.as_mut().unwrap().read_exact(&mut bytes).unwrap();
    bytes
}

/// Compares without printing megabytes.
#[track_caller]
pub fn assert_same(pasted: &[u8], data: &[u8]) {
    assert!(pasted == data, "{} of {} bytes, or other ones", pasted.len(), data.len());
}
