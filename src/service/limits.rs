//! The limit of open descriptors.

use rustix::process::{Resource, getrlimit, setrlimit};

/// Raises the soft limit to the hard one: a session takes three descriptors,
/// and more while a message's are on their way. Called after the program was
/// started, which keeps the limit that its user gave it.
pub fn raise_open_files() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(e) = setrlimit(Resource::Nofile, limit) {
        tracing::debug!("the limit of open files stays as it is: {e}");
    }
}
