//! What the user lets programs share, and the selections that stay here.

mod client;
mod file;
mod local;
mod names;
mod quotas;
mod rule;
mod rules;
mod session_policy;
mod terms;

pub use client::{Client, Executable, FileId, app_id};
pub use file::{FileError, parse as parse_file, text as policy_file_text};
pub use local::{LocalSources, MARKER, MAX_TYPE, MAX_TYPES, PrimarySelection, SourceId, Transfer};
pub use names::shown;
pub use quotas::{Limits, Quotas, SETTABLE};
pub use rule::Rule;
pub use rules::Rules;
pub use session_policy::{Policy, Sharing};
pub use terms::{Directions, InterfaceName, PixelFormat, Prefix, Terms};
