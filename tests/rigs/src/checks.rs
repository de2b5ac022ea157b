//! What the programs `abi-virtwl` and `abi-virtgpu` share: they test a device from the outside,
//! and print one line for each check.

pub mod files;
pub mod gpu;
pub mod wayland;
pub mod wl;

use std::fmt::Debug;
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::{Errno, Result};

/// How long an answer may take.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// The checks so far.
#[derive(Debug, Default)]
pub struct Checks {
    failed: u32,
}

impl Checks {
    /// Prints one line: whether `held`, and what was seen if not.
    pub fn that(&mut self, name: &str, held: bool, seen: impl Debug) -> bool {
        if held {
            println!("ok    {name}");
        } else {
            self.failed += 1;
            println!("FAIL  {name}: {seen:?}");
        }
        held
    }

    /// Checks that a result is this.
    #[expect(clippy::needless_pass_by_value, reason = "results are written in place")]
    pub fn equal<T: PartialEq + Debug>(&mut self, name: &str, seen: T, expected: T) -> bool {
        let held = seen == expected;
        self.that(name, held, seen)
    }

    /// Checks that there is a value, and returns it.
    pub fn value<T, E: Debug>(
        &mut self,
        name: &str,
        result: std::result::Result<T, E>,
    ) -> Option<T> {
        match result {
            Ok(value) => {
                self.that(name, true, ());
                Some(value)
            }
            Err(error) => {
                self.that(name, false, error);
                None
            }
        }
    }

    /// The exit status: 0 when all held.
    pub fn end(self) -> ExitCode {
        ExitCode::from(u8::from(self.failed > 0))
    }
}

/// Waits for events of a descriptor; none when they do not come in `time`.
pub fn wait_for(fd: impl AsFd, events: PollFlags, time: Duration) -> PollFlags {
    let mut fds = [PollFd::new(&fd, events)];
    let timeout = time.try_into().ok();
    match poll(&mut fds, timeout.as_ref()) {
        Ok(n) if n > 0 => fds[0].revents(),
        _ => PollFlags::empty(),
    }
}

/// The error; `NOTRECOVERABLE` when there was none, which no check expects.
pub fn failure<T>(result: Result<T>) -> Errno {
    result.err().unwrap_or(Errno::NOTRECOVERABLE)
}
