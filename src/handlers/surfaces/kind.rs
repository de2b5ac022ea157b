//! The interfaces that the book is written from.

use std::sync::LazyLock;

use crate::protocol::{InterfaceId, Tables};

/// What an interface is to the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Compositor,
    Region,
    Surface,
    Subcompositor,
    Subsurface,
    Viewporter,
    Viewport,
    Buffer,
    Pool,
    Params,
    Drm,
    OnePixel,
}

const INTERFACES: [(&str, Kind); 12] = [
    ("wl_compositor", Kind::Compositor),
    ("wl_region", Kind::Region),
    ("wl_surface", Kind::Surface),
    ("wl_subcompositor", Kind::Subcompositor),
    ("wl_subsurface", Kind::Subsurface),
    ("wp_viewporter", Kind::Viewporter),
    ("wp_viewport", Kind::Viewport),
    ("wl_buffer", Kind::Buffer),
    ("wl_shm_pool", Kind::Pool),
    ("zwp_linux_buffer_params_v1", Kind::Params),
    ("wl_drm", Kind::Drm),
    ("wp_single_pixel_buffer_manager_v1", Kind::OnePixel),
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
