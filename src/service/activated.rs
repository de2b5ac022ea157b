//! The sockets that a service manager listens on for carafe (`sd_listen_fds(3)`).

use super::host::Host;
use super::socket::Socket;
use super::{ServiceError, inherited, x11};

/// Sockets that others made.
pub struct Activated {
    /// For Wayland clients.
    pub wayland: Vec<Socket>,
    /// For X11 clients.
    pub displays: Vec<Socket>,
}

impl Activated {
    /// Takes them over: before the process opens any descriptor itself.
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

    /// A service manager tells all that it starts where carafe's socket is, and so carafe
    /// too, which would then be its own host.
    ///
    /// # Errors
    /// [`ServiceError::OwnSocket`].
    pub fn refuse_host(&self, host: &Host) -> Result<(), ServiceError> {
        let mut paths = self.wayland.iter().filter_map(Socket::path);
        let own = paths.find(|path| host.path() == Some(path));
        own.map_or(Ok(()), |path| Err(ServiceError::OwnSocket(path)))
    }
}
