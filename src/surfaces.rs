//! The book of a session's surfaces: for each surface, what it shows, and what it will show with
//! its next commit, as the protocol defines it.
//!
//! One handler writes it from the client's requests (`handlers/surfaces.rs`); for steady frames,
//! the engine's loop writes it. All others only read it. It knows nothing of messages, and its size
//! is bounded by the number of the client's objects.

mod book;
mod buffer;
mod description;
mod fit;
mod region;
mod roles;
mod slots;
mod surface;
mod tree;
mod window;

#[cfg(test)]
mod tests;

pub use book::Book;
pub use buffer::{Buffer, Content, Size};
pub use description::Description;
pub use fit::Fit;
pub use region::{Budget, Rects, TooManyRects};
pub use slots::{Key, Slot};
pub use surface::{
    Changes, ChildPlace, Damage, LastCommit, Offset, Subsurface, Surface, SurfaceRole, SurfaceState,
};
pub use window::{WindowDescription, WindowSizes};
