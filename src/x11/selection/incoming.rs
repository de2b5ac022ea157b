//! Data of the host's on its way from a pipe to an X program.
//!
//! What is short comes as one property. What is long comes bit by bit (`INCR`,
//! ICCCM 2.7.2): the next bit is set when the program has deleted the one before, and the
//! pipe is read only then, which bounds the memory and slows the source down.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::{Errno, read};

use super::recode::Recode;
use super::server::{Conversion, NewProperty, PIECE, SelectionServer};

pub use super::outgoing::Step;

/// Where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// It may yet be short: all of it is gathered.
    Gathers,
    /// The program has the last bit and has not deleted it; or it is asked to begin.
    Set,
    /// The program has deleted the last bit.
    Taken,
}

/// See the module.
pub struct Incoming {
    /// What the program asked.
    pub conversion: Conversion,
    /// The `MULTIPLE` request that it is a part of.
    pub group: Option<u64>,
    /// Whether the program was told that it has begun.
    pub is_answered: bool,
    from: OwnedFd,
    /// The type that the data is said to have.
    kind: u32,
    recode: Recode,
    stage: Stage,
    gathered: Vec<u8>,
    /// The pipe's other end is closed.
    ended: bool,
    /// Ticks since the program did something.
    pub idle: u32,
}

impl Incoming {
    /// For data that was just asked for.
    pub fn new(conversion: Conversion, from: OwnedFd, kind: u32, recode: Recode) -> Self {
        Self {
            conversion,
            group: None,
            is_answered: false,
            from,
            kind,
            recode,
            stage: Stage::Gathers,
            gathered: Vec::new(),
            ended: false,
            idle: 0,
        }
    }

    /// Where the data comes from.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.from.as_fd()
    }

    /// Whether the pipe is to be read.
    pub fn waits_for_data(&self) -> bool {
        self.stage != Stage::Set && !self.ended
    }

    /// Whether it is the program's turn.
    pub fn waits_for_program(&self) -> bool {
        self.stage == Stage::Set
    }

    /// The pipe may have data.
    pub fn data(&mut self, x: &mut dyn SelectionServer) -> Step {
        if !self.waits_for_data() {
            return Step::Continues;
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
            Err(Errno::AGAIN | Errno::INTR) => return Step::Continues,
            Err(_) => self.ended = true,
        }
        match self.stage {
            Stage::Gathers if self.ended => {
                self.set(x);
                self.answer(true, x);
                Step::Over
            }
            Stage::Gathers if self.gathered.len() >= PIECE => {
                self.begin(x);
                Step::Continues
            }
            Stage::Taken if self.ended || !self.gathered.is_empty() => self.next(x),
            _ => Step::Continues,
        }
    }

    /// It is long: the program is told to take it bit by bit.
    fn begin(&mut self, x: &mut dyn SelectionServer) {
        let atoms = *x.atoms();
        x.watch_properties(self.conversion.requestor);
        // A lower bound of the size is all that is known.
        let size = u32::try_from(self.gathered.len()).unwrap_or(u32::MAX).to_ne_bytes();
        let Conversion { requestor: window, property, .. } = self.conversion;
        x.write(NewProperty { window, property, kind: atoms.INCR, format: 32, data: &size });
        self.stage = Stage::Set;
        self.answer(true, x);
    }

    /// The program has deleted the property.
    pub fn deleted(&mut self, x: &mut dyn SelectionServer) -> Step {
        if self.stage != Stage::Set {
            return Step::Continues;
        }
        self.idle = 0;
        self.stage = Stage::Taken;
        if self.gathered.is_empty() && !self.ended {
            return Step::Continues;
        }
        self.next(x)
    }

    /// Sets the next bit; the last one is empty.
    fn next(&mut self, x: &mut dyn SelectionServer) -> Step {
        let is_last = self.gathered.is_empty();
        self.set(x);
        if is_last {
            return Step::Over;
        }
        self.stage = Stage::Set;
        Step::Continues
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
