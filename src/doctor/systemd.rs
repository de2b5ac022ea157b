//! Checks the user's service manager: whether it answers, and the units that belong to
//! carafe.

use std::io::ErrorKind;
use std::path::Path;

use super::{Report, command};

const CHECK: &str = "systemd";

/// The units of carafe and of Crostini, and garcon's under both its names.
const UNITS: [&str; 9] = [
    "carafe@0.service",
    "carafe-x@0.service",
    "sommelier@0.service",
    "sommelier@1.service",
    "sommelier-x@0.service",
    "sommelier-x@1.service",
    "cros-garcon.service",
    "garcon.service",
    "carafe@0.socket",
];

/// The properties to ask for.
const PROPERTIES: &str =
    "--property=Id,LoadState,ActiveState,SubState,Result,ExecMainStatus,NRestarts";

/// A unit as `systemctl show` describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) name: String,
    load: String,
    active: String,
    sub: String,
    result: String,
    status: String,
    restarts: String,
}

/// Checks the units. Returns the environment of the user's manager, if it answers.
pub fn examine(report: &mut Report) -> Option<String> {
    if !Path::new("/run/systemd/system").exists() {
        let what = "systemd does not run here";
        report.note(CHECK, what, "start carafe from your session's own files: carafe --parent");
        return None;
    }
    let environment = match command::output("systemctl", &["--user", "show-environment"]) {
        Ok(output) if output.success => output.text,
        Err(e) if e.kind() == ErrorKind::NotFound => {
            let what = "systemd runs, but there is no systemctl in PATH";
            report.warn(CHECK, what, "add the directory of systemctl to PATH");
            return None;
        }
        _ => {
            let what = "your service manager (systemctl --user) does not answer";
            let next = "log in by ssh or `machinectl shell USER@` (not su or sudo, which start no \
                        manager), or `loginctl enable-linger USER`; XDG_RUNTIME_DIR must be set";
            report.warn(CHECK, what, next);
            return None;
        }
    };
    let mut arguments = vec!["--user", "show", PROPERTIES];
    arguments.extend(UNITS);
    match command::output("systemctl", &arguments) {
        Ok(output) => judge(&parse(&output.text), report),
        Err(e) => {
            let what = format!("systemctl --user show: {e}");
            report.warn(CHECK, what, "systemctl --user daemon-reexec");
        }
    }
    Some(environment)
}

/// Reads blocks of `Key=value` that are separated by empty lines.
pub(super) fn parse(text: &str) -> Vec<Unit> {
    let unit = |block: &str| {
        let get = |key: &str| {
            let mut lines = block.lines().filter_map(|line| line.split_once('='));
            lines.find(|(name, _)| *name == key).map_or(String::new(), |(_, value)| value.into())
        };
        Unit {
            name: get("Id"),
            load: get("LoadState"),
            active: get("ActiveState"),
            sub: get("SubState"),
            result: get("Result"),
            status: get("ExecMainStatus"),
            restarts: get("NRestarts"),
        }
    };
    text.split("\n\n").map(unit).filter(|unit| !unit.name.is_empty()).collect()
}

/// Adds a finding for each unit that exists.
pub(super) fn judge(units: &[Unit], report: &mut Report) {
    let known: Vec<&Unit> = units.iter().filter(|unit| unit.load != "not-found").collect();
    let any_runs = known.iter().any(|unit| unit.active != "inactive");
    for unit in &known {
        // If some units run, the user does not want the others.
        if unit.active != "inactive" || unit.load != "loaded" || !any_runs {
            one(unit, report);
        }
    }
    if known.is_empty() {
        let what = "there is no unit of carafe or sommelier";
        let next = "install carafe's package, or copy packaging/systemd to \
                    ~/.config/systemd/user, if carafe should start when you log in";
        report.note(CHECK, what, next);
    }
}

fn one(unit: &Unit, report: &mut Report) {
    let Unit { name, load, active, sub, result, status, restarts } = unit;
    let log = format!("journalctl --user -u {name} -n 50, then systemctl --user restart {name}");
    match (load.as_str(), active.as_str()) {
        ("masked", _) => {
            let what = format!("{name} is masked");
            report.note(CHECK, what, format!("systemctl --user unmask {name}, if you want it"));
        }
        ("loaded", "active") if restarts.parse().is_ok_and(|n: u32| n > 0) => {
            let what = format!("{name} runs, after {restarts} restarts");
            report.warn(CHECK, what, format!("journalctl --user -u {name} says why it ended"));
        }
        ("loaded", "active") => report.ok(CHECK, format!("{name} is active ({sub})")),
        ("loaded", "failed") => {
            report.error(CHECK, format!("{name} has failed ({result}, status {status})"), log);
        }
        ("loaded", "activating") => {
            let what = format!(
                "{name} does not become ready ({sub}; the last try: {result}, status {status})"
            );
            report.error(CHECK, what, log);
        }
        ("loaded", _) => {
            let what = format!("{name} is not running");
            let next = format!("systemctl --user enable --now {name}, if you want it");
            report.note(CHECK, what, next);
        }
        (load, _) => {
            let what = format!("{name} cannot be loaded ({load})");
            report.error(CHECK, what, format!("systemd-analyze --user verify {name}"));
        }
    }
}
