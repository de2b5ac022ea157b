//! All running transfers, and whose turn it is. What one of them does, also with `INCR`, is in
//! `data_into_x.rs` and `data_out_of_x.rs`.

mod pipes;

use std::collections::{HashMap, VecDeque};
use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

use rustix::io::ioctl_fionbio;
use x11rb_protocol::protocol::xproto::GetPropertyReply;

use super::data_into_x::DataIntoX;
use super::data_out_of_x::{DataOutOfX, TransferStep};
use super::server::SelectionServer;
use crate::foreign::Relays;
use pipes::{Readiness, TransferPipes};

/// Bound on the transfers to X programs, and to one program; each holds one piece and one
/// descriptor.
const MAX_INCOMING: usize = 128;
const MAX_OF_PROGRAM: usize = 48;

/// Bound on the transfers from X programs.
const MAX_OUTGOING: usize = 128;

/// Bound on the windows that are kept because data may still arrive there.
const MAX_LATE: usize = 256;

/// A transfer ends when the X program does nothing for this many ticks: half a minute, as in
/// GTK.
const IDLE_TICKS: u32 = 6;

/// An answered part of a `MULTIPLE` request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MultiplePart {
    /// The `MULTIPLE` request.
    pub group: u64,
    /// The property of the part.
    pub property: u32,
    /// Whether there is data.
    pub given: bool,
}

/// All running transfers.
pub struct Transfers {
    /// The relays between the pipes here and those of other programs. A call on another
    /// program's pipe may block, and all X programs depend on this thread.
    pub relays: Relays,
    pipes: TransferPipes,
    incoming: HashMap<u64, DataIntoX>,
    outgoing: HashMap<u64, DataOutOfX>,
    last: u64,
    /// Free windows for data of X programs.
    windows: Vec<u32>,
    /// Such windows where data may still arrive.
    late_windows: VecDeque<u32>,
}

impl Transfers {
    /// Makes an empty set.
    ///
    /// # Errors
    /// When the kernel has no descriptors left.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            relays: Relays::default(),
            pipes: TransferPipes::new()?,
            incoming: HashMap::new(),
            outgoing: HashMap::new(),
            last: 0,
            windows: Vec::new(),
            late_windows: VecDeque::new(),
        })
    }

    /// The descriptor to poll: it is readable when a transfer can go on.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.pipes.fd()
    }

    /// A new number for a transfer or a `MULTIPLE` request.
    pub fn token(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// Whether one more transfer to a program is allowed.
    pub fn has_room(&self, requestor: u32) -> bool {
        // The upper bits of an id name its client; X servers give each client 21 bits of ids.
        let client = |id: u32| id & !0x001f_ffff;
        let of_program =
            |incoming: &&DataIntoX| client(incoming.conversion.requestor) == client(requestor);
        self.incoming.len() < MAX_INCOMING
            && self.incoming.values().filter(of_program).count() < MAX_OF_PROGRAM
    }

    /// Adds a transfer to an X program. Returns the part of a `MULTIPLE` request that ends so.
    pub fn add_incoming(&mut self, incoming: DataIntoX) -> Option<MultiplePart> {
        let _ = ioctl_fionbio(incoming.fd(), true);
        // A program that uses a property again has given up the previous transfer to it.
        let place = |c: &DataIntoX| (c.conversion.requestor, c.conversion.property);
        let same = self.incoming.iter().find(|(_, other)| place(other) == place(&incoming));
        let same = same.map(|(token, _)| *token);
        let ended = same.and_then(|token| self.drop_incoming(token));
        let token = self.token();
        self.incoming.insert(token, incoming);
        self.watch(token);
        self.tick();
        ended
    }

    /// A window for one more transfer from an X program; `None` if there are too many.
    pub fn window(&mut self, parent: u32, x: &mut dyn SelectionServer) -> Option<u32> {
        if self.outgoing.len() >= MAX_OUTGOING {
            return None;
        }
        let window = self.windows.pop().unwrap_or_else(|| x.create_window(Some(parent)));
        (window != 0).then_some(window)
    }

    /// Adds a transfer from an X program.
    pub fn add_outgoing(&mut self, outgoing: DataOutOfX) {
        let _ = ioctl_fionbio(outgoing.fd(), true);
        let token = outgoing.token;
        self.outgoing.insert(token, outgoing);
        self.watch(token);
        self.tick();
    }

    /// Sends carafe's own data into a pipe, if one more transfer is allowed.
    pub fn give(&mut self, data: Vec<u8>, to: OwnedFd) {
        if self.outgoing.len() < MAX_OUTGOING {
            let token = self.token();
            self.add_outgoing(DataOutOfX::given(token, data, to));
        }
    }

    /// Whether a transfer from an X program still runs.
    pub fn is_under_way(&self, token: u64) -> bool {
        self.outgoing.contains_key(&token)
    }

    /// Goes on with all transfers that can. Returns the parts of `MULTIPLE` requests that were
    /// answered.
    pub fn ready(&mut self, x: &mut dyn SelectionServer) -> Vec<MultiplePart> {
        let (tokens, ticked) = self.pipes.ready();
        let mut parts = if ticked { self.ticked(x) } else { Vec::new() };
        for token in tokens {
            if let Some(outgoing) = self.outgoing.get_mut(&token) {
                let step = outgoing.room(x);
                self.outgoing_stepped(token, step, x);
            } else {
                parts.extend(self.incoming_step(token, x, DataIntoX::data));
            }
        }
        parts
    }

    /// Does a step of a transfer to an X program.
    fn incoming_step(
        &mut self,
        token: u64,
        x: &mut dyn SelectionServer,
        step: impl FnOnce(&mut DataIntoX, &mut dyn SelectionServer) -> TransferStep,
    ) -> Option<MultiplePart> {
        let incoming = self.incoming.get_mut(&token)?;
        let before = incoming.is_answered;
        let step = step(incoming, x);
        let property = incoming.conversion.property;
        let answered = !before && incoming.is_answered;
        let part = incoming.group.filter(|_| answered);
        let part = part.map(|group| MultiplePart { group, property, given: true });
        if step == TransferStep::Over {
            self.drop_incoming(token);
        } else {
            self.watch(token);
        }
        part
    }

    fn drop_incoming(&mut self, token: u64) -> Option<MultiplePart> {
        self.unwatch(token);
        let incoming = self.incoming.remove(&token)?;
        self.tick();
        let property = incoming.conversion.property;
        let group = incoming.group.filter(|_| !incoming.is_answered)?;
        Some(MultiplePart { group, property, given: false })
    }

    fn outgoing_stepped(&mut self, token: u64, step: TransferStep, x: &mut dyn SelectionServer) {
        if step == TransferStep::Continues {
            return self.watch(token);
        }
        self.unwatch(token);
        if let Some(outgoing) = self.outgoing.remove(&token) {
            self.window_free(&outgoing, x);
            if outgoing.is_clean() {
                // The owner is alive, but has served another transfer until now.
                let others = self.outgoing.values_mut();
                others.filter(|from| from.owner == outgoing.owner).for_each(|from| from.idle = 0);
            }
            self.ask_next(outgoing.owner, x);
        }
        self.tick();
    }

    /// Asks an owner again for the transfer that has waited longest.
    fn ask_next(&mut self, owner: u32, x: &mut dyn SelectionServer) {
        let of_owner = self.outgoing.values_mut().filter(|from| from.owner == owner);
        let waiting = of_owner.filter(|from| from.waits_for_owner());
        if let Some(oldest) = waiting.min_by_key(|from| from.token) {
            oldest.ask_again(x);
        }
    }

    /// Frees a transfer's window for the next one, unless data may still arrive there. Such a
    /// window is destroyed late, because some programs end when it vanishes.
    fn window_free(&mut self, outgoing: &DataOutOfX, x: &mut dyn SelectionServer) {
        let window = outgoing.conversion.requestor;
        if window == 0 {
            return;
        }
        let mut is_free = outgoing.is_clean();
        if outgoing.leaves_property() {
            if self.outgoing.values().any(|from| from.owner == outgoing.owner) {
                // The owner could take the deletion for that of another transfer's property.
                is_free = false;
            } else {
                x.remove_property(window, outgoing.conversion.property);
            }
        }
        if is_free {
            return self.windows.push(window);
        }
        self.late_windows.push_back(window);
        if self.late_windows.len() > MAX_LATE
            && let Some(window) = self.late_windows.pop_front()
        {
            x.destroy_window(window);
        }
    }

    /// Handles an owner's answer.
    pub fn answered(&mut self, window: u32, given: bool, x: &mut dyn SelectionServer) {
        self.outgoing_step(window, x, |outgoing, x| outgoing.answered(given, x));
    }

    fn outgoing_step(
        &mut self,
        window: u32,
        x: &mut dyn SelectionServer,
        step: impl FnOnce(&mut DataOutOfX, &mut dyn SelectionServer) -> TransferStep,
    ) {
        let found = self.outgoing.values_mut().find(|from| from.conversion.requestor == window);
        if let Some(outgoing) = found {
            let (token, step) = (outgoing.token, step(outgoing, x));
            self.outgoing_stepped(token, step, x);
        }
    }

    /// Takes a piece of an owner's data.
    pub fn piece(
        &mut self,
        token: u64,
        reply: Option<GetPropertyReply>,
        x: &mut dyn SelectionServer,
    ) {
        if let Some(outgoing) = self.outgoing.get_mut(&token) {
            let step = outgoing.piece(reply, x);
            self.outgoing_stepped(token, step, x);
        }
    }

    /// Notes that a property was set.
    pub fn property_set(&mut self, window: u32, property: u32, x: &mut dyn SelectionServer) {
        if self.late_windows.contains(&window) {
            // Delete it, so that the owner goes on and can serve other requests.
            return x.remove_property(window, property);
        }
        self.outgoing_step(window, x, |outgoing, x| {
            outgoing.changed(property, x);
            TransferStep::Continues
        });
    }

    /// Notes that a property was deleted.
    pub fn property_deleted(
        &mut self,
        window: u32,
        property: u32,
        x: &mut dyn SelectionServer,
    ) -> Option<MultiplePart> {
        let found = self.incoming.iter().find(|(_, incoming)| {
            (incoming.conversion.requestor, incoming.conversion.property) == (window, property)
        });
        let token = *found?.0;
        self.incoming_step(token, x, DataIntoX::deleted)
    }

    /// Ends the transfers of a window that is gone. Returns the parts of `MULTIPLE` requests that
    /// end so.
    pub fn window_gone(&mut self, window: u32, x: &mut dyn SelectionServer) -> Vec<MultiplePart> {
        let to = self.incoming.iter().filter(|(_, to)| to.conversion.requestor == window);
        let to: Vec<u64> = to.map(|(token, _)| *token).collect();
        let parts = to.into_iter().filter_map(|token| self.drop_incoming(token)).collect();
        let from = self.outgoing.values().filter(|from| from.owner == window);
        let from: Vec<u64> = from.map(|from| from.token).collect();
        for token in from {
            // Data that has already arrived is still written to the reader.
            if self.outgoing.get_mut(&token).is_some_and(DataOutOfX::owner_gone) {
                self.outgoing_stepped(token, TransferStep::Over, x);
            }
        }
        parts
    }

    /// Updates whether a transfer's pipe is watched.
    fn watch(&mut self, token: u64) {
        if let Some(outgoing) = self.outgoing.get(&token) {
            let wanted = outgoing.waits_for_room().then_some(Readiness::Room);
            self.pipes.watch(token, outgoing.fd(), wanted);
        } else if let Some(incoming) = self.incoming.get(&token) {
            let wanted = incoming.waits_for_data().then_some(Readiness::Data);
            self.pipes.watch(token, incoming.fd(), wanted);
        }
    }

    fn unwatch(&mut self, token: u64) {
        let outgoing = self.outgoing.get(&token).map(DataOutOfX::fd);
        let fd = outgoing.or_else(|| self.incoming.get(&token).map(DataIntoX::fd));
        if let Some(fd) = fd {
            self.pipes.watch(token, fd, None);
        }
    }

    /// Runs the timer while there are transfers.
    fn tick(&mut self) {
        self.pipes.tick(!self.incoming.is_empty() || !self.outgoing.is_empty());
    }

    fn ticked(&mut self, x: &mut dyn SelectionServer) -> Vec<MultiplePart> {
        let mut lost = Vec::new();
        for (token, incoming) in &mut self.incoming {
            let waits = incoming.waits_for_program();
            if late(&mut incoming.idle, waits) {
                lost.push(*token);
            }
        }
        let mut stuck = Vec::new();
        for (token, outgoing) in &mut self.outgoing {
            let waits = !outgoing.waits_for_room();
            if late(&mut outgoing.idle, waits) {
                stuck.push(*token);
            }
        }
        let owners = self.outgoing.values().filter(|from| from.waits_for_owner());
        let mut owners: Vec<u32> = owners.map(|from| from.owner).collect();
        owners.dedup();
        owners.retain(|owner| {
            let of_owner = |from: &&DataOutOfX| from.owner == *owner;
            self.outgoing.values().filter(of_owner).all(DataOutOfX::waits_for_owner)
        });
        for owner in owners {
            self.ask_next(owner, x);
        }
        for token in stuck {
            tracing::debug!("an X11 program does not send the data that it offered");
            self.outgoing_stepped(token, TransferStep::Over, x);
        }
        lost.into_iter().filter_map(|token| self.drop_incoming(token)).collect()
    }
}

/// Counts one more tick if the transfer waits. Returns whether it has waited too long.
fn late(idle: &mut u32, waits: bool) -> bool {
    *idle = if waits { *idle + 1 } else { 0 };
    *idle > IDLE_TICKS
}
