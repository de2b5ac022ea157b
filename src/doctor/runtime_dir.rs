//! Checks `XDG_RUNTIME_DIR`, the directory for sockets (XDG Base Directory Specification).

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use rustix::fs::Access;

use super::Report;
use crate::service::{how_to_get_runtime_dir, runtime_dir};

const CHECK: &str = "runtime-dir";

/// Checks that it exists, belongs to this user, and is closed to others.
pub fn examine(report: &mut Report) {
    let uid = rustix::process::getuid().as_raw();
    let usual = format!("/run/user/{uid}");
    let Some(dir) = runtime_dir() else {
        let next = how_to_get_runtime_dir();
        return report.error(
            CHECK,
            "XDG_RUNTIME_DIR is not set: there is no place for sockets",
            next,
        );
    };
    let shown = dir.display();
    let found = match fs::metadata(&dir) {
        Ok(found) if found.is_dir() => found,
        Ok(_) => {
            let next = format!("set XDG_RUNTIME_DIR to a directory (on systemd {usual})");
            let what = format!("XDG_RUNTIME_DIR={shown} is not a directory");
            return report.error(CHECK, what, next);
        }
        Err(e) => {
            let next = format!(
                "log in again, or make it: `install -d -m 700 {shown}` (on systemd it is {usual})"
            );
            return report.error(CHECK, format!("XDG_RUNTIME_DIR={shown}: {e}"), next);
        }
    };
    if found.uid() != uid {
        let owner = found.uid();
        let what =
            format!("XDG_RUNTIME_DIR={shown} belongs to user {owner}, but you are user {uid}");
        let next = "run carafe as that user (not by sudo or su), or set the variable again";
        return report.error(CHECK, what, next);
    }
    if rustix::fs::access(&dir, Access::WRITE_OK | Access::EXEC_OK).is_err() {
        let what = format!("XDG_RUNTIME_DIR={shown} is not writable");
        return report.error(CHECK, what, format!("chmod 700 {shown}"));
    }
    let mode = found.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let what = format!("XDG_RUNTIME_DIR={shown} is open to other users (mode {mode:o})");
        return report.warn(CHECK, what, format!("chmod 700 {shown}"));
    }
    report.ok(CHECK, format!("{shown} is yours alone"));
}
