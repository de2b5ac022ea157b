//! Copying the pixels of a client's shared memory into memory that the host sees: each
//! changed pixel once, and nothing else; with a mask for shaped windows.

mod format;
mod guard;
mod mask;
mod masked;
mod pool;
mod region;
mod target;
mod view;
mod worth;

#[cfg(test)]
mod tests;

pub use format::{PixelLayout, fourcc_of_shm, layout};
pub use mask::Mask;
pub use masked::{MASKED, can_mask};
pub use pool::{Pool, PoolBytes, ShmBuffer, Shrunk};
pub use region::{PixelRect, Region};
pub use target::{Storage, Target};
pub use view::{Transform, View};
pub use worth::Worth;
