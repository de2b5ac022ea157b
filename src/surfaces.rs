//! The book of a session's surfaces: what each of them shows, and will show with its next
//! commit, as the protocol defines it.
//!
//! One handler writes it from the client's requests (`handlers/surfaces.rs`); steady frames
//! write it in the engine's loop. All others read it. It knows no messages, and holds no more
//! than the client has objects for.

mod book;
mod buffer;
mod fit;
mod region;
mod roles;
mod slots;
mod surface;
mod tree;

#[cfg(test)]
mod tests;

pub use book::Book;
pub use buffer::{Buffer, Content, Size};
pub use fit::Fit;
pub use region::{Budget, Rects, TooManyRects};
pub use slots::{Key, Slot};
pub use surface::{Changes, Damage, Last, Offset, Place, State, Subsurface, Surface, SurfaceRole};
