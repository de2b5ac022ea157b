//! Drags between X programs and the host (XDND, versions 3 to 5).
//!
//! For a drag of the host, a window of carafe is the source in X ([`DragIntoX`]). For a drag of an X
//! program, carafe makes a source at the host ([`DragOutOfX`]), and lets Xwayland see a made-up
//! pointer, so that the program goes on dragging in X and can drop on other X programs
//! directly.

mod icon;
mod into_x;
mod out_of_x;
mod pointer;
mod target;

use wayland_client::protocol::wl_data_device_manager::DndAction;
use x11rb_protocol::protocol::xproto::GetPropertyReply;
use x11rb_protocol::x11_utils::TryParse;

pub use into_x::DragIntoX;
pub use out_of_x::DragOutOfX;

use crate::x11::atoms::Atoms;

/// The version of XDND that carafe uses.
const XDND_VERSION: u32 = 5;

/// The oldest version that carafe understands.
const OLDEST: u32 = 3;

/// The host's actions.
const COPY: u32 = DndAction::Copy.bits();
const MOVE: u32 = DndAction::Move.bits();
const ASK: u32 = DndAction::Ask.bits();

/// The atom of one of the host's actions.
fn atom_of(action: u32, atoms: &Atoms) -> u32 {
    match action {
        MOVE => atoms.XdndActionMove,
        ASK => atoms.XdndActionAsk,
        _ => atoms.XdndActionCopy,
    }
}

/// The host's action for one of X's. An action that the host does not have becomes a copy.
fn action_of(atom: u32, atoms: &Atoms) -> u32 {
    match atom {
        _ if atom == atoms.XdndActionMove => MOVE,
        _ if atom == atoms.XdndActionAsk => ASK,
        _ => COPY,
    }
}

/// The first numbers in the answer with a property; `None` if it has none.
fn numbers(answer: Option<&[u8]>, most: usize) -> Option<Vec<u32>> {
    let (reply, _) = GetPropertyReply::try_parse(answer?).ok()?;
    Some(reply.value32()?.take(most).collect())
}

/// Packs a position as in XDND's messages.
fn packed((x, y): (i32, i32)) -> u32 {
    (x.cast_unsigned() & 0xffff) << 16 | y.cast_unsigned() & 0xffff
}

/// Unpacks a position of XDND's messages.
fn unpacked(place: u32) -> (i32, i32) {
    let signed = |half: u32| i32::from(u16::try_from(half & 0xffff).unwrap_or(0).cast_signed());
    (signed(place >> 16), signed(place))
}
