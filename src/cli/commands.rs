//! The commands that carafe understands instead of a program, with their options. Parsers,
//! help, manual and completions are made from these.

use std::fmt::Write;

use super::options::{OptionValue, Spec, works};

/// A command.
#[derive(Debug)]
pub struct Command {
    /// Its name.
    pub name: &'static str,
    /// What follows the name.
    pub words: &'static str,
    /// A short description.
    pub summary: &'static str,
    /// A long description.
    pub about: &'static str,
    /// Its options.
    pub options: &'static [Spec],
    /// Notes that follow the options.
    pub notes: &'static str,
}

/// All commands.
pub const COMMANDS: [&Command; 3] = [&STATS, &DOCTOR, &POLICY];

const HELP: Spec = Spec { letters: &['h'], ..works("help", OptionValue::None, "print this help") };

/// `carafe stats`.
pub const STATS: Command = Command {
    name: "stats",
    words: "",
    summary: "watch a running carafe",
    about: "\
carafe stats shows each second what passes through a running carafe. For each
client it shows messages, bytes, descriptors, and what waits for a slow side.
For each of its surfaces it shows the frames, the longest time between two
frames, and the time from a commit until it was sent to the host, and until the
client was told that the frame was shown (done). Times are in milliseconds;
\"held\" is the number of buffers that the host holds. Only watching costs time:
carafe measures nothing while nobody watches.
",
    options: &[
        works(
            "socket",
            OptionValue::Required("NAME"),
            "the socket of that carafe's clients (WAYLAND_DISPLAY, or the only one in \
             XDG_RUNTIME_DIR)",
        ),
        works("seconds", OptionValue::Required("N"), "stop after N seconds"),
        works("once", OptionValue::None, "stop after one second"),
        works(
            "json",
            OptionValue::None,
            "print a line of JSON each second: times in nanoseconds, counters since the client \
             connected",
        ),
        HELP,
    ],
    notes: "To run a program called stats, write `carafe ./stats` or `carafe -- stats`.\n",
};

/// `carafe doctor`.
pub const DOCTOR: Command = Command {
    name: "doctor",
    words: "",
    summary: "find out why no window shows",
    about: "\
carafe doctor examines this machine: the runtime directory, the connection to the
host's compositor and what that offers, the virtual devices, sockets in use,
Xwayland, the units and their failures, and the environment of apps. It prints
what it found and what to do next, and changes nothing.
",
    options: &[
        works(
            "json",
            OptionValue::None,
            "print one JSON object instead of text: version, severity (the worst of ok, note, \
             warning, error) and findings (check, severity, what, next, details)",
        ),
        HELP,
    ],
    notes: "\
The options that choose the host (--display, --virtgpu-channel,
--force-drm-device, --drm-device, --virtwl-device), those of the policy,
--xwayland-path, and their variables have the same meaning as when carafe serves
clients.

Exit status: 0 when nothing is wrong, 1 after warnings, 2 after errors, 3 when the
command line is wrong.
",
};

/// `carafe policy`.
pub const POLICY: Command = Command {
    name: "policy",
    words: "check FILE | why PID",
    summary: "explain a policy",
    about: "\
carafe policy check reads a file as --policy does, and prints its mistakes.

carafe policy why prints what carafe knows about a process, the rule that applies
to it, and what it would be allowed if it connected now.
",
    options: &[HELP],
    notes: "\
For why, the options of the policy (--policy, --deny-globals and the like) have
the same meaning as when carafe serves clients.

Exit status: 0 when the file is correct or the process exists, 1 when not, 2 when
the command line is wrong.
",
};

/// The column in which an option's text begins, and the width of a line.
const OPTION_COLUMN: usize = 16;
const LINE_WIDTH: usize = 80;

impl Command {
    /// The text of its `--help`.
    pub fn help(&self) -> String {
        let Self { name, words, about, options, notes, .. } = self;
        let words = if words.is_empty() { String::new() } else { format!(" {words}") };
        let mut text = format!("{about}\nUsage:\n  carafe {name}{words} [options]\n\nOptions:\n");
        for spec in *options {
            let mut line = format!("  {:OPTION_COLUMN$}", spec.names());
            for word in spec.help.split(' ') {
                if line.len() + 1 + word.len() > LINE_WIDTH {
                    let _ = writeln!(text, "{line}");
                    line = " ".repeat(OPTION_COLUMN + 2);
                }
                line.push_str(if line.ends_with(' ') { "" } else { " " });
                line.push_str(word);
            }
            let _ = writeln!(text, "{line}");
        }
        let _ = write!(text, "\n{notes}");
        text
    }
}
