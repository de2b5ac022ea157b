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
mod text_input;
mod x11;

/// Bound on the host's outputs that a handler looks at.
const MAX_OUTPUTS: usize = 64;

/// With it, handlers learn the names and places of outputs.
const XDG_OUTPUT_MANAGER: &str = "zxdg_output_manager_v1";

/// The version of it that handlers use: the first one in which outputs have names, and the last one
/// with `done`.
const XDG_OUTPUT_MANAGER_VERSION: u32 = 2;

pub use chain::{Setup, chain};
pub use keyboard::KeymapKeys;
pub use made_up::{BridgeRow, TABLE, raised};
pub use scaling::Scaling;
pub use security_context::ContextServer;
#[cfg(test)]
pub(crate) use surfaces::{Bookkeeper, MemoryUse};
pub use x11::X11;
