//! The messages that scaling wants to see, and their meaning for it.

use std::sync::LazyLock;

use super::roles::RoleMessage;
use crate::session::Want;

/// The meaning of a message for this handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    Bind,
    Global,
    GlobalRemove,
    /// An event of an output.
    Output,
    XdgOutput,
    OutputReleased,
    GetXdgOutput,
    XdgOutputDestroyed,
    /// The client destroys an object, which may be one that only carafe knows.
    Destroyed,
    Frame(FrameRequest),
    /// A surface enters or leaves one of the host's outputs.
    Entered {
        is_there: bool,
    },
    PreferredBufferScale,
    GetSubsurface,
    SubsurfaceDestroyed,
    Position,
    GetViewport,
    Source,
    Destination,
    ViewportDestroyed,
    GetFractional,
    FractionalDestroyed,
    PreferredScale,
    Role(RoleMessage),
}

/// A request that comes with frames, and is nothing to other surfaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameRequest {
    CreateRegion,
    CompositorReleased,
    BufferScale,
    OpaqueRegion,
    Callback,
    Commit,
    SurfaceDestroyed,
}

/// The messages of outputs and surfaces.
const CONTENT: [Want<Token>; 35] = [
    Want::request("wl_registry", "bind", Token::Bind).may_wait(),
    Want::event("wl_registry", "global", Token::Global),
    Want::event("wl_registry", "global_remove", Token::GlobalRemove),
    Want::request("wl_output", "release", Token::OutputReleased),
    Want::event("wl_output", "geometry", Token::Output),
    Want::event("wl_output", "mode", Token::Output),
    Want::event("wl_output", "scale", Token::Output),
    Want::event("wl_output", "done", Token::Output),
    Want::request("zxdg_output_manager_v1", "get_xdg_output", Token::GetXdgOutput),
    Want::request("zxdg_output_manager_v1", "destroy", Token::Destroyed),
    Want::request("zxdg_output_v1", "destroy", Token::XdgOutputDestroyed),
    Want::event("zxdg_output_v1", "logical_position", Token::XdgOutput),
    Want::event("zxdg_output_v1", "logical_size", Token::XdgOutput),
    Want::event("zxdg_output_v1", "done", Token::XdgOutput),
    Want::request("wl_compositor", "create_region", Token::Frame(FrameRequest::CreateRegion)),
    Want::request("wl_compositor", "release", Token::Frame(FrameRequest::CompositorReleased)),
    Want::request("wl_surface", "set_buffer_scale", Token::Frame(FrameRequest::BufferScale)),
    Want::request("wl_surface", "set_opaque_region", Token::Frame(FrameRequest::OpaqueRegion)),
    Want::request("wl_surface", "commit", Token::Frame(FrameRequest::Commit)),
    Want::request("wl_surface", "destroy", Token::Frame(FrameRequest::SurfaceDestroyed)),
    Want::request("wl_surface", "frame", Token::Frame(FrameRequest::Callback)),
    Want::event("wl_surface", "enter", Token::Entered { is_there: true }),
    Want::event("wl_surface", "leave", Token::Entered { is_there: false }),
    Want::event("wl_surface", "preferred_buffer_scale", Token::PreferredBufferScale),
    Want::request("wl_subcompositor", "get_subsurface", Token::GetSubsurface),
    Want::request("wl_subsurface", "destroy", Token::SubsurfaceDestroyed),
    Want::request("wl_subsurface", "set_position", Token::Position),
    Want::request("wp_viewporter", "get_viewport", Token::GetViewport),
    Want::request("wp_viewport", "set_source", Token::Source),
    Want::request("wp_viewport", "set_destination", Token::Destination),
    Want::request("wp_viewport", "destroy", Token::ViewportDestroyed),
    Want::request("wp_fractional_scale_manager_v1", "get_fractional_scale", Token::GetFractional),
    Want::request("wp_fractional_scale_manager_v1", "destroy", Token::Destroyed),
    Want::request("wp_fractional_scale_v1", "destroy", Token::FractionalDestroyed),
    Want::event("wp_fractional_scale_v1", "preferred_scale", Token::PreferredScale),
];

const fn role(interface: &'static str, name: &'static str, role: RoleMessage) -> Want<Token> {
    Want::request(interface, name, Token::Role(role))
}

const fn configure(interface: &'static str, before: usize) -> Want<Token> {
    Want::event(interface, "configure", Token::Role(RoleMessage::Configure { before }))
}

/// The messages of roles outside xdg-shell: old protocols that programs still use, layers, locks.
const OTHER_ROLES: [Want<Token>; 7] = [
    configure("wl_shell_surface", 1),
    role("xdg_shell", "get_xdg_popup", RoleMessage::OldPopup),
    configure("xdg_surface_v5", 0),
    role("xdg_surface_v5", "set_window_geometry", RoleMessage::Geometry),
    role("zwlr_layer_surface_v1", "set_size", RoleMessage::LayerSize),
    configure("zwlr_layer_surface_v1", 1),
    configure("ext_session_lock_surface_v1", 1),
];

/// The interfaces of xdg-shell and of its predecessor, which have the same messages.
const XDG_SHELLS: [[&str; 3]; 2] = [
    ["xdg_surface", "xdg_toplevel", "xdg_popup"],
    ["zxdg_surface_v6", "zxdg_toplevel_v6", "zxdg_popup_v6"],
];

fn xdg_shell([surface, toplevel, popup]: [&'static str; 3]) -> [Want<Token>; 8] {
    [
        role(surface, "get_toplevel", RoleMessage::Toplevel),
        role(surface, "set_window_geometry", RoleMessage::Geometry),
        role(surface, "ack_configure", RoleMessage::Ack),
        role(toplevel, "set_min_size", RoleMessage::MinSize),
        role(toplevel, "set_max_size", RoleMessage::MaxSize),
        role(toplevel, "destroy", RoleMessage::ToplevelDestroyed),
        configure(toplevel, 0),
        configure(popup, 2),
    ]
}

/// All of them.
pub static WANTS: LazyLock<Vec<Want<Token>>> = LazyLock::new(|| {
    let xdg_shells = XDG_SHELLS.into_iter().flat_map(xdg_shell);
    CONTENT.into_iter().chain(OTHER_ROLES).chain(xdg_shells).collect()
});
