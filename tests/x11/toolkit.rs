//! Windows of real toolkits, as sources and targets of drags.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::mpsc::{Receiver, channel};

use carafe_fixture::process::{Process, RuntimeDir, wait_for};

use crate::stage::Carafe;

/// The programs.
pub const GTK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/x11/drag_gtk.py");
pub const QT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/x11/drag_qt.py");

/// A window, and its program's output.
pub struct Window {
    _program: Process,
    lines: Receiver<String>,
}

impl Window {
    /// Shows a window with a title: "give" or "take".
    pub fn show(script: &str, carafe: &Carafe, runtime: &RuntimeDir, title: &str) -> Self {
        let mut command = carafe.program("/usr/bin/python3", runtime);
        command.args([script, title]).env("QT_QPA_PLATFORM", "xcb").env("GDK_BACKEND", "x11");
        command.env("NO_AT_BRIDGE", "1").env("HOME", runtime.path());
        let mut program = Process::start(command.stdout(Stdio::piped()));
        let out = BufReader::new(program.child().stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Self { _program: program, lines }
    }

    /// Waits until its program prints a line.
    pub fn wait(&self, wanted: &str, mut meanwhile: impl FnMut()) {
        let mut seen = Vec::new();
        wait_for(wanted, || {
            meanwhile();
            seen.extend(self.lines.try_iter());
            seen.iter().any(|line| line == wanted).then_some(())
        });
    }
}
