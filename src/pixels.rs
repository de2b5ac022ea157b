//! Copying the pixels of a client's shared memory into memory that the host sees: each
//! changed pixel once, and nothing else; with a mask for shaped windows.

mod format;
mod guard;
mod mask;
mod masked;
mod pool;
mod region;
mod surface_damage;
mod target;
mod worth;

#[cfg(test)]
mod tests;

pub use format::{Layout, fourcc_of_shm, layout};
pub use mask::Mask;
pub use masked::{MASKED, can_mask};
pub use pool::{Pool, PoolBytes, ShmBuffer, Shrunk};
pub use region::{Rect, Region};
pub use surface_damage::{Transform, View};
pub use target::{Storage, Target};
pub use worth::Worth;
