//! Checks whether apps know their display: from the service manager's environment when they
//! are started from a menu, from the shell's otherwise.

use std::env;
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::Report;
use crate::service::runtime_dir;

const CHECK: &str = "environment";

/// The variables that name displays.
const DISPLAY_VARIABLES: [&str; 2] = ["WAYLAND_DISPLAY", "DISPLAY"];

/// Compares both environments. `manager` is the output of `systemctl --user show-environment`.
pub fn examine(manager: Option<&str>, report: &mut Report) {
    let shell = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let Some(manager) = manager else { return };
    compare(|name| value(manager, name), shell, report);
    if let Some(name) = value(manager, "WAYLAND_DISPLAY") {
        display(&name, report);
    }
}

/// The value of a variable in the output of `show-environment`, which quotes values with
/// special characters for the shell.
pub(super) fn value(environment: &str, name: &str) -> Option<String> {
    let mut lines = environment.lines().filter_map(|line| line.split_once('='));
    let (_, value) = lines.find(|(found, _)| *found == name)?;
    let bare = value.strip_prefix("$'").and_then(|value| value.strip_suffix('\''));
    Some(bare.unwrap_or(value).to_owned()).filter(|value| !value.is_empty())
}

/// Adds one finding for each variable.
pub(super) fn compare(
    manager: impl Fn(&str) -> Option<String>,
    shell: impl Fn(&str) -> Option<String>,
    report: &mut Report,
) {
    for name in DISPLAY_VARIABLES {
        match (manager(name), shell(name)) {
            (Some(there), Some(here)) if there == here => {
                report.ok(CHECK, format!("{name}={there} for apps and in this shell"));
            }
            (Some(there), Some(here)) => {
                let what = format!("{name} is {there} for apps, but {here} in this shell");
                report.note(CHECK, what, format!("export {name}={there}, unless it is on purpose"));
            }
            (Some(there), None) => {
                let what = format!("{name}={there} is set for apps, but not in this shell");
                let next = format!("log in again, or: export {name}={there}");
                report.warn(CHECK, what, next);
            }
            (None, Some(here)) => {
                let what = format!("{name}={here} is set in this shell, but not for apps");
                let next = format!("systemctl --user import-environment {name}");
                report.note(CHECK, what, next);
            }
            (None, None) if name == "WAYLAND_DISPLAY" => {
                let what = "WAYLAND_DISPLAY is set neither for apps nor in this shell";
                let next = "restart the unit of carafe or sommelier, which sets it (systemctl \
                            --user restart carafe@0, or sommelier@0)";
                report.warn(CHECK, what, next);
            }
            (None, None) => {}
        }
    }
}

/// Checks that something listens at the display that apps will use.
fn display(name: &str, report: &mut Report) {
    let path = match runtime_dir() {
        _ if Path::new(name).is_absolute() => Path::new(name).into(),
        Some(dir) => dir.join(name),
        None => return,
    };
    if let Err(e) = UnixStream::connect(&path) {
        let what =
            format!("WAYLAND_DISPLAY={name}, but nothing listens at {}: {e}", path.display());
        let next =
            "start the unit that serves it (systemctl --user restart carafe@0, or sommelier@0)";
        report.error(CHECK, what, next);
    }
}
