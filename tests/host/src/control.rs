//! The client of the control interface.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use carafe_fixture::process::{PATIENCE, wait_for};
use serde_json::Value;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// The connection failed, or the host is gone.
    #[error("the control interface fails")]
    Io(#[from] io::Error),
    /// The host refused the request, with a reason.
    #[error("the host refuses {request:?}: {reason}")]
    Refused {
        /// The line that was sent.
        request: String,
        /// The host's reason.
        reason: String,
    },
    /// An answer without an expected value.
    #[error("an answer without {0}")]
    Answer(&'static str),
}

/// A connection to the control interface.
#[derive(Debug)]
pub struct Control {
    stream: BufReader<UnixStream>,
}

/// A part of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    /// A hash of its pixels.
    pub hash: String,
    /// The upper left pixel, as `rrggbb`.
    pub first: String,
    /// How many colours there are, counted up to 1000.
    pub colours: u64,
}

/// Size of a picture in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shot {
    /// Columns.
    pub width: u64,
    /// Rows.
    pub height: u64,
}

/// A window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its application id.
    pub app_id: String,
    /// Its title.
    pub title: String,
    /// Place and size of its window geometry: x, y, width, height.
    pub geometry: [i64; 4],
    /// Whether it shows something.
    pub mapped: bool,
    /// The host's whole report about it.
    pub all: Value,
}

impl Control {
    /// Connects to `--control=PATH`.
    pub fn connect(path: &Path) -> io::Result<Self> {
        let stream = UnixStream::connect(path)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Sends a request and waits for its answer.
    pub fn ask(&mut self, request: &str) -> Result<Value, ControlError> {
        self.stream.get_mut().write_all(format!("{request}\n").as_bytes())?;
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        let answer: Value = serde_json::from_str(&line).map_err(io::Error::from)?;
        match answer.get("error").and_then(Value::as_str) {
            Some(reason) => Err(ControlError::Refused {
                request: request.to_owned(),
                reason: reason.to_owned(),
            }),
            None => Ok(answer),
        }
    }

    /// Writes what is on the first screen to a PNG file, after the next frame.
    pub fn screenshot(&mut self, path: &Path) -> Result<Shot, ControlError> {
        self.screenshot_of("HOST-1", path)
    }

    /// Writes what is on a screen to a PNG file, after the next frame.
    pub fn screenshot_of(&mut self, screen: &str, path: &Path) -> Result<Shot, ControlError> {
        let answer = self.ask(&format!("screenshot {} {screen}", path.display()))?;
        let get = |name| answer.get(name).and_then(Value::as_u64);
        let size = get("width").zip(get("height")).ok_or(ControlError::Answer("a size"))?;
        Ok(Shot { width: size.0, height: size.1 })
    }

    /// A part of the screen, after the next frame.
    pub fn pixels(
        &mut self,
        x: i64,
        y: i64,
        width: i64,
        height: i64,
    ) -> Result<Pixels, ControlError> {
        let answer = self.ask(&format!("pixels {x} {y} {width} {height}"))?;
        let text = |name| answer.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(Pixels {
            hash: text("hash").ok_or(ControlError::Answer("a hash"))?,
            first: text("first").ok_or(ControlError::Answer("a colour"))?,
            colours: answer
                .get("colours")
                .and_then(Value::as_u64)
                .ok_or(ControlError::Answer("a number of colours"))?,
        })
    }

    /// All windows, from the bottom to the top.
    pub fn windows(&mut self) -> Result<Vec<Window>, ControlError> {
        let answer = self.ask("windows")?;
        let windows = answer.as_array().ok_or(ControlError::Answer("windows"))?;
        windows.iter().map(Window::read).collect()
    }

    /// A counter: see `counters` of the control interface. A dot names a counter inside another
    /// one: `damage.area`.
    pub fn counter(&mut self, name: &str) -> Result<u64, ControlError> {
        let answer = self.ask("counters")?;
        let value = name.split('.').try_fold(&answer, |value, name| value.get(name));
        value.and_then(Value::as_u64).ok_or(ControlError::Answer("that counter"))
    }

    /// Waits until an application shows a window.
    ///
    /// # Panics
    /// When it takes too long, or the host is gone.
    #[expect(clippy::expect_used, reason = "it is for tests")]
    pub fn wait_for_window(&mut self, app_id: &str) -> Window {
        wait_for(&format!("a window of {app_id}"), || {
            let windows = self.windows().expect("the host answers");
            windows.into_iter().find(|window| window.mapped && window.app_id == app_id)
        })
    }

    /// Waits until an application has acknowledged all configurations of its window, so it has got
    /// all earlier events.
    ///
    /// # Panics
    /// When it takes too long, or the host is gone.
    pub fn wait_until_heard(&mut self, app_id: &str) {
        wait_for(&format!("{app_id} to hear of all"), || {
            let window = self.wait_for_window(app_id);
            window.all.get("heard").is_some_and(|heard| heard == true).then_some(())
        });
    }

    /// Waits until a part of the screen (x, y, width, height) has one colour (`rrggbb`).
    ///
    /// # Panics
    /// When it takes too long, or the host is gone.
    #[expect(clippy::expect_used, reason = "it is for tests")]
    pub fn wait_for_colour(&mut self, place: [i64; 4], colour: &str) {
        let [x, y, width, height] = place;
        wait_for(&format!("{colour} at {place:?}"), || {
            let pixels = self.pixels(x, y, width, height).expect("the host answers");
            (pixels.colours == 1 && pixels.first == colour).then_some(())
        });
    }
}

impl Window {
    fn read(value: &Value) -> Result<Self, ControlError> {
        let text = |name| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let geometry = value.get("geometry").and_then(Value::as_array);
        let numbers = geometry.map(|all| all.iter().filter_map(Value::as_i64).collect::<Vec<_>>());
        Ok(Self {
            app_id: text("app_id").ok_or(ControlError::Answer("an application id"))?,
            title: text("title").ok_or(ControlError::Answer("a title"))?,
            geometry: numbers
                .and_then(|numbers| numbers.try_into().ok())
                .ok_or(ControlError::Answer("a geometry"))?,
            mapped: value.get("mapped").and_then(Value::as_bool) == Some(true),
            all: value.clone(),
        })
    }
}
