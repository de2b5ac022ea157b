//! A client's buffers.

use std::os::fd::OwnedFd;

use crate::pixels::ShmBuffer;

/// Width and height in pixels.
pub type Size = (i32, i32);

/// The content of a buffer, as far as the session needs it.
pub enum Content {
    /// Shared memory that carafe reads.
    Shm(ShmBuffer),
    /// A dma-buf; its descriptor gives the fences of programs that draw into it.
    DmaBuf(OwnedFd),
    /// One pixel of this colour: red, green, blue and alpha.
    OnePixel([u32; 4]),
    /// Content that only the host knows.
    Other,
}

/// A buffer. Surfaces hold it, so it outlives the client's object.
pub struct Buffer {
    /// The client's id. Once the client has destroyed the object, another object may have this id.
    pub id: u32,
    /// Its size, if known. Handlers that do not copy need not tell buffers of one size apart.
    pub size: Option<Size>,
    /// Its content.
    pub content: Content,
}

impl Buffer {
    /// A buffer of shared memory that carafe reads.
    pub fn shm(id: u32, shm: ShmBuffer) -> Self {
        let whole = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
        let size = Some((whole(shm.width), whole(shm.height)));
        Self { id, size, content: Content::Shm(shm) }
    }

    /// A buffer of this size whose content only the host knows.
    pub fn other(id: u32, size: Option<Size>) -> Self {
        Self { id, size, content: Content::Other }
    }

    /// Its pixels, if carafe reads them.
    pub fn as_shm(&self) -> Option<&ShmBuffer> {
        match &self.content {
            Content::Shm(shm) => Some(shm),
            _ => None,
        }
    }
}

impl std::fmt::Debug for Buffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Buffer")
            .field("id", &self.id)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}
