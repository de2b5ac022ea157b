//! The flattened protocol tables that the engine reads.

mod building;

use std::collections::HashMap;
use std::sync::OnceLock;

use super::coordinates::{Coordinate, Coordinates, Rows};
use super::globals;
use crate::wire::{FdKind, FdSet};

/// Index of an interface in [`Tables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InterfaceId(u16);

impl InterfaceId {
    /// `wl_display`, always the first.
    pub const DISPLAY: Self = Self(0);

    /// The index as a number, below [`Tables::len`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// For [`Tables::by_number`].
    #[inline]
    pub fn number(self) -> u16 {
        self.0
    }
}

/// One argument of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arg {
    /// Signed 32-bit integer.
    Int,
    /// Unsigned 32-bit integer.
    Uint,
    /// Signed 24.8 fixed-point number.
    Fixed,
    /// String; `true` when it may be null.
    Str(bool),
    /// Existing object of an interface (`None`: of any); `true` when it may
    /// be null.
    Object(Option<InterfaceId>, bool),
    /// New object; `None` when the message itself names interface and version
    /// in the string and the uint before it (`wl_registry.bind`).
    NewId(Option<InterfaceId>),
    /// Array of bytes.
    Array,
    /// File descriptor; takes no bytes in the message.
    Fd(FdKind),
}

/// An argument at a fixed offset that is rewritten when the message is forwarded.
#[derive(Clone, Copy, Debug)]
pub struct Rewrite {
    /// Its offset in bytes after the header.
    pub offset: u16,
    /// What it is.
    pub what: RewriteKind,
}

/// The kind of a rewritten argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RewriteKind {
    /// As [`Arg::Object`].
    Object(Option<InterfaceId>, bool),
    /// As [`Arg::NewId`].
    NewId(Option<InterfaceId>),
    /// A coordinate, which only a session with a scale rewrites.
    Coordinate(Coordinate),
}

/// An effect of a message that its arguments do not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Special {
    /// Nothing.
    None,
    /// It frees an id (`wl_display.delete_id`): its argument is an id, although its type is
    /// `uint`.
    DeletesId,
    /// It gives a surface a new buffer (`wl_surface.attach`).
    Attaches,
    /// It shows the buffer (`wl_surface.commit`): a frame.
    Commits,
}

/// A request or event.
#[derive(Debug)]
pub struct Message {
    /// Its name in the protocol.
    pub name: &'static str,
    /// The first version of the interface that has it.
    pub since: u32,
    /// Whether it destroys its object.
    pub destructor: bool,
    /// An effect that the arguments do not show.
    pub special: Special,
    /// Its arguments in order.
    pub args: Box<[Arg]>,
    /// How many of them are descriptors.
    pub fds: u8,
    /// Length of the arguments in bytes, if it is constant.
    pub fixed_len: Option<u16>,
    /// With `fixed_len`: the arguments that hold ids, existing objects before new ones, so
    /// that a message with a wrong object is refused before it creates one.
    pub ids: &'static [Rewrite],
    /// The arguments that are coordinates, if any; only in tables [with coordinates].
    ///
    /// [with coordinates]: Tables::with_coordinates
    pub coordinates: Option<Box<Coordinates>>,
}

impl Message {
    fn plan(&self) -> Plan {
        let rewrites = match &self.coordinates {
            // The tables are built once and live as long as the process.
            Some(coordinates) => [self.ids, &coordinates.fixed].concat().leak(),
            None => self.ids,
        };
        Plan {
            len: match self.fixed_len {
                Some(len) if self.fds == 0 => len + 8,
                _ => 0,
            },
            since: u16::try_from(self.since).unwrap_or(u16::MAX),
            has_effects: self.destructor
                || matches!(self.special, Special::DeletesId | Special::Commits)
                || !rewrites.is_empty(),
            destructor: self.destructor,
            is_frame: self.special == Special::Commits,
            special: match self.special {
                Special::DeletesId => Special::DeletesId,
                _ => Special::None,
            },
            rewrites,
        }
    }
}

/// What the forwarding loop needs to know about a plain message: one of constant length
/// and without descriptors. It is read for every forwarded message, so it is small and
/// separate from [`Message`].
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Length of the whole message in bytes, header included; 0 if the message is not plain.
    pub len: u16,
    /// The first version of the interface that has it.
    pub since: u16,
    /// Whether the loop must look at the fields below at all.
    pub has_effects: bool,
    /// As [`Message::destructor`].
    pub destructor: bool,
    /// Whether it shows new content; statistics count these.
    pub is_frame: bool,
    /// As [`Message::special`]. Attaches and commits appear only in
    /// [`Tables::steady_plans`].
    pub special: Special,
    /// The arguments to rewrite.
    pub rewrites: &'static [Rewrite],
}

/// An interface.
#[derive(Debug)]
pub struct Interface {
    /// Its name in the protocol.
    pub name: &'static str,
    /// The highest version known here.
    pub version: u32,
    /// Requests by opcode.
    pub requests: Box<[Message]>,
    /// Events by opcode.
    pub events: Box<[Message]>,
    /// The requests' plans, by opcode.
    pub request_plans: Box<[Plan]>,
    /// The events' plans, by opcode.
    pub event_plans: Box<[Plan]>,
    /// The kinds of descriptors that its messages carry, and those of all objects that are
    /// created through it.
    pub fds: FdSet,
}

impl Interface {
    /// The opcode of the event of that name.
    pub fn event(&self, name: &str) -> Option<u16> {
        let opcode = self.events.iter().position(|event| event.name == name);
        opcode.and_then(|opcode| u16::try_from(opcode).ok())
    }
}

/// All interfaces that carafe knows.
#[derive(Debug)]
pub struct Tables {
    interfaces: Vec<Interface>,
    by_name: HashMap<&'static str, InterfaceId>,
    /// `wl_buffer`.
    buffer: Option<InterfaceId>,
    steady_plans: Box<[Plan]>,
}

type Source = &'static wayland_backend::protocol::Interface;

impl Tables {
    /// The tables, built on first use.
    pub fn get() -> &'static Self {
        static TABLES: OnceLock<Tables> = OnceLock::new();
        TABLES.get_or_init(|| Self::build(&globals::all(), None))
    }

    /// The tables with [`Message::coordinates`], for sessions with a scale. They are separate
    /// because most processes never need them.
    pub fn with_coordinates() -> &'static Self {
        static TABLES: OnceLock<Tables> = OnceLock::new();
        TABLES.get_or_init(|| Self::build(&globals::all(), Some(&Rows::read())))
    }

    /// Tables of other protocols, for tests.
    #[cfg(test)]
    pub fn of(roots: &[Source]) -> &'static Self {
        Box::leak(Box::new(Self::build(roots, None)))
    }

    /// `wl_buffer`.
    pub fn buffer(&self) -> Option<InterfaceId> {
        self.buffer
    }

    /// The plans of `wl_surface`'s requests for a surface that is steady: its handlers need
    /// not see the next frame.
    pub fn steady_plans(&self) -> &[Plan] {
        &self.steady_plans
    }

    /// The interface behind an id.
    #[inline]
    #[expect(clippy::indexing_slicing, reason = "ids come only from these tables")]
    pub fn interface(&self, id: InterfaceId) -> &Interface {
        &self.interfaces[id.index()]
    }

    /// The interface with that [number](InterfaceId::number), if there is one.
    pub fn by_number(&self, number: u16) -> Option<InterfaceId> {
        (usize::from(number) < self.interfaces.len()).then_some(InterfaceId(number))
    }

    /// The interface of that name.
    pub fn find(&self, name: &str) -> Option<InterfaceId> {
        self.by_name.get(name).copied()
    }

    /// How many interfaces there are.
    pub fn len(&self) -> usize {
        self.interfaces.len()
    }

    /// Whether there is no interface; never true.
    pub fn is_empty(&self) -> bool {
        self.interfaces.is_empty()
    }

    /// All interfaces.
    pub fn iter(&self) -> impl Iterator<Item = &Interface> {
        self.interfaces.iter()
    }
}
