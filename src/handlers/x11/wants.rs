//! The messages of an Xwayland's session that carafe acts on.

use std::sync::LazyLock;

use crate::session::Want;
use crate::x11::SelectionEvent;
use crate::x11::seat::Input;

/// The meaning of a message for this handler.
#[derive(Clone, Copy, Debug)]
pub enum Token {
    /// Xwayland binds a global.
    Bind,
    /// The host announces a global.
    Global,
    /// The host removes a global.
    GlobalRemove,
    /// Xwayland destroys an output.
    OutputReleased,
    /// Xwayland makes a `zxdg_output_v1`.
    GetXdgOutput,
    /// Xwayland destroys a `zxdg_output_v1`.
    XdgOutputDestroyed,
    /// An event of an output.
    Output,
    /// An event of a `zxdg_output_v1`.
    XdgOutput,
    /// Xwayland makes a surface.
    SurfaceCreated,
    /// Xwayland changes what a surface shows.
    Surface,
    /// Xwayland damages a surface.
    Damage,
    /// Xwayland destroys a surface.
    SurfaceDestroyed,
    /// A surface enters or leaves a screen.
    Entered {
        /// Whether it enters.
        is_there: bool,
    },
    /// Xwayland destroys a buffer.
    BufferDestroyed,
    /// Xwayland makes an `xwayland_surface_v1`.
    GetShellSurface,
    /// Xwayland destroys the `xwayland_shell_v1`.
    ShellDestroyed,
    /// Xwayland tells a surface's serial.
    SerialSet,
    /// Xwayland destroys an `xwayland_surface_v1`.
    ShellSurfaceDestroyed,
    /// An X program wants all keys.
    GrabKeyboard,
    /// Xwayland destroys the manager of keyboard grabs.
    GrabsDestroyed,
    /// An X program does not want all keys any more.
    GrabDestroyed,
    /// Xwayland makes an input device.
    DeviceMade,
    /// Xwayland sets a cursor's surface.
    CursorSet,
    /// An event of an input device.
    Input(Input),
    /// A message of a selection or a drag.
    Selection(SelectionEvent),
    /// An event of an object of the window manager's own.
    Role(RoleEvent),
    /// A `ChromeOS` host sets a window's place and size.
    AuraConfigure,
    /// A `ChromeOS` host tells a window's place.
    AuraMoved,
}

/// An event of an object that makes a surface a window.
#[derive(Clone, Copy, Debug)]
pub enum RoleEvent {
    /// `xdg_wm_base.ping`
    Ping,
    /// `xdg_surface.configure`
    SurfaceConfigure,
    /// `xdg_toplevel.configure`
    ToplevelConfigure,
    /// `xdg_toplevel.close`
    Close,
    /// `xdg_toplevel.wm_capabilities`
    Capabilities,
    /// `zxdg_toplevel_decoration_v1.configure`
    Decoration,
    /// `wl_callback.done`
    CallbackDone,
    /// `xdg_popup.configure`
    PopupConfigure,
    /// `xdg_popup.popup_done`
    PopupDone,
    /// `xdg_activation_token_v1.done`
    ActivationToken,
    /// `zwlr_layer_surface_v1.configure`
    LayerConfigure,
    /// `zwlr_layer_surface_v1.closed`
    LayerClosed,
}

const XWAYLAND: [Want<Token>; 28] = [
    Want::request("wl_registry", "bind", Token::Bind),
    Want::event("wl_registry", "global", Token::Global),
    Want::event("wl_registry", "global_remove", Token::GlobalRemove),
    Want::request("wl_output", "release", Token::OutputReleased),
    Want::request("zxdg_output_manager_v1", "get_xdg_output", Token::GetXdgOutput),
    Want::request("zxdg_output_v1", "destroy", Token::XdgOutputDestroyed),
    Want::other_events("wl_output", Token::Output),
    Want::other_events("zxdg_output_v1", Token::XdgOutput),
    Want::request("wl_compositor", "create_surface", Token::SurfaceCreated),
    Want::request("wl_surface", "attach", Token::Surface),
    Want::request("wl_surface", "damage", Token::Damage),
    Want::request("wl_surface", "set_input_region", Token::Surface),
    Want::request("wl_surface", "commit", Token::Surface),
    Want::request("wl_surface", "destroy", Token::SurfaceDestroyed),
    Want::event("wl_surface", "enter", Token::Entered { is_there: true }),
    Want::event("wl_surface", "leave", Token::Entered { is_there: false }),
    Want::request("wl_buffer", "destroy", Token::BufferDestroyed),
    Want::request("xwayland_shell_v1", "get_xwayland_surface", Token::GetShellSurface),
    Want::request("xwayland_shell_v1", "destroy", Token::ShellDestroyed),
    Want::request("xwayland_surface_v1", "set_serial", Token::SerialSet),
    Want::request("xwayland_surface_v1", "destroy", Token::ShellSurfaceDestroyed),
    Want::request("zwp_xwayland_keyboard_grab_manager_v1", "grab_keyboard", Token::GrabKeyboard),
    Want::request("zwp_xwayland_keyboard_grab_manager_v1", "destroy", Token::GrabsDestroyed),
    Want::request("zwp_xwayland_keyboard_grab_v1", "destroy", Token::GrabDestroyed),
    Want::request("wl_seat", "get_pointer", Token::DeviceMade),
    Want::request("wl_seat", "get_keyboard", Token::DeviceMade),
    Want::request("wl_seat", "get_touch", Token::DeviceMade),
    Want::request("wl_pointer", "set_cursor", Token::CursorSet),
];

const fn input(interface: &'static str, name: &'static str, input: Input) -> Want<Token> {
    Want::event(interface, name, Token::Input(input))
}

const INPUT: [Want<Token>; 16] = [
    input("wl_pointer", "enter", Input::PointerEnter),
    input("wl_pointer", "leave", Input::PointerLeave),
    input("wl_pointer", "motion", Input::PointerMotion),
    input("wl_pointer", "button", Input::PointerButton),
    Want::other_events("wl_pointer", Token::Input(Input::Pointer)),
    input("wl_keyboard", "enter", Input::KeyboardEnter),
    input("wl_keyboard", "leave", Input::KeyboardLeave),
    input("wl_keyboard", "key", Input::Key),
    Want::other_events("wl_keyboard", Token::Input(Input::Keyboard)),
    input("wl_touch", "down", Input::TouchDown),
    input("wl_touch", "up", Input::TouchUp),
    input("wl_touch", "motion", Input::TouchMotion),
    input("wl_touch", "cancel", Input::TouchCancel),
    input("zwp_tablet_tool_v2", "proximity_in", Input::ToolEnter),
    input("zwp_tablet_tool_v2", "proximity_out", Input::ToolLeave),
    input("zwp_tablet_tool_v2", "motion", Input::ToolMotion),
];

const fn role(interface: &'static str, name: &'static str, role: RoleEvent) -> Want<Token> {
    Want::event(interface, name, Token::Role(role))
}

const ROLE_EVENTS: [Want<Token>; 14] = [
    role("xdg_wm_base", "ping", RoleEvent::Ping),
    role("xdg_surface", "configure", RoleEvent::SurfaceConfigure),
    role("xdg_toplevel", "configure", RoleEvent::ToplevelConfigure),
    role("xdg_toplevel", "close", RoleEvent::Close),
    role("xdg_toplevel", "wm_capabilities", RoleEvent::Capabilities),
    role("zxdg_toplevel_decoration_v1", "configure", RoleEvent::Decoration),
    // Only carafe's own callbacks matter.
    role("wl_callback", "done", RoleEvent::CallbackDone).of_own(),
    role("xdg_popup", "configure", RoleEvent::PopupConfigure),
    role("xdg_popup", "popup_done", RoleEvent::PopupDone),
    role("xdg_activation_token_v1", "done", RoleEvent::ActivationToken),
    role("zwlr_layer_surface_v1", "configure", RoleEvent::LayerConfigure),
    role("zwlr_layer_surface_v1", "closed", RoleEvent::LayerClosed),
    Want::event("zaura_toplevel", "configure", Token::AuraConfigure),
    Want::event("zaura_toplevel", "origin_change", Token::AuraMoved),
];

/// All of them.
pub static WANTS: LazyLock<Vec<Want<Token>>> = LazyLock::new(|| {
    let selections = SelectionEvent::all()
        .map(|(interface, name, event)| Want::event(interface, name, Token::Selection(event)));
    XWAYLAND.into_iter().chain(INPUT).chain(ROLE_EVENTS).chain(selections).collect()
});
