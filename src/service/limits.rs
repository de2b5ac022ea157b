//! The limit on open descriptors.

use std::time::Duration;

use rustix::process::{Resource, getrlimit, setrlimit};

/// How long carafe accepts no client after the process ran out of descriptors.
pub const BREATHER: Duration = Duration::from_millis(200);

/// Raises the soft limit to the hard limit: a session needs three descriptors, and more while
/// messages carry some. Call it after the program was started, so that the program keeps the
/// limit that its user set.
pub fn raise_open_files() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(e) = setrlimit(Resource::Nofile, limit) {
        tracing::debug!("cannot raise the limit of open files: {e}");
    }
}
