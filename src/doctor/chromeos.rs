//! Checks what carafe needs of `ChromeOS`'s compositor, if that is the host.

use super::Report;
use crate::aura::{SHELL, SINCE};
use crate::probe::HostGlobal;
use crate::session::GlobalRule;

const CHECK: &str = "chromeos";

/// Globals of `ChromeOS`'s shell, the lowest versions that suffice, and what is lost without them.
const NEEDED_OF_SHELL: [(&str, u32, &str); 3] = [
    (
        SHELL,
        SINCE,
        "X11 windows have no frames, startup ids do not arrive, and nothing can activate windows",
    ),
    (
        "zcr_keyboard_extension_v1",
        1,
        "ChromeOS takes its shortcuts before the apps: Ctrl+W closes a terminal",
    ),
    ("xdg_wm_base", 1, "windows have no application ids, and so no items on the shelf"),
];

/// Reports what is missing.
pub fn examine(offered: &[HostGlobal], rule: &GlobalRule, report: &mut Report) {
    let find = |name: &str| offered.iter().find(|global| global.interface == name);
    if find(SHELL).is_none() {
        return;
    }
    let mut is_fine = true;
    for (name, since, without) in NEEDED_OF_SHELL {
        let version = find(name).map(|global| rule.version(name, global.version));
        let (what, next) = match version {
            _ if !rule.allows(name) => (
                format!("the policy forbids {name}: {without}"),
                "take it out of --deny-globals, or add it to --allow-globals",
            ),
            None => (
                format!("ChromeOS offers no {name}: {without}"),
                "update ChromeOS, or find out what is between it and carafe",
            ),
            Some(version) if version < since => (
                format!("{name} has version {version} of at least {since}: {without}"),
                "update ChromeOS, and leave its version out of --max-versions",
            ),
            Some(_) => continue,
        };
        report.warn(CHECK, what, next);
        is_fine = false;
    }
    if is_fine {
        report.ok(CHECK, "the host is ChromeOS: ids for the shelf, frames and shortcuts work");
    }
}
