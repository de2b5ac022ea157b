//! The words that carafe understands in place of a program, with their options: for
//! their parsers, their help, the manual and the completions.

use std::fmt::Write;

use super::options::{Spec, Value, works};

/// A command.
#[derive(Debug)]
pub struct Command {
    /// The word.
    pub name: &'static str,
    /// What follows the word in front of options.
    pub words: &'static str,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// What it does, in paragraphs.
    pub about: &'static str,
    /// Its options.
    pub options: &'static [Spec],
    /// What else is to be known.
    pub notes: &'static str,
}

/// All of them.
pub const COMMANDS: [&Command; 3] = [&STATS, &DOCTOR, &POLICY];

const HELP: Spec = Spec { letters: &['h'], ..works("help", Value::None, "print this help") };

/// `carafe stats`.
pub const STATS: Command = Command {
    name: "stats",
    words: "",
    summary: "watch a carafe that runs",
    about: "\
carafe stats shows each second what passes through a carafe that runs: for each
client its messages, bytes, descriptors and what waits for a slow side; for each
of its surfaces frames, the longest time between two of them, and how long a
frame takes from its commit until it was sent to the host, and until the client
was told that it was shown (done). Times are in milliseconds; \"held\" is how many
buffers the host has. Carafe looks closer only while somebody watches.
",
    options: &[
        works(
            "socket",
            Value::Required("NAME"),
            "the socket that its clients use (WAYLAND_DISPLAY, else the only one that there is \
             in XDG_RUNTIME_DIR)",
        ),
        works("seconds", Value::Required("N"), "stop after N seconds"),
        works("once", Value::None, "stop after one second"),
        works(
            "json",
            Value::None,
            "a line of JSON each second: times in nanoseconds, counters since the client came",
        ),
        HELP,
    ],
    notes: "As a program's name, write `carafe ./stats` or `carafe -- stats`.\n",
};

/// `carafe doctor`.
pub const DOCTOR: Command = Command {
    name: "doctor",
    words: "",
    summary: "look for what keeps windows from showing",
    about: "\
carafe doctor looks at this machine: the runtime directory, the way to the host's
compositor and what that offers, the virtual devices, sockets in use, Xwayland,
the units and their failures, and the environment that apps are started with. It
says what it found and what to do next, and changes nothing.
",
    options: &[
        works(
            "json",
            Value::None,
            "one JSON object in place of text: version, severity (the worst: ok, note, warning, \
             error) and findings (check, severity, what, next, details)",
        ),
        HELP,
    ],
    notes: "\
The options that name the way to the host (--display, --virtgpu-channel,
--force-drm-device, --drm-device, --virtwl-device), those of the policy,
--xwayland-path and their variables count as they do when carafe serves.

Exit status: 0 when nothing is wrong, 1 after warnings, 2 after errors, 3 when the
command line is wrong.
",
};

/// `carafe policy`.
pub const POLICY: Command = Command {
    name: "policy",
    words: "check FILE | why PID",
    summary: "say what a policy means",
    about: "\
carafe policy check reads a file as --policy does, and says whether it is right.

carafe policy why says what carafe knows of a process, which rule counts for it,
and what it would get if it connected now.
",
    options: &[HELP],
    notes: "\
The options of the policy (--policy, --deny-globals and the like) count for why as
they do when carafe serves.

Exit status: 0 when the file is right and the process is there, 1 when not, 2 when
the command line is wrong.
",
};

/// Where the text of an option begins, and how wide a line may be.
const NAMES: usize = 16;
const WIDTH: usize = 80;

impl Command {
    /// The text of its `--help`.
    pub fn help(&self) -> String {
        let Self { name, words, about, options, notes, .. } = self;
        let words = if words.is_empty() { String::new() } else { format!(" {words}") };
        let mut text = format!("{about}\nUsage:\n  carafe {name}{words} [options]\n\nOptions:\n");
        for spec in *options {
            let mut line = format!("  {:NAMES$}", spec.names());
            for word in spec.help.split(' ') {
                if line.len() + 1 + word.len() > WIDTH {
                    let _ = writeln!(text, "{line}");
                    line = " ".repeat(NAMES + 2);
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
