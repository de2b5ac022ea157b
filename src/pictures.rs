//! Pictures that carafe itself draws, in buffers at the host: icons, frames and cursors.

use std::io;
use std::os::fd::OwnedFd;

use rustix::fs::{MemfdFlags, memfd_create};
use wayland_client::protocol::{wl_buffer, wl_shm, wl_shm_pool};

use crate::channel::{Area, Memory};
use crate::session::{Context, Fault};
use crate::wire::FdKind;

/// Pixels, premultiplied ARGB, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Width and height.
    pub size: (u32, u32),
    /// As many as the size says.
    pub pixels: Vec<u32>,
}

/// A picture in a `wl_buffer` at the host.
pub struct HostPicture {
    /// The buffer.
    pub buffer: u32,
    /// The memory behind the buffer, unless the host owns that itself.
    _area: Option<Area>,
}

impl std::fmt::Debug for HostPicture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "wl_buffer#{}", self.buffer)
    }
}

impl Picture {
    /// The pixel at a place; `None` outside the picture.
    pub fn pixel(&mut self, x: u32, y: u32) -> Option<&mut u32> {
        let (width, _) = self.size;
        let row = (y as usize).checked_mul(width as usize)?;
        if x < width { self.pixels.get_mut(row.checked_add(x as usize)?) } else { None }
    }

    /// Makes a buffer with the picture. `memory` provides memory that the host can see, where
    /// ordinary memory is not enough.
    ///
    /// # Errors
    /// [`Fault::resources`] when there is no memory, or too many objects.
    pub fn show(
        &self,
        memory: Option<&dyn Memory>,
        context: &mut Context<'_>,
    ) -> Result<Option<HostPicture>, Fault> {
        let Some((shm, _)) = context.bind("wl_shm", 1)? else { return Ok(None) };
        let (width, height) = self.size;
        let bytes: Vec<u8> = self.pixels.iter().flat_map(|pixel| pixel.to_ne_bytes()).collect();
        let failed = |e: io::Error| Fault::resources(format!("memory for a picture: {e}"));
        let (fd, area) = share(&bytes, memory).map_err(failed)?;
        let length = u32::try_from(bytes.len()).unwrap_or_default();
        let pool = context.make_own("wl_shm_pool", 1)?;
        let to_host = &mut *context.to_host;
        to_host.make(shm, wl_shm::REQ_CREATE_POOL_OPCODE, |r| r.uint(pool).uint(length));
        let pushed = to_host.fds().push(fd, FdKind::ClientMemory);
        pushed.map_err(|e| Fault::resources(e.to_string()))?;
        let buffer = context.make_own("wl_buffer", 1)?;
        context.to_host.make(pool, wl_shm_pool::REQ_CREATE_BUFFER_OPCODE, |request| {
            request.uint(buffer).uint(0).uint(width).uint(height).uint(width * 4).uint(0)
        });
        context.to_host.make(pool, wl_shm_pool::REQ_DESTROY_OPCODE, |request| request);
        Ok(Some(HostPicture { buffer, _area: area }))
    }
}

impl HostPicture {
    /// Destroys the buffer.
    pub fn destroy(self, context: &mut Context<'_>) {
        context.to_host.make(self.buffer, wl_buffer::REQ_DESTROY_OPCODE, |request| request);
    }
}

fn share(bytes: &[u8], memory: Option<&dyn Memory>) -> io::Result<(OwnedFd, Option<Area>)> {
    if let Some(memory) = memory {
        let area = memory.allocate(bytes.len())?;
        area.map.write(bytes);
        return Ok((area.fd.try_clone()?, Some(area)));
    }
    let fd = memfd_create("carafe", MemfdFlags::CLOEXEC)?;
    let mut rest = bytes;
    while !rest.is_empty() {
        let written = rustix::io::write(&fd, rest)?;
        rest = rest.get(written..).unwrap_or_default();
    }
    Ok((fd, None))
}
