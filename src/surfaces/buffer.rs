//! A client's buffers.

use std::os::fd::OwnedFd;

use crate::pixels::ShmBuffer;

/// Width and height in pixels.
pub type Size = (i32, i32);

/// What is in a buffer, as far as the session needs it.
pub enum Content {
    /// Shared memory that carafe reads.
    Shm(ShmBuffer),
    /// A dma-buf, which can be asked for the fences of what draws into it.
    DmaBuf(OwnedFd),
    /// One pixel of that color: red, green, blue and alpha.
    OnePixel([u32; 4]),
    /// What only the host knows.
    Other,
}

/// A buffer. Surfaces hold it: it lives on after the client has destroyed its object.
pub struct Buffer {
    /// The client's id. After the client has destroyed it, it may be another object's.
    pub id: u32,
    /// Its size, if it is known. Buffers of one size are alike to those who do not copy.
    pub size: Option<Size>,
    /// What is in it.
    pub content: Content,
}

impl Buffer {
    /// One of shared memory that carafe reads.
    pub fn shm(id: u32, shm: ShmBuffer) -> Self {
        let whole = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
        let size = Some((whole(shm.width), whole(shm.height)));
        Self { id, size, content: Content::Shm(shm) }
    }

    /// One that only the host knows, of that size.
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
