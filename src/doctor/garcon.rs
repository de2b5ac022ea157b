//! Checks garcon, which shows a Crostini container's apps in ChromeOS's launcher and starts
//! them. Apps inherit garcon's environment.

use std::fs;
use std::path::{Path, PathBuf};

use super::Report;

const CHECK: &str = "garcon";

/// Where ChromeOS mounts it.
const PROGRAM: &str = "/opt/google/cros-containers/bin/garcon";

/// Where NixOS has the files of apps.
const NIXOS: &str = "/run/current-system/sw/share";

const RESTART: &str = "systemctl --user restart cros-garcon (on NixOS: garcon), after the units of \
                       carafe or sommelier";

/// Checks garcon, if ChromeOS is the host.
pub fn examine(report: &mut Report) {
    if !Path::new("/opt/google/cros-containers").exists() {
        return;
    }
    if !Path::new(PROGRAM).exists() {
        let what = format!("{PROGRAM} does not exist: ChromeOS's tools are not mounted");
        let next = "restart the container (vmc stop termina, vmc start termina); in a Baguette \
                    image mount the disk labelled cros-vm-tools";
        return report.warn(CHECK, what, next);
    }
    let Some(process) = process() else {
        let what = "garcon does not run: apps are not in ChromeOS's launcher";
        let next = "systemctl --user restart cros-garcon (on NixOS: garcon), or \
                    `systemctl restart garcon` where it is a system service";
        return report.warn(CHECK, what, next);
    };
    let Ok(environ) = fs::read(process.join("environ")) else {
        let what = "garcon runs as another user";
        return report.note(CHECK, what, "run carafe doctor as that user to see its environment");
    };
    environment(&String::from_utf8_lossy(&environ), Path::new(NIXOS).exists(), report);
}

/// Checks garcon's environment, which decides which apps it finds and how they start.
pub(super) fn environment(environ: &str, is_nixos: bool, report: &mut Report) {
    let get = |name: &str| {
        let mut variables = environ.split('\0').filter_map(|entry| entry.split_once('='));
        variables.find(|(found, _)| *found == name).map(|(_, value)| value)
    };
    let lacking: Vec<&str> = ["WAYLAND_DISPLAY", "WAYLAND_DISPLAY_LOW_DENSITY"]
        .into_iter()
        .filter(|name| get(name).is_none())
        .collect();
    if !lacking.is_empty() {
        let what =
            format!("garcon was started without {}: apps find no display", lacking.join(", "));
        return report.warn(CHECK, what, RESTART);
    }
    let dirs = get("XDG_DATA_DIRS").unwrap_or("/usr/local/share:/usr/share");
    if is_nixos && !dirs.split(':').any(|dir| dir == NIXOS) {
        let what = format!("garcon's XDG_DATA_DIRS lacks {NIXOS}: no app of NixOS is found");
        let next = "services.carafe.crostini.garcon.enable = true sets it";
        return report.warn(CHECK, what, next);
    }
    let dirs: Vec<String> = dirs.split(':').map(str::to_owned).collect();
    report.ok(CHECK, format!("garcon runs and looks for apps in {} folders", dirs.len()));
    report.details(dirs);
}

/// The folder of garcon's process in `/proc`.
fn process() -> Option<PathBuf> {
    let entries = fs::read_dir("/proc").ok()?.flatten().map(|entry| entry.path());
    let is_it = |path: &PathBuf| {
        fs::read_to_string(path.join("comm")).is_ok_and(|name| name.trim_end() == "garcon")
    };
    entries.into_iter().find(is_it)
}
