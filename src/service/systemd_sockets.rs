//! Sockets on which a service manager listens for carafe (`sd_listen_fds(3)`).

use super::host::HostAddress;
use super::socket::Socket;
use super::{ServiceError, inherited, x11};

/// The sockets of a service manager.
pub struct SystemdSockets {
    /// For Wayland clients.
    pub wayland: Vec<Socket>,
    /// For X11 clients.
    pub displays: Vec<Socket>,
}

impl SystemdSockets {
    /// Takes the sockets over. Call it before the process opens any descriptor itself, so that
    /// their numbers still mean them.
    ///
    /// # Errors
    /// When the variables that name them make no sense.
    pub fn take() -> Result<Self, ServiceError> {
        let failed = "LISTEN_FDS";
        let numbers = sd_notify::listen_fds().map_err(ServiceError::system(failed))?;
        let inherit = |fd| Socket::inherit(fd).map_err(ServiceError::system(failed));
        let sockets = numbers.filter_map(inherited::take).map(inherit);
        let sockets = sockets.collect::<Result<Vec<_>, _>>()?;
        let (displays, wayland) =
            sockets.into_iter().partition(|socket| x11::display_of(socket).is_some());
        Ok(Self { wayland, displays })
    }

    /// Refuses a host that is carafe itself. A service manager sets `WAYLAND_DISPLAY` to
    /// carafe's socket for all units, so for carafe too.
    ///
    /// # Errors
    /// [`ServiceError::OwnSocket`].
    pub fn refuse_host(&self, host: &HostAddress) -> Result<(), ServiceError> {
        let mut paths = self.wayland.iter().filter_map(Socket::path);
        let own = paths.find(|path| host.path() == Some(path));
        own.map_or(Ok(()), |path| Err(ServiceError::OwnSocket(path)))
    }
}
