//! Handlers: one file or folder for each concern that needs more than forwarding. A concern may
//! span several protocols.

mod aura;
mod chain;
mod copying;
mod display;
mod dmabuf;
mod drm;
mod keyboard;
mod local_selections;
mod made_up;
mod policy;
mod presentation;
mod quotas;
mod registry;
mod scaling;
mod security_context;
mod surfaces;
mod x11;

/// Bound on the host's outputs that a handler looks at.
const MAX_OUTPUTS: usize = 64;

pub use chain::{Setup, chain};
pub use keyboard::KeymapKeys;
pub use made_up::{BridgeRow, TABLE, raised};
pub use scaling::Scaling;
pub use security_context::ContextServer;
#[cfg(test)]
pub(crate) use surfaces::{Bookkeeper, MemoryUse};
pub use x11::X11;
