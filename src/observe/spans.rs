//! What a session did when: the stuff of a trace.

use super::recent::Recent;

/// How many spans of a session are kept: at 60 frames per second, with ten spans
/// each, half a minute.
pub const SPANS_LEN: usize = 16_384;

/// What is done in a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// A batch of messages was read; the note is its bytes.
    Read,
    /// Its messages were handled; the note is the same.
    Forward,
    /// A handler saw a message; the note is its interface's index.
    Handle,
    /// Pixels were copied; the note is their bytes.
    Copy,
    /// What there was for both sides was sent; the note is the same.
    Send,
    /// A frame was on its way, from the commit's arrival until the client was told
    /// that it was shown; the note is the surface. Frames overlap.
    Frame,
}

/// One span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When it began, by [`clock::now`](super::clock::now).
    pub start: u64,
    /// When it ended.
    pub end: u64,
    /// What was done.
    pub work: Work,
    /// What [`Work`] says.
    pub note: u32,
}

/// The newest spans of a session.
pub type Spans = Recent<Span>;
