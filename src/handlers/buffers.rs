//! Buffers and surfaces where the host cannot see a client's memory.
//!
//! `wl_shm`: pools stay here, and what changes in their buffers is copied into
//! buffers of the host's. A client's pools and buffers are client-only objects, the
//! host's buffers are host-only ones. They meet in `wl_surface.commit`: see
//! [`surfaces`]. Dma-bufs cross as they are: see [`params`].

mod copies;
mod host;
mod params;
mod pools;
mod shaped;
mod surfaces;

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use drm_fourcc::DrmFourcc;
use wayland_client::protocol::{wl_buffer, wl_shm, wl_surface};
use wayland_protocols::wp::linux_dmabuf::zv1::client::zwp_linux_buffer_params_v1::EVT_CREATED_OPCODE;
use wayland_protocols::wp::linux_dmabuf::zv1::client::zwp_linux_dmabuf_v1::EVT_MODIFIER_OPCODE;

use super::{drm, is_release};
use crate::channel::{RenderNode, Virtual};
use crate::observe::Side;
use crate::pixels::{Masks, ShmBuffer, fourcc_of_shm, layout};
use crate::protocol::{InterfaceId, Tables};
use crate::session::{Context, Handler, Incoming, Object, Refusal, Verdict, Wait};
use crate::wire::Header;

pub use copies::objection;
pub use host::bind_dmabuf;
pub use shaped::Shaped;

use copies::Copies;
use host::HostBuffers;
use params::Params;
use pools::Pools;
use surfaces::{Sources, Surfaces};

/// The interfaces that this handler sees.
const INTERFACES: [&str; 11] = [
    "wl_shm",
    "wl_shm_pool",
    "wl_buffer",
    "wl_surface",
    "wp_viewporter",
    "wp_viewport",
    "xdg_toplevel_icon_v1",
    "org_kde_kwin_shadow",
    "zwp_linux_dmabuf_v1",
    "zwp_linux_buffer_params_v1",
    "wl_drm",
];

/// A client's buffer.
type Buffer = Arc<ShmBuffer>;

/// The one format of several planes that is offered.
const NV12: u32 = DrmFourcc::Nv12 as u32;

fn offer_nv12(shm: u32, context: &mut Context<'_>) {
    context.to_client.make(shm, wl_shm::EVT_FORMAT_OPCODE, |event| event.uint(NV12));
}

/// The handler.
pub struct Buffers {
    /// Ids of [`INTERFACES`], in that order.
    interfaces: [Option<InterfaceId>; 11],
    /// `wl_surface`, one of them.
    surface: Option<InterfaceId>,
    pools: Pools,
    /// The client's buffers by their ids.
    shm: HashMap<u32, Buffer>,
    surfaces: Surfaces,
    params: Params,
    host: HostBuffers,
    node: Option<RenderNode>,
    /// Formats of the host that were passed on, by the number of `wl_shm`.
    formats: BTreeSet<u32>,
    /// The client's `wl_shm` objects that have heard of formats.
    shms: BTreeSet<u32>,
    copies: Copies,
    /// What of its surfaces shows, if that is not always all.
    masks: Option<Masks>,
}

impl Buffers {
    /// For a virtual device. `masks`: of the surfaces of an Xwayland.
    pub fn new(device: &Virtual, masks: Option<Masks>, tables: &Tables) -> Self {
        let memory = Arc::clone(&device.memory);
        Self {
            interfaces: INTERFACES.map(|name| tables.find(name)),
            surface: tables.find("wl_surface"),
            pools: Pools::default(),
            shm: HashMap::new(),
            surfaces: Surfaces::default(),
            params: Params::new(Arc::clone(&memory)),
            host: HostBuffers::new(memory),
            node: device.node.clone(),
            // Every host has these two: clients do not wait to hear of them.
            formats: BTreeSet::from([0, 1]),
            shms: BTreeSet::new(),
            copies: Copies::default(),
            masks,
        }
    }

    /// Which of [`INTERFACES`] an object is.
    fn which(&self, incoming: &Incoming<'_>) -> &'static str {
        let found = self.interfaces.iter().position(|id| *id == Some(incoming.object.interface));
        found.and_then(|n| INTERFACES.get(n)).copied().unwrap_or_default()
    }

    /// A format that the host takes: passed on if it can be copied.
    fn format(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let format = incoming.args().uint()?;
        let client_id = incoming.object.peer;
        if client_id != 0 && self.shms.insert(client_id) {
            self.host.ask_for_formats(context)?;
            if self.formats.contains(&NV12) {
                offer_nv12(client_id, context);
            }
        }
        if layout(fourcc_of_shm(format)).is_none_or(|layout| layout.half_plane) {
            return Ok(Verdict::Drop);
        }
        self.formats.insert(format);
        Ok(if client_id == 0 { Verdict::Drop } else { Verdict::Forward })
    }

    /// A format of dma-bufs that the host takes. NV12 is for video, and hosts have it as
    /// dma-bufs alone: clients may use it in shared memory all the same.
    fn image_format(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let (opcode, version) = (incoming.header.opcode, incoming.object.version);
        let mut args = incoming.args();
        let fourcc = args.uint()?;
        let modifier = match opcode {
            EVT_MODIFIER_OPCODE => Some(u64::from(args.uint()?) << 32 | u64::from(args.uint()?)),
            // Its modifiers follow.
            _ if version >= 3 && fourcc == NV12 => return Ok(Verdict::Drop),
            _ => None,
        };
        self.host.takes_images_of(fourcc, modifier);
        if self.host.has_images_of(NV12) && self.formats.insert(NV12) {
            self.shms.iter().for_each(|shm| offer_nv12(*shm, context));
        }
        Ok(Verdict::Drop)
    }

    fn destroy_buffer(&mut self, id: u32, context: &mut Context<'_>) {
        self.shm.remove(&id);
        self.copies.destroyed(id, context);
        context.delete_client_only(id);
    }
}

impl Handler for Buffers {
    fn interfaces(&self) -> &'static [&'static str] {
        &INTERFACES
    }

    fn sees_plain(&self, interface: &str, from: Side) -> bool {
        !is_release(interface, from)
    }

    fn may_wait(&self) -> bool {
        true
    }

    fn must_wait(&self, header: Header, object: &Object) -> Option<Wait> {
        let commits = Some(object.interface) == self.surface
            && header.opcode == wl_surface::REQ_COMMIT_OPCODE;
        let Self { surfaces, params, masks, .. } = self;
        commits.then(|| surfaces.must_wait(header.object, Some(params), masks.as_ref())).flatten()
    }

    fn request(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let id = incoming.header.object;
        match (self.which(incoming), incoming.header.opcode) {
            ("wl_shm", wl_shm::REQ_CREATE_POOL_OPCODE) => self.pools.create(incoming, context),
            ("wl_shm", wl_shm::REQ_RELEASE_OPCODE) => {
                self.shms.remove(&id);
                Ok(Verdict::Forward)
            }
            ("wl_shm_pool", opcode) => {
                self.pools.request(opcode, incoming, context, &self.formats, &mut self.shm)
            }
            ("wl_buffer", wl_buffer::REQ_DESTROY_OPCODE) if self.shm.contains_key(&id) => {
                self.destroy_buffer(id, context);
                Ok(Verdict::Drop)
            }
            ("wl_buffer", wl_buffer::REQ_DESTROY_OPCODE) => {
                self.params.destroyed(id);
                Ok(Verdict::Forward)
            }
            ("wl_surface", opcode) => {
                let Self { surfaces, shm, params, host, masks, .. } = self;
                let sources = Sources { shm, params: Some(params), host, masks: masks.as_ref() };
                surfaces.request(opcode, incoming, context, sources)
            }
            ("zwp_linux_buffer_params_v1", opcode) => {
                self.params.request(opcode, incoming, context)
            }
            ("wl_drm", drm::CREATE_PRIME_BUFFER) => self.params.prime_buffer(incoming, context),
            ("wl_drm", opcode) => drm::request(opcode, incoming, context),
            ("wp_viewporter", 1) => self.surfaces.get_viewport(incoming),
            ("wp_viewport", opcode) => self.surfaces.viewport(opcode, incoming),
            ("xdg_toplevel_icon_v1" | "org_kde_kwin_shadow", _) => {
                self.copies.request(incoming, context, &self.shm, &self.host)
            }
            _ => Ok(Verdict::Forward),
        }
    }

    fn event(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let own = incoming.object.peer == 0;
        match (self.which(incoming), incoming.header.opcode) {
            ("wl_shm", wl_shm::EVT_FORMAT_OPCODE) => self.format(incoming, context),
            ("wl_buffer", wl_buffer::EVT_RELEASE_OPCODE) if own => {
                self.surfaces.released(incoming.header.object);
                self.copies.released(incoming.header.object, context);
                Ok(Verdict::Drop)
            }
            // Its own: the client asks for itself.
            ("zwp_linux_dmabuf_v1", _) if own => self.image_format(incoming, context),
            ("zwp_linux_buffer_params_v1", EVT_CREATED_OPCODE) if !own => {
                self.params.created(incoming, context)
            }
            ("wl_drm", opcode) => Ok(drm::event(opcode, self.node.as_ref(), incoming, context)),
            _ => Ok(Verdict::Forward),
        }
    }
}
