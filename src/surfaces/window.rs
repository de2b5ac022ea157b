//! What a client says of its windows, besides their content.

/// What a window's next commit may change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WindowSizes {
    /// `xdg_surface.set_window_geometry`: x, y, width and height; `None` if the client sets none.
    pub geometry: Option<[i32; 4]>,
    /// `xdg_toplevel.set_min_size`; zeros for no limit.
    pub min: (i32, i32),
    /// `xdg_toplevel.set_max_size`.
    pub max: (i32, i32),
}

/// What holds as soon as the client has said it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WindowDescription {
    /// `xdg_toplevel.set_title`, as the client wrote it.
    pub title: Vec<u8>,
    /// `xdg_toplevel.set_app_id`.
    pub app_id: Vec<u8>,
    /// Whether the client wants it maximized.
    pub is_maximized: bool,
    /// The `wl_output` on which the client wants it fullscreen; 0 lets the host choose.
    pub fullscreen: Option<u32>,
}
