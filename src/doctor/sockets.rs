//! Checks the sockets in `XDG_RUNTIME_DIR` that apps connect to.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use super::Report;
use super::host::is_carafe;
use crate::peer;
use crate::service::runtime_dir;

const CHECK: &str = "sockets";

/// Finds out which program listens at each socket.
pub fn examine(report: &mut Report) {
    let Some(dir) = runtime_dir() else { return };
    let entries = fs::read_dir(&dir).into_iter().flatten().flatten();
    let is_display = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // Leave out NAME.lock and NAME.stats.
        name.starts_with("wayland-") && path.extension().is_none()
    };
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_display).collect();
    found.sort();
    for path in &found {
        one(path, report);
    }
    if found.is_empty() {
        let next = "start carafe: `carafe --parent`, or `systemctl --user start carafe@0.socket`";
        report.note(CHECK, format!("there is no wayland-* socket in {}", dir.display()), next);
    }
}

fn one(path: &Path, report: &mut Report) {
    let shown = path.display();
    let is_socket = fs::metadata(path).is_ok_and(|found| found.file_type().is_socket());
    if !is_socket {
        let what = format!("{shown} is not a socket, and is in the way of one");
        return report.error(CHECK, what, format!("rm -r {shown}"));
    }
    match UnixStream::connect(path) {
        Ok(_) if is_carafe(path) => report.ok(CHECK, format!("{shown} is in use by carafe")),
        Ok(stream) => {
            let who = owner(&stream).unwrap_or_else(|| "another program".into());
            report.ok(CHECK, format!("{shown} is in use by {who}"));
        }
        Err(e) if e.kind() == ErrorKind::ConnectionRefused => {
            let what = format!("{shown} is stale: no program listens there");
            let next = format!(
                "rm {shown}, or start a carafe there, which replaces it: carafe --parent \
                 --socket={}",
                path.file_name().unwrap_or_default().to_string_lossy()
            );
            report.warn(CHECK, what, next);
        }
        Err(e) => {
            let next = format!("see who owns it: ls -l {shown}");
            report.warn(CHECK, format!("{shown} cannot be reached: {e}"), next);
        }
    }
}

/// The program at the other end, like `sway (process 123)`.
fn owner(stream: &UnixStream) -> Option<String> {
    let pid = peer::process(stream)?;
    Some(format!("{} (process {pid})", peer::name(pid)?))
}
