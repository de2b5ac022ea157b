//! The effects of a change of a window's size: messages to the X server, to the window's client and
//! to the host.

use super::WindowSize;
use crate::x11::rect::Rect;

/// An effect. Effects are carried out in the order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The X server moves and resizes the window.
    Configure(Rect),
    /// The client is told the window's place, because the server does not tell it.
    TellPlace(Rect),
    /// The client is asked to report when it has drawn the next size. Until then, nothing that it
    /// draws is shown.
    AskToDraw,
    /// What the client has drawn may be shown now.
    AllowCommits,
    /// The host should get what was drawn within a short time.
    AwaitContent,
    /// Nothing is awaited any more.
    StopWaiting,
    /// The configuration with this serial is acknowledged.
    Acknowledge(u32),
    /// The window gets a frame drawn by carafe, or loses it.
    Frame(bool),
    /// The frame is drawn for a surface of this size in X pixels.
    DrawFrame(WindowSize),
    /// The host is told the window geometry.
    Geometry([u32; 4]),
    /// The host is told the smallest and the largest size; zeros for no limit.
    Limits([WindowSize; 2]),
    /// The host is told where the client has put the window, in host units.
    PlaceAtHost(Rect),
    /// From its next commit on, the surface has this size at the host; `None` for its own size.
    Fit(Option<WindowSize>),
    /// The surface is committed, so that its pending state takes effect. No handler sees this
    /// commit.
    Commit,
    /// The surface is committed as if Xwayland had done it.
    CommitAgain,
    /// The surface may show content now: the host has configured it.
    Open,
}
