//! `carafe(1)`.

use crate::values::typed;
use carafe::cli::commands::COMMANDS;
use carafe::cli::help::{EXAMPLES, STATUS};
use carafe::cli::options::{OPTIONS, OptionEffect, OptionValue, Spec};
use roff::{Inline, Roff, bold, italic, roman};

/// The lines of the synopsis: option or command, and the words after it.
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
carafe is a Wayland proxy compositor. It runs inside a container or a virtual machine, shows \
Wayland and X11 apps as ordinary windows of the host's compositor. It replaces ChromiumOS's \
sommelier and understands its command line and variables.

With a PROGRAM, carafe runs it on its own display, and ends when it ends. With --parent, carafe \
serves all clients that connect to a socket; it runs a given PROGRAM first, and is ready when that \
has ended.

Unless an option chooses the host, carafe looks for it behind a virtio-gpu with cross-domain \
contexts, behind a virtio-wl device, and at the socket that WAYLAND_DISPLAY names, in this order.

Options come before the program; a value is written as --option=value. An option beats its \
variable. carafe warns about unknown options and ignores them. Defaults are in parentheses.";

const FILES: [(&str, &str); 4] = [
    ("$XDG_RUNTIME_DIR/wayland-0", "the socket of --parent, unless --socket names another one"),
    (
        "$XDG_RUNTIME_DIR/wayland-0.stats",
        "the socket that carafe stats reads; only its owner can connect",
    ),
    (
        "$XDG_RUNTIME_DIR/carafe-messages-PID.log",
        "each session's recent messages, written on SIGUSR1",
    ),
    (
        "/usr/lib/systemd/user/carafe@.service, carafe@.socket, carafe-x@.service",
        "units of the user's service manager; systemctl --user enable --now carafe@0.socket",
    ),
];

/// Variables that do not belong to an option.
const VARIABLES: [(&str, &str); 6] = [
    (
        "WAYLAND_DISPLAY",
        "the host's socket, if there is no virtual device; carafe sets it to its own socket for programs",
    ),
    ("WAYLAND_SOCKET", "a connection to the host that is already open"),
    ("XDG_RUNTIME_DIR", "the directory of sockets"),
    (
        "NOTIFY_SOCKET",
        "the service manager's socket; carafe reports there once the host has answered",
    ),
    ("LISTEN_FDS", "sockets of the service manager; carafe serves them instead of --socket"),
    ("RUST_LOG", "the level of the log, unless --log-level is given"),
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
    page.control("PP", []);
    page.text([roman("Options of sommelier that carafe accepts, but that never have an effect:")]);
    for spec in OPTIONS {
        if let OptionEffect::Never(why) = spec.effect {
            entry(&mut page, bold(spec.names()), why);
        }
    }
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
         files of --timing-filename and --trace-filename. SIGHUP reads the file of --policy again; \
         without that option, it stops carafe.",
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
        OptionValue::None => {}
        OptionValue::Required(form) => line.extend([roman("="), italic(form)]),
        OptionValue::Optional(form) => line.extend([roman("[="), italic(form), roman("]")]),
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
