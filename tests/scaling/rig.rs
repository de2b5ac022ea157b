//! A stand-in host at some scale, and carafe at some scale in front of it.

use carafe_fixture::process::{RuntimeDir, command};
use carafe_host::StandIn;
use serde_json::Value;

use crate::app::{App, Board};
use crate::board::{Area, flaws};
use crate::client::Client;
use crate::picture::Picture;
use crate::proxy::{Carafe, program};
use crate::scales::{Knows, pixels};
use crate::ways::{self, Way};

/// The path from clients to the host.
#[derive(Clone, Copy, Debug)]
pub enum Path {
    /// Without carafe.
    Straight,
    /// Through carafe on a socket.
    Socket,
    /// Through carafe behind an emulated device.
    Device(Way),
}

/// All paths with a carafe on them, or the one over the chosen device.
pub fn proxied() -> Vec<Path> {
    let socket = ways::only().is_none().then_some(Path::Socket);
    socket.into_iter().chain(ways::devices().into_iter().map(Path::Device)).collect()
}

/// The path over the nth device, or over the chosen one.
pub fn device(n: usize) -> Path {
    let ways = ways::devices();
    Path::Device(ways[n % ways.len()])
}

/// A host and perhaps a carafe.
pub struct Rig {
    carafe: Option<Carafe>,
    pub host: StandIn,
    pub runtime: RuntimeDir,
    /// carafe's scale.
    pub s: f64,
}

impl Rig {
    /// Makes a host with options, and a carafe with a `--scale`. The host filters, so that only
    /// pixels that are exactly in their places look right.
    pub fn new(path: Path, s: f64, host_options: &[&str]) -> Self {
        Self::with(path, s, host_options, &[])
    }

    /// The same with more options of carafe.
    pub fn with(path: Path, s: f64, host_options: &[&str], options: &[&str]) -> Self {
        let runtime = RuntimeDir::new();
        let host_options = [&["--filter"], host_options].concat();
        let host = match path {
            Path::Straight => StandIn::current(&runtime, &host_options),
            _ => StandIn::start(&runtime, &host_options),
        };
        let carafe = match path {
            Path::Straight => None,
            Path::Socket => {
                let mut carafe = command(program(), &runtime);
                carafe.arg(format!("--display={}", StandIn::DISPLAY)).arg("--log-level=info");
                Some(carafe)
            }
            Path::Device(way) => Some(way.carafe(host.socket(), &runtime, &[])),
        };
        let carafe = carafe.map(|mut carafe| {
            if s != 1.0 {
                carafe.arg(format!("--scale={s}"));
            }
            Carafe::start(carafe.args(options), &runtime)
        });
        Self { carafe, host, runtime, s }
    }

    /// A client of ours.
    pub fn app(&self, knows: Knows) -> App {
        let name = if self.carafe.is_some() { Carafe::DISPLAY } else { StandIn::DISPLAY };
        App::new(Client::connect(&self.runtime.join(name)), knows)
    }

    /// Sends a request to the host's control socket, which must not fail.
    #[track_caller]
    pub fn ask(&mut self, request: &str) -> Value {
        self.host.control().ask(request).expect("an answer")
    }

    /// A picture of a screen.
    pub fn picture(&mut self, screen: &str) -> Picture {
        let path = self.runtime.join("screen.png");
        self.host.control().screenshot_of(screen, &path).expect("a picture");
        Picture::read(&path)
    }

    /// Checks that each screen pixel that a board covers shows exactly one of the board's pixels.
    /// All of them must be visible, except those that do not fill a unit of the host.
    #[track_caller]
    pub fn assert_sharp(&mut self, what: &str, screen: &str, board: &Board, surface: &Value) {
        let area = self.area(screen, surface);
        let lost = [i64::from(board.pixels.0) - area[2], i64::from(board.pixels.1) - area[3]];
        let unit = (self.scale(screen).max(1.0) * self.s.max(1.0)).ceil() as i64;
        assert!(
            lost.iter().all(|lost| (0..=unit).contains(lost)),
            "{what}: of {:?} pixels {lost:?} are not shown in {area:?}",
            board.pixels
        );
        let flaws = flaws(&self.picture(screen), area, (0, 0));
        assert!(flaws.is_none(), "{what}: {}: {surface}", flaws.unwrap_or_default());
    }

    /// The area of a screen that a surface covers, in pixels.
    pub fn area(&mut self, screen: &str, surface: &Value) -> Area {
        let [x, y] = pair(&surface["place"]);
        let [width, height] = pair(&surface["size"]);
        let screen = self.screen(screen);
        let scale = screen["scale"].as_f64().expect("a scale");
        let [left, top] = pair(&screen["place"]);
        let (x, width) = pixels(x - left, width, scale);
        let (y, height) = pixels(y - top, height, scale);
        [x, y, width, height]
    }

    fn screen(&mut self, name: &str) -> Value {
        let state = self.ask("state");
        let screens = state["screens"].as_array().expect("screens");
        screens.iter().find(|screen| screen["name"] == name).expect("that screen").clone()
    }

    fn scale(&mut self, screen: &str) -> f64 {
        self.screen(screen)["scale"].as_f64().expect("a scale")
    }

    /// The host's surfaces of the topmost window.
    pub fn surfaces(&mut self) -> Vec<Value> {
        self.ask("sync");
        let windows = self.ask("windows");
        let window = windows.as_array().and_then(|windows| windows.last()).expect("a window");
        window["surfaces"].as_array().expect("surfaces").clone()
    }

    /// The host's surface of the topmost window.
    pub fn surface(&mut self) -> Value {
        self.surfaces().swap_remove(0)
    }

    /// Ends carafe, which must not have logged a warning.
    #[track_caller]
    pub fn stop(self) {
        if let Some(carafe) = self.carafe {
            carafe.stop();
        }
    }
}

/// Two numbers.
pub fn pair(value: &Value) -> [i64; 2] {
    [0, 1].map(|n| value[n].as_i64().unwrap_or_else(|| panic!("two numbers: {value}")))
}
