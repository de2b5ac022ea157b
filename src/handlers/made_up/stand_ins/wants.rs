//! The messages that stand-ins see.

use super::gtk::Request;
use crate::session::Want;

/// What a message is to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    GetRegistry,
    Sync,
    Done,
    Bind,
    SurfaceDestroyed,
    /// An object without any state is gone.
    Destroyed,
    GetToken,
    /// What a token is for.
    TokenSays,
    TokenCommit,
    TokenDestroyed,
    Activate,
    ShapeOfPointer {
        is_pointer: bool,
    },
    SetShape,
    ShapeDestroyed,
    GetAlpha,
    SetAlpha,
    AlphaDestroyed,
    Gtk(Request),
}

/// Which messages are of interest.
#[derive(Clone, Copy)]
pub struct Awake {
    /// The host fills a registry.
    pub is_filling: bool,
    /// The client has bound one of them.
    pub is_used: bool,
}

impl Awake {
    /// How many sorts there are.
    pub const SORTS: usize = 4;

    /// Below [`SORTS`](Self::SORTS).
    pub fn index(self) -> usize {
        usize::from(self.is_filling) | usize::from(self.is_used) << 1
    }
}

const fn gtk(interface: &'static str, name: &'static str, request: Request) -> Want<Token> {
    Want::request(interface, name, Token::Gtk(request))
}

/// The requests to what is made up.
const USED: [Want<Token>; 26] = [
    Want::request("wl_surface", "destroy", Token::SurfaceDestroyed),
    Want::request("xdg_activation_v1", "destroy", Token::Destroyed),
    Want::request("xdg_activation_v1", "get_activation_token", Token::GetToken),
    Want::request("xdg_activation_v1", "activate", Token::Activate),
    Want::request("xdg_activation_token_v1", "commit", Token::TokenCommit),
    Want::request("xdg_activation_token_v1", "destroy", Token::TokenDestroyed),
    Want::other_requests("xdg_activation_token_v1", Token::TokenSays),
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
    gtk("gtk_shell1", "get_gtk_surface", Request::GetSurface),
    gtk("gtk_shell1", "set_startup_id", Request::SetStartupId),
    // Nothing of the host's stands for a bell, or for who starts whom.
    gtk("gtk_shell1", "system_bell", Request::Nothing),
    gtk("gtk_shell1", "notify_launch", Request::Nothing),
    gtk("gtk_surface1", "present", Request::Present),
    gtk("gtk_surface1", "request_focus", Request::RequestFocus),
    gtk("gtk_surface1", "release", Request::Release),
    // Of a window's menus, its modality and its title bar, the host knows nothing.
    Want::other_requests("gtk_surface1", Token::Gtk(Request::Nothing)),
    Want::request("wl_registry", "bind", Token::Bind),
    Want::request("wl_display", "get_registry", Token::GetRegistry),
];

/// Those, or only what leads to them.
pub fn wants(awake: Awake) -> Vec<Want<Token>> {
    let (of_all, of_unused) = (USED.as_slice(), USED.get(USED.len() - 2..).unwrap_or_default());
    let mut wants = if awake.is_used { of_all } else { of_unused }.to_vec();
    if awake.is_filling {
        wants.push(Want::request("wl_display", "sync", Token::Sync));
        wants.push(Want::event("wl_callback", "done", Token::Done));
    }
    wants
}
