//! The texts of `--help` and `--version`.

use std::fmt::Write;

use super::options::{OPTIONS, OptionEffect, Spec};

/// Width of the column with the options' names.
const NAME_COLUMN: usize = 28;

const USAGE: &str = "\
carafe shows the Wayland apps of a container or virtual machine as windows of
the host's compositor.

Usage:
  carafe [options] PROGRAM [ARGUMENTS]   run a program on its own display
  carafe [options] --parent [PROGRAM]    serve all clients that connect to a socket
  carafe [options] --client-fd=N         serve one connection that is already open
  carafe stats [options]                 watch a running carafe (carafe stats --help)
  carafe doctor [options]                find out why no window shows
  carafe policy [options] check FILE     find mistakes in a policy file
  carafe policy [options] why PID        find out what a process may do, and why

Options (defaults are in parentheses):
";

const NOTES: &str = "
Options come before the program. carafe warns about unknown options and ignores
them. An option can also be set by the variable in brackets; the option wins.

Signals: SIGTERM and SIGINT stop carafe. SIGUSR1 writes each session's recent
messages to XDG_RUNTIME_DIR/carafe-messages-PID.log, and writes the files of
--timing-filename and --trace-filename, which are also written when carafe ends.
SIGHUP reads the file of --policy again; without that option, it stops carafe.
";

/// Command lines and what they do: for the help and the manual.
pub const EXAMPLES: [(&str, &str); 8] = [
    ("carafe foot", "run one terminal through carafe"),
    ("carafe --parent --socket=wayland-1", "serve many apps: WAYLAND_DISPLAY=wayland-1 foot"),
    ("carafe -X --direct-scale sh", "run a shell whose Wayland and X11 apps are sharp"),
    ("carafe --clipboard=guest-to-host foot", "do not let it read what is copied elsewhere"),
    ("carafe --log-messages=host foot", "show its messages to and from the host"),
    ("carafe stats", "show frames and latencies each second"),
    ("carafe doctor", "show what is wrong, and what to do next"),
    ("carafe -- stats", "run a program that is called stats"),
];

/// Exit statuses and what they mean: for the help and the manual.
pub const STATUS: [(&str, &str); 5] = [
    ("0", "carafe was stopped, or had nothing more to serve"),
    ("1", "carafe could not start, or could not serve its only client"),
    ("2", "the command line is wrong"),
    ("127", "the program cannot be started"),
    ("other", "the program's own status or signal; carafe doctor has its own statuses"),
];

/// Width of the column with the examples.
const COMMAND_COLUMN: usize = 38;

/// The text of `--version`.
pub fn version() -> String {
    format!("carafe {}\n", env!("CARGO_PKG_VERSION"))
}

/// The text of `--help`.
pub fn help() -> String {
    let mut text = String::from(USAGE);
    let shown = |spec: &&Spec| matches!(spec.effect, OptionEffect::Works) && !spec.help.is_empty();
    for spec in OPTIONS.iter().filter(shown) {
        let names = spec.names();
        let env = spec.env.map_or(String::new(), |env| format!(" [{env}]"));
        let gap = if names.len() > NAME_COLUMN { format!("\n{:30}", "") } else { String::new() };
        let _ = writeln!(text, "  {names:NAME_COLUMN$}{gap} {}{env}", spec.help);
    }
    text.push_str(NOTES);
    text.push_str("\nExamples:\n");
    for (line, what) in EXAMPLES {
        let _ = writeln!(text, "  {line:COMMAND_COLUMN$} {what}");
    }
    text.push_str("\nExit status:\n");
    for (status, meaning) in STATUS {
        let _ = writeln!(text, "  {status:5}  {meaning}");
    }
    text
}
