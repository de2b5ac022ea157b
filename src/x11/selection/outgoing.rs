//! Data of an X program on its way into a pipe of the host's.
//!
//! A piece of a property is read only when the one before is in the pipe: that bounds
//! the memory, and a slow reader slows the program down. After its last piece a property
//! is deleted, at which a program that sends bit by bit (`INCR`, ICCCM 2.7.2) sends more.
//!
//! The empty one at the end is left: no program waits for its end, and xclip takes any
//! property's for that of the transfer that it has begun since, and skips a bit.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::{Errno, write};
use x11rb_protocol::protocol::xproto::GetPropertyReply;

use super::recode::Recode;
use super::server::{Conversion, SelectionServer};
use crate::x11::compound_text::Decoder;
use crate::x11::query::SelectionQuery;

/// What is awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Await {
    /// The owner's answer.
    Owner,
    /// A piece of the property, which begins at that offset in units of four bytes.
    Piece(u32),
    /// Room in the pipe; then the piece at that offset, or what the owner sends next.
    Room(Option<u32>),
    /// The next bit of the owner's.
    Bit,
}

/// What comes of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It goes on.
    Continues,
    /// It is over, well or badly: the pipe is to be closed.
    Over,
}

/// See the module.
#[expect(clippy::struct_excessive_bools, reason = "each may be so without the others")]
pub struct Outgoing {
    /// Its number.
    pub token: u64,
    /// What was asked.
    pub conversion: Conversion,
    /// More than once.
    asked_again: bool,
    /// The window of the owner.
    pub owner: u32,
    to: OwnedFd,
    /// The reader is gone. The owner goes on all the same: some programs end when they
    /// lose a reader.
    is_lost: bool,
    /// Whether the type that is answered decides about the encoding.
    is_text: bool,
    recode: Recode,
    awaits: Await,
    /// It comes bit by bit.
    incremental: bool,
    /// The next bit is there before the last one is in the pipe.
    has_bit: bool,
    /// What is not yet in the pipe.
    left: Vec<u8>,
    /// The owner has said that this is all, bit by bit.
    ended: bool,
    /// Ticks since the owner did something.
    pub idle: u32,
}

impl Outgoing {
    /// For data that was just asked for.
    pub fn new(token: u64, conversion: Conversion, owner: u32, to: OwnedFd) -> Self {
        Self {
            token,
            conversion,
            asked_again: false,
            owner,
            to,
            is_lost: false,
            is_text: false,
            recode: Recode::Keep,
            awaits: Await::Owner,
            incremental: false,
            has_bit: false,
            left: Vec::new(),
            ended: false,
            idle: 0,
        }
    }

    /// For data that is all there, of nobody in X.
    pub fn given(token: u64, data: Vec<u8>, to: OwnedFd) -> Self {
        let nothing = Conversion { requestor: 0, selection: 0, target: 0, property: 0, time: 0 };
        Self { awaits: Await::Room(None), left: data, ..Self::new(token, nothing, 0, to) }
    }

    /// It is text by one of X's names that leave the encoding to the owner.
    #[must_use]
    pub fn text(self, is_text: bool) -> Self {
        Self { is_text, ..self }
    }

    /// Whether the pipe must have room before it goes on.
    pub fn waits_for_room(&self) -> bool {
        matches!(self.awaits, Await::Room(_))
    }

    /// Where the data goes.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.to.as_fd()
    }

    /// Whether the owner has not answered yet.
    pub fn waits_for_owner(&self) -> bool {
        self.awaits == Await::Owner
    }

    /// The owner has answered; `given`: with data.
    pub fn answered(&mut self, given: bool, x: &mut dyn SelectionServer) -> Step {
        if self.awaits != Await::Owner {
            return Step::Continues;
        }
        if !given {
            return Step::Over;
        }
        self.read(0, x);
        Step::Continues
    }

    /// The property was set.
    pub fn changed(&mut self, property: u32, x: &mut dyn SelectionServer) {
        if property != self.conversion.property || !self.incremental {
            return;
        }
        match self.awaits {
            Await::Bit => self.read(0, x),
            Await::Room(None) => self.has_bit = true,
            _ => {}
        }
    }

    fn read(&mut self, offset: u32, x: &mut dyn SelectionServer) {
        self.idle = 0;
        self.awaits = Await::Piece(offset);
        let Conversion { requestor, property, .. } = self.conversion;
        x.look(SelectionQuery::Data(self.token), requestor, property, offset);
    }

    /// The property was read; `INCR`: the owner sends more.
    fn delete(&self, x: &mut dyn SelectionServer) {
        x.remove_property(self.conversion.requestor, self.conversion.property);
    }

    /// A piece has come; `None`: the window is gone.
    pub fn piece(&mut self, reply: Option<GetPropertyReply>, x: &mut dyn SelectionServer) -> Step {
        let Await::Piece(offset) = self.awaits else { return Step::Continues };
        let Some(reply) = reply else { return Step::Over };
        self.idle = 0;
        let atoms = *x.atoms();
        if reply.type_ == atoms.INCR && !self.incremental {
            self.incremental = true;
            self.awaits = Await::Bit;
            self.delete(x);
            return Step::Continues;
        }
        let is_empty = reply.value.is_empty() && reply.bytes_after == 0;
        if self.incremental && is_empty && offset == 0 {
            self.ended = true;
            self.left = self.recode.rest();
            self.pour();
            return Step::Over;
        }
        let latin1 = u32::from(x11rb_protocol::protocol::xproto::AtomEnum::STRING);
        if self.is_text && self.recode == Recode::Keep {
            if reply.type_ == latin1 {
                self.recode = Recode::FromLatin1;
            } else if reply.type_ == atoms.COMPOUND_TEXT {
                self.recode = Recode::FromCompoundText(Decoder::default());
            }
        }
        let next = offset.saturating_add(u32::try_from(reply.value.len() / 4).unwrap_or(u32::MAX));
        self.awaits = Await::Room((reply.bytes_after > 0).then_some(next));
        if reply.bytes_after == 0 {
            self.delete(x);
        }
        self.left = self.recode.piece(reply.value);
        self.room(x)
    }

    /// The owner is gone: nothing more comes. Gives whether it is over at once.
    pub fn owner_gone(&mut self) -> bool {
        // What it has set is there still.
        self.incremental = false;
        matches!(self.awaits, Await::Owner | Await::Bit)
    }

    /// Whether the empty property at its end is still there.
    pub fn leaves_property(&self) -> bool {
        self.ended
    }

    /// Whether the owner owes nothing more: the window can be used again.
    pub fn is_clean(&self) -> bool {
        !self.asked_again && (self.ended || self.awaits == Await::Room(None) && !self.incremental)
    }

    /// The owner is asked once more: some programs hear nothing while they serve
    /// somebody else.
    pub fn ask_again(&mut self, x: &mut dyn SelectionServer) {
        self.asked_again = true;
        x.convert(self.conversion);
    }

    /// There may be room in the pipe.
    pub fn room(&mut self, x: &mut dyn SelectionServer) -> Step {
        let Await::Room(next) = self.awaits else { return Step::Continues };
        self.pour();
        if !self.left.is_empty() {
            return Step::Continues;
        }
        match next {
            Some(offset) => self.read(offset, x),
            None if std::mem::take(&mut self.has_bit) => self.read(0, x),
            None if self.incremental => self.awaits = Await::Bit,
            None => return Step::Over,
        }
        Step::Continues
    }

    /// Writes what the pipe takes.
    fn pour(&mut self) {
        while !self.left.is_empty() {
            if self.is_lost {
                return self.left.clear();
            }
            match write(&self.to, &self.left) {
                Ok(len) => drop(self.left.drain(..len)),
                Err(Errno::AGAIN) => return,
                Err(Errno::INTR) => {}
                Err(_) => self.is_lost = true,
            }
        }
    }
}
