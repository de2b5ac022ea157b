//! The messages that stand-ins want to see.

use super::primary::{FocusSign, PrimaryRequest};
use crate::session::Want;

/// The meaning of a message for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    GetRegistry,
    Sync,
    Done,
    Bind,
    SurfaceDestroyed,
    /// An object without any state is destroyed.
    Destroyed,
    ShapeOfPointer {
        is_pointer: bool,
    },
    SetShape,
    ShapeDestroyed,
    /// The client shows a cursor of its own.
    CursorSet,
    /// The scale of one of carafe's own outputs.
    OutputScale,
    GetAlpha,
    SetAlpha,
    AlphaDestroyed,
    Primary(PrimaryRequest),
    /// The client gets the keyboard, or loses it.
    Focus(FocusSign),
}

/// Which messages are wanted now.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each may be so without the others")]
pub struct Awake {
    /// The host is filling a registry.
    pub is_filling: bool,
    /// The client has bound a stand-in.
    pub is_used: bool,
    /// The client has cursors of the user's theme.
    pub has_themed: bool,
    /// The client was shown the primary selection.
    pub has_primary: bool,
}

impl Awake {
    /// The number of combinations.
    pub const SORTS: usize = 16;

    /// An index below [`SORTS`](Self::SORTS).
    pub fn index(self) -> usize {
        usize::from(self.is_filling)
            | usize::from(self.is_used) << 1
            | usize::from(self.has_primary) << 2
            | usize::from(self.has_themed) << 3
    }
}

const fn primary(part: &'static str, name: &'static str, request: PrimaryRequest) -> Want<Token> {
    Want::request(part, name, Token::Primary(request))
}

const PRIMARY_MANAGER: &str = "zwp_primary_selection_device_manager_v1";
const PRIMARY_DEVICE: &str = "zwp_primary_selection_device_v1";
const PRIMARY_SOURCE: &str = "zwp_primary_selection_source_v1";
const PRIMARY_OFFER: &str = "zwp_primary_selection_offer_v1";

/// The requests to stand-ins.
const USED: [Want<Token>; 21] = [
    Want::request("wl_surface", "destroy", Token::SurfaceDestroyed),
    Want::request("wp_cursor_shape_manager_v1", "destroy", Token::Destroyed),
    Want::request(
        "wp_cursor_shape_manager_v1",
        "get_pointer",
        Token::ShapeOfPointer { is_pointer: true },
    ),
    Want::request(
        "wp_cursor_shape_manager_v1",
        "get_tablet_tool_v2",
        Token::ShapeOfPointer { is_pointer: false },
    ),
    Want::request("wp_cursor_shape_device_v1", "set_shape", Token::SetShape),
    Want::request("wp_cursor_shape_device_v1", "destroy", Token::ShapeDestroyed),
    Want::request("wp_alpha_modifier_v1", "destroy", Token::Destroyed),
    Want::request("wp_alpha_modifier_v1", "get_surface", Token::GetAlpha),
    Want::request("wp_alpha_modifier_surface_v1", "set_multiplier", Token::SetAlpha),
    Want::request("wp_alpha_modifier_surface_v1", "destroy", Token::AlphaDestroyed),
    primary(PRIMARY_MANAGER, "create_source", PrimaryRequest::CreateSource),
    primary(PRIMARY_MANAGER, "get_device", PrimaryRequest::GetDevice),
    Want::request(PRIMARY_MANAGER, "destroy", Token::Destroyed),
    primary(PRIMARY_DEVICE, "set_selection", PrimaryRequest::SetSelection),
    primary(PRIMARY_DEVICE, "destroy", PrimaryRequest::DestroyDevice),
    primary(PRIMARY_SOURCE, "offer", PrimaryRequest::OfferType),
    primary(PRIMARY_SOURCE, "destroy", PrimaryRequest::DestroySource),
    primary(PRIMARY_OFFER, "receive", PrimaryRequest::Receive),
    primary(PRIMARY_OFFER, "destroy", PrimaryRequest::DestroyOffer),
    Want::request("wl_registry", "bind", Token::Bind),
    Want::request("wl_display", "get_registry", Token::GetRegistry),
];

/// All of them, or only those that lead to them.
pub fn wants(awake: Awake) -> Vec<Want<Token>> {
    let (of_all, of_unused) = (USED.as_slice(), USED.get(USED.len() - 2..).unwrap_or_default());
    let mut wants = if awake.is_used { of_all } else { of_unused }.to_vec();
    if awake.is_filling {
        wants.push(Want::request("wl_display", "sync", Token::Sync));
        wants.push(Want::event("wl_callback", "done", Token::Done));
    }
    if awake.has_themed {
        wants.push(Want::request("wl_pointer", "set_cursor", Token::CursorSet));
        wants.push(Want::event("wl_output", "scale", Token::OutputScale).of_own());
    }
    if awake.has_primary {
        wants.extend([
            Want::event("wl_keyboard", "enter", Token::Focus(FocusSign::Enters)),
            Want::event("wl_keyboard", "leave", Token::Focus(FocusSign::Leaves)),
            Want::request("wl_keyboard", "release", Token::Focus(FocusSign::Released)),
            Want::event("wl_seat", "capabilities", Token::Focus(FocusSign::Capabilities)),
            Want::request("wl_seat", "get_keyboard", Token::Focus(FocusSign::GetKeyboard)),
            Want::request("wl_seat", "release", Token::Focus(FocusSign::SeatReleased)),
        ]);
    }
    wants
}
