//! The sources of selections and drags that sessions can reach without the host. Sessions name them
//! with markers.

use std::os::fd::OwnedFd;

use serde::{Deserialize, Serialize};

/// The prefix of all markers, of any carafe. No client ever sees one.
pub const MARKER: &str = "application/x-carafe-local;id=";

/// The id of a source in its marker: 128 random bits, because everybody who knows them may read the
/// source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SourceId(pub u128);

impl SourceId {
    /// The MIME type that marks this source.
    pub fn marker(self) -> String {
        format!("{MARKER}{:032x}", self.0)
    }

    /// The id in a MIME type, if that is a marker.
    pub fn of_marker(mime: &str) -> Option<Self> {
        u128::from_str_radix(mime.strip_prefix(MARKER)?, 16).ok().map(Self)
    }
}

/// Bound on the types of a source, and on a type's length.
pub const MAX_TYPES: usize = 256;
/// See [`MAX_TYPES`].
pub const MAX_TYPE: usize = 1024;

/// The primary selection of carafe's clients, on a host that has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrimarySelection {
    /// Its source.
    pub source: SourceId,
    /// The types of its data.
    pub types: Vec<String>,
}

/// A client's request for the data of another client's source.
#[derive(Debug)]
pub struct Transfer {
    /// The source.
    pub source: SourceId,
    /// The type of the data.
    pub mime: String,
    /// The pipe for the data.
    pub to: OwnedFd,
}

/// The sources that can be reached without the host, as one session sees them. No method waits for a
/// client or a host.
pub trait LocalSources {
    /// Adds a source of this session; `None` if it has too many.
    fn add(&mut self) -> Option<SourceId>;

    /// Removes one of this session's sources.
    fn remove(&mut self, source: SourceId);

    /// Whether a session has this source.
    fn knows(&self, source: SourceId) -> bool;

    /// Passes a request to the source's session and wakes it. If the session is gone, or has too
    /// many requests already, this closes the descriptor.
    fn ask(&mut self, transfer: Transfer);

    /// Takes the requests for this session's sources.
    fn asked(&mut self) -> Vec<Transfer>;

    /// Lets this session know of the primary selection, on a host that has none.
    fn follow_primary(&self) {}

    /// Makes one of this session's sources the primary selection of all sessions, or clears that.
    fn select_primary(&self, _: Option<PrimarySelection>) {}

    /// Takes the news about the primary selection: `Some(None)` if it was cleared.
    fn primary(&self) -> Option<Option<PrimarySelection>> {
        None
    }
}
