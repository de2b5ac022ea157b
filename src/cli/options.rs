//! All options: one table for the parser, the help and the warnings.

/// Whether an option takes a value, and how help shows it.
#[derive(Clone, Copy, Debug)]
pub enum Value {
    /// It takes none; one that is given is passed over.
    None,
    /// It needs one.
    Required(&'static str),
    /// It may have one.
    Optional(&'static str),
}

/// What giving the option does.
#[derive(Clone, Copy, Debug)]
pub enum Effect {
    /// What the help says.
    Works,
    /// Nothing until the named feature is there.
    Later(&'static str),
    /// Nothing, for the named reason.
    Never(&'static str),
}

/// One option.
#[derive(Debug)]
pub struct Spec {
    /// Its name without the dashes.
    pub name: &'static str,
    /// Other names for it.
    pub aliases: &'static [&'static str],
    /// Its letters.
    pub letters: &'static [char],
    /// Its value.
    pub value: Value,
    /// The variable that gives it too.
    pub env: Option<&'static str>,
    /// Values that ask for nothing special, so that nobody need be warned.
    pub neutral: &'static [&'static str],
    /// Whether it works.
    pub effect: Effect,
    /// One line for the help.
    pub help: &'static str,
}

impl Spec {
    /// `-h, --help`, `--socket=NAME`.
    pub fn names(&self) -> String {
        let letter = self.letters.first().map_or(String::new(), |letter| format!("-{letter}, "));
        let value = match self.value {
            Value::None => String::new(),
            Value::Required(form) => format!("={form}"),
            Value::Optional(form) => format!("[={form}]"),
        };
        format!("{letter}--{}{value}", self.name)
    }
}

/// The option of a long name.
pub fn long(name: &str) -> Option<&'static Spec> {
    OPTIONS.iter().find(|spec| spec.name == name || spec.aliases.contains(&name))
}

/// The option of a letter.
pub fn short(letter: char) -> Option<&'static Spec> {
    OPTIONS.iter().find(|spec| spec.letters.contains(&letter))
}

const DEFAULT: Spec = Spec {
    name: "",
    aliases: &[],
    letters: &[],
    value: Value::None,
    env: None,
    neutral: &[],
    effect: Effect::Works,
    help: "",
};

pub(super) const fn works(name: &'static str, value: Value, help: &'static str) -> Spec {
    Spec { name, value, help, ..DEFAULT }
}

const fn later(
    name: &'static str,
    value: Value,
    env: Option<&'static str>,
    feature: &'static str,
) -> Spec {
    Spec { name, value, env, effect: Effect::Later(feature), ..DEFAULT }
}

use Value::{None as No, Optional, Required};

/// What carafe does not do yet.
const SHORTCUTS: &str =
    "does not reserve shortcuts for the host; the host sees only those that it grabs itself";
const AURA: &str = "says nothing of applications and frames to ChromeOS's shell";

/// All of them; those that sommelier has are of its own help and source.
pub const OPTIONS: &[Spec] = &[
    Spec { letters: &['h', '?'], ..works("help", No, "print this help") },
    Spec { letters: &['v'], ..works("version", No, "print the version") },
    Spec {
        aliases: &["master"],
        ..works("parent", No, "listen for clients; a program named here is run first")
    },
    works("socket", Required("NAME"), "the socket to listen on (with --parent; wayland-0)"),
    works("client-fd", Required("N"), "serve the client at the inherited descriptor N"),
    Spec {
        env: Some("SOMMELIER_DISPLAY"),
        ..works("display", Required("NAME"), "the host's socket, name or path (WAYLAND_DISPLAY)")
    },
    works("virtgpu-channel", No, "the host is behind a virtual device: no socket will do"),
    works(
        "force-drm-device",
        Required("PATH"),
        "the virtio-gpu node to the host, and no other way",
    ),
    Spec {
        env: Some("SOMMELIER_DRM_DEVICE"),
        ..works("drm-device", Required("PATH"), "the virtio-gpu node to look at first")
    },
    works("virtwl-device", Required("PATH"), "the virtio-wl device to the host (/dev/wl0)"),
    works(
        "transfer-limit",
        Required("MIB"),
        "how far readers of pastes may lag (1024; virtual devices)",
    ),
    works("noop-driver", No, "pass buffers as they are (always so on a socket)"),
    works("sd-notify", Required("STATE"), "tell the service manager when ready (READY=1)"),
    works("no-exit-with-child", No, "go on serving when the program has ended"),
    works("log-level", Required("LEVEL"), "trace, debug, info, warn, error, off (RUST_LOG; warn)"),
    works(
        "log-messages",
        Optional("client,host"),
        "messages of clients, host or both to stderr (with secrets: texts)",
    ),
    works("stats", No, "print each client's frames and latencies when it ends"),
    works("stats-summary", Required("PATH"), "keep a summary of frame rates (sommelier's columns)"),
    works("stats-log", Required("PATH"), "append the same to a log"),
    works("stats-timer", Required("SECONDS"), "how often both are written (60)"),
    works("timing-filename", Required("PATH"), "write attach, commit and release to PATH_set_N"),
    works("trace-filename", Required("PATH"), "write a trace for Perfetto's or Chrome's viewer"),
    Spec {
        effect: Effect::Never("carafe sends nothing to a tracing daemon; see --trace-filename"),
        ..works("trace-system", No, "")
    },
    Spec {
        effect: Effect::Never("one process serves all clients"),
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
        ..works("dpi", Required("A,B"), "densities that clients may be told, 72 to 9600")
    },
    works("stable-scaling", No, "round so that sizes stay as they are (always so)"),
    works(
        "deny-globals",
        Required("LIST"),
        "interfaces that are not used, by clients and by carafe",
    ),
    works("allow-globals", Required("LIST"), "the only interfaces that are"),
    works("confine", No, "and no privileged interfaces (always so over devices)"),
    works("allow-privileged", Required("LIST"), "but these; all: all of them"),
    works("max-versions", Required("INTERFACE=N"), "their highest versions, comma-separated"),
    works("clipboard", Required("WAYS"), "both, guest-to-host, host-to-guest or none (both)"),
    works("primary", Required("WAYS"), "the same for the primary selection (as the clipboard)"),
    works("dnd", Required("WAYS"), "the same for drag and drop (both)"),
    works("title-prefix", Required("TEXT"), "what the host shows in front of windows' titles"),
    works("app-id-prefix", Required("TEXT"), "the same in front of the applications' names"),
    works("policy", Required("PATH"), "a file of these, and of rules for single programs"),
    works("viewport-resize", No, "X11 windows that keep their size are shown at the host's"),
    later("accelerators", Required("LIST"), Some("SOMMELIER_ACCELERATORS"), SHORTCUTS),
    Spec {
        aliases: &["windowed_accelerators"],
        ..later(
            "windowed-accelerators",
            Required("LIST"),
            Some("SOMMELIER_WINDOWED_ACCELERATORS"),
            SHORTCUTS,
        )
    },
    Spec { letters: &['X'], ..works("x11", No, "serve X11 clients too, with an Xwayland") },
    works("x-display", Required("N"), "the X11 display's number (the first that is free)"),
    works("x-idle", Required("SECONDS"), "end Xwayland after so long without a client"),
    Spec {
        env: Some("SOMMELIER_XWAYLAND_PATH"),
        ..works("xwayland-path", Required("PATH"), "Xwayland (found on the PATH)")
    },
    Spec {
        env: Some("SOMMELIER_XWAYLAND_GL_DRIVER_PATH"),
        ..works("xwayland-gl-driver-path", Required("PATH"), "where its Mesa finds drivers")
    },
    Spec {
        env: Some("SOMMELIER_XWAYLAND_CMD_PREFIX"),
        ..works("xwayland-cmd-prefix", Required("WORDS"), "words in front of Xwayland")
    },
    Spec {
        env: Some("SOMMELIER_GLAMOR"),
        ..works("glamor", Optional("0"), "draw with the graphics processor; 0: never")
    },
    Spec {
        env: Some("SOMMELIER_XAUTH_PATH"),
        ..works("x-auth", Required("PATH"), "Xwayland's file of who may connect")
    },
    Spec {
        env: Some("SOMMELIER_XFONT_PATH"),
        ..works("x-font-path", Required("PATH"), "Xwayland's fonts")
    },
    works("enable-xshape", No, "X11 windows may have any shape (always so)"),
    works("enable-x11-move-windows", No, "X11 clients may place windows (hosts of ChromeOS)"),
    Spec {
        neutral: &["1"],
        env: Some("SOMMELIER_CLIPBOARD_MANAGER"),
        ..works("no-clipboard-manager", No, "the clipboard of X11 stays its own")
    },
    works(
        "allow-xwayland-emulate-screen-pos-size",
        No,
        "X11 games may change the screen's size for themselves",
    ),
    works(
        "ignore-stateless-toplevel-configure",
        No,
        "X11 windows keep their size when the host names no state",
    ),
    works(
        "only-client-can-exit-fullscreen",
        No,
        "X11 windows stay fullscreen for their client until it ends that",
    ),
    Spec {
        env: Some("SOMMELIER_QUIRKS_CONFIG"),
        ..works("quirks-config", Required("PATHS"), "files of rules for single games and windows")
    },
    works("print-enabled-features", Required("STEAM_ID"), "print a game's quirks, and exit"),
    Spec { effect: Effect::Works, ..later("enable-linux-dmabuf", No, None, "") },
    Spec {
        effect: Effect::Never(
            "fences cross where the way to the host carries them; else carafe waits",
        ),
        ..works("explicit-fence", No, "")
    },
    Spec {
        neutral: &["1"],
        ..later(
            "no-support-damage-buffer",
            No,
            Some("SOMMELIER_SUPPORT_DAMAGE_BUFFER"),
            "does not lower wl_compositor's version; --max-versions=wl_compositor=3 does",
        )
    },
    later("application-id", Required("ID"), None, AURA),
    later("application-id-x11-property", Required("ATOM"), None, AURA),
    Spec {
        neutral: &["termina"],
        ..later("vm-identifier", Required("NAME"), Some("SOMMELIER_VM_IDENTIFIER"), AURA)
    },
    later("frame-color", Required("#RRGGBB"), Some("SOMMELIER_FRAME_COLOR"), AURA),
    later("dark-frame-color", Required("#RRGGBB"), Some("SOMMELIER_DARK_FRAME_COLOR"), AURA),
    Spec {
        neutral: &["immersive"],
        ..later("fullscreen-mode", Required("MODE"), Some("SOMMELIER_FULLSCREEN_MODE"), AURA)
    },
];
