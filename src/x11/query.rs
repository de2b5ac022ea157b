//! What the server was asked: its answers come later, in order.

use super::property::Property;

/// A request whose answer is awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Query {
    /// Only to keep the count of requests in step with the server's.
    Nothing,
    /// The number of the `n`th atom.
    Atom(usize),
    /// An extension.
    Extension(Extension),
    /// The last of what is asked at the start.
    Started,
    /// Nothing: the names that were asked for are known, and others may come.
    Ready,
    /// A window's property.
    Property(u32, Property),
    /// A part of a window's shape.
    Shape(u32, ShapeQuery),
    /// The screens.
    Monitors,
    /// The formats of pictures.
    Formats,
    /// The X resources.
    Resources,
    /// The X resources that carafe has replaced.
    Replaced,
    /// A window's `_NET_WM_STATE` before carafe wrote it.
    StatesBefore(u32),
    /// A window's `_NET_WM_STATE` that carafe has replaced.
    StatesReplaced(u32),
    /// Nothing: all that was said before is handled. By the window that it is about.
    Settled(u32),
    /// Whether a client has grabbed the keyboard, asked for a window.
    KeyboardGrab(u32),
    /// Something about selections.
    Selection(SelectionQuery),
}

/// A part of a window's shape (`SHAPE`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShapeQuery {
    /// `QueryExtents`: whether it is a rectangle.
    Extents,
    /// `GetRectangles`: what shows.
    Bounding,
    /// `GetRectangles`: what takes input.
    Input,
}

/// What selections and drags ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectionQuery {
    /// The number of the next name.
    Atom,
    /// The name of a number.
    Name(u32),
    /// The targets of a selection's owner, by the window that they come to.
    Targets(u32),
    /// A piece of data, by its transfer.
    Data(u64),
    /// The parts of a `MULTIPLE` request, by its number.
    Pairs(u64),
    /// The targets that are to be kept.
    Kept,
    /// Something about a drag.
    Drag(DragQuery),
}

/// What drags ask, by the window that it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DragQuery {
    /// Which window takes drags for it.
    Proxy(u32),
    /// Which version it speaks.
    Aware(u32),
    /// Which window is in it at a place.
    Child(u32),
    /// What it drags.
    Types(u32),
    /// What it would do with that.
    Actions(u32),
    /// Nothing: all that was said before is done. Not by a window, but by how often that
    /// was asked.
    Settled(u32),
}

/// An extension of the protocol that the window manager uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extension {
    /// `Composite`: windows have pixmaps of their own.
    Composite,
    /// `RANDR`: screens.
    Randr,
    /// `RENDER`: cursors with colours.
    Render,
    /// `SHAPE`: windows that are no rectangles.
    Shape,
    /// `SYNC`: counters of windows that say when they have drawn.
    Sync,
    /// `XFIXES`: owners of selections.
    Xfixes,
    /// `XTEST`: made-up input.
    Xtest,
    /// `X-Resource`: whose a window is.
    Res,
}

impl Extension {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Composite,
        Self::Randr,
        Self::Render,
        Self::Shape,
        Self::Sync,
        Self::Xfixes,
        Self::Xtest,
        Self::Res,
    ];

    /// Its name in the protocol.
    pub fn name(self) -> &'static str {
        match self {
            Self::Composite => "Composite",
            Self::Randr => "RANDR",
            Self::Render => "RENDER",
            Self::Shape => "SHAPE",
            Self::Sync => "SYNC",
            Self::Xfixes => "XFIXES",
            Self::Xtest => "XTEST",
            Self::Res => "X-Resource",
        }
    }
}
