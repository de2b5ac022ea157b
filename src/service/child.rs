//! The program that carafe runs.

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::ServiceError;

/// A running program, watched by a pidfd: no signal handler, and no other
/// child's end is ever taken for its.
pub struct Child {
    process: std::process::Child,
    pidfd: OwnedFd,
    /// What it is called.
    pub name: String,
}

impl Child {
    /// Starts a program with these variables besides carafe's own environment; those
    /// that are carafe's own business are taken from it.
    ///
    /// # Errors
    /// [`ServiceError::Spawn`].
    pub fn spawn(
        command: &[OsString],
        variables: &[(&str, OsString)],
    ) -> Result<Self, ServiceError> {
        Self::spawn_with(command, variables, Stdio::inherit())
    }

    /// The same with a standard error of its own.
    ///
    /// # Errors
    /// [`ServiceError::Spawn`].
    pub fn spawn_with(
        command: &[OsString],
        variables: &[(&str, OsString)],
        stderr: Stdio,
    ) -> Result<Self, ServiceError> {
        let (program, args) = command.split_first().ok_or(ServiceError::Spawn {
            program: String::new(),
            source: io::Error::from(io::ErrorKind::InvalidInput),
        })?;
        let name = program.to_string_lossy().into_owned();
        let failed = |source| ServiceError::Spawn { program: name.clone(), source };
        let mut command = Command::new(program);
        command.args(args).stderr(stderr).env("SOMMELIER_VERSION", env!("CARGO_PKG_VERSION"));
        let own = ["WAYLAND_SOCKET", "NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"];
        for name in own {
            command.env_remove(name);
        }
        for (name, value) in variables {
            // An empty value: the program is not to have it.
            if value.is_empty() {
                command.env_remove(name);
            } else {
                command.env(name, value);
            }
        }
        let process = command.spawn().map_err(failed)?;
        let pid = Pid::from_child(&process);
        let pidfd = pidfd_open(pid, PidfdFlags::empty()).map_err(|e| failed(e.into()))?;
        Ok(Self { process, pidfd, name })
    }

    /// Becomes readable when the program ends.
    ///
    /// # Errors
    /// When there is no room for one more descriptor.
    pub fn watch(&self) -> io::Result<OwnedFd> {
        self.pidfd.try_clone()
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.process.try_wait().ok().flatten()
    }

    /// Passes a signal on.
    pub fn signal(&self, signal: Signal) {
        // It may have ended just now.
        let _ = pidfd_send_signal(self.pidfd(), signal);
    }

    fn pidfd(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }
}

/// Ends this process as the program ended: with its status, or by its signal.
pub fn exit_like(status: ExitStatus) -> u8 {
    if let Some(signal) = status.signal() {
        // The core, if it left one, is the program's; ours would say nothing.
        let none = rustix::process::Rlimit { current: Some(0), maximum: None };
        let _ = rustix::process::setrlimit(rustix::process::Resource::Core, none);
        // Returns only for signals that do not end a process by default.
        let _ = signal_hook::low_level::emulate_default_handler(signal);
        return u8::try_from(signal.saturating_add(128)).unwrap_or(1);
    }
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
