//! Tests with hostile code in each kind of session's sandbox: each test tries what an intruder
//! would try. Each try has its own process: this test's binary, started again with the kind of
//! session and the name of the try in a variable.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, unsafe_code)]

mod tries;
mod work;

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output};

use super::*;
use tries::{DENIED, FATAL};

/// What a started process must do: `KIND TRY`.
const VARIABLE: &str = "CARAFE_SANDBOX_TRY";

/// The folder for its files.
const FOLDER: &str = "CARAFE_SANDBOX_FOLDER";

/// The kind of session without a sandbox, which shows that the tries work without one.
const NO_SANDBOX: &str = "none";
const KINDS: [&str; 4] = ["plain", "device", "x11", "x11-device"];

fn needs(kind: &str, folder: &Path) -> Needs {
    Needs {
        device: kind.contains("device"),
        x11: kind.contains("x11"),
        readable: vec![folder.join("readable")],
        temporary: kind.contains("device").then(|| folder.join("temporary")),
    }
}

/// Starts a process for a try, and returns its output.
fn run(kind: &str, what: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    for name in ["readable", "temporary"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
        std::fs::write(folder.path().join(name).join("file"), "text").unwrap();
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "sandbox::tests::in_a_process_of_its_own", "--nocapture"]);
    command.env(VARIABLE, format!("{kind} {what}")).env(FOLDER, folder.path());
    command.current_dir(folder.path());
    command.output().unwrap()
}

/// The lines that a process has written for its test.
fn lines(output: &Output) -> Vec<String> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().filter_map(|line| line.strip_prefix("> ").map(str::to_owned)).collect()
}

/// The entry point of the processes that the other tests start.
#[test]
fn in_a_process_of_its_own() {
    let Ok(text) = std::env::var(VARIABLE) else { return };
    let folder = std::path::PathBuf::from(std::env::var(FOLDER).unwrap());
    let (kind, what) = text.split_once(' ').unwrap();
    let held = tries::Held::new(&folder);
    let work = work::Prepared::new(&folder);
    if kind != NO_SANDBOX {
        let entered = enter(&needs(kind, &folder)).unwrap();
        assert!(entered.layers.is_whole(), "{}", entered.layers);
        std::mem::forget(entered);
    }
    match what {
        "denied" => {
            for (name, attempt) in DENIED {
                println!("> {name}: {}", tries::text(&attempt(&held)));
            }
        }
        "work" => {
            work.do_all(&needs(kind, &folder));
            println!("> done");
        }
        name => {
            let (_, attempt) = FATAL.iter().find(|(known, _)| *known == name).unwrap();
            println!("> {name}: {}", tries::text(&attempt(&held)));
        }
    }
}

#[test]
fn an_intruder_opens_nothing() {
    let free = lines(&run(NO_SANDBOX, "denied"));
    assert_eq!(free, DENIED.map(|(name, _)| format!("{name}: works")));
    for kind in KINDS {
        let output = run(kind, "denied");
        let found = lines(&output);
        assert_eq!(found.len(), DENIED.len(), "{kind}: {output:?}");
        for line in found {
            let refused = ["EPERM", "EACCES"].iter().any(|error| line.ends_with(error));
            assert!(refused, "{kind}: {line}");
        }
    }
}

#[test]
fn an_intruder_that_reaches_out_ends() {
    for (name, _) in FATAL {
        let free = run(NO_SANDBOX, name);
        assert_ne!(free.status.signal(), Some(libc::SIGSYS), "without a sandbox: {name}");
        let output = run("plain", name);
        assert_eq!(output.status.signal(), Some(libc::SIGSYS), "{name}: {output:?}");
    }
    for kind in KINDS {
        let output = run(kind, "execve");
        assert_eq!(output.status.signal(), Some(libc::SIGSYS), "{kind}: {output:?}");
    }
}

#[test]
fn what_sessions_do_works() {
    for kind in [NO_SANDBOX].into_iter().chain(KINDS) {
        let output = run(kind, "work");
        assert_eq!(lines(&output), ["done"], "{kind}: {output:?}");
    }
}

#[test]
fn this_machine_has_all_layers() {
    assert_eq!(available().to_string(), "landlock and seccomp");
    // It was only a try.
    assert!(std::fs::read("/proc/self/environ").is_ok());
}
