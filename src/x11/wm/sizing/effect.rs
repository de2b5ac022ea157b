//! What follows from a change of a window's size: what the X server, the window's client and
//! the host are told.

use super::Size;
use crate::x11::rect::Rect;

/// See the module. They are done in the order in which they are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The X server moves and resizes the window.
    Configure(Rect),
    /// The client is told where its window is, which the server does not do by itself.
    TellPlace(Rect),
    /// The client is to say when it has drawn the size that comes next. What it has not drawn
    /// to the end is not shown.
    AskToDraw,
    /// What the client has drawn may be shown.
    AllowCommits,
    /// The host is to get what was drawn within a short time.
    AwaitContent,
    /// Nothing is waited for any more.
    StopWaiting,
    /// The host's configuration of that number is acknowledged.
    Acknowledge(u32),
    /// The window has a frame of carafe's from now on, or none.
    Frame(bool),
    /// The frame is drawn for a surface of that size, in X pixels.
    DrawFrame(Size),
    /// The host is told which part of the surface the window is: place and size.
    Geometry([u32; 4]),
    /// The host is told the least and the most size; zeros: any.
    Limits([Size; 2]),
    /// The host is told where the client has put the window, in its units.
    PlaceAtHost(Rect),
    /// From its next commit on, the surface has that size at the host; `None`: its own.
    Fit(Option<Size>),
    /// What was told of the surface holds from now on, which the host alone is to see.
    Commit,
    /// The same, as if Xwayland had committed it.
    CommitAgain,
    /// The surface may show what it has: the host has configured it.
    Open,
}
