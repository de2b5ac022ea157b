//! The table of all options, for the parser, the help and the warnings.

/// Whether an option takes a value, and how help shows it.
#[derive(Clone, Copy, Debug)]
pub enum OptionValue {
    /// It takes no value; a given value is ignored.
    None,
    /// It needs a value.
    Required(&'static str),
    /// It may have a value.
    Optional(&'static str),
}

/// The effect of an option.
#[derive(Clone, Copy, Debug)]
pub enum OptionEffect {
    /// It does what the help says.
    Works,
    /// It has no effect, for this reason.
    Never(&'static str),
}

/// One option.
#[derive(Debug)]
pub struct Spec {
    /// Its name without the dashes.
    pub name: &'static str,
    /// Other names for it.
    pub aliases: &'static [&'static str],
    /// Its one-letter names.
    pub letters: &'static [char],
    /// Its value.
    pub value: OptionValue,
    /// The environment variable that sets it too.
    pub env: Option<&'static str>,
    /// Values that ask for what carafe does anyway, so that they need no warning.
    pub neutral: &'static [&'static str],
    /// Whether it works.
    pub effect: OptionEffect,
    /// One line for the help; empty if the help does not show the option.
    pub help: &'static str,
}

impl Spec {
    /// Its names for the help, like `-h, --help` or `--socket=NAME`.
    pub fn names(&self) -> String {
        let letter = self.letters.first().map_or(String::new(), |letter| format!("-{letter}, "));
        let value = match self.value {
            OptionValue::None => String::new(),
            OptionValue::Required(form) => format!("={form}"),
            OptionValue::Optional(form) => format!("[={form}]"),
        };
        format!("{letter}--{}{value}", self.name)
    }
}

/// The option with a long name.
pub fn long(name: &str) -> Option<&'static Spec> {
    OPTIONS.iter().find(|spec| spec.name == name || spec.aliases.contains(&name))
}

/// The option with a one-letter name.
pub fn short(letter: char) -> Option<&'static Spec> {
    OPTIONS.iter().find(|spec| spec.letters.contains(&letter))
}

const BLANK: Spec = Spec {
    name: "",
    aliases: &[],
    letters: &[],
    value: OptionValue::None,
    env: None,
    neutral: &[],
    effect: OptionEffect::Works,
    help: "",
};

pub(super) const fn works(name: &'static str, value: OptionValue, help: &'static str) -> Spec {
    Spec { name, value, help, ..BLANK }
}

use OptionValue::{None as No, Optional, Required};

/// All options. The names of sommelier's options come from its help and its source code.
pub const OPTIONS: &[Spec] = &[
    Spec { letters: &['h', '?'], ..works("help", No, "print this help") },
    Spec { letters: &['v'], ..works("version", No, "print the version") },
    Spec {
        aliases: &["master"],
        ..works("parent", No, "listen for clients; PROGRAM, if given, is run first")
    },
    works("socket", Required("NAME"), "with --parent: the socket to listen on (wayland-0)"),
    works("client-fd", Required("N"), "serve the client at the inherited descriptor N"),
    Spec {
        env: Some("SOMMELIER_DISPLAY"),
        ..works("display", Required("NAME"), "the host's socket, name or path (WAYLAND_DISPLAY)")
    },
    works("virtgpu-channel", No, "reach the host only through a virtual device, not a socket"),
    works("force-drm-device", Required("PATH"), "reach the host only through this virtio-gpu node"),
    Spec {
        env: Some("SOMMELIER_DRM_DEVICE"),
        ..works("drm-device", Required("PATH"), "the virtio-gpu node to try first")
    },
    works("virtwl-device", Required("PATH"), "the virtio-wl device to try (/dev/wl0)"),
    works(
        "transfer-limit",
        Required("MIB"),
        "with virtual devices: most MiB that a paste's reader may lag (1024)",
    ),
    works("noop-driver", No, "pass buffers unchanged (carafe always does so on a socket)"),
    works("sd-notify", Required("STATE"), "what to tell the service manager when ready: READY=1"),
    works("no-exit-with-child", No, "keep serving after the program has ended"),
    works(
        "log-level",
        Required("LEVEL"),
        "trace, debug, info, warn, error or off (RUST_LOG, or warn)",
    ),
    works(
        "log-messages",
        Optional("client,host"),
        "log messages of clients, the host or both; add secrets to see texts",
    ),
    works("stats", No, "print each client's frames and latencies when it ends"),
    works("stats-summary", Required("PATH"), "keep frame rates in a file, in sommelier's format"),
    works("stats-log", Required("PATH"), "append frame rates to a file"),
    works("stats-timer", Required("SECONDS"), "how often to write these two files (60)"),
    works(
        "timing-filename",
        Required("PATH"),
        "write when buffers are attached, committed, released to PATH_set_N",
    ),
    works("trace-filename", Required("PATH"), "write a trace for Perfetto's or Chrome's viewer"),
    Spec {
        effect: OptionEffect::Never(
            "carafe sends nothing to a tracing daemon; use --trace-filename",
        ),
        ..works("trace-system", No, "")
    },
    Spec {
        effect: OptionEffect::Never("one carafe serves all clients"),
        env: Some("SOMMELIER_PEER_CMD_PREFIX"),
        ..works("peer-cmd-prefix", Required("WORDS"), "")
    },
    works("peer-pid", Required("N"), ""),
    Spec {
        env: Some("SOMMELIER_SCALE"),
        ..works("scale", Required("F"), "client units per unit of the host, 0.1 to 10 (1)")
    },
    works("direct-scale", No, "client units per pixel of the densest output"),
    Spec {
        env: Some("SOMMELIER_DPI"),
        ..works("dpi", Required("A,B"), "tell clients the nearest of these densities, 72–9600")
    },
    works("stable-scaling", No, "round so that sizes do not change (carafe always does so)"),
    works("deny-globals", Required("LIST"), "interfaces that neither clients nor carafe may use"),
    works("allow-globals", Required("LIST"), "the only interfaces that clients and carafe may use"),
    works(
        "max-versions",
        Required("INTERFACE=N"),
        "highest versions of interfaces, separated by commas",
    ),
    works("confine", No, "do not offer privileged interfaces (always with virtual devices)"),
    works("allow-privileged", Required("LIST"), "privileged interfaces to offer anyway; or all"),
    works("clipboard", Required("WAYS"), "both, guest-to-host, host-to-guest or none (both)"),
    works("primary", Required("WAYS"), "the same for the primary selection (as --clipboard)"),
    works("dnd", Required("WAYS"), "the same for drag and drop (both)"),
    works("title-prefix", Required("TEXT"), "put TEXT in front of windows' titles at the host"),
    works("app-id-prefix", Required("TEXT"), "put TEXT in front of application ids at the host"),
    works("limits", Required("NAME=N"), "how much a client may have, see docs/limits.md"),
    works("no-sandbox", No, "let sessions use files and system calls that they do not need"),
    works("policy", Required("PATH"), "file with such settings, and rules for single programs"),
    works("viewport-resize", No, "scale X11 windows of a constant size to the host's size"),
    Spec {
        env: Some("SOMMELIER_ACCELERATORS"),
        ..works("accelerators", Required("LIST"), "keys that ChromeOS keeps: <Alt>tab,Super_L")
    },
    Spec {
        aliases: &["windowed_accelerators"],
        env: Some("SOMMELIER_WINDOWED_ACCELERATORS"),
        ..works("windowed-accelerators", Required("LIST"), "the same, but not in fullscreen")
    },
    Spec { letters: &['X'], ..works("x11", No, "serve X11 clients too, with an Xwayland") },
    works("x-display", Required("N"), "the X11 display's number (the first free one)"),
    works("x-idle", Required("SECONDS"), "end Xwayland after this time without clients (never)"),
    Spec {
        env: Some("SOMMELIER_XWAYLAND_PATH"),
        ..works("xwayland-path", Required("PATH"), "the Xwayland to run (found in PATH)")
    },
    Spec {
        env: Some("SOMMELIER_XWAYLAND_GL_DRIVER_PATH"),
        ..works("xwayland-gl-driver-path", Required("PATH"), "where Xwayland's Mesa has drivers")
    },
    Spec {
        env: Some("SOMMELIER_XWAYLAND_CMD_PREFIX"),
        ..works("xwayland-cmd-prefix", Required("WORDS"), "a command that runs Xwayland")
    },
    Spec {
        env: Some("SOMMELIER_GLAMOR"),
        ..works("glamor", Optional("0"), "let Xwayland draw on the GPU; 0: never")
    },
    Spec {
        env: Some("SOMMELIER_XAUTH_PATH"),
        ..works("x-auth", Required("PATH"), "the file that says who may connect to Xwayland")
    },
    Spec {
        env: Some("SOMMELIER_XFONT_PATH"),
        ..works("x-font-path", Required("PATH"), "where Xwayland finds fonts")
    },
    works("enable-xshape", No, "let X11 windows have any shape (carafe always does so)"),
    works("enable-x11-move-windows", No, "let X11 clients place windows (on ChromeOS, once)"),
    Spec {
        neutral: &["1"],
        env: Some("SOMMELIER_CLIPBOARD_MANAGER"),
        ..works("no-clipboard-manager", No, "keep X11's clipboard apart from others")
    },
    works(
        "allow-xwayland-emulate-screen-pos-size",
        No,
        "let X11 games change the screen's size for themselves",
    ),
    works(
        "ignore-stateless-toplevel-configure",
        No,
        "let X11 windows keep their size when the host sends no state",
    ),
    works(
        "only-client-can-exit-fullscreen",
        No,
        "only X11 clients themselves can end their windows' fullscreen state",
    ),
    Spec {
        env: Some("SOMMELIER_QUIRKS_CONFIG"),
        ..works("quirks-config", Required("PATHS"), "files with rules for some games and windows")
    },
    works("print-enabled-features", Required("STEAM_ID"), "print a game's quirks, and exit"),
    works("enable-linux-dmabuf", No, ""),
    Spec {
        effect: OptionEffect::Never(
            "fences are passed on if the connection to the host carries them; else carafe waits",
        ),
        ..works("explicit-fence", No, "")
    },
    Spec {
        neutral: &["1"],
        env: Some("SOMMELIER_SUPPORT_DAMAGE_BUFFER"),
        ..works("no-support-damage-buffer", No, "offer wl_compositor 3 at most")
    },
    works("application-id", Required("ID"), "the application id of all X11 windows"),
    works(
        "application-id-x11-property",
        Required("ATOM"),
        "on ChromeOS: X11 windows' property with the number of their program",
    ),
    Spec {
        env: Some("SOMMELIER_VM_IDENTIFIER"),
        ..works("vm-identifier", Required("NAME"), "the guest in application ids (termina)")
    },
    Spec {
        env: Some("SOMMELIER_FRAME_COLOR"),
        ..works("frame-color", Required("#RRGGBB"), "ChromeOS's X11 frames (#f2f2f2)")
    },
    Spec {
        env: Some("SOMMELIER_DARK_FRAME_COLOR"),
        ..works("dark-frame-color", Required("#RRGGBB"), "for dark windows (#323639)")
    },
    Spec {
        env: Some("SOMMELIER_FULLSCREEN_MODE"),
        ..works("fullscreen-mode", Required("MODE"), "ChromeOS's title bar: immersive, plain")
    },
];
