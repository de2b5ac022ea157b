//! The host's compositor: whether it answers, and what it offers.

use std::env;
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::Report;
use crate::probe::{Global, globals};
use crate::service::{Host, HostOptions, ServiceError, stats_path};

const CHECK: &str = "host";

/// Globals without which apps show nothing, or cannot be used.
const NEEDED: [(&str, &str); 4] = [
    ("wl_compositor", "no app can draw"),
    ("wl_shm", "apps that draw without a GPU do not start"),
    ("wl_seat", "there is neither keyboard nor pointer"),
    ("xdg_wm_base", "apps have no windows"),
];

/// Globals that make it better.
const WANTED: [(&str, &str); 3] = [
    ("wp_viewporter", "windows cannot be scaled by fractions"),
    ("zwp_linux_dmabuf_v1", "apps draw without the GPU"),
    ("wl_data_device_manager", "there is no clipboard"),
];

/// Connects as a session would. Gives whether a compositor answered.
pub fn examine(options: &HostOptions, report: &mut Report) -> bool {
    let host = match Host::find(options) {
        Ok(host) => host,
        Err(e) => {
            let what = match &e {
                // Why devices lead nowhere is said below.
                ServiceError::NoHost { path, source, .. } => {
                    format!("no compositor is at {}: {source}", path.display())
                }
                ServiceError::NoPermission { blocker, owner, mode, uid, .. } => format!(
                    "{} is user {owner}'s (mode {mode:03o}), and you are user {uid}",
                    blocker.display()
                ),
                other => other.to_string(),
            };
            report.error(CHECK, what, next(&e));
            return false;
        }
    };
    let answer = host.connect().and_then(|mut connection| globals(&mut *connection.channel));
    let offered = match answer {
        Ok(offered) => offered,
        Err(e) => {
            let next = "see whether the compositor hangs or has ended (its log), and restart it";
            report.error(CHECK, format!("{host} leads to no compositor: {e}"), next);
            return false;
        }
    };
    let through = match host.path() {
        Some(path) if is_carafe(path) => " (through a carafe that runs)",
        _ => "",
    };
    report.ok(CHECK, format!("{host} answers{through} and offers {} globals", offered.len()));
    report.details(list(&offered));
    let lacks = |name: &str| !offered.iter().any(|global| global.interface == name);
    for (name, without) in NEEDED.into_iter().filter(|(name, _)| lacks(name)) {
        let next = "use another compositor on the host, or a newer version of it";
        report.error(CHECK, format!("the host offers no {name}: {without}"), next);
    }
    for (name, without) in WANTED.into_iter().filter(|(name, _)| lacks(name)) {
        let next = "nothing, if that will do; else another compositor on the host";
        report.note(CHECK, format!("the host offers no {name}: {without}"), next);
    }
    true
}

fn next(error: &ServiceError) -> String {
    match error {
        ServiceError::NoRuntimeDir(_) => "set XDG_RUNTIME_DIR first (see above)".into(),
        ServiceError::NoDevice(_) => {
            "see the devices below; or leave the options that name one".into()
        }
        ServiceError::NoPermission { path, blocker, owner, uid, .. } => format!(
            "run carafe as user {owner}, or let user {uid} in: setfacl -m u:{uid}:{} {} (in a \
             container: map one of the users to the other)",
            if path == blocker { "rw" } else { "x" },
            blocker.display()
        ),
        _ if env::var_os("SSH_CONNECTION").is_some() => {
            "over ssh there is no compositor at hand: name its socket with --display=PATH, or \
             forward it with waypipe"
                .into()
        }
        _ => "in a virtual machine see the devices below; in a container mount the host's \
              Wayland socket into it, and name it with --display=PATH"
            .into(),
    }
}

/// Whether a carafe serves the socket.
pub fn is_carafe(socket: &Path) -> bool {
    UnixStream::connect(stats_path(socket)).is_ok()
}

/// `wl_output 4`, each once; those that matter most first, the others sorted.
fn list(offered: &[Global]) -> Vec<String> {
    let mut offered = offered.to_vec();
    let names: Vec<_> = NEEDED.iter().chain(&WANTED).map(|(name, _)| *name).collect();
    let rank = |global: &Global| names.iter().position(|name| *name == global.interface);
    offered.sort_by_key(|global| (rank(global).unwrap_or(usize::MAX), global.clone()));
    offered.dedup();
    offered.iter().map(|global| format!("{} {}", global.interface, global.version)).collect()
}
