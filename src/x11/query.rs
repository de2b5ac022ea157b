//! Requests to the server whose answers come later, in order.

use super::property::Property;

/// A request whose answer is awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Query {
    /// Nothing: this only keeps the count of requests in step with the server.
    Nothing,
    /// The number of the `n`th atom.
    Atom(usize),
    /// An extension.
    Extension(Extension),
    /// The last query of the start.
    Started,
    /// The names that were asked for are known now. Then other clients may connect.
    Ready,
    /// A window's property.
    Property(u32, Property),
    /// A part of a window's shape.
    Shape(u32, ShapeQuery),
    /// A window's depth.
    Depth(u32),
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
    /// The server has handled everything that was sent before. With the window for which carafe
    /// asked.
    Settled(u32),
    /// Whether a client has grabbed the keyboard. With the window for which carafe asked.
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
    /// The next name's atom.
    Atom,
    /// An atom's name.
    Name(u32),
    /// The targets of a selection's owner. With the window that receives them.
    Targets(u32),
    /// A piece of a transfer's data. With the number of the transfer.
    Data(u64),
    /// The parts of a `MULTIPLE` request. With the request's number.
    Pairs(u64),
    /// The targets that a program wants the clipboard manager to keep.
    Kept,
    /// Something about a drag.
    Drag(DragQuery),
}

/// The queries of drags. Most come with the window that they are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DragQuery {
    /// The window's `XdndProxy`.
    Proxy(u32),
    /// The window's XDND version.
    Aware(u32),
    /// The window's child at a place.
    Child(u32),
    /// The types of the dragged data.
    Types(u32),
    /// The actions of the drag.
    Actions(u32),
    /// The server has handled everything that was sent before. With the number of this query
    /// instead of a window.
    Settled(u32),
}

/// An extension of the protocol that the window manager uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extension {
    /// `Composite`: windows have pixmaps of their own.
    Composite,
    /// `RANDR`: screens.
    Randr,
    /// `RENDER`: cursors in colour.
    Render,
    /// `SHAPE`: windows that are not rectangles.
    Shape,
    /// `SYNC`: counters with which clients report that they have drawn.
    Sync,
    /// `XFIXES`: owners of selections.
    Xfixes,
    /// `XTEST`: synthetic input.
    Xtest,
    /// `X-Resource`: which client owns a window.
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
