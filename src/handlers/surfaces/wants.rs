//! The messages from which the book is written.

use std::sync::LazyLock;

use crate::session::Want;
use crate::surfaces::SurfaceRole;

/// The meaning of a message for the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    Bind,
    CreateSurface,
    Attach,
    Damage,
    DamageBuffer,
    BufferScale,
    BufferTransform,
    Offset,
    OpaqueRegion,
    InputRegion,
    Commit,
    SurfaceDestroyed,
    CreateRegion,
    RegionChanged {
        adds: bool,
    },
    RegionDestroyed,
    GetViewport,
    Source,
    Destination,
    ViewportDestroyed,
    GetSubsurface,
    SubsurfaceDestroyed,
    Position,
    Restack {
        is_above: bool,
    },
    SetSync {
        is_sync: bool,
    },
    /// An object is made for a surface, which says its role later.
    XdgSurface,
    /// The same says the role.
    XdgRole(SurfaceRole),
    /// An object is made that gives a surface its role.
    Role(SurfaceRole),
    /// xdg-shell's version 5 makes a popup from a surface.
    OldPopup,
    Parent,
    /// A popup is on a layer surface.
    LayerPopup,
    RoleDestroyed,
    Geometry,
    Title,
    AppId,
    MinSize,
    MaxSize,
    Maximized {
        is_wanted: bool,
    },
    Fullscreen {
        is_wanted: bool,
    },
    CreatePool,
    PoolResized,
    PoolDestroyed,
    PoolBuffer,
    DrmBuffer {
        has_name: bool,
    },
    OnePixel,
    BufferDestroyed,
    ParamsAdd,
    /// The host is asked to make a buffer.
    ParamsCreate,
    ParamsCreateImmed,
    ParamsCreated,
    ParamsDestroyed,
}

/// Where nobody reads the book yet.
pub static ASLEEP: &[Want<Token>] = &[Want::request("wl_registry", "bind", Token::Bind)];

/// For surfaces and buffers whose memory the session does not read.
const OF_SURFACES: &[Want<Token>] = &[
    Want::request("wl_compositor", "create_surface", Token::CreateSurface),
    Want::request("wl_surface", "attach", Token::Attach),
    Want::request("wl_surface", "damage", Token::Damage),
    Want::request("wl_surface", "damage_buffer", Token::DamageBuffer),
    Want::request("wl_surface", "set_buffer_scale", Token::BufferScale),
    Want::request("wl_surface", "set_buffer_transform", Token::BufferTransform),
    Want::request("wl_surface", "offset", Token::Offset),
    Want::request("wl_surface", "set_opaque_region", Token::OpaqueRegion),
    Want::request("wl_surface", "set_input_region", Token::InputRegion),
    Want::request("wl_surface", "commit", Token::Commit),
    Want::request("wl_surface", "destroy", Token::SurfaceDestroyed),
    Want::request("wl_compositor", "create_region", Token::CreateRegion),
    Want::request("wl_region", "add", Token::RegionChanged { adds: true }),
    Want::request("wl_region", "subtract", Token::RegionChanged { adds: false }),
    Want::request("wl_region", "destroy", Token::RegionDestroyed),
    Want::request("wp_viewporter", "get_viewport", Token::GetViewport),
    Want::request("wp_viewport", "set_source", Token::Source),
    Want::request("wp_viewport", "set_destination", Token::Destination),
    Want::request("wp_viewport", "destroy", Token::ViewportDestroyed),
    Want::request("wl_subcompositor", "get_subsurface", Token::GetSubsurface),
    Want::request("wl_subsurface", "destroy", Token::SubsurfaceDestroyed),
    Want::request("wl_subsurface", "set_position", Token::Position),
    Want::request("wl_subsurface", "place_above", Token::Restack { is_above: true }),
    Want::request("wl_subsurface", "place_below", Token::Restack { is_above: false }),
    Want::request("wl_subsurface", "set_sync", Token::SetSync { is_sync: true }),
    Want::request("wl_subsurface", "set_desync", Token::SetSync { is_sync: false }),
    Want::request("xdg_wm_base", "get_xdg_surface", Token::XdgSurface),
    Want::request("xdg_surface", "get_toplevel", Token::XdgRole(SurfaceRole::Toplevel)),
    Want::request("xdg_surface", "get_popup", Token::XdgRole(SurfaceRole::Popup)),
    Want::request("xdg_surface", "destroy", Token::RoleDestroyed),
    Want::request("xdg_toplevel", "set_parent", Token::Parent),
    Want::request("xdg_toplevel", "destroy", Token::RoleDestroyed),
    Want::request("xdg_popup", "destroy", Token::RoleDestroyed),
    Want::request("zxdg_shell_v6", "get_xdg_surface", Token::XdgSurface),
    Want::request("zxdg_surface_v6", "get_toplevel", Token::XdgRole(SurfaceRole::Toplevel)),
    Want::request("zxdg_surface_v6", "get_popup", Token::XdgRole(SurfaceRole::Popup)),
    Want::request("zxdg_surface_v6", "destroy", Token::RoleDestroyed),
    Want::request("zxdg_toplevel_v6", "set_parent", Token::Parent),
    Want::request("zxdg_toplevel_v6", "destroy", Token::RoleDestroyed),
    Want::request("zxdg_popup_v6", "destroy", Token::RoleDestroyed),
    Want::request("wl_shell", "get_shell_surface", Token::XdgSurface),
    Want::request("xdg_shell", "get_xdg_surface", Token::Role(SurfaceRole::Toplevel)),
    Want::request("xdg_shell", "get_xdg_popup", Token::OldPopup),
    Want::request("xdg_surface_v5", "set_parent", Token::Parent),
    Want::request("xdg_surface_v5", "destroy", Token::RoleDestroyed),
    Want::request("xdg_popup_v5", "destroy", Token::RoleDestroyed),
    Want::request("zwlr_layer_shell_v1", "get_layer_surface", Token::Role(SurfaceRole::Layer)),
    Want::request("zwlr_layer_surface_v1", "get_popup", Token::LayerPopup),
    Want::request("zwlr_layer_surface_v1", "destroy", Token::RoleDestroyed),
    Want::request("ext_session_lock_v1", "get_lock_surface", Token::Role(SurfaceRole::Lock)),
    Want::request("ext_session_lock_surface_v1", "destroy", Token::RoleDestroyed),
    Want::request("wl_buffer", "destroy", Token::BufferDestroyed),
    Want::request("wl_shm_pool", "create_buffer", Token::PoolBuffer),
    Want::request("zwp_linux_buffer_params_v1", "create", Token::ParamsCreate),
    Want::request("zwp_linux_buffer_params_v1", "create_immed", Token::ParamsCreateImmed),
    Want::request("zwp_linux_buffer_params_v1", "destroy", Token::ParamsDestroyed),
    Want::event("zwp_linux_buffer_params_v1", "created", Token::ParamsCreated),
    Want::request("wl_drm", "create_buffer", Token::DrmBuffer { has_name: true }),
    Want::request("wl_drm", "create_planar_buffer", Token::DrmBuffer { has_name: true }),
    Want::request("wl_drm", "create_prime_buffer", Token::DrmBuffer { has_name: false }),
    Want::request("wp_single_pixel_buffer_manager_v1", "create_u32_rgba_buffer", Token::OnePixel),
];

/// For reading shared memory, and for the fences of dma-bufs.
const OF_MEMORY: [Want<Token>; 4] = [
    Want::request("wl_shm", "create_pool", Token::CreatePool),
    Want::request("wl_shm_pool", "resize", Token::PoolResized),
    Want::request("wl_shm_pool", "destroy", Token::PoolDestroyed),
    Want::request("zwp_linux_buffer_params_v1", "add", Token::ParamsAdd),
];

/// What a client says of a window, by its `xdg_surface` and its `xdg_toplevel`. The old version of
/// xdg-shell has the same messages.
const fn of_window(surface: &'static str, toplevel: &'static str) -> [Want<Token>; 9] {
    [
        Want::request(surface, "set_window_geometry", Token::Geometry),
        Want::request(toplevel, "set_title", Token::Title),
        Want::request(toplevel, "set_app_id", Token::AppId),
        Want::request(toplevel, "set_min_size", Token::MinSize),
        Want::request(toplevel, "set_max_size", Token::MaxSize),
        Want::request(toplevel, "set_maximized", Token::Maximized { is_wanted: true }),
        Want::request(toplevel, "unset_maximized", Token::Maximized { is_wanted: false }),
        Want::request(toplevel, "set_fullscreen", Token::Fullscreen { is_wanted: true }),
        Want::request(toplevel, "unset_fullscreen", Token::Fullscreen { is_wanted: false }),
    ]
}

/// For sessions that do not read the client's shared memory.
pub static WITHOUT_MEMORY: LazyLock<Vec<Want<Token>>> = LazyLock::new(|| {
    let windows = of_window("xdg_surface", "xdg_toplevel");
    let old_windows = of_window("zxdg_surface_v6", "zxdg_toplevel_v6");
    OF_SURFACES.iter().copied().chain(windows).chain(old_windows).collect()
});

/// All of them.
pub static WITH_MEMORY: LazyLock<Vec<Want<Token>>> =
    LazyLock::new(|| WITHOUT_MEMORY.iter().copied().chain(OF_MEMORY).collect());
