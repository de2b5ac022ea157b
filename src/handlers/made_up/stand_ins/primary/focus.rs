//! Whether a client has the keyboard. Clients that only copy and paste have no `wl_keyboard`, so
//! carafe has one in their place.

use std::collections::{BTreeSet, HashMap};

use wayland_client::protocol::wl_seat::Capability;
use wayland_client::protocol::{wl_keyboard, wl_seat};

use crate::session::{Context, IdFault, Incoming, Refusal};

/// Bound on the client's seats, and on its keyboards.
const MAX_SEATS: usize = 64;

/// What tells of the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FocusSign {
    Enters,
    Leaves,
    /// The client destroys a keyboard.
    Released,
    Capabilities,
    /// The client makes a keyboard of a seat.
    GetKeyboard,
    SeatReleased,
}

/// A seat of the client's.
#[derive(Default)]
struct FocusSeat {
    has_keyboard: bool,
    /// The client has a keyboard itself.
    is_followed: bool,
    /// It has a device for the selection.
    is_wanted: bool,
    /// carafe's keyboard, by the host's id; 0 for none.
    own: u32,
}

/// The focus of one client.
#[derive(Default)]
pub struct KeyboardFocus {
    /// By the client's ids.
    seats: HashMap<u32, FocusSeat>,
    /// The keyboards that have it, by the host's ids.
    focused: BTreeSet<u32>,
}

impl KeyboardFocus {
    /// Whether the client has the keyboard.
    pub fn is_here(&self) -> bool {
        !self.focused.is_empty()
    }

    /// Handles a sign.
    ///
    /// # Errors
    /// [`Refusal`]: the arguments are wrong, or there are too many objects.
    pub fn handle(
        &mut self,
        sign: FocusSign,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let (id, peer) = (incoming.header.object, incoming.object.peer);
        match sign {
            FocusSign::Enters if self.focused.len() < MAX_SEATS => drop(self.focused.insert(id)),
            FocusSign::Enters => {}
            FocusSign::Leaves => drop(self.focused.remove(&id)),
            FocusSign::Released => drop(self.focused.remove(&peer)),
            FocusSign::Capabilities if peer == 0 => {}
            FocusSign::Capabilities => {
                let all = incoming.args().uint()?;
                self.change(peer, context, |seat| {
                    seat.has_keyboard = all & Capability::Keyboard.bits() != 0;
                })?;
            }
            FocusSign::GetKeyboard => self.change(id, context, |seat| seat.is_followed = true)?,
            FocusSign::SeatReleased => {
                if let Some(seat) = self.seats.remove(&id) {
                    self.release(&seat, context);
                }
            }
        }
        Ok(())
    }

    /// Handles that the client makes a device for the selection.
    ///
    /// # Errors
    /// [`IdFault`] when there are too many objects.
    pub fn wanted(&mut self, seat: u32, context: &mut Context<'_>) -> Result<(), IdFault> {
        self.change(seat, context, |seat| seat.is_wanted = true)
    }

    fn change(
        &mut self,
        id: u32,
        context: &mut Context<'_>,
        change: impl FnOnce(&mut FocusSeat),
    ) -> Result<(), IdFault> {
        if self.seats.len() >= MAX_SEATS && !self.seats.contains_key(&id) {
            return Ok(());
        }
        let seat = self.seats.entry(id).or_default();
        change(seat);
        if seat.is_followed {
            let before = FocusSeat { own: std::mem::take(&mut seat.own), ..FocusSeat::default() };
            self.release(&before, context);
        } else if seat.is_wanted && seat.has_keyboard && seat.own == 0 {
            seat.own = keyboard(id, context)?;
        }
        Ok(())
    }

    fn release(&mut self, seat: &FocusSeat, context: &mut Context<'_>) {
        let version = context.objects.host(seat.own).map_or(0, |own| own.versions.host());
        if seat.own != 0 && version >= wl_keyboard::REQ_RELEASE_SINCE {
            let opcode = wl_keyboard::REQ_RELEASE_OPCODE;
            context.to_host.make(seat.own, opcode, |request| request);
        }
        self.focused.remove(&seat.own);
    }
}

/// Makes a keyboard at the host, for carafe; 0 if there is no such seat.
fn keyboard(seat: u32, context: &mut Context<'_>) -> Result<u32, IdFault> {
    let found = (context.client_object(seat, "wl_seat"), context.tables.find("wl_keyboard"));
    let (Some(seat), Some(interface)) = found else {
        return Ok(0);
    };
    let own = context.objects.make_host_only(interface, seat.versions.host())?;
    let opcode = wl_seat::REQ_GET_KEYBOARD_OPCODE;
    context.to_host.make(seat.peer, opcode, |request| request.uint(own));
    Ok(own)
}
