//! The programs that tests run, in an environment that is always the same.

use std::path::{Path, PathBuf};
use std::process::Command;

use carafe_fixture::process::{Process, command};

use crate::hosts::Host;

/// A program on a display in the host's runtime directory, without the user's configuration,
/// session bus or accelerated graphics.
pub fn app(host: &Host, display: &str, program: &str) -> Command {
    let mut app = command(program, host.runtime());
    app.env_clear();
    app.env("XDG_RUNTIME_DIR", host.runtime().path()).env("WAYLAND_DISPLAY", display);
    app.env("HOME", host.runtime().path()).env("PATH", "/usr/bin:/bin").env("LANG", "C.UTF-8");
    app.env("GDK_BACKEND", "wayland").env("QT_QPA_PLATFORM", "wayland");
    app.env("GSETTINGS_BACKEND", "memory").env("NO_AT_BRIDGE", "1");
    app.env("LIBGL_ALWAYS_SOFTWARE", "1");
    let [program, display] = [program, display].map(|path| path.rsplit('/').next().unwrap_or(path));
    let name = format!("{program}-on-{display}");
    app.stdin(std::process::Stdio::null());
    app.stdout(host.log_file(&name)).stderr(host.log_file(&name));
    app
}

/// foot with a cursor that does not blink, and its own configuration only.
pub fn foot(host: &Host, display: &str) -> Command {
    let mut foot = app(host, display, "foot");
    foot.args(["--config=/dev/null", "--override=cursor.blink=no"]);
    foot
}

/// Starts a program with arguments.
pub fn run(host: &Host, display: &str, program: &str, args: &[&str]) -> Process {
    Process::start(app(host, display, program).args(args))
}

/// Plugs in a keyboard without keys, so that a client has its `wl_keyboard` before the first
/// key of another keyboard comes.
pub fn keyboard(host: &Host) -> Process {
    run(host, host.display(), "wtype", &["-s", "600000"])
}

/// A file of `tests/data/apps`.
pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/apps").join(name)
}
