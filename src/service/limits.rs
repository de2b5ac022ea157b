//! Limits that the kernel keeps: open descriptors, and what a session's process may have.

use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

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

/// How much memory of its own a session may have, in bytes. All objects and queues at their limits
/// need far less.
pub const MEMORY: u64 = 1 << 30;

/// How much sooner than the service the kernel ends a session when the machine has no memory left, in
/// thousandths of all memory.
const SOONER: i32 = 200;

/// Limits this process, which is a session's. What the kernel refuses stays as it is.
pub fn limit_session() {
    lower(Resource::Data, MEMORY);
    // A session makes no message queues, and locks no memory.
    for resource in [Resource::Memlock, Resource::Msgqueue] {
        lower(resource, 0);
    }
    let path = "/proc/self/oom_score_adj";
    let before = std::fs::read_to_string(path).ok().and_then(|text| text.trim().parse().ok());
    let score = before.unwrap_or(0_i32).saturating_add(SOONER).min(1000);
    if let Err(e) = std::fs::write(path, score.to_string()) {
        tracing::debug!("{path} stays as it is: {e}");
    }
}

fn lower(resource: Resource, most: u64) {
    let Rlimit { current, maximum } = getrlimit(resource);
    let below = |limit: Option<u64>| Some(limit.map_or(most, |limit| limit.min(most)));
    let lower = Rlimit { current: below(current), maximum: below(maximum) };
    if let Err(e) = setrlimit(resource, lower) {
        tracing::debug!("a limit stays as it is: {e}");
    }
}
