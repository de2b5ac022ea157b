//! Why sessions end.

use crate::session::fault::Fault;

/// Why a session has ended.
#[derive(Debug, thiserror::Error)]
pub enum End {
    /// The client closed its connection.
    #[error("closed by the client")]
    Client,
    /// The host closed the connection.
    #[error("closed by the host")]
    Host,
    /// The host is gone without an error of its own; the client was told.
    #[error("{HOST_IS_GONE}")]
    HostIsGone,
    /// carafe is stopping.
    #[error("stopped")]
    Stopped,
    /// One side broke the protocol, or resources ran out; the client was told.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The error text for a client whose host is gone.
pub const HOST_IS_GONE: &str = "the host's compositor is gone";
