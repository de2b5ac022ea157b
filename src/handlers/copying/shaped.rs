//! X11 windows that are not rectangles, if the host sees the client's memory: their visible pixels
//! are copied, because Xwayland's buffers have no alpha. Everything else passes unchanged.

use std::io;
use std::os::fd::AsFd;
use std::sync::Arc;

use rustix::fs::{MemfdFlags, ftruncate, memfd_create};

use super::host::HostBuffers;
use super::surfaces::CopiedSurfaces;
use crate::channel::{Area, Image, Mapping, Memory};
use crate::session::{Context, Handler, Incoming, Refusal, Verdict, Wait, Want};
use crate::surfaces::{Book, Key, Surface};

/// Memory of this machine, which the host sees.
struct LocalMemory;

impl Memory for LocalMemory {
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
pub struct ShapeCopier {
    surfaces: CopiedSurfaces,
    host: HostBuffers,
}

impl Default for ShapeCopier {
    /// For a new session.
    fn default() -> Self {
        Self { surfaces: CopiedSurfaces::default(), host: HostBuffers::new(Arc::new(LocalMemory)) }
    }
}

#[derive(Clone, Copy)]
pub enum Token {
    BufferReleased,
    Attach,
    Commit,
    SurfaceDestroyed,
}

static WANTS: &[Want<Token>] = &[
    Want::event("wl_buffer", "release", Token::BufferReleased).of_own(),
    Want::request("wl_surface", "commit", Token::Commit).may_wait(),
    Want::request("wl_surface", "attach", Token::Attach),
    Want::request("wl_surface", "destroy", Token::SurfaceDestroyed),
];

impl Handler for ShapeCopier {
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
        match token {
            Token::Attach => Ok(self.surfaces.attach(incoming, false, context)),
            Token::Commit => self.surfaces.commit(incoming, &mut self.host, context),
            Token::SurfaceDestroyed => Ok(self.surfaces.destroy(incoming, context)),
            Token::BufferReleased => {
                if incoming.object.peer == 0 {
                    self.surfaces.released(incoming.header.object);
                }
                Ok(Verdict::Forward)
            }
        }
    }

    fn is_steady(&self, surface: &Surface) -> bool {
        !self.surfaces.has_mask(surface.id)
    }
}
