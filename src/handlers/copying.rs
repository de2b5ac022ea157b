//! Buffers and surfaces when the host cannot see a client's memory.
//!
//! `wl_shm`: the client's pools and buffers stay here (`handlers/surfaces/shm.rs` keeps them),
//! and changed parts of the buffers are copied into buffers at the host. The client's objects are
//! client-only, and the host's are host-only; `wl_surface.commit` connects them: see [`surfaces`].
//! Dma-bufs cross unchanged: see [`params`].

mod host;
mod named_buffers;
mod params;
mod shaped;
mod surfaces;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use drm_fourcc::DrmFourcc;
use wayland_client::protocol::wl_shm;

use super::drm;
use crate::channel::{RenderNode, Virtual};
use crate::pixels::{fourcc_of_shm, layout};
use crate::session::{Context, Handler, Incoming, Refusal, Verdict, Wait, Want};
use crate::surfaces::{Book, Key};

pub use host::bind_dmabuf;
pub use named_buffers::objection;
pub use shaped::ShapeCopier;

use host::HostBuffers;
use named_buffers::Copies;
use params::Params;
use surfaces::CopiedSurfaces;

/// The only format with several planes that carafe offers.
const NV12: u32 = DrmFourcc::Nv12 as u32;

fn offer_nv12(shm: u32, context: &mut Context<'_>) {
    context.to_client.make(shm, wl_shm::EVT_FORMAT_OPCODE, |event| event.uint(NV12));
}

/// The handler.
pub struct Copier {
    surfaces: CopiedSurfaces,
    params: Params,
    host: HostBuffers,
    node: Option<RenderNode>,
    /// The client's `wl_shm` objects that were told the formats.
    shms: BTreeSet<u32>,
    copies: Copies,
}

impl Copier {
    /// For a virtual device.
    pub fn new(device: &Virtual) -> Self {
        let memory = Arc::clone(&device.memory);
        Self {
            surfaces: CopiedSurfaces::default(),
            params: Params::new(Arc::clone(&memory)),
            host: HostBuffers::new(memory),
            node: device.node.clone(),
            shms: BTreeSet::new(),
            copies: Copies::default(),
        }
    }

    /// Handles a format that the host supports; it is passed on if it can be copied.
    fn format(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let format = incoming.args().uint()?;
        let client_id = incoming.object.peer;
        if client_id != 0 && self.shms.insert(client_id) {
            self.host.ask_for_formats(context)?;
            if context.book.formats.contains(&NV12) {
                offer_nv12(client_id, context);
            }
        }
        if layout(fourcc_of_shm(format)).is_none_or(|layout| layout.half_plane) {
            return Ok(Verdict::Drop);
        }
        context.book.formats.insert(format);
        Ok(if client_id == 0 { Verdict::Drop } else { Verdict::Forward })
    }

    /// Handles a dma-buf format that the host supports. NV12 is for video, and hosts support it
    /// only as dma-bufs; but carafe lets clients use it in shared memory.
    fn image_format(
        &mut self,
        has_modifier: bool,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let version = incoming.object.versions.client();
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
        if self.host.has_images_of(NV12) && context.book.formats.insert(NV12) {
            self.shms.iter().for_each(|shm| offer_nv12(*shm, context));
        }
        Ok(Verdict::Drop)
    }
}

#[derive(Clone, Copy)]
pub enum Token {
    ShmReleased,
    ShmFormat,
    BufferDestroyed,
    BufferReleased,
    Attach,
    Commit,
    SurfaceDestroyed,
    /// A dma-buf format of the host, with or without its modifier.
    ImageFormat {
        has_modifier: bool,
    },
    Params,
    PrimeBuffer,
    DrmAuthenticate,
    /// A buffer with a global name.
    DrmBuffer,
    DrmDevice,
    /// A request that gives a buffer to an object other than a surface.
    Copied,
}

static WANTS: &[Want<Token>] = &[
    Want::request("wl_shm", "release", Token::ShmReleased),
    Want::event("wl_shm", "format", Token::ShmFormat),
    Want::request("wl_buffer", "destroy", Token::BufferDestroyed),
    Want::event("wl_buffer", "release", Token::BufferReleased).of_own(),
    Want::request("wl_surface", "commit", Token::Commit).may_wait(),
    Want::request("wl_surface", "attach", Token::Attach),
    Want::request("wl_surface", "destroy", Token::SurfaceDestroyed),
    Want::event("zwp_linux_dmabuf_v1", "format", Token::ImageFormat { has_modifier: false })
        .of_own(),
    Want::event("zwp_linux_dmabuf_v1", "modifier", Token::ImageFormat { has_modifier: true })
        .of_own(),
    Want::other_requests("zwp_linux_buffer_params_v1", Token::Params),
    Want::request("wl_drm", "create_prime_buffer", Token::PrimeBuffer),
    Want::request("wl_drm", "authenticate", Token::DrmAuthenticate),
    Want::request("wl_drm", "create_buffer", Token::DrmBuffer),
    Want::request("wl_drm", "create_planar_buffer", Token::DrmBuffer),
    Want::event("wl_drm", "device", Token::DrmDevice),
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

impl Handler for Copier {
    type Token = Token;

    fn wants(&self) -> &'static [Want<Token>] {
        WANTS
    }

    fn must_wait(&self, _: Token, surface: Key, book: &Book) -> Option<Wait> {
        self.surfaces.must_wait(surface, book)
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
            Token::ShmReleased => {
                self.shms.remove(&id);
                Ok(Verdict::Forward)
            }
            Token::ShmFormat => self.format(incoming, context),
            // It is shared memory, which only carafe knows.
            Token::BufferDestroyed if own => {
                self.copies.destroyed(id, context);
                context.delete_client_only(id);
                Ok(Verdict::Drop)
            }
            Token::BufferReleased if own => {
                self.surfaces.released(id);
                self.copies.released(id, context);
                Ok(Verdict::Drop)
            }
            Token::Attach => Ok(self.surfaces.attach(incoming, true, context)),
            Token::Commit => self.surfaces.commit(incoming, &mut self.host, context),
            Token::SurfaceDestroyed => Ok(self.surfaces.destroy(incoming, context)),
            // The event is for carafe's own object; the client asks the host itself.
            Token::ImageFormat { has_modifier } if own => {
                self.image_format(has_modifier, incoming, context)
            }
            Token::Params => self.params.request(incoming, context),
            Token::PrimeBuffer => self.params.prime_buffer(incoming, context),
            Token::DrmAuthenticate => Ok(drm::authenticate(incoming, context)),
            Token::DrmBuffer => Err(drm::refuse_name(incoming)),
            Token::DrmDevice => Ok(drm::device(self.node.as_ref(), incoming, context)),
            Token::Copied => self.copies.request(incoming, context, &self.host),
            Token::BufferDestroyed | Token::BufferReleased | Token::ImageFormat { .. } => {
                Ok(Verdict::Forward)
            }
        }
    }
}
