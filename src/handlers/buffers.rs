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
use wayland_client::protocol::wl_shm;

use super::drm;
use crate::channel::{RenderNode, Virtual};
use crate::pixels::{Masks, ShmBuffer, fourcc_of_shm, layout};
use crate::session::{Context, Handler, Incoming, Refusal, Verdict, Wait, Want};

pub use copies::objection;
pub use host::bind_dmabuf;
pub use shaped::Shaped;

use copies::Copies;
use host::HostBuffers;
use params::Params;
use pools::Pools;
use surfaces::{Sources, Surfaces};

/// A client's buffer.
type Buffer = Arc<ShmBuffer>;

/// The one format of several planes that is offered.
const NV12: u32 = DrmFourcc::Nv12 as u32;

fn offer_nv12(shm: u32, context: &mut Context<'_>) {
    context.to_client.make(shm, wl_shm::EVT_FORMAT_OPCODE, |event| event.uint(NV12));
}

/// The handler.
pub struct Buffers {
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
    pub fn new(device: &Virtual, masks: Option<Masks>) -> Self {
        let memory = Arc::clone(&device.memory);
        Self {
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
        has_modifier: bool,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let version = incoming.object.version;
        let mut args = incoming.args();
        let fourcc = args.uint()?;
        let modifier = if has_modifier {
            Some(u64::from(args.uint()?) << 32 | u64::from(args.uint()?))
        } else if version >= 3 && fourcc == NV12 {
            // Its modifiers follow.
            return Ok(Verdict::Drop);
        } else {
            None
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

#[derive(Clone, Copy)]
pub enum Token {
    CreatePool,
    ShmReleased,
    ShmFormat,
    Pool,
    BufferDestroyed,
    BufferReleased,
    Commit,
    Surface,
    /// A format of the host's dma-bufs, with its modifier or without.
    ImageFormat {
        has_modifier: bool,
    },
    Params,
    ParamsCreated,
    PrimeBuffer,
    DrmAuthenticate,
    /// A buffer by name.
    DrmBuffer,
    DrmDevice,
    GetViewport,
    Viewport,
    /// An object other than a surface is given a buffer.
    Copied,
}

static WANTS: &[Want<Token>] = &[
    Want::request("wl_shm", "create_pool", Token::CreatePool),
    Want::request("wl_shm", "release", Token::ShmReleased),
    Want::event("wl_shm", "format", Token::ShmFormat),
    Want::other_requests("wl_shm_pool", Token::Pool),
    Want::request("wl_buffer", "destroy", Token::BufferDestroyed),
    Want::event("wl_buffer", "release", Token::BufferReleased).of_own(),
    Want::request("wl_surface", "commit", Token::Commit).may_wait(),
    Want::request("wl_surface", "attach", Token::Surface),
    Want::request("wl_surface", "damage", Token::Surface),
    Want::request("wl_surface", "damage_buffer", Token::Surface),
    Want::request("wl_surface", "set_buffer_scale", Token::Surface),
    Want::request("wl_surface", "set_buffer_transform", Token::Surface),
    Want::request("wl_surface", "destroy", Token::Surface),
    Want::event("zwp_linux_dmabuf_v1", "format", Token::ImageFormat { has_modifier: false })
        .of_own(),
    Want::event("zwp_linux_dmabuf_v1", "modifier", Token::ImageFormat { has_modifier: true })
        .of_own(),
    Want::other_requests("zwp_linux_buffer_params_v1", Token::Params),
    Want::event("zwp_linux_buffer_params_v1", "created", Token::ParamsCreated),
    Want::request("wl_drm", "create_prime_buffer", Token::PrimeBuffer),
    Want::request("wl_drm", "authenticate", Token::DrmAuthenticate),
    Want::request("wl_drm", "create_buffer", Token::DrmBuffer),
    Want::request("wl_drm", "create_planar_buffer", Token::DrmBuffer),
    Want::event("wl_drm", "device", Token::DrmDevice),
    Want::request("wp_viewporter", "get_viewport", Token::GetViewport),
    Want::other_requests("wp_viewport", Token::Viewport),
    Want::request("xdg_toplevel_icon_v1", "add_buffer", Token::Copied),
    Want::request("org_kde_kwin_shadow", "attach_left", Token::Copied),
    Want::request("org_kde_kwin_shadow", "attach_top_left", Token::Copied),
    Want::request("org_kde_kwin_shadow", "attach_top", Token::Copied),
    Want::request("org_kde_kwin_shadow", "attach_top_right", Token::Copied),
    Want::request("org_kde_kwin_shadow", "attach_right", Token::Copied),
    Want::request("org_kde_kwin_shadow", "attach_bottom_right", Token::Copied),
    Want::request("org_kde_kwin_shadow", "attach_bottom", Token::Copied),
    Want::request("org_kde_kwin_shadow", "attach_bottom_left", Token::Copied),
];

impl Handler for Buffers {
    type Token = Token;

    fn wants(&self) -> &'static [Want<Token>] {
        WANTS
    }

    fn must_wait(&self, _: Token, surface: u32) -> Option<Wait> {
        let Self { surfaces, params, masks, .. } = self;
        surfaces.must_wait(surface, Some(params), masks.as_ref())
    }

    fn handle(
        &mut self,
        token: Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let id = incoming.header.object;
        let own = incoming.object.peer == 0;
        match token {
            Token::CreatePool => self.pools.create(incoming, context),
            Token::ShmReleased => {
                self.shms.remove(&id);
                Ok(Verdict::Forward)
            }
            Token::ShmFormat => self.format(incoming, context),
            Token::Pool => self.pools.request(incoming, context, &self.formats, &mut self.shm),
            Token::BufferDestroyed if self.shm.contains_key(&id) => {
                self.destroy_buffer(id, context);
                Ok(Verdict::Drop)
            }
            Token::BufferDestroyed => {
                self.params.destroyed(id);
                Ok(Verdict::Forward)
            }
            Token::BufferReleased if own => {
                self.surfaces.released(id);
                self.copies.released(id, context);
                Ok(Verdict::Drop)
            }
            Token::Surface | Token::Commit => {
                let Self { surfaces, shm, params, host, masks, .. } = self;
                let sources = Sources { shm, params: Some(params), host, masks: masks.as_ref() };
                surfaces.request(incoming, context, sources)
            }
            // Its own: the client asks for itself.
            Token::ImageFormat { has_modifier } if own => {
                self.image_format(has_modifier, incoming, context)
            }
            Token::Params => self.params.request(incoming, context),
            Token::ParamsCreated if !own => self.params.created(incoming, context),
            Token::PrimeBuffer => self.params.prime_buffer(incoming, context),
            Token::DrmAuthenticate => Ok(drm::authenticate(incoming, context)),
            Token::DrmBuffer => Err(drm::refuse_name(incoming)),
            Token::DrmDevice => Ok(drm::device(self.node.as_ref(), incoming, context)),
            Token::GetViewport => self.surfaces.get_viewport(incoming),
            Token::Viewport => self.surfaces.viewport(incoming),
            Token::Copied => self.copies.request(incoming, context, &self.shm, &self.host),
            Token::BufferReleased | Token::ImageFormat { .. } | Token::ParamsCreated => {
                Ok(Verdict::Forward)
            }
        }
    }
}
