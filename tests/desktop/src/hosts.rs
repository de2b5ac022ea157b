//! Compositors without a screen, which serve as hosts.

use std::cell::RefCell;
use std::fs::File;
use std::path::PathBuf;
use std::process::Command;

use carafe_fixture::process::{Process, RuntimeDir, command, wait_for};
use carafe_host::StandIn;

use crate::screenshot::Shot;

/// sway with windows at constant places, and without anything that moves. The background has one
/// colour from the first frame on, so that no picture is taken too early.
const SWAY_CONFIG: &str = "\
xwayland disable
output HEADLESS-1 mode 1024x768 position 0 0
default_border none
focus_follows_mouse no
for_window [app_id=\".*\"] floating enable, move absolute position 20 20
for_window [app_id=\"^right$\"] move absolute position 520 20
";

/// weston with a background that is not black, so that half transparent windows can be seen.
const WESTON_CONFIG: &str = "\
[core]
idle-time=0
[shell]
panel-position=none
background-color=0xff203040
animation=none
startup-animation=none
locking=false
";

/// sway's own choice of a name; a second sway chooses the next one.
const SWAY: &str = "wayland-1";
const INNER_SWAY: &str = "wayland-2";
const WESTON: &str = "weston";

/// A running compositor, which ends with the test.
pub struct Host {
    /// In the order in which they must end: a nested one before its host.
    compositors: Vec<Process>,
    display: &'static str,
    stand_in: Option<RefCell<StandIn>>,
    runtime: RuntimeDir,
}

impl Host {
    /// sway 1.7.
    pub fn sway() -> Self {
        Self::sway_with(&[])
    }

    /// sway with more arguments.
    pub fn sway_with(args: &[&str]) -> Self {
        let runtime = RuntimeDir::new();
        let sway = start_sway(&runtime, SWAY, args);
        Self { compositors: vec![sway], display: SWAY, stand_in: None, runtime }.ready()
    }

    /// Where most tests run: sway, or what this run has chosen instead ([`StandIn::AS`]).
    pub fn usual() -> Self {
        if Self::is_chosen() { Self::stand_in() } else { Self::sway() }
    }

    fn is_chosen() -> bool {
        std::env::var_os(StandIn::AS).is_some()
    }

    /// A host that shows without carafe what this one shows through it, if programs do not start on
    /// this one directly.
    pub fn current(&self) -> Option<Self> {
        if !Self::is_chosen() || self.stand_in.is_none() {
            return None;
        }
        let runtime = RuntimeDir::new();
        let stand_in = Some(RefCell::new(StandIn::current(&runtime, &[])));
        Some(Self { compositors: Vec::new(), display: StandIn::DISPLAY, stand_in, runtime })
    }

    /// weston 10; it has no seat, so nobody can type or click.
    pub fn weston() -> Self {
        let runtime = RuntimeDir::new();
        let weston = start_weston(&runtime, "headless-backend.so");
        Self { compositors: vec![weston], display: WESTON, stand_in: None, runtime }.ready()
    }

    /// The stand-in host of these tests.
    pub fn stand_in() -> Self {
        Self::stand_in_with(&[])
    }

    /// The same as `ChromeOS`'s compositor.
    pub fn exo() -> Self {
        Self::stand_in_with(&["--as=exo"])
    }

    /// The stand-in host with options.
    pub fn stand_in_with(options: &[&str]) -> Self {
        let runtime = RuntimeDir::new();
        let stand_in = Some(RefCell::new(StandIn::start(&runtime, options)));
        Self { compositors: Vec::new(), display: StandIn::DISPLAY, stand_in, runtime }
    }

    /// Whether it is the stand-in host.
    pub fn is_stand_in(&self) -> bool {
        self.stand_in.is_some()
    }

    /// Puts two windows where sway's configuration puts those with these ids.
    pub fn put_left_and_right(&self) {
        if self.is_stand_in() {
            self.ask("place left 20 20");
            self.ask("place right 520 20");
        }
    }

    /// Sends the stand-in host a request, which must not fail.
    #[track_caller]
    pub fn ask(&self, request: &str) -> serde_json::Value {
        let stand_in = self.stand_in.as_ref().expect("the stand-in host");
        stand_in.borrow_mut().control().ask(request).expect("an answer")
    }

    /// weston 10 as a window of sway, which gives it a seat: some programs do not start without
    /// one.
    pub fn weston_with_seat() -> Self {
        let mut host = Self::sway();
        host.compositors.insert(0, start_weston(&host.runtime, "wayland-backend.so"));
        host.display = WESTON;
        host.ready()
    }

    /// sway whose screens are windows of another sway, so that they can be unplugged: headless
    /// screens cannot even be switched off.
    pub fn sway_with_plugs() -> Self {
        let mut host = Self::sway();
        host.compositors.insert(0, start_sway(&host.runtime, INNER_SWAY, &[]));
        host.display = INNER_SWAY;
        host.ready()
    }

    /// Waits until it can take pictures: then it serves clients too.
    fn ready(self) -> Self {
        self.runtime.wait_for_socket(self.display);
        if self.display == WESTON {
            wait_for("weston's background", || self.has_background().then_some(()));
        }
        wait_for("the host's first picture", || self.try_screenshot());
        self
    }

    /// Starts a sway as a program on a display: it shows one window.
    pub fn nested_sway(&self, display: &str) -> Process {
        // It may be another user.
        let all = std::os::unix::fs::PermissionsExt::from_mode(0o777);
        std::fs::set_permissions(self.runtime.join(display), all).expect("our socket");
        let mut sway = sway_command(&self.runtime);
        sway.arg("--config").arg(config(&self.runtime, "nested.config", ""));
        sway.env("WLR_BACKENDS", "wayland").env("WAYLAND_DISPLAY", display);
        sway.env("WLR_RENDERER", "pixman").env("HOME", self.runtime.path());
        log_to(&mut sway, &self.runtime, "nested-sway");
        Process::start(&mut sway)
    }

    /// Whether weston's shell has drawn. Before that, the screen shows noise.
    fn has_background(&self) -> bool {
        let mut debug = command("weston-debug", &self.runtime);
        debug.env("WAYLAND_DISPLAY", WESTON).stderr(self.log_file("screenshots"));
        let output = debug.arg("scene-graph").output().expect("weston-debug");
        String::from_utf8_lossy(&output.stdout).contains("background for output")
    }

    /// Its name for `WAYLAND_DISPLAY`.
    pub fn display(&self) -> &'static str {
        self.display
    }

    /// The `XDG_RUNTIME_DIR` of the whole test.
    pub fn runtime(&self) -> &RuntimeDir {
        &self.runtime
    }

    /// The compositor's process.
    pub fn process(&mut self) -> &mut Process {
        &mut self.compositors[0]
    }

    /// What the screen shows, with the mouse pointer if there is one.
    pub fn screenshot(&self) -> Shot {
        self.try_screenshot().expect("a picture of the host's screen")
    }

    fn try_screenshot(&self) -> Option<Shot> {
        let weston = self.display == WESTON;
        let dir = tempfile::tempdir().expect("a directory");
        if let Some(stand_in) = &self.stand_in {
            let path = dir.path().join("screen.png");
            stand_in.borrow_mut().control().screenshot(&path).ok()?;
            return Some(Shot::read(&path));
        }
        let mut shooter =
            command(if weston { "weston-screenshooter" } else { "grim" }, &self.runtime);
        if !weston {
            shooter.arg("screen.png");
        }
        shooter.env("WAYLAND_DISPLAY", self.display).current_dir(&dir);
        shooter.stderr(self.log_file("screenshots"));
        if !shooter.status().expect("a program that takes pictures").success() {
            return None;
        }
        // weston-screenshooter names the file by the time of day.
        let file = std::fs::read_dir(&dir).expect("our directory").next()?.expect("an entry");
        Some(Shot::read(&file.path()))
    }

    /// Sets the scale of sway's screen, and a size that is a whole number of units at all these
    /// scales: otherwise grim would shrink the picture.
    pub fn set_scale(&self, scale: f64) {
        self.swaymsg(SWAY, &format!("output HEADLESS-1 mode 1260x1260 scale {scale}"));
    }

    /// Plugs in a screen, the `n`th of this host, and returns its name.
    pub fn plug_in(&self, n: u32) -> String {
        self.swaymsg(INNER_SWAY, "create_output");
        format!("WL-{n}")
    }

    /// Unplugs a screen.
    pub fn plug_out(&self, name: &str) {
        self.swaymsg(SWAY, &format!("[title=\"wlroots - {name}\"] kill"));
    }

    /// sway's description of its windows, in JSON.
    pub fn tree(&self) -> String {
        let mut swaymsg = command("swaymsg", &self.runtime);
        swaymsg.arg("--socket").arg(ipc_socket(&self.runtime, SWAY)).args(["-t", "get_tree"]);
        let output = swaymsg.output().expect("swaymsg");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Lets sway arrange a window as a tile.
    pub fn tile(&self, app_id: &str) {
        self.swaymsg(SWAY, &format!("[app_id=\"^{app_id}$\"] floating disable"));
    }

    /// Tells the outer sway to do something.
    pub fn command(&self, text: &str) {
        self.swaymsg(SWAY, text);
    }

    fn swaymsg(&self, display: &str, text: &str) {
        let mut swaymsg = command("swaymsg", &self.runtime);
        swaymsg.arg("--socket").arg(ipc_socket(&self.runtime, display)).arg(text);
        let output = swaymsg.output().expect("swaymsg");
        assert!(output.status.success(), "swaymsg {text}: {output:?}");
    }

    /// Starts sway again in its old place.
    pub fn start_sway_again(&mut self) {
        std::fs::remove_file(ipc_socket(&self.runtime, SWAY)).expect("the old sway's");
        self.compositors = vec![start_sway(&self.runtime, SWAY, &[])];
        wait_for("the new host's first picture", || self.try_screenshot());
    }

    /// A file for programs' output, which is shown if the test fails.
    pub fn log_file(&self, name: &str) -> File {
        log_file(&self.runtime, name)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        for entry in std::fs::read_dir(self.runtime.path()).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|e| e == "log")
                && let Ok(text) = std::fs::read(&path)
            {
                let tail = &text[text.len().saturating_sub(3000)..];
                eprintln!("--- {}\n{}", path.display(), String::from_utf8_lossy(tail));
            }
        }
    }
}

fn log_file(runtime: &RuntimeDir, name: &str) -> File {
    let path = runtime.join(&format!("{name}.log"));
    File::options().create(true).append(true).open(path).expect("a log file")
}

fn log_to(command: &mut Command, runtime: &RuntimeDir, name: &str) {
    command.stdout(log_file(runtime, name)).stderr(log_file(runtime, name));
}

fn ipc_socket(runtime: &RuntimeDir, display: &str) -> PathBuf {
    runtime.join(&format!("{display}.ipc"))
}

/// `display` is the name that it will choose.
fn sway_command(runtime: &RuntimeDir) -> Command {
    if !rustix::process::geteuid().is_root() {
        return command("sway", runtime);
    }
    // sway refuses to run as root.
    let mut command = command("setpriv", runtime);
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "sway"]);
    command
}

fn start_sway(runtime: &RuntimeDir, display: &str, args: &[&str]) -> Process {
    let config = config(runtime, "sway.config", SWAY_CONFIG);
    let mut sway = sway_command(runtime);
    sway.arg("--config").arg(config).args(args);
    if display == INNER_SWAY {
        sway.env("WLR_BACKENDS", "wayland").env("WAYLAND_DISPLAY", SWAY);
    } else {
        sway.env("WLR_BACKENDS", "headless").env("WLR_LIBINPUT_NO_DEVICES", "1");
    }
    sway.env("WLR_RENDERER", "pixman").env("HOME", runtime.path());
    sway.env("SWAYSOCK", ipc_socket(runtime, display));
    log_to(&mut sway, runtime, &format!("sway-{display}"));
    Process::start(&mut sway)
}

fn start_weston(runtime: &RuntimeDir, backend: &str) -> Process {
    let config = config(runtime, "weston.ini", WESTON_CONFIG);
    let mut weston = command("weston", runtime);
    weston.args(["--use-pixman", "--width=800", "--height=600", "--socket=weston"]);
    // Without --debug, weston allows no screenshots.
    weston.args(["--debug", "--backend", backend]).arg("--config").arg(config);
    weston.env("WAYLAND_DISPLAY", SWAY).env("HOME", runtime.path());
    log_to(&mut weston, runtime, "weston");
    Process::start(&mut weston)
}

fn config(runtime: &RuntimeDir, name: &str, text: &str) -> PathBuf {
    let path = runtime.join(name);
    std::fs::write(&path, text).expect("a file");
    path
}
