//! The limit on open descriptors.

use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustix::process::{Resource, getrlimit, setrlimit};

/// How long carafe accepts no client after the process ran out of descriptors.
pub const BREATHER: Duration = Duration::from_millis(200);

/// Whether there are descriptors enough to start a session: its client's, both ends of its line,
/// and its process.
pub fn has_room() -> bool {
    let two = || UnixStream::pair();
    matches!((two(), two()), (Ok(_), Ok(_)))
}

/// Raises the soft limit to the hard limit: each session needs two, and its process,
/// which inherits the limit, some and those that messages carry. Call it after the program was started, so that the program keeps the
/// limit that its user set.
pub fn raise_open_files() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(e) = setrlimit(Resource::Nofile, limit) {
        tracing::debug!("cannot raise the limit of open files: {e}");
    }
}
