//! Where Xwayland is.

use std::env;
use std::path::{Path, PathBuf};

use rustix::fs::Access;

/// Where ChromeOS has one for its containers, and the drivers that go with it: what
/// sommelier is built to run.
const CHROMEOS: (&str, &str) =
    ("/opt/google/cros-containers/bin/Xwayland", "/opt/google/cros-containers/lib");

/// An Xwayland to run.
#[derive(Debug, PartialEq, Eq)]
pub struct Program {
    /// Its path.
    pub path: PathBuf,
    /// Where its Mesa finds drivers, if not where Mesa looks itself.
    pub gl_drivers: Option<PathBuf>,
}

/// The named one, the one on the `PATH`, or ChromeOS's; `None` when there is none of them.
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
