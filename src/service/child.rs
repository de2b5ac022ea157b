//! The program that carafe runs.

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::ServiceError;

/// A running program, watched by a pidfd. That needs no signal handler, and cannot mistake
/// another child's end for this one's.
pub struct Child {
    process: std::process::Child,
    pidfd: OwnedFd,
    /// Its name for the log.
    pub name: String,
}

impl Child {
    /// Starts a program with carafe's environment and these variables. The program does not
    /// get the variables that are meant for carafe itself.
    ///
    /// # Errors
    /// [`ServiceError::Spawn`].
    pub fn spawn(
        command: &[OsString],
        variables: &[(&str, OsString)],
    ) -> Result<Self, ServiceError> {
        Self::spawn_with(command, variables, Stdio::inherit())
    }

    /// As [`spawn`](Self::spawn), with another standard error.
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
            // An empty value means that the program must not have the variable.
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
    /// When the process has no descriptors left.
    pub fn watch(&self) -> io::Result<OwnedFd> {
        self.pidfd.try_clone()
    }

    /// The program's exit status, if it has ended.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.process.try_wait().ok().flatten()
    }

    /// Sends a signal to the program.
    pub fn signal(&self, signal: Signal) {
        // This fails if the program has just ended.
        let _ = pidfd_send_signal(self.pidfd(), signal);
    }

    fn pidfd(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }
}

/// Ends this process as the program ended: with its status, or by its signal.
pub fn exit_like(status: ExitStatus) -> u8 {
    if let Some(signal) = status.signal() {
        // A core of carafe would not help anybody: the program's own core is the useful one.
        let none = rustix::process::Rlimit { current: Some(0), maximum: None };
        let _ = rustix::process::setrlimit(rustix::process::Resource::Core, none);
        // Returns only for signals that do not end a process by default.
        let _ = signal_hook::low_level::emulate_default_handler(signal);
        return u8::try_from(signal.saturating_add(128)).unwrap_or(1);
    }
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
