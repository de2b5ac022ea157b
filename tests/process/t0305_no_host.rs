//! The error when the host cannot be reached.
use carafe_fixture::process::{RuntimeDir, command};

fn says(display: Option<&str>, text: &[&str]) {
    let runtime = RuntimeDir::new();
    let mut command = command(env!("CARGO_BIN_EXE_carafe"), &runtime);
    if let Some(display) = display {
        command.arg(format!("--display={display}"));
    }
    let output = command.arg("true").output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    for part in text {
        assert!(said.contains(part), "{said}");
    }
    assert_eq!(said.lines().count(), 1, "{said}");
    assert_eq!(std::fs::read_dir(runtime.path()).expect("readable").count(), 0);
}

#[test]
fn no_such_socket() {
    says(Some("nobody"), &["/nobody: No such file or directory", "--display=PATH"]);
    says(None, &["/wayland-0: No such file or directory", "WAYLAND_DISPLAY"]);
    says(Some("/dev/null"), &["/dev/null: Connection refused"]);
}

#[test]
fn no_runtime_directory() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_carafe"))
        .env_remove("XDG_RUNTIME_DIR")
        .env_remove("WAYLAND_SOCKET")
        .arg("true")
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("XDG_RUNTIME_DIR is not set"), "{said}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_wrong_command_line_is_2() {
    let output =
        std::process::Command::new(env!("CARGO_BIN_EXE_carafe")).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("name a program to run, or --parent"), "{said}");
}
