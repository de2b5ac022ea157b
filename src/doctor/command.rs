//! Programs that the doctor asks. None may keep it waiting.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// How long a program may take: a user manager that hangs does not answer at all.
const PATIENCE: Duration = Duration::from_secs(5);

/// Most that is read of its output.
const MAX_OUTPUT: usize = 1 << 20;

/// What a program said.
pub struct Output {
    /// Whether it ended well.
    pub success: bool,
    /// Its standard output.
    pub text: String,
}

/// Runs a program without input.
///
/// # Errors
/// `NotFound` when it is not there, `TimedOut`, or what the kernel says.
pub fn output(program: impl AsRef<OsStr>, arguments: &[&str]) -> io::Result<Output> {
    let mut command = Command::new(program);
    command.args(arguments).env("LC_ALL", "C").env("SYSTEMD_COLORS", "0");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    let read = child.stdout.take().map_or(Ok(Vec::new()), read_all);
    if read.is_err() {
        // It is ours and has not been waited for.
        let _ = child.kill();
    }
    let status = child.wait()?;
    let text = String::from_utf8_lossy(&read?).into_owned();
    Ok(Output { success: status.success(), text })
}

/// Reads until the end, or until it takes too long.
fn read_all(mut pipe: impl Read + std::os::fd::AsFd) -> io::Result<Vec<u8>> {
    let until = Instant::now() + PATIENCE;
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        // A machine that was stopped meanwhile looks once more for what came in that time.
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
