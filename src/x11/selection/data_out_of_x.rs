//! A transfer of an X program's data into a pipe of the host.
//!
//! carafe reads the next piece of a property only when the previous one is in the pipe. This
//! bounds the memory, and a slow reader slows the program down. After the last piece carafe
//! deletes the property; a program that uses `INCR` (ICCCM 2.7.2) then sends the next one.
//!
//! carafe does not delete the empty property that ends `INCR`. No program waits for that, and
//! xclip would take the deletion for one of a newer transfer, and leave out a piece there.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::{Errno, write};
use x11rb_protocol::protocol::xproto::GetPropertyReply;

use super::recode::Recode;
use super::server::{Conversion, SelectionServer};
use crate::x11::compound_text::Decoder;
use crate::x11::query::SelectionQuery;

/// What the transfer waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TransferWait {
    /// The owner's answer.
    Owner,
    /// A piece of the property at this offset, in units of four bytes.
    Piece(u32),
    /// Room in the pipe. Then it reads the piece at this offset, or waits for the owner.
    Room(Option<u32>),
    /// The owner's next property of an `INCR` transfer.
    Bit,
}

/// The result of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferStep {
    /// The transfer goes on.
    Continues,
    /// The transfer has ended, with or without success; close the pipe.
    Over,
}

/// A transfer from an X program.
#[expect(clippy::struct_excessive_bools, reason = "each may be so without the others")]
pub struct DataOutOfX {
    /// Its number.
    pub token: u64,
    /// What carafe asked for.
    pub conversion: Conversion,
    /// Whether carafe has asked more than once.
    asked_again: bool,
    /// The window of the owner.
    pub owner: u32,
    to: OwnedFd,
    /// The reader is gone. The transfer goes on, because some programs end when their reader
    /// goes away.
    is_lost: bool,
    /// Whether the type of the owner's answer tells the encoding.
    is_text: bool,
    recode: Recode,
    awaits: TransferWait,
    /// The owner uses `INCR`.
    incremental: bool,
    /// The owner has set the next property before the last one was in the pipe.
    has_bit: bool,
    /// Data that is not in the pipe yet.
    left: Vec<u8>,
    /// The owner has ended an `INCR` transfer.
    ended: bool,
    /// Ticks since the owner last did something.
    pub idle: u32,
}

impl DataOutOfX {
    /// Makes a transfer of data that was just asked for.
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
            awaits: TransferWait::Owner,
            incremental: false,
            has_bit: false,
            left: Vec::new(),
            ended: false,
            idle: 0,
        }
    }

    /// Makes a transfer of data that carafe has itself.
    pub fn given(token: u64, data: Vec<u8>, to: OwnedFd) -> Self {
        let nothing = Conversion { requestor: 0, selection: 0, target: 0, property: 0, time: 0 };
        Self { awaits: TransferWait::Room(None), left: data, ..Self::new(token, nothing, 0, to) }
    }

    /// Sets whether the target leaves the encoding to the owner.
    #[must_use]
    pub fn text(self, is_text: bool) -> Self {
        Self { is_text, ..self }
    }

    /// Whether it waits for room in the pipe.
    pub fn waits_for_room(&self) -> bool {
        matches!(self.awaits, TransferWait::Room(_))
    }

    /// The pipe into which the data goes.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.to.as_fd()
    }

    /// Whether the owner has not answered yet.
    pub fn waits_for_owner(&self) -> bool {
        self.awaits == TransferWait::Owner
    }

    /// Handles the owner's answer; `given` if it has data.
    pub fn answered(&mut self, given: bool, x: &mut dyn SelectionServer) -> TransferStep {
        if self.awaits != TransferWait::Owner {
            return TransferStep::Continues;
        }
        if !given {
            return TransferStep::Over;
        }
        self.read(0, x);
        TransferStep::Continues
    }

    /// Notes that the owner has set a property.
    pub fn changed(&mut self, property: u32, x: &mut dyn SelectionServer) {
        if property != self.conversion.property || !self.incremental {
            return;
        }
        match self.awaits {
            TransferWait::Bit => self.read(0, x),
            TransferWait::Room(None) => self.has_bit = true,
            _ => {}
        }
    }

    fn read(&mut self, offset: u32, x: &mut dyn SelectionServer) {
        self.idle = 0;
        self.awaits = TransferWait::Piece(offset);
        let Conversion { requestor, property, .. } = self.conversion;
        x.look(SelectionQuery::Data(self.token), requestor, property, offset);
    }

    /// Deletes the property, because it was read; with `INCR` the owner then sends more.
    fn delete(&self, x: &mut dyn SelectionServer) {
        x.remove_property(self.conversion.requestor, self.conversion.property);
    }

    /// Takes a piece of the property; `None` if the window is gone.
    pub fn piece(
        &mut self,
        reply: Option<GetPropertyReply>,
        x: &mut dyn SelectionServer,
    ) -> TransferStep {
        let TransferWait::Piece(offset) = self.awaits else { return TransferStep::Continues };
        let Some(reply) = reply else { return TransferStep::Over };
        self.idle = 0;
        let atoms = *x.atoms();
        if reply.type_ == atoms.INCR && !self.incremental {
            self.incremental = true;
            self.awaits = TransferWait::Bit;
            self.delete(x);
            return TransferStep::Continues;
        }
        let is_empty = reply.value.is_empty() && reply.bytes_after == 0;
        if self.incremental && is_empty && offset == 0 {
            self.ended = true;
            self.left = self.recode.rest();
            self.pour();
            return TransferStep::Over;
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
        self.awaits = TransferWait::Room((reply.bytes_after > 0).then_some(next));
        if reply.bytes_after == 0 {
            self.delete(x);
        }
        self.left = self.recode.piece(reply.value);
        self.room(x)
    }

    /// Notes that the owner is gone. Returns whether the transfer ends at once.
    pub fn owner_gone(&mut self) -> bool {
        // A property that it has set still exists, and can be read.
        self.incremental = false;
        matches!(self.awaits, TransferWait::Owner | TransferWait::Bit)
    }

    /// Whether the empty property that ends `INCR` still exists.
    pub fn leaves_property(&self) -> bool {
        self.ended
    }

    /// Whether the owner will set no more properties, so that the window can be used again.
    pub fn is_clean(&self) -> bool {
        !self.asked_again
            && (self.ended || self.awaits == TransferWait::Room(None) && !self.incremental)
    }

    /// Asks the owner once more: some programs ignore requests while they serve another one.
    pub fn ask_again(&mut self, x: &mut dyn SelectionServer) {
        self.asked_again = true;
        x.convert(self.conversion);
    }

    /// Goes on if the pipe has room.
    pub fn room(&mut self, x: &mut dyn SelectionServer) -> TransferStep {
        let TransferWait::Room(next) = self.awaits else { return TransferStep::Continues };
        self.pour();
        if !self.left.is_empty() {
            return TransferStep::Continues;
        }
        match next {
            Some(offset) => self.read(offset, x),
            None if std::mem::take(&mut self.has_bit) => self.read(0, x),
            None if self.incremental => self.awaits = TransferWait::Bit,
            None => return TransferStep::Over,
        }
        TransferStep::Continues
    }

    /// Writes as much as the pipe takes.
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
