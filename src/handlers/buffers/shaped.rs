//! X11 windows that are no rectangles, where the host sees the client's memory: what they
//! show is copied, because Xwayland's buffers have no alpha. All else passes as it is.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::os::fd::AsFd;
use std::sync::Arc;

use rustix::fs::{MemfdFlags, ftruncate, memfd_create};

use super::Buffer;
use super::host::HostBuffers;
use super::pools::Pools;
use super::surfaces::{Sources, Surfaces};
use crate::channel::{Area, Image, Mapping, Memory};
use crate::pixels::Masks;
use crate::session::{Context, Handler, Incoming, Refusal, Verdict, Wait, Want};

/// Memory of this machine's, which the host sees.
struct Local;

impl Memory for Local {
    fn has_images(&self) -> bool {
        false
    }

    fn allocate(&self, len: usize) -> io::Result<Area> {
        let fd = memfd_create("carafe", MemfdFlags::CLOEXEC)?;
        ftruncate(&fd, len as u64)?;
        let map = Mapping::new(fd.as_fd(), 0, len)?;
        Ok(Area { fd, map })
    }

    fn image(&self, _: u32, _: u32, _: u32) -> io::Result<Image> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// The handler.
pub struct Shaped {
    pools: Pools,
    /// The client's buffers by their ids.
    shm: HashMap<u32, Buffer>,
    surfaces: Surfaces,
    host: HostBuffers,
    /// `wl_shm`'s numbers of the formats that are copied.
    formats: BTreeSet<u32>,
    masks: Masks,
}

impl Shaped {
    /// For the surfaces that have masks.
    pub fn new(masks: Masks) -> Self {
        Self {
            pools: Pools::default(),
            shm: HashMap::new(),
            surfaces: Surfaces::default(),
            host: HostBuffers::new(Arc::new(Local)),
            formats: BTreeSet::from([0, 1]),
            masks,
        }
    }
}

#[derive(Clone, Copy)]
pub enum Token {
    CreatePool,
    Pool,
    BufferDestroyed,
    BufferReleased,
    Commit,
    Surface,
    GetViewport,
    Viewport,
}

static WANTS: &[Want<Token>] = &[
    Want::request("wl_shm", "create_pool", Token::CreatePool),
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
    Want::request("wp_viewporter", "get_viewport", Token::GetViewport),
    Want::other_requests("wp_viewport", Token::Viewport),
];

impl Handler for Shaped {
    type Token = Token;

    fn wants(&self) -> &'static [Want<Token>] {
        WANTS
    }

    fn must_wait(&self, _: Token, surface: u32) -> Option<Wait> {
        self.surfaces.must_wait(surface, None, Some(&self.masks))
    }

    fn handle(
        &mut self,
        token: Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let id = incoming.header.object;
        match token {
            Token::CreatePool => self.pools.note(incoming, context)?,
            Token::Pool => self.pools.note_request(incoming, &self.formats, &mut self.shm)?,
            Token::BufferDestroyed => drop(self.shm.remove(&id)),
            Token::BufferReleased => {
                if incoming.object.peer == 0 {
                    self.surfaces.released(id);
                }
            }
            Token::Surface | Token::Commit => {
                let Self { surfaces, shm, host, masks, .. } = self;
                let sources = Sources { shm, params: None, host, masks: Some(masks) };
                return surfaces.request(incoming, context, sources);
            }
            Token::GetViewport => return self.surfaces.get_viewport(incoming),
            Token::Viewport => return self.surfaces.viewport(incoming),
        }
        Ok(Verdict::Forward)
    }

    fn is_steady(&self, surface: u32) -> bool {
        !self.surfaces.has_mask(surface)
    }
}
