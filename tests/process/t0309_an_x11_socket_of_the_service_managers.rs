//! Socket activation of an X11 display.
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::Stdio;

use carafe_fixture::process::{Process, RuntimeDir, command, wait_for};
use carafe_fixture::wire::FakeHost;

/// A display number that no X server uses.
const NUMBER: &str = "60309";

#[test]
fn its_first_client_has_xwayland_started_on_that_socket() {
    let runtime = RuntimeDir::new();
    let _host = FakeHost::listen(&runtime.join("host"));
    // This fake Xwayland only prints its arguments.
    let (xwayland, said) = (runtime.join("Xwayland"), runtime.join("said"));
    let script = format!("#!/bin/sh\necho \"$@\" > {0}.new\nmv {0}.new {0}\n", said.display());
    std::fs::write(&xwayland, script).expect("written");
    std::fs::set_permissions(&xwayland, std::fs::Permissions::from_mode(0o755)).expect("a mode");

    let _ = std::fs::create_dir("/tmp/.X11-unix");
    let path = format!("/tmp/.X11-unix/X{NUMBER}");
    let _ = std::fs::remove_file(&path);
    let listener = UnixListener::bind(&path).expect("a socket");
    let mut command = command("sh", &runtime);
    let shell = "export LISTEN_PID=$$ LISTEN_FDS=1; exec \"$0\" \"$@\" 3<&0 0</dev/null";
    command.args(["-c", shell, env!("CARGO_BIN_EXE_carafe"), "-X", "--display=host"]);
    command.arg(format!("--xwayland-path={}", xwayland.display()));
    command.args(["sh", "-c", "echo $DISPLAY > $XDG_RUNTIME_DIR/display; exec sleep 100"]);
    let mut carafe = Process::start(command.stdin(Stdio::from(OwnedFd::from(listener))));
    drop(command);

    let display = wait_for("the program", || {
        std::fs::read_to_string(runtime.join("display")).ok().filter(|text| text.ends_with('\n'))
    });
    assert_eq!(display.trim(), format!(":{NUMBER}"));
    assert!(!said.exists(), "nobody has asked for it");
    let _client = UnixStream::connect(&path).expect("it listens");
    let said = wait_for("Xwayland", || std::fs::read_to_string(&said).ok());
    assert!(said.starts_with(&format!(":{NUMBER} ")), "{said}");
    assert_eq!(said.matches("-listenfd").count(), 1, "{said}");

    carafe.signal(rustix::process::Signal::TERM);
    carafe.wait();
    assert!(std::fs::exists(&path).expect("readable"), "it is the service manager's to remove");
    std::fs::remove_file(&path).expect("removed");
    assert!(!std::fs::exists(format!("/tmp/.X{NUMBER}-lock")).expect("readable"));
}
