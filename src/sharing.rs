//! What the user lets programs share, and the selections that stay here.

mod local;
mod policy;

pub use local::{LocalSources, MARKER, SourceId, Transfer};
pub use policy::{Policy, Sharing};
