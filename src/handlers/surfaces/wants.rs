//! The messages that the book is written from.

use crate::session::Want;

/// What a message is to the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
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
    /// The client makes a buffer: its id, so many other words, its size.
    BufferMade {
        between: usize,
    },
    OnePixel,
    BufferDestroyed,
    /// The host is asked to make a buffer.
    ParamsCreate,
    ParamsCreated,
    ParamsDestroyed,
}

/// All of them.
pub static WANTS: &[Want<Token>] = &[
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
    Want::request("wl_buffer", "destroy", Token::BufferDestroyed),
    Want::request("wl_shm_pool", "create_buffer", Token::BufferMade { between: 1 }),
    Want::request("zwp_linux_buffer_params_v1", "create", Token::ParamsCreate),
    Want::request("zwp_linux_buffer_params_v1", "create_immed", Token::BufferMade { between: 0 }),
    Want::request("zwp_linux_buffer_params_v1", "destroy", Token::ParamsDestroyed),
    Want::event("zwp_linux_buffer_params_v1", "created", Token::ParamsCreated),
    Want::request("wl_drm", "create_buffer", Token::BufferMade { between: 1 }),
    Want::request("wl_drm", "create_planar_buffer", Token::BufferMade { between: 1 }),
    Want::request("wl_drm", "create_prime_buffer", Token::BufferMade { between: 0 }),
    Want::request("wp_single_pixel_buffer_manager_v1", "create_u32_rgba_buffer", Token::OnePixel),
];
