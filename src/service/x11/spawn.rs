//! Starting Xwayland. When that happens, and what follows when it ends, is in
//! `service/run/xwayland.rs`.

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;

use rustix::io::{FdFlags, fcntl_setfd};
use rustix::net::sockopt::set_socket_send_buffer_size;

use super::X11Options;
use super::display::XDisplay;
use super::output::XwaylandOutput;
use super::program::{self, Program};
use crate::service::ServiceError;
use crate::service::child::Child;

/// An Xwayland that has just started.
pub struct NewXwayland {
    /// Becomes readable when it ends.
    pub end: io::Result<OwnedFd>,
    /// Its Wayland connection, carafe's end.
    pub client: UnixStream,
    /// The window manager's X connection.
    pub wm: UnixStream,
    /// The output that it prints.
    pub words: XwaylandOutput,
}

/// The size of the queue of Xwayland's requests that carafe has not read yet. Xwayland ends if it
/// cannot write descriptors, and it may write hundreds of them for each window that is mapped. The
/// kernel counts 768 bytes for each, and doubles the requested size, up to a limit of its own.
const ROOM: usize = 1 << 20;

/// Starts an Xwayland for a display.
///
/// # Errors
/// [`ServiceError::Spawn`], or when there are no descriptors left.
pub fn spawn(
    options: &X11Options,
    display: &XDisplay,
) -> Result<(Child, NewXwayland), ServiceError> {
    let failed = ServiceError::system::<io::Error>("connections to Xwayland");
    let prepare = || -> io::Result<_> {
        let (client, theirs) = UnixStream::pair()?;
        set_socket_send_buffer_size(&theirs, ROOM)?;
        let (wm, their_wm) = UnixStream::pair()?;
        let mut inherited = vec![OwnedFd::from(theirs), OwnedFd::from(their_wm)];
        for listener in display.listeners() {
            inherited.push(listener.try_clone()?);
        }
        for fd in &inherited {
            // Xwayland inherits these. No other program can: only this thread starts programs,
            // and it closes these right after.
            fcntl_setfd(fd, FdFlags::empty())?;
        }
        Ok((client, wm, inherited))
    };
    let (client, wm, inherited) = prepare().map_err(failed)?;
    let mut numbers = inherited.iter().map(|fd| OsString::from(fd.as_raw_fd().to_string()));
    let (socket, wm_number) = (numbers.next().unwrap_or_default(), numbers.next());

    let mut command = options.prefix.clone();
    let found = program::find(options.xwayland.as_deref());
    // If there is none, starting it fails, and the error names it.
    let xwayland = found.unwrap_or(Program { path: "Xwayland".into(), gl_drivers: None });
    command.push(xwayland.path.into());
    command.push(format!(":{}", display.number).into());
    command.extend(["-rootless", "-nolisten", "tcp"].map(OsString::from));
    for listener in numbers {
        command.extend(["-listenfd".into(), listener]);
    }
    command.extend(wm_number.into_iter().flat_map(|number| ["-wm".into(), number]));
    if let Some(seconds) = options.idle {
        command.extend(["-terminate".into(), seconds.to_string().into()]);
    }
    if options.glamor == Some(false) {
        command.push("-shm".into());
    }
    if let Some(auth) = &options.auth {
        command.extend(["-auth".into(), auth.into()]);
    }
    if let Some(path) = &options.font_path {
        command.extend(["-fp".into(), path.clone()]);
    }
    let mut env = vec![("WAYLAND_SOCKET", socket)];
    if let Some(drivers) = options.gl_drivers.as_ref().or(xwayland.gl_drivers.as_ref()) {
        env.push(("LIBGL_DRIVERS_PATH", drivers.into()));
    }
    let (words, stderr) =
        XwaylandOutput::new().map_err(ServiceError::system("Xwayland's messages"))?;
    let process = Child::spawn_with(&command, &env, stderr.into())?;
    drop(inherited);
    let end = process.watch();
    Ok((process, NewXwayland { end, client, wm, words }))
}
