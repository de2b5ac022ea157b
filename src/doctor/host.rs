//! Checks whether the host's compositor answers, and what it offers.

use std::env;
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::{Report, chromeos};
use crate::policy::{Client, Rules};
use crate::probe::{HostGlobal, globals};
use crate::protocol::Tables;
use crate::service::{HostAddress, HostOptions, ServiceError, stats_path};
use crate::session::Objection;

const CHECK: &str = "host";

/// Globals without which apps show nothing or cannot be used, and what is lost.
const NEEDED_GLOBALS: [(&str, &str); 4] = [
    ("wl_compositor", "no app can draw"),
    ("wl_shm", "apps that draw without a GPU do not start"),
    ("wl_seat", "there is neither keyboard nor pointer"),
    ("xdg_wm_base", "apps have no windows"),
];

/// Globals that apps can do without, and what is lost.
const USEFUL_GLOBALS: [(&str, &str); 3] = [
    ("wp_viewporter", "windows cannot be scaled by fractions"),
    ("zwp_linux_dmabuf_v1", "apps draw without the GPU"),
    ("wl_data_device_manager", "there is no clipboard"),
];

/// Connects as a session would. Returns whether a compositor answered.
pub fn examine(options: &HostOptions, rules: &Rules, report: &mut Report) -> bool {
    let host = match HostAddress::find(options) {
        Ok(host) => host,
        Err(e) => {
            let what = match &e {
                // The report on devices follows, so their errors are left out here.
                ServiceError::NoHost { path, source, .. } => {
                    format!("there is no compositor at {}: {source}", path.display())
                }
                ServiceError::NoPermission { blocker, owner, mode, uid, .. } => format!(
                    "{} belongs to user {owner} (mode {mode:03o}), but you are user {uid}",
                    blocker.display()
                ),
                other => other.to_string(),
            };
            report.error(CHECK, what, next(&e));
            return false;
        }
    };
    let answer = host.connect().and_then(|mut connection| {
        let offered = globals(&mut *connection.channel)?;
        Ok((offered, connection.crossing.device.is_some()))
    });
    let (offered, behind_device) = match answer {
        Ok(answer) => answer,
        Err(e) => {
            let next = "see in its log whether the compositor hangs or has ended, and restart it";
            report.error(CHECK, format!("{host} does not lead to a compositor: {e}"), next);
            return false;
        }
    };
    let through = match host.path() {
        Some(path) if is_carafe(path) => " (through another carafe)",
        _ => "",
    };
    report.ok(CHECK, format!("{host} answers{through} and offers {} globals", offered.len()));
    report.details(list(&offered));
    let lacks = |name: &str| !offered.iter().any(|global| global.interface == name);
    for (name, without) in NEEDED_GLOBALS.into_iter().filter(|(name, _)| lacks(name)) {
        let next = "use another compositor on the host, or a newer version of it";
        report.error(CHECK, format!("the host offers no {name}: {without}"), next);
    }
    for (name, without) in USEFUL_GLOBALS.into_iter().filter(|(name, _)| lacks(name)) {
        let next = "nothing, unless you need it; then use another compositor on the host";
        report.note(CHECK, format!("the host offers no {name}: {without}"), next);
    }
    // Rules for single clients may differ.
    let rule = rules.policy(&Client::default(), behind_device).globals;
    chromeos::examine(&offered, &rule, report);
    let withheld = |global: &&HostGlobal| {
        rule.objection(&global.interface) == Some(Objection::Privileged)
            && Tables::get().find(&global.interface).is_some()
    };
    let withheld: Vec<_> = offered.iter().filter(withheld).cloned().collect();
    if !withheld.is_empty() {
        report.note(
            "policy",
            format!("clients do not get {} privileged globals of the host", withheld.len()),
            "nothing, if apps work; if one needs such a global, use --allow-privileged=NAME, or a \
             rule in a --policy file",
        );
        report.details(list(&withheld));
    }
    true
}

fn next(error: &ServiceError) -> String {
    match error {
        ServiceError::NoRuntimeDir(_) => "set XDG_RUNTIME_DIR first (see above)".into(),
        ServiceError::NoDevice(_) => {
            "see the devices below, or leave out the option that names one".into()
        }
        ServiceError::NoPermission { path, blocker, owner, uid, .. } => format!(
            "run carafe as user {owner}, or let user {uid} in: setfacl -m u:{uid}:{} {} (in a \
             container: map one of the users to the other)",
            if path == blocker { "rw" } else { "x" },
            blocker.display()
        ),
        _ if env::var_os("SSH_CONNECTION").is_some() => {
            "an ssh session has no compositor of its own: name a socket with --display=PATH, or \
             forward one with waypipe"
                .into()
        }
        _ => "in a virtual machine, see the devices below; in a container, mount the host's \
              Wayland socket into it and name it with --display=PATH"
            .into(),
    }
}

/// Whether a carafe serves the socket.
pub fn is_carafe(socket: &Path) -> bool {
    UnixStream::connect(stats_path(socket)).is_ok()
}

/// The offered globals like `wl_output 4`, each once. Those that matter most come first, the
/// others are sorted.
fn list(offered: &[HostGlobal]) -> Vec<String> {
    let mut offered = offered.to_vec();
    let names: Vec<_> =
        NEEDED_GLOBALS.iter().chain(&USEFUL_GLOBALS).map(|(name, _)| *name).collect();
    let rank = |global: &HostGlobal| names.iter().position(|name| *name == global.interface);
    offered.sort_by_key(|global| (rank(global).unwrap_or(usize::MAX), global.clone()));
    offered.dedup();
    offered.iter().map(|global| format!("{} {}", global.interface, global.version)).collect()
}
