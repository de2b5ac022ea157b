//! A transfer of the host's data from a pipe to an X program.
//!
//! Short data is sent as one property. Long data is sent in pieces (`INCR`, ICCCM 2.7.2):
//! carafe sets the next piece when the program has deleted the previous one, and reads the
//! pipe only then. This bounds the memory and slows the source down.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::{Errno, read};

use super::recode::Recode;
use super::server::{Conversion, NewProperty, PIECE, SelectionServer};

pub use super::data_out_of_x::TransferStep;

/// The state of the transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TransferStage {
    /// The data may still be short, so all of it is collected.
    Gathers,
    /// The program has not yet deleted the last piece, or the property that starts `INCR`.
    Set,
    /// The program has deleted the last piece.
    Taken,
}

/// A transfer to an X program.
pub struct DataIntoX {
    /// What the program asked for.
    pub conversion: Conversion,
    /// The `MULTIPLE` request that it is a part of.
    pub group: Option<u64>,
    /// Whether the program's request was answered.
    pub is_answered: bool,
    from: OwnedFd,
    /// The type of the property.
    kind: u32,
    recode: Recode,
    stage: TransferStage,
    gathered: Vec<u8>,
    /// The pipe's other end is closed.
    ended: bool,
    /// Ticks since the program last did something.
    pub idle: u32,
}

impl DataIntoX {
    /// Makes a transfer of data that was just asked for.
    pub fn new(conversion: Conversion, from: OwnedFd, kind: u32, recode: Recode) -> Self {
        Self {
            conversion,
            group: None,
            is_answered: false,
            from,
            kind,
            recode,
            stage: TransferStage::Gathers,
            gathered: Vec::new(),
            ended: false,
            idle: 0,
        }
    }

    /// The pipe from which the data comes.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.from.as_fd()
    }

    /// Whether the pipe should be read.
    pub fn waits_for_data(&self) -> bool {
        self.stage != TransferStage::Set && !self.ended
    }

    /// Whether it is the program's turn.
    pub fn waits_for_program(&self) -> bool {
        self.stage == TransferStage::Set
    }

    /// Reads from the pipe, if it has data.
    pub fn data(&mut self, x: &mut dyn SelectionServer) -> TransferStep {
        if !self.waits_for_data() {
            return TransferStep::Continues;
        }
        let mut piece = vec![0; PIECE];
        match read(&self.from, &mut piece) {
            Ok(0) => {
                self.ended = true;
                self.gathered.append(&mut self.recode.rest());
            }
            Ok(len) => {
                piece.truncate(len);
                self.gathered.append(&mut self.recode.piece(piece));
            }
            Err(Errno::AGAIN | Errno::INTR) => return TransferStep::Continues,
            Err(_) => self.ended = true,
        }
        match self.stage {
            TransferStage::Gathers if self.ended => {
                // All the data fits into one property.
                self.set(x);
                self.answer(true, x);
                TransferStep::Over
            }
            TransferStage::Gathers if self.gathered.len() >= PIECE => {
                // The data is too long for one property.
                self.begin(x);
                TransferStep::Continues
            }
            TransferStage::Taken if self.ended || !self.gathered.is_empty() => self.next(x),
            _ => TransferStep::Continues,
        }
    }

    /// Tells the program that the data is long and comes in pieces.
    fn begin(&mut self, x: &mut dyn SelectionServer) {
        let atoms = *x.atoms();
        x.watch_properties(self.conversion.requestor);
        // ICCCM 2.7.2 wants a lower bound of the size.
        let size = u32::try_from(self.gathered.len()).unwrap_or(u32::MAX).to_ne_bytes();
        let Conversion { requestor: window, property, .. } = self.conversion;
        x.write(NewProperty { window, property, kind: atoms.INCR, format: 32, data: &size });
        self.stage = TransferStage::Set;
        self.answer(true, x);
    }

    /// Goes on when the program has deleted the property.
    pub fn deleted(&mut self, x: &mut dyn SelectionServer) -> TransferStep {
        if self.stage != TransferStage::Set {
            return TransferStep::Continues;
        }
        self.idle = 0;
        self.stage = TransferStage::Taken;
        if self.gathered.is_empty() && !self.ended {
            // The next piece is set when more data has come.
            return TransferStep::Continues;
        }
        self.next(x)
    }

    /// Sets the next piece; the last piece is empty.
    fn next(&mut self, x: &mut dyn SelectionServer) -> TransferStep {
        let is_last = self.gathered.is_empty();
        self.set(x);
        if is_last {
            return TransferStep::Over;
        }
        self.stage = TransferStage::Set;
        TransferStep::Continues
    }

    fn set(&mut self, x: &mut dyn SelectionServer) {
        let Conversion { requestor: window, property, .. } = self.conversion;
        let data = std::mem::take(&mut self.gathered);
        x.write(NewProperty { window, property, kind: self.kind, format: 8, data: &data });
    }

    fn answer(&mut self, given: bool, x: &mut dyn SelectionServer) {
        self.is_answered = true;
        if self.group.is_none() {
            x.answer(self.conversion, given);
        }
    }
}
