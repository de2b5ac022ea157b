//! The sources of selections and drags that sessions reach without the host, and how a session
//! names and asks them.

use std::os::fd::OwnedFd;

use serde::{Deserialize, Serialize};

/// What all markers begin with: no client is shown one, of whichever carafe it is.
pub const MARKER: &str = "application/x-carafe-local;id=";

/// Names a source in its marker: 128 bits that nobody can guess, because who names a
/// source may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SourceId(pub u128);

impl SourceId {
    /// The type that names it.
    pub fn marker(self) -> String {
        format!("{MARKER}{:032x}", self.0)
    }

    /// The source that a type names, if it is a marker.
    pub fn of_marker(mime: &str) -> Option<Self> {
        u128::from_str_radix(mime.strip_prefix(MARKER)?, 16).ok().map(Self)
    }
}

/// What one client wants of another's source.
#[derive(Debug)]
pub struct Transfer {
    /// The source.
    pub source: SourceId,
    /// The type of the data.
    pub mime: String,
    /// Where the data goes.
    pub to: OwnedFd,
}

/// The sources that can be reached without the host, and one session's share of them. Nothing here
/// waits for a client or a host.
pub trait LocalSources {
    /// A new source of this session; `None` when it has too many.
    fn add(&mut self) -> Option<SourceId>;

    /// One of this session's is gone.
    fn remove(&mut self, source: SourceId);

    /// Whether some session has it.
    fn knows(&self, source: SourceId) -> bool;

    /// Asks a source's session, which is woken. Where it is gone or has too much to do
    /// already the descriptor is closed.
    fn ask(&mut self, transfer: Transfer);

    /// What this session's sources were asked for since the last call.
    fn asked(&mut self) -> Vec<Transfer>;
}
