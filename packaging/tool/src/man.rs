//! `carafe(1)`.

use crate::values::typed;
use carafe::cli::commands::COMMANDS;
use carafe::cli::help::{EXAMPLES, STATUS};
use carafe::cli::options::{Effect, OPTIONS, Spec, Value};
use roff::{Inline, Roff, bold, italic, roman};

/// How the page names the program's ways of running.
const SYNOPSIS: [(&str, &str); 7] = [
    ("", "PROGRAM [ARGUMENTS]"),
    ("--parent", "[PROGRAM]"),
    ("--client-fd=N", ""),
    ("stats", ""),
    ("doctor", ""),
    ("policy", "check FILE"),
    ("policy", "why PID"),
];

const ABOUT: &str = "\
carafe is a Wayland proxy compositor. It runs inside a container or a virtual machine, takes \
Wayland apps in, and shows them as ordinary windows of the host's compositor. It takes the place \
of ChromiumOS's sommelier, whose command line and variables it understands.

With a PROGRAM it runs that against a display of its own, and ends with it. With --parent it \
serves all clients that connect to a socket; a PROGRAM named there is run first, and carafe counts \
as started once it has ended.

The host is found behind a virtio-gpu with cross-domain contexts, behind a virtio-wl device, or at \
the socket that WAYLAND_DISPLAY names, in this order, unless an option names it.

Options stand before the program; values are given as --option=value. An option beats its \
variable. Unknown options are warned about and passed over.";

const FILES: [(&str, &str); 4] = [
    ("$XDG_RUNTIME_DIR/wayland-0", "the socket of --parent, unless --socket names another one"),
    ("$XDG_RUNTIME_DIR/wayland-0.stats", "where carafe stats watches, for its owner alone"),
    (
        "$XDG_RUNTIME_DIR/carafe-messages-PID.log",
        "each session's recent messages, written on SIGUSR1",
    ),
    (
        "/usr/lib/systemd/user/carafe@.service, carafe@.socket, carafe-x@.service",
        "units of the user's service manager; systemctl --user enable --now carafe@0.socket",
    ),
];

/// Variables that are no option's.
const VARIABLES: [(&str, &str); 6] = [
    ("WAYLAND_DISPLAY", "the host's socket, if there is no device; for clients, carafe's own"),
    ("WAYLAND_SOCKET", "a connection to the host that is already open"),
    ("XDG_RUNTIME_DIR", "where sockets are"),
    ("NOTIFY_SOCKET", "the service manager's; it is told once the host has answered"),
    ("LISTEN_FDS", "sockets of the service manager's to serve in place of --socket"),
    ("RUST_LOG", "the lowest level that is logged, unless --log-level is given"),
];

/// The page.
pub fn page() -> String {
    let mut page = Roff::new();
    page.control("TH", ["CARAFE", "1", "", concat!("carafe ", env!("CARGO_PKG_VERSION"))]);
    section(&mut page, "NAME");
    page.text([roman("carafe - a Wayland proxy compositor for containers and virtual machines")]);
    section(&mut page, "SYNOPSIS");
    for (n, (word, rest)) in SYNOPSIS.iter().enumerate() {
        let mut line = vec![bold("carafe")];
        let is_command = COMMANDS.iter().any(|command| command.name == *word);
        let parts = [bold(*word), roman("[options]"), italic(*rest)];
        let mut parts = Vec::from(parts);
        if !is_command {
            parts.swap(0, 1);
        }
        let parts = parts.into_iter().filter(|part| !text(part).is_empty());
        line.extend(parts.flat_map(|part| [roman(" "), part]));
        if n > 0 {
            page.control("br", []);
        }
        page.text(line);
    }
    section(&mut page, "DESCRIPTION");
    paragraphs(&mut page, ABOUT);
    section(&mut page, "OPTIONS");
    for spec in typed() {
        option(&mut page, spec);
    }
    let is_idle = |spec: &&Spec| !matches!(spec.effect, Effect::Works);
    let without: Vec<String> = OPTIONS.iter().filter(is_idle).map(Spec::names).collect();
    page.control("PP", []);
    page.text([roman(format!(
        "Accepted for sommelier's sake, without effect: {}.",
        without.join(", ")
    ))]);
    for command in COMMANDS {
        section(&mut page, &format!("CARAFE {}", command.name.to_uppercase()));
        paragraphs(&mut page, command.about);
        for spec in command.options {
            option(&mut page, spec);
        }
        page.control("PP", []);
        paragraphs(&mut page, command.notes);
    }
    section(&mut page, "ENVIRONMENT");
    for (name, help) in VARIABLES {
        entry(&mut page, bold(name), help);
    }
    for spec in OPTIONS {
        if let Some(env) = spec.env {
            entry(&mut page, bold(env), &format!("as --{}", spec.name));
        }
    }
    section(&mut page, "FILES");
    for (name, help) in FILES {
        entry(&mut page, italic(name), help);
    }
    section(&mut page, "SIGNALS");
    paragraphs(
        &mut page,
        "SIGTERM and SIGINT stop carafe. SIGUSR1 writes each session's recent messages, and the \
         files named with --timing-filename and --trace-filename. SIGHUP has the file of --policy read \
         again; without one, it stops carafe too.",
    );
    section(&mut page, "EXIT STATUS");
    for (status, help) in STATUS {
        entry(&mut page, bold(status), help);
    }
    section(&mut page, "EXAMPLES");
    for (line, what) in EXAMPLES {
        entry(&mut page, bold(line), what);
    }
    section(&mut page, "SEE ALSO");
    page.text([roman("systemd.socket(5), systemctl(1), Xwayland(1), weston(1)")]);
    page.to_roff()
}

fn section(page: &mut Roff, name: &str) {
    page.control("SH", [name]);
}

fn paragraphs(page: &mut Roff, text: &str) {
    for (n, paragraph) in text.trim().split("\n\n").enumerate() {
        if n > 0 {
            page.control("PP", []);
        }
        page.text([roman(paragraph.replace('\n', " "))]);
    }
}

fn option(page: &mut Roff, spec: &Spec) {
    page.control("TP", []);
    let mut line = Vec::new();
    for letter in spec.letters {
        line.extend([bold(format!("-{letter}")), roman(", ")]);
    }
    line.push(bold(format!("--{}", spec.name)));
    match spec.value {
        Value::None => {}
        Value::Required(form) => line.extend([roman("="), italic(form)]),
        Value::Optional(form) => line.extend([roman("[="), italic(form), roman("]")]),
    }
    page.text(line);
    page.text([roman(spec.help)]);
}

fn entry(page: &mut Roff, name: Inline, help: &str) {
    page.control("TP", []);
    page.text([name]);
    page.text([roman(help)]);
}

fn text(inline: &Inline) -> &str {
    match inline {
        Inline::Roman(text) | Inline::Italic(text) | Inline::Bold(text) => text,
        Inline::LineBreak => "",
    }
}
