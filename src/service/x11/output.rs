//! Logging what Xwayland and its helper programs print. It is read at once, so that they never
//! wait, and logged at carafe's levels.

use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

/// Bound on a line in bytes; the rest of a longer line is left out.
const MAX_OUTPUT_LINE: usize = 1024;

/// How many lines are logged within [`SPELL`].
const MAX_LINES: u32 = 100;

/// The period of [`MAX_LINES`].
const SPELL: Duration = Duration::from_secs(10);

/// The beginnings of lines that every working Xwayland prints, or that do not help users.
const HARMLESS: [&str; 9] = [
    "Failed to initialize glamor, falling back to sw",
    "The XKEYBOARD keymap compiler (xkbcomp) reports:",
    "Errors from xkbcomp are not fatal to the X server",
    "Warning:          Could not resolve keysym",
    "> ",
    "glamor: ",
    "xwl_glamor",
    "(II)",
    "(EE) failed to read Wayland events",
];

/// Reads and logs the output of an Xwayland.
pub struct XwaylandOutput {
    from: UnixStream,
    line: Vec<u8>,
    /// The line is longer than [`MAX_OUTPUT_LINE`].
    is_long: bool,
    since: Instant,
    told: u32,
    left_out: u32,
}

impl XwaylandOutput {
    /// Makes a pair of sockets; returns the end for the program too. That end may block, because
    /// the program does not expect it to be non-blocking.
    ///
    /// # Errors
    /// When there are no descriptors left.
    pub fn new() -> io::Result<(Self, OwnedFd)> {
        let (from, to) = UnixStream::pair()?;
        from.set_nonblocking(true)?;
        let (line, since) = (Vec::new(), Instant::now());
        Ok((Self { from, line, is_long: false, since, told: 0, left_out: 0 }, to.into()))
    }

    /// A copy of the socket, for the loop.
    ///
    /// # Errors
    /// When there are no descriptors left.
    pub fn watched(&self) -> io::Result<UnixStream> {
        self.from.try_clone()
    }

    /// Reads what is there, up to a bound; `false` at the end of the output.
    pub fn read(&mut self) -> bool {
        let mut bytes = [0; 16 * 1024];
        match self.from.read(&mut bytes) {
            Ok(0) => {
                self.end_line();
                return false;
            }
            Ok(length) => self.take(bytes.get(..length).unwrap_or_default()),
            Err(e) => {
                let waits = [io::ErrorKind::WouldBlock, io::ErrorKind::Interrupted];
                return waits.contains(&e.kind());
            }
        }
        true
    }

    fn take(&mut self, bytes: &[u8]) {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, ends) = match part.strip_suffix(b"\n") {
                Some(text) => (text, true),
                None => (part, false),
            };
            let room = MAX_OUTPUT_LINE.saturating_sub(self.line.len());
            self.is_long |= text.len() > room;
            self.line.extend_from_slice(text.get(..room.min(text.len())).unwrap_or_default());
            if ends {
                self.end_line();
            }
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let more = if std::mem::take(&mut self.is_long) { "…" } else { "" };
        if line.is_empty() {
            return;
        }
        if self.since.elapsed() >= SPELL {
            if self.left_out > 0 {
                tracing::info!("Xwayland: {} more lines", self.left_out);
            }
            (self.since, self.told, self.left_out) = (Instant::now(), 0, 0);
        }
        if self.told >= MAX_LINES {
            self.left_out += 1;
            return;
        }
        self.told += 1;
        let line = String::from_utf8_lossy(&line);
        // Escape control characters, which terminals obey.
        let shown = line.escape_debug();
        if is_harmless(&line) {
            tracing::debug!("Xwayland: {shown}{more}");
        } else {
            tracing::info!("Xwayland: {shown}{more}");
        }
    }
}

fn is_harmless(line: &str) -> bool {
    HARMLESS.iter().any(|start| line.starts_with(start))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn lines_are_bounded_and_none_is_waited_for() {
        let (mut words, to) = XwaylandOutput::new().expect("a pair");
        words.take(&[b'x'; 5000]);
        assert_eq!(words.line.len(), MAX_OUTPUT_LINE);
        words.take(b"\n");
        assert!(words.line.is_empty() && words.told == 1);
        for _ in 0..300 {
            words.take(b"a line\nand half ");
            words.take(b"a line\n");
        }
        assert_eq!((words.told, words.left_out), (MAX_LINES, 501));
        assert!(words.read(), "there may be more");
        drop(to);
        // A process that another test has just forked may still have a copy of it.
        let deadline = Instant::now() + Duration::from_secs(20);
        while words.read() {
            assert!(Instant::now() < deadline, "its end is not seen");
            std::thread::yield_now();
        }
    }

    #[test]
    fn usual_lines_are_harmless() {
        assert!(is_harmless("> Warning:          Unsupported maximum keycode 708, clipping."));
        assert!(!is_harmless("(EE) Fatal server error"));
    }
}
