//! The control interface's requests.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use smithay::reexports::wayland_protocols::xdg::shell::server::xdg_toplevel::State;
use smithay::reexports::wayland_server::Resource;
use smithay::utils::{Logical, Point, Rectangle};
use smithay::wayland::selection::SelectionTarget;
use smithay::wayland::shell::xdg::ToplevelSurface;

use crate::control_socket::ConnectionId;
use crate::exo::{App, Exo, Method, said};
use crate::host::Host;
use crate::options;
use crate::output::{FIRST, Layout};
use crate::picture::Picture;

/// A request that is answered after the next frame.
#[derive(Debug)]
pub struct Pending {
    connection: ConnectionId,
    what: Await,
}

#[derive(Debug)]
enum Await {
    Frame,
    Screenshot { path: PathBuf, screen: String },
    Pixels { place: [i64; 4], path: Option<PathBuf> },
}

/// The answer to a request.
pub enum Answer {
    /// It is done, and there is no value.
    Done,
    /// The value.
    Says(Value),
    /// The answer comes later.
    Later,
}

type Outcome = Result<Answer, String>;

/// Executes one line.
pub fn execute(host: &mut Host, connection: ConnectionId, line: &str) -> Outcome {
    let mut words = Words(line);
    match words.next("a request")? {
        "screenshot" => {
            let path = words.next("a path")?.into();
            let screen = words.optional().unwrap_or(FIRST).to_owned();
            Ok(host.after_frame(connection, Await::Screenshot { path, screen }))
        }
        "pixels" => {
            let place = [words.number()?, words.number()?, words.number()?, words.number()?];
            let path = words.optional().map(PathBuf::from);
            Ok(host.after_frame(connection, Await::Pixels { place, path }))
        }
        "sync" => Ok(host.after_frame(connection, Await::Frame)),
        "windows" => Ok(Answer::Says(host.report_windows())),
        "layers" => Ok(Answer::Says(host.report_layers())),
        "counters" => Ok(Answer::Says(host.report_counters())),
        "dismiss" => {
            host.dismiss_all();
            Ok(Answer::Done)
        }
        "shelf" => Ok(Answer::Says(host.report_shelf())),
        "app" => {
            let app = App::parse(words.rest().split_whitespace())?;
            host.exo_mut()?.apps.push(app);
            Ok(Answer::Done)
        }
        "ash" => Ok(Answer::Says(json!(host.exo_mut()?.ash.did))),
        "keys" => Ok(Answer::Says(host.exo_mut()?.keys.report())),
        "ime" => {
            let method = Method::parse(words.next("an input method")?)?;
            host.exo_mut()?.texts.choose(method);
            Ok(Answer::Done)
        }
        "texts" => Ok(Answer::Says(host.exo_mut()?.texts.report())),
        "clients" => Ok(Answer::Says(host.report_clients())),
        "globals" => Ok(Answer::Says(json!(host.offered()))),
        "state" => Ok(Answer::Says(host.report_state())),
        "pointer" => pointer(host, words),
        "key" => {
            let code = words.number()?;
            let pressed = words.pressed()?;
            host.key(code, pressed);
            Ok(Answer::Done)
        }
        "touch" => touch(host, words),
        "cancel-drag" if host.cancel_drag() => Ok(Answer::Done),
        "cancel-drag" => Err("nothing is dragged".to_owned()),
        "tablet" => tablet(host, words),
        "text" => text(host, words),
        "selection" => selection(host, connection, SelectionTarget::Clipboard, words),
        "primary" => selection(host, connection, SelectionTarget::Primary, words),
        "scale" => {
            let scale = options::scale(words.next("a scale")?)?;
            host.change_screen(FIRST, Layout { scale, ..host.screen.layout });
            Ok(Answer::Done)
        }
        "resize" => {
            let size = options::size(words.next("a size")?)?;
            host.change_screen(FIRST, Layout { size, ..host.screen.layout });
            Ok(Answer::Done)
        }
        "output" => {
            let (name, layout) = options::output(words.rest().split_whitespace())?;
            host.change_screen(&name, layout);
            Ok(Answer::Done)
        }
        "unplug" => host.unplug_screen(words.next("a screen")?).map(|()| Answer::Done),
        "remove" => host.remove_global(words.next("a global")?).map(|()| Answer::Done),
        "add" => host.add_global(words.next("a global")?).map(|()| Answer::Done),
        "pause" => host.read_clients(false),
        "resume" => host.read_clients(true),
        "hangup" => hang_up(host, words.next("an application id")?),
        "quit" => {
            host.signal.stop();
            Ok(Answer::Done)
        }
        request => window(host, request, words),
    }
}

/// Requests about one window.
fn window(host: &mut Host, request: &str, mut words: Words<'_>) -> Outcome {
    const REQUESTS: [&str; 8] =
        ["place", "configure", "tile", "restore", "focus", "close", "permit", "error"];
    if !REQUESTS.contains(&request) {
        return Err(format!("unknown request {request}"));
    }
    let toplevel = host.find_window(words.next("an application id")?)?;
    match request {
        "place" => {
            let place = Point::from((words.number()?, words.number()?));
            if let Some(window) = host.window_mut(&toplevel) {
                window.put(place);
            }
            host.tell_origin(&toplevel, place);
            host.refocus_pointer();
        }
        "configure" => {
            let (width, height) = (words.number()?, words.number::<i32>()?);
            let size = (width > 0 && height > 0).then(|| (width, height).into());
            toplevel.with_pending_state(|state| state.size = size);
            toplevel.send_configure();
        }
        "tile" => {
            let place = Point::from((words.number()?, words.number()?));
            let size = (words.number()?, words.number()?).into();
            if let Some(window) = host.window_mut(&toplevel) {
                window.tile(Rectangle::new(place, size));
            }
        }
        "restore" => {
            if let Some(window) = host.window_mut(&toplevel) {
                window.untile();
            }
            host.unfill(&toplevel, State::Fullscreen);
            host.unfill(&toplevel, State::Maximized);
        }
        "focus" => host.raise(&toplevel),
        "close" => toplevel.send_close(),
        "permit" => said(toplevel.wl_surface(), |said| said.permitted = true),
        _ => {
            let code = words.number::<u32>()?;
            toplevel.xdg_toplevel().post_error(code, words.rest());
        }
    }
    Ok(Answer::Done)
}

fn pointer(host: &mut Host, mut words: Words<'_>) -> Outcome {
    match words.next("what the pointer does")? {
        "move" => host.pointer_move(words.point()?),
        "button" => {
            // linux/input-event-codes.h
            let button = match words.next("a button")? {
                "left" | "LEFT" => 0x110,
                "right" | "RIGHT" => 0x111,
                "middle" | "MIDDLE" => 0x112,
                code => code.parse().map_err(|_| format!("no button {code}"))?,
            };
            let pressed = words.pressed()?;
            host.pointer_button(button, pressed);
        }
        "axis" => {
            let (horizontal, vertical) = (words.number()?, words.number()?);
            host.pointer_axis(horizontal, vertical);
        }
        other => return Err(format!("a pointer does not {other}")),
    }
    Ok(Answer::Done)
}

fn touch(host: &mut Host, mut words: Words<'_>) -> Outcome {
    match words.next("what the finger does")? {
        "down" => {
            let finger = words.number()?;
            host.touch_down(finger, words.point()?);
        }
        "move" => {
            let finger = words.number()?;
            host.touch_move(finger, words.point()?);
        }
        "up" => host.touch_up(words.number()?),
        "cancel" => host.touch_cancel(),
        other => return Err(format!("a finger does not {other}")),
    }
    Ok(Answer::Done)
}

fn tablet(host: &mut Host, mut words: Words<'_>) -> Outcome {
    match words.next("what the pen does")? {
        "in" => host.tablet_move(words.point()?, None),
        "move" => {
            let place = words.point()?;
            let pressure = words.optional().map(str::parse).transpose();
            host.tablet_move(place, pressure.map_err(|_| "pressure is a number".to_owned())?);
        }
        "tip" => match words.next("down or up")? {
            "down" => host.tablet_tip(true),
            "up" => host.tablet_tip(false),
            other => return Err(format!("a tip goes down or up, not {other}")),
        },
        "out" => host.tablet_out(),
        other => return Err(format!("a pen does not {other}")),
    }
    Ok(Answer::Done)
}

fn text(host: &mut Host, mut words: Words<'_>) -> Outcome {
    let what = words.next("preedit or commit")?;
    if host.exo.is_some() {
        return host.exo_text(what, words.rest().trim_start()).map(|()| Answer::Done);
    }
    let composed = match what {
        "preedit" => host.text_inputs.compose(Some(words.rest()), None),
        "commit" => host.text_inputs.compose(None, Some(words.rest())),
        other => return Err(format!("text is preedit or commit, not {other}")),
    };
    if composed { Ok(Answer::Done) } else { Err("no text input is enabled".to_owned()) }
}

fn selection(
    host: &mut Host,
    connection: ConnectionId,
    target: SelectionTarget,
    mut words: Words<'_>,
) -> Outcome {
    let what = words.next("set or get")?;
    let mime_type = words.next("a MIME type")?.to_owned();
    match what {
        "set" => {
            host.set_selection(target, vec![mime_type], words.rest().to_owned());
            Ok(Answer::Done)
        }
        "get" => {
            let replies = host.replies().ok_or("no way back")?;
            host.get_selection(target, mime_type, move |text| {
                let reply = match text {
                    Ok(text) => json!({ "text": text }),
                    Err(error) => json!({ "error": error.to_string() }),
                };
                // The loop has ended, so nothing waits.
                let _ = replies.send((connection, reply));
            });
            Ok(Answer::Later)
        }
        other => Err(format!("a selection is set or got, not {other}")),
    }
}

fn hang_up(host: &mut Host, who: &str) -> Outcome {
    let clients = if who == "all" {
        host.client_ids()
    } else {
        let toplevel = host.find_window(who)?;
        toplevel.wl_surface().client().into_iter().map(|client| client.id()).collect()
    };
    host.hang_up(clients);
    Ok(Answer::Done)
}

impl Host {
    /// The topmost window with an application id, or else with a title.
    fn find_window(&self, name: &str) -> Result<ToplevelSurface, String> {
        let mut windows = self.windows.iter().rev();
        let found = windows.clone().find(|window| window.names().0 == name);
        let found = found.or_else(|| windows.find(|window| window.names().1 == name));
        found.map(|window| window.toplevel.clone()).ok_or_else(|| format!("no window of {name}"))
    }

    fn exo_mut(&mut self) -> Result<&mut Exo, String> {
        self.exo.as_mut().ok_or_else(|| "the host is not Exo".to_owned())
    }

    fn read_clients(&mut self, read: bool) -> Outcome {
        let token = self.reading.as_ref().ok_or("no clients")?;
        let change = if read { self.handle.enable(token) } else { self.handle.disable(token) };
        change.map_err(|error| error.to_string())?;
        Ok(Answer::Done)
    }

    fn after_frame(&mut self, connection: ConnectionId, what: Await) -> Answer {
        self.pending.push(Pending { connection, what });
        Answer::Later
    }

    /// Answers the requests that wait for a frame.
    pub fn answer_pending(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        for Pending { connection, what } in pending {
            let reply = self.answer(&what);
            self.reply(connection, &reply.unwrap_or_else(|error| json!({ "error": error })));
        }
    }

    fn answer(&self, what: &Await) -> Result<Value, String> {
        match what {
            Await::Frame => Ok(json!({ "frames": self.counters.frames })),
            Await::Screenshot { path, screen } => {
                let picture = self.compose(self.screen_named(screen)?);
                write(&picture, path)?;
                Ok(json!({ "width": picture.width(), "height": picture.height() }))
            }
            Await::Pixels { place: [x, y, width, height], path } => {
                let picture = self.compose(&self.screen);
                let part = picture.part(*x, *y, *width, *height);
                let part = picture.cut(part.ok_or("not on the screen")?);
                if let Some(path) = path {
                    write(&part, path)?;
                }
                Ok(json!({
                    "width": part.width(),
                    "height": part.height(),
                    "hash": format!("{:016x}", part.hash()),
                    "first": part.first().map(|colour| format!("{:06x}", colour & 0x00ff_ffff)),
                    "colours": part.colours(1000),
                }))
            }
        }
    }
}

fn write(picture: &Picture, path: &Path) -> Result<(), String> {
    picture.write_png(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The words of a request.
struct Words<'a>(&'a str);

impl<'a> Words<'a> {
    fn optional(&mut self) -> Option<&'a str> {
        let text = self.0.trim_start();
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        self.0 = rest;
        (!word.is_empty()).then_some(word)
    }

    fn next(&mut self, what: &str) -> Result<&'a str, String> {
        self.optional().ok_or_else(|| format!("{what} is missing"))
    }

    fn number<T: std::str::FromStr>(&mut self) -> Result<T, String> {
        let word = self.next("a number")?;
        word.parse().map_err(|_| format!("{word} is not a number that fits here"))
    }

    fn point(&mut self) -> Result<Point<f64, Logical>, String> {
        Ok((self.number()?, self.number()?).into())
    }

    fn pressed(&mut self) -> Result<bool, String> {
        match self.next("press or release")? {
            "press" => Ok(true),
            "release" => Ok(false),
            other => Err(format!("expected press or release, not {other}")),
        }
    }

    fn rest(&self) -> &'a str {
        self.0
    }
}
