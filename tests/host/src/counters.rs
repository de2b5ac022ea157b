//! Counters of what clients have sent so far.

use std::collections::HashSet;

use serde_json::{Value, json};
use smithay::reexports::wayland_server::backend::ObjectId;

use crate::content::Kind;

/// Counts of everything.
#[derive(Debug, Default)]
pub struct Counters {
    /// Accepted connections.
    pub clients: u64,
    /// `wl_surface.commit`.
    pub commits: u64,
    /// `wl_surface.attach` with a buffer.
    pub attaches: u64,
    /// `wl_surface.frame`.
    pub frame_requests: u64,
    /// `wl_callback.done` for frames.
    pub frame_callbacks: u64,
    /// `wp_presentation_feedback.presented`.
    pub presented: u64,
    /// Turns of the frame clock.
    pub frames: u64,
    /// `wl_surface.damage` and `.damage_buffer`.
    pub damage: Damage,
    /// `wl_shm.create_pool`.
    pub pools_created: u64,
    /// `wl_shm_pool.destroy`, and pools of clients that have disconnected.
    pub pools_destroyed: u64,
    /// Size of all pools since the start, in bytes.
    pub pool_bytes_ever: u64,
    /// `wl_shm_pool.create_buffer`.
    pub shm_buffers_created: u64,
    /// Buffers from `zwp_linux_buffer_params_v1` that were accepted.
    pub dmabufs_imported: u64,
    /// Those that were refused, apart from protocol errors.
    pub dmabufs_refused: u64,
    /// `xdg_activation_v1.activate` with a good token.
    pub activations: u64,
    /// Those whose token was for an action of the user.
    pub activations_deserved: u64,
    /// `xdg_system_bell_v1.ring`.
    pub bells: u64,
    /// `wl_fixes.destroy_registry`.
    pub registries_destroyed: u64,
    /// `wl_fixes.ack_global_remove`.
    pub removals_acknowledged: u64,
    /// Pixels copied from clients' buffers.
    pub pixels_read: u64,
    /// Buffers that were shown, by their kind.
    shown: [u64; 3],
    /// All buffers that were ever attached.
    buffers: HashSet<ObjectId>,
    /// `wl_buffer`s that are gone.
    pub buffers_destroyed: u64,
}

/// Damage as clients sent it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Damage {
    /// How many rectangles.
    pub rectangles: u64,
    /// Their total area, in the units of the requests.
    pub area: u64,
    /// The last one: x, y, width, height.
    pub last: [i32; 4],
}

/// Counts of one surface.
#[derive(Clone, Copy, Debug, Default)]
pub struct SurfaceCounts {
    /// `wl_surface.commit`.
    pub commits: u64,
    /// `wl_surface.attach` with a buffer.
    pub attaches: u64,
    /// `wl_surface.damage` and `.damage_buffer`.
    pub damage: Damage,
    /// Buffers without the size that was acknowledged before them.
    pub misfits: u64,
}

impl Damage {
    /// Adds a rectangle. Clients use huge sizes for "everything".
    pub fn add(&mut self, rectangle: [i32; 4]) {
        let [_, _, width, height] = rectangle.map(|n| u64::try_from(n).unwrap_or(0));
        self.rectangles += 1;
        self.area = self.area.saturating_add(width.saturating_mul(height));
        self.last = rectangle;
    }

    fn json(&self) -> Value {
        json!({ "rectangles": self.rectangles, "area": self.area, "last": self.last })
    }
}

impl SurfaceCounts {
    /// For the control interface.
    pub fn json(&self) -> Value {
        json!({
            "commits": self.commits,
            "attaches": self.attaches,
            "damage": self.damage.json(),
            "misfits": self.misfits,
        })
    }
}

impl Counters {
    /// Counts a buffer whose content was loaded.
    pub fn attached(&mut self, kind: Kind) {
        let [shm, dmabuf, single_pixel] = &mut self.shown;
        *match kind {
            Kind::Shm => shm,
            Kind::Dmabuf => dmabuf,
            Kind::SinglePixel => single_pixel,
        } += 1;
    }

    /// Remembers a buffer.
    pub fn saw_buffer(&mut self, id: ObjectId) {
        self.buffers.insert(id);
    }

    /// For the control interface.
    pub fn json(&self, clients_gone: u64, pool_bytes: u64) -> Value {
        let [shm, dmabuf, single_pixel] = self.shown;
        json!({
            "clients": self.clients,
            "clients_gone": clients_gone,
            "commits": self.commits,
            "attaches": self.attaches,
            "shm_shown": shm,
            "dmabufs_shown": dmabuf,
            "single_pixels_shown": single_pixel,
            "distinct_buffers": self.buffers.len(),
            "buffers_destroyed": self.buffers_destroyed,
            "damage": self.damage.json(),
            "registries_destroyed": self.registries_destroyed,
            "removals_acknowledged": self.removals_acknowledged,
            "pixels_read": self.pixels_read,
            "pools_created": self.pools_created,
            "pools_destroyed": self.pools_destroyed,
            "pool_bytes": pool_bytes,
            "pool_bytes_ever": self.pool_bytes_ever,
            "shm_buffers_created": self.shm_buffers_created,
            "dmabufs_imported": self.dmabufs_imported,
            "dmabufs_refused": self.dmabufs_refused,
            "frame_requests": self.frame_requests,
            "frame_callbacks": self.frame_callbacks,
            "presented": self.presented,
            "frames": self.frames,
            "activations": self.activations,
            "activations_deserved": self.activations_deserved,
            "bells": self.bells,
        })
    }
}
