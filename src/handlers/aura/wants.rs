//! The messages that the shell is told about.

use super::gtk::Request;
use crate::session::Want;

/// The meaning of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    Bind,
    SurfaceDestroyed,
    XdgSurface,
    XdgSurfaceDestroyed,
    Toplevel,
    ToplevelDestroyed,
    ShellSurface,
    /// A `wl_shell_surface` becomes a window.
    ShellRole,
    /// A window's application id.
    Named,
    Parent,
    Acknowledged,
    Attach,
    Commit,
    /// An object without any state is destroyed.
    Destroyed,
    MakeActivation,
    /// What a token is for.
    ActivationSays,
    ActivationCommit,
    ActivationDestroyed,
    Activate,
    Gtk(Request),
}

/// The active parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Awake(u8);

impl Awake {
    /// Ids and parents of windows.
    pub const WINDOWS: Self = Self(1);
    /// Buffers of windows that show nothing yet.
    pub const BUFFERS: Self = Self(2);
    /// Stand-ins with which the client speaks of its windows.
    pub const STAND_INS: Self = Self(4);
    /// The number of combinations.
    pub const SORTS: usize = 8;

    /// These parts, and another one or not.
    pub fn with(self, part: Self, is_on: bool) -> Self {
        Self(if is_on { self.0 | part.0 } else { self.0 & !part.0 })
    }

    fn has(self, part: Self) -> bool {
        self.0 & part.0 != 0
    }

    /// An index below [`SORTS`](Self::SORTS).
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

const fn gtk(interface: &'static str, name: &'static str, request: Request) -> Want<Token> {
    Want::request(interface, name, Token::Gtk(request))
}

const WINDOWS: [Want<Token>; 13] = [
    Want::request("xdg_wm_base", "get_xdg_surface", Token::XdgSurface),
    Want::request("xdg_surface", "get_toplevel", Token::Toplevel),
    Want::request("xdg_surface", "ack_configure", Token::Acknowledged),
    Want::request("xdg_surface", "destroy", Token::XdgSurfaceDestroyed),
    Want::request("xdg_toplevel", "set_app_id", Token::Named),
    Want::request("xdg_toplevel", "set_parent", Token::Parent),
    Want::request("xdg_toplevel", "destroy", Token::ToplevelDestroyed),
    Want::request("wl_shell", "get_shell_surface", Token::ShellSurface),
    Want::request("wl_shell_surface", "set_class", Token::Named),
    Want::request("wl_shell_surface", "set_toplevel", Token::ShellRole),
    Want::request("wl_shell_surface", "set_transient", Token::ShellRole),
    Want::request("wl_shell_surface", "set_fullscreen", Token::ShellRole),
    Want::request("wl_shell_surface", "set_maximized", Token::ShellRole),
];

const STAND_INS: [Want<Token>; 15] = [
    Want::request("xdg_activation_v1", "destroy", Token::Destroyed),
    Want::request("xdg_activation_v1", "get_activation_token", Token::MakeActivation),
    Want::request("xdg_activation_v1", "activate", Token::Activate),
    Want::request("xdg_activation_token_v1", "commit", Token::ActivationCommit),
    Want::request("xdg_activation_token_v1", "destroy", Token::ActivationDestroyed),
    Want::other_requests("xdg_activation_token_v1", Token::ActivationSays),
    gtk("gtk_shell1", "get_gtk_surface", Request::GetSurface),
    gtk("gtk_shell1", "set_startup_id", Request::SetStartupId),
    // The host has nothing for a bell, or for the program that starts another one.
    gtk("gtk_shell1", "system_bell", Request::Nothing),
    gtk("gtk_shell1", "notify_launch", Request::Nothing),
    gtk("gtk_surface1", "set_dbus_properties", Request::SetProperties),
    gtk("gtk_surface1", "present", Request::Present),
    gtk("gtk_surface1", "request_focus", Request::Focus),
    gtk("gtk_surface1", "release", Request::Release),
    // The host knows nothing of a window's menus, its modality or its title bar.
    Want::other_requests("gtk_surface1", Token::Gtk(Request::Nothing)),
];

/// The messages that these parts want to see.
pub fn wants(awake: Awake) -> Vec<Want<Token>> {
    let mut wants = vec![Want::request("wl_registry", "bind", Token::Bind)];
    if awake.has(Awake::WINDOWS) {
        wants.extend(WINDOWS);
    }
    if awake.has(Awake::STAND_INS) {
        wants.extend(STAND_INS);
    }
    if awake.has(Awake::WINDOWS.with(Awake::STAND_INS, true)) {
        wants.push(Want::request("wl_surface", "destroy", Token::SurfaceDestroyed));
    }
    if awake.has(Awake::BUFFERS) {
        wants.push(Want::request("wl_surface", "attach", Token::Attach));
        wants.push(Want::request("wl_surface", "commit", Token::Commit));
    }
    wants
}
