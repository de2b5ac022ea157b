//! Checks what X11 apps need: Xwayland, xauth, and a directory for sockets.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::Access;

use super::{Report, command};
use crate::service::{X11_SOCKETS, display_holder, find_xwayland};

const CHECK: &str = "xwayland";

const INSTALL: &str = "install it (Debian: apt install xwayland, Arch: pacman -S xorg-xwayland, \
                       NixOS: services.carafe.xwaylandPackage), or name it with \
                       --xwayland-path=PATH";

/// Checks the Xwayland that carafe would run.
pub fn examine(named: Option<&Path>, report: &mut Report) {
    let Some(path) = find_xwayland(named).map(|found| found.path) else {
        let what = "there is no Xwayland in PATH: X11 apps have no display";
        report.warn(CHECK, what, INSTALL);
        return;
    };
    let shown = path.display();
    match command::output(&path, &["-version"]) {
        Ok(output) if output.success => report.ok(CHECK, format!("{shown} starts")),
        Ok(_) => {
            let what = format!("{shown} does not start: X11 apps have no display");
            report.warn(CHECK, what, format!("see what it says: {shown} -version"));
        }
        Err(e) if e.kind() == ErrorKind::TimedOut => {
            let what = format!("{shown} -version does not end: X11 apps have no display");
            report.warn(CHECK, what, INSTALL);
        }
        Err(e) => {
            let what = format!("{shown} cannot be run: {e}: X11 apps have no display");
            report.warn(CHECK, what, INSTALL);
        }
    }
    if !is_in_path("xauth") {
        let what = "there is no xauth in PATH, which the units for X11 need";
        report.note(CHECK, what, "install it (Debian, Arch: xauth; NixOS: xorg.xauth)");
    }
    sockets(report);
}

/// Checks the directory of sockets, and looks for locks whose owner is gone.
fn sockets(report: &mut Report) {
    if fs::metadata(X11_SOCKETS).is_ok()
        && rustix::fs::access(X11_SOCKETS, Access::WRITE_OK).is_err()
    {
        let mode = fs::metadata(X11_SOCKETS).map_or(0, |found| found.permissions().mode() & 0o7777);
        let what =
            format!("you cannot make sockets in {X11_SOCKETS} (mode {mode:o}): X11 apps have none");
        report.warn(CHECK, what, format!("sudo chmod 1777 {X11_SOCKETS}"));
    }
    for number in 0..10 {
        let lock = PathBuf::from(format!("/tmp/.X{number}-lock"));
        let Some(pid) = display_holder(&lock) else { continue };
        let pid = pid.as_raw_nonzero();
        if Path::new("/proc/self").exists() && !Path::new(&format!("/proc/{pid}")).exists() {
            let what = format!("{} is stale: its process {pid} is gone", lock.display());
            let next = format!("sudo rm {} {X11_SOCKETS}/X{number}", lock.display());
            report.warn(CHECK, what, next);
        }
    }
}

/// Whether there is a program of that name in `PATH`.
fn is_in_path(name: &str) -> bool {
    let paths = env::var_os("PATH").unwrap_or_default();
    let mut found = env::split_paths(&paths).map(|dir| dir.join(name));
    found.any(|path| rustix::fs::access(&path, Access::EXEC_OK).is_ok() && path.is_file())
}
