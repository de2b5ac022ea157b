//! Running the programs that the doctor asks, with a time limit.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// How long a program may take: a user manager that hangs does not answer at all.
const COMMAND_PATIENCE: Duration = Duration::from_secs(5);

/// Most bytes that are read of its output.
const MAX_OUTPUT: usize = 1 << 20;

/// The result of a program.
pub struct CommandOutput {
    /// Whether it exited with status 0.
    pub success: bool,
    /// Its standard output.
    pub text: String,
}

/// Runs a program without input.
///
/// # Errors
/// `NotFound` when the program does not exist, `TimedOut`, or the kernel's error.
pub fn output(program: impl AsRef<OsStr>, arguments: &[&str]) -> io::Result<CommandOutput> {
    let mut command = Command::new(program);
    command.args(arguments).env("LC_ALL", "C").env("SYSTEMD_COLORS", "0");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    let read = child.stdout.take().map_or(Ok(Vec::new()), read_all);
    if read.is_err() {
        // The process id cannot belong to another process: the child has not been waited for.
        let _ = child.kill();
    }
    let status = child.wait()?;
    let text = String::from_utf8_lossy(&read?).into_owned();
    Ok(CommandOutput { success: status.success(), text })
}

/// Reads until the end of the output, for at most [`COMMAND_PATIENCE`].
fn read_all(mut pipe: impl Read + std::os::fd::AsFd) -> io::Result<Vec<u8>> {
    let until = Instant::now() + COMMAND_PATIENCE;
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        // Even when the time is over, poll once more: if the machine was suspended, the output
        // may be there by now.
        let left = until.saturating_duration_since(Instant::now());
        let timeout = Timespec::try_from(left).map_err(io::Error::other)?;
        let ready = poll(&mut [PollFd::new(&pipe, PollFlags::IN)], Some(&timeout))? > 0;
        if !ready && left.is_zero() || bytes.len() > MAX_OUTPUT {
            return Err(io::ErrorKind::TimedOut.into());
        }
        if !ready {
            continue;
        }
        match pipe.read(&mut piece)? {
            0 => return Ok(bytes),
            len => bytes.extend_from_slice(piece.get(..len).unwrap_or_default()),
        }
    }
}
