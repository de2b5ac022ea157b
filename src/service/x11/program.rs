//! Finding Xwayland.

use std::env;
use std::path::{Path, PathBuf};

use rustix::fs::Access;

/// The Xwayland that ChromeOS provides in its containers, and its drivers. sommelier runs this
/// one.
const CHROMEOS: (&str, &str) =
    ("/opt/google/cros-containers/bin/Xwayland", "/opt/google/cros-containers/lib");

/// An Xwayland to run.
#[derive(Debug, PartialEq, Eq)]
pub struct Program {
    /// Its path.
    pub path: PathBuf,
    /// Where its Mesa finds drivers; `None` for Mesa's own default.
    pub gl_drivers: Option<PathBuf>,
}

/// Finds the named Xwayland, or the one in `PATH`, or ChromeOS's.
pub fn find(named: Option<&Path>) -> Option<Program> {
    let plain = |path: PathBuf| Program { path, gl_drivers: None };
    if let Some(path) = named {
        return Some(plain(path.into()));
    }
    let dirs = env::var_os("PATH").unwrap_or_default();
    let mut on_path = env::split_paths(&dirs).map(|dir| dir.join("Xwayland"));
    let is_program =
        |path: &Path| path.is_file() && rustix::fs::access(path, Access::EXEC_OK).is_ok();
    let found = on_path.find(|path| is_program(path)).map(plain);
    let (chromeos, drivers) = CHROMEOS;
    found.or_else(|| {
        let theirs = Program { path: chromeos.into(), gl_drivers: Some(drivers.into()) };
        is_program(&theirs.path).then_some(theirs)
    })
}
