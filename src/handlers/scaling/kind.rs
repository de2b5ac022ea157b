//! The interfaces that scaling sees.

use std::sync::LazyLock;

use crate::protocol::{InterfaceId, Tables};

/// What an interface is to this handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Registry,
    Output,
    XdgOutputManager,
    XdgOutput,
    Compositor,
    Region,
    Surface,
    Subcompositor,
    Subsurface,
    Viewporter,
    Viewport,
    FractionalManager,
    Fractional,
    Buffer,
    Pool,
    Params,
    Drm,
    OnePixel,
    WmBase,
    XdgSurface,
    Toplevel,
    Popup,
    ShellV5,
    SurfaceV5,
    PopupV5,
    Shell,
    ShellSurface,
    LayerShell,
    LayerSurface,
    Lock,
    LockSurface,
}

impl Kind {
    /// Whether requests of it come with frames, and are nothing to other surfaces.
    pub fn is_of_frames(self) -> bool {
        use Kind::{Buffer, Compositor, Drm, OnePixel, Params, Pool, Region, Surface};
        matches!(self, Buffer | Compositor | Drm | OnePixel | Params | Pool | Region | Surface)
    }
}

/// The interfaces that this handler sees. `zxdg_shell_v6` has xdg-shell's opcodes.
const INTERFACES: [(&str, Kind); 35] = [
    ("wl_registry", Kind::Registry),
    ("wl_output", Kind::Output),
    ("zxdg_output_manager_v1", Kind::XdgOutputManager),
    ("zxdg_output_v1", Kind::XdgOutput),
    ("wl_compositor", Kind::Compositor),
    ("wl_region", Kind::Region),
    ("wl_surface", Kind::Surface),
    ("wl_subcompositor", Kind::Subcompositor),
    ("wl_subsurface", Kind::Subsurface),
    ("wp_viewporter", Kind::Viewporter),
    ("wp_viewport", Kind::Viewport),
    ("wp_fractional_scale_manager_v1", Kind::FractionalManager),
    ("wp_fractional_scale_v1", Kind::Fractional),
    ("wl_buffer", Kind::Buffer),
    ("wl_shm_pool", Kind::Pool),
    ("zwp_linux_buffer_params_v1", Kind::Params),
    ("wl_drm", Kind::Drm),
    ("wp_single_pixel_buffer_manager_v1", Kind::OnePixel),
    ("xdg_wm_base", Kind::WmBase),
    ("xdg_surface", Kind::XdgSurface),
    ("xdg_toplevel", Kind::Toplevel),
    ("xdg_popup", Kind::Popup),
    ("zxdg_shell_v6", Kind::WmBase),
    ("zxdg_surface_v6", Kind::XdgSurface),
    ("zxdg_toplevel_v6", Kind::Toplevel),
    ("zxdg_popup_v6", Kind::Popup),
    ("xdg_shell", Kind::ShellV5),
    ("xdg_surface_v5", Kind::SurfaceV5),
    ("xdg_popup_v5", Kind::PopupV5),
    ("wl_shell", Kind::Shell),
    ("wl_shell_surface", Kind::ShellSurface),
    ("zwlr_layer_shell_v1", Kind::LayerShell),
    ("zwlr_layer_surface_v1", Kind::LayerSurface),
    ("ext_session_lock_v1", Kind::Lock),
    ("ext_session_lock_surface_v1", Kind::LockSurface),
];

/// Their names.
pub static NAMES: LazyLock<Vec<&str>> =
    LazyLock::new(|| INTERFACES.iter().map(|(name, _)| *name).collect());

/// Kinds by interface.
pub struct Kinds(Box<[Option<Kind>]>);

impl Kinds {
    /// Of all interfaces of the tables.
    pub fn new(tables: &Tables) -> Self {
        let mut kinds = vec![None; tables.len()].into_boxed_slice();
        for (name, kind) in INTERFACES {
            if let Some(place) = tables.find(name).and_then(|id| kinds.get_mut(id.index())) {
                *place = Some(kind);
            }
        }
        Self(kinds)
    }

    /// What an interface is.
    pub fn of(&self, interface: InterfaceId) -> Option<Kind> {
        self.0.get(interface.index()).copied().flatten()
    }
}
