//! What a session did and when: the data of a trace.

use serde::{Deserialize, Serialize};

use super::recent::RecentItems;

/// How many spans of a session are kept: half a minute at 60 frames per second with ten
/// spans each.
pub const SPANS_LEN: usize = 16_384;

/// The kind of work in a span, and the meaning of the span's note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Work {
    /// A batch of messages was read; the note is its bytes.
    Read,
    /// The batch was handled; the note is its bytes.
    Forward,
    /// A handler saw a message; the note is its interface's index.
    Handle,
    /// Pixels were copied; the note is their bytes.
    Copy,
    /// Everything for both sides was sent; the note is its bytes.
    Send,
    /// The life of a frame, from the commit's arrival until the client was told that the
    /// frame was shown; the note is the surface. Frames overlap.
    Frame,
}

/// One span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// When it began, by [`clock::now`](super::clock::now).
    pub start: u64,
    /// When it ended.
    pub end: u64,
    /// What was done.
    pub work: Work,
    /// A number whose meaning depends on [`Work`].
    pub note: u32,
}

/// The newest spans of a session.
pub type Spans = RecentItems<Span>;
