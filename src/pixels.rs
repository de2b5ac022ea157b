//! Moving the pixels of a client's shared memory into memory that the host sees:
//! what changed, once, and nothing else.

mod format;
mod guard;
mod pool;
mod region;
mod surface_damage;
mod target;

#[cfg(test)]
mod tests;

pub use format::{Layout, fourcc_of_shm, layout};
pub use pool::{Pool, ShmBuffer, Shrunk};
pub use region::{Rect, Region};
pub use surface_damage::{Source, SurfaceState, Transform};
pub use target::{Storage, Target};
