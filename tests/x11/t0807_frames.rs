//! On hosts that draw no title bars, carafe draws them for the windows that want one.

use carafe_fixture::process::wait_for;
use x11rb::protocol::Event;
use x11rb::protocol::shape::{ConnectionExt as _, SK, SO};
use x11rb::protocol::xproto::{ClipOrdering, Rectangle};

use crate::client::{Client, New};
use crate::stage::Stage;

const HEIGHT: i64 = 28;

fn click(stage: &mut Stage, x: i64, y: i64) {
    let requests = [
        format!("pointer move {x} {y}"),
        "pointer button left press".into(),
        "pointer button left release".into(),
    ];
    for request in requests {
        stage.host().ask(&request).unwrap();
    }
}

#[test]
fn a_bar_with_buttons_is_above_a_window() {
    for scale in ["1", "2"] {
        let without = "--without=zxdg_decoration_manager_v1";
        let mut stage = Stage::with(&[without, &format!("--scale={scale}")], &[]);
        let mut client = stage.client();
        let window = client.create(&New::named("framed", 0xff_00_00));
        let delete = client.atom("WM_DELETE_WINDOW");
        client.set_numbers(window, "WM_PROTOCOLS", "ATOM", &[delete]);
        client.map(window);
        let [x, y, width, height] = stage.host().wait_for_window("framed").geometry;
        let scale: i64 = scale.parse().unwrap();
        assert_eq!([width, height], [200 / scale, 150 / scale + HEIGHT]);
        let at = |x: i64, y: i64, w, h| [x * scale, y * scale, w * scale, h * scale];
        stage.host().wait_for_colour(at(x, y + HEIGHT, width, height - HEIGHT), "ff0000");
        stage.host().wait_for_colour(at(x, y, 8, HEIGHT), "d8d4d0");

        let [max_x, close_x] = [width - HEIGHT - 14, width - 14];
        click(&mut stage, x + max_x, y + 14);
        client.wait_for_size(window, (1024, 768 - (HEIGHT * scale) as u16));
        stage.host().wait_for_colour([300, 0, 500, HEIGHT * scale], "d8d4d0");
        click(&mut stage, 1024 / scale - HEIGHT - 14, 14);
        client.wait_for_size(window, (200, 150));
        wait_for("its old place", || {
            (stage.host().wait_for_window("framed").geometry == [x, y, width, height]).then_some(())
        });
        click(&mut stage, x + close_x, y + 14);
        client.wait_for_message(window, "WM_DELETE_WINDOW");
        stage.end();
    }
}

#[test]
fn windows_that_want_no_bar_have_none() {
    let mut stage = Stage::with(&["--without=zxdg_decoration_manager_v1"], &[]);
    let client = stage.client();
    let window = client.create(&New::named("bare", 0xff_00_00));
    client.set_numbers(window, "_MOTIF_WM_HINTS", "_MOTIF_WM_HINTS", &[2, 0, 0, 0, 0]);
    client.map(window);
    assert_eq!(stage.host().wait_for_window("bare").geometry[2..], [200, 150]);
    stage.end();
}

/// A host that draws no frames, with a window of 200 by 150 and its title bar.
struct Framed {
    stage: Stage,
    client: Client,
    window: u32,
    /// Place and size of the window with its title bar, in the host's units.
    at: [i64; 4],
}

impl Framed {
    fn new(host: &[&str]) -> Self {
        Self::with(host, |_, _| ())
    }

    /// `set_up` runs before the window is mapped.
    fn with(host: &[&str], set_up: impl FnOnce(&Client, u32)) -> Self {
        let without = "--without=zxdg_decoration_manager_v1";
        let mut stage = Stage::with(&[&[without], host].concat(), &[]);
        let client = stage.client();
        let window = client.create(&New::named("framed", 0xff_00_00));
        set_up(&client, window);
        client.map(window);
        stage.host().wait_for_window("framed");
        stage.host().ask("place framed 100 100").unwrap();
        stage.host().wait_for_colour([102, 102, 6, 6], BAR);
        let at = stage.host().wait_for_window("framed").geometry;
        Self { stage, client, window, at }
    }

    fn ask(&mut self, requests: &[&str]) {
        for request in requests {
            self.stage.host().ask(request).unwrap();
        }
    }

    /// Moves the pointer to a place relative to the upper left corner of the title bar.
    fn point(&mut self, x: i64, y: i64) {
        let [left, top, ..] = self.at;
        self.ask(&[&format!("pointer move {} {}", left + x, top + y)]);
    }

    /// Waits for a request of the window at the host.
    fn wait_until_asked(&mut self, wanted: &str) {
        wait_for(wanted, || {
            let window = self.stage.host().wait_for_window("framed");
            (window.all["asked"] == wanted).then_some(())
        });
    }

    fn wait_until_maximized(&mut self, wanted: bool) {
        wait_for("the window maximized, or not", || {
            let window = self.stage.host().wait_for_window("framed");
            let states = window.all["states"].as_array().unwrap();
            (states.iter().any(|state| state == "maximized") == wanted).then_some(())
        });
    }

    fn wait_for_cursor(&mut self, name: &str) {
        wait_for(name, || {
            let state = self.stage.host().ask("state").unwrap();
            (state["cursor"] == name).then_some(())
        });
    }

    /// The number of colours in the title's part of the bar.
    fn colours_of_title(&mut self) -> u64 {
        let [x, y, width, _] = self.at;
        self.stage.host().pixels(x + 8, y + 4, width - 3 * HEIGHT - 10, 20).unwrap().colours
    }
}

const BAR: &str = "d8d4d0";
const PRESS: &str = "pointer button left press";
const RELEASE: &str = "pointer button left release";

#[test]
fn the_bar_has_the_title() {
    let mut framed = Framed::new(&[]);
    let title = |framed: &mut Framed, text: &str| {
        framed.client.set_text(framed.window, framed.client.atom("WM_NAME"), text);
    };
    assert!(framed.colours_of_title() > 2, "«framed» in shades of grey");
    title(&mut framed, "");
    wait_for("no title", || (framed.colours_of_title() == 1).then_some(()));
    title(&mut framed, &"very long ".repeat(100));
    wait_for("a title", || (framed.colours_of_title() > 2).then_some(()));
    // The buttons are still there, and no title covers them.
    let [x, y, width, _] = framed.at;
    let [buttons, title] = [x + width - 3 * HEIGHT, x + 8];
    framed.stage.host().wait_for_colour([buttons, y, 3 * HEIGHT, 6], BAR);
    assert_eq!(framed.stage.host().pixels(title, y, 80, 6).unwrap().colours, 1);
    framed.stage.end();
}

#[test]
fn a_window_is_resized_by_edges_that_nobody_sees() {
    let edges = [
        ((-4, 80), "Left", "w-resize"),
        ((203, 80), "Right", "e-resize"),
        ((100, 182), "Bottom", "s-resize"),
        ((100, -3), "Top", "n-resize"),
        ((100, 2), "Top", "n-resize"),
        ((-3, 5), "TopLeft", "nw-resize"),
        ((202, -2), "TopRight", "ne-resize"),
        ((5, 181), "BottomLeft", "sw-resize"),
        ((203, 170), "BottomRight", "se-resize"),
    ];
    for holes in [false, true] {
        let mut framed = Framed::with(&[], |client, window| {
            if holes {
                let (set, order) = (SO::SET, ClipOrdering::UNSORTED);
                let rects = [Rectangle { x: 50, y: 50, width: 100, height: 50 }];
                client.x.shape_rectangles(set, SK::BOUNDING, order, window, 0, 0, &rects).unwrap();
            }
        });
        framed.stage.host().wait_for_colour([90, 140, 10, 80], "203040");
        for ((x, y), edge, cursor) in edges {
            framed.point(x, y);
            framed.wait_for_cursor(cursor);
            framed.ask(&[PRESS, RELEASE]);
            framed.wait_until_asked(&format!("resize {edge}"));
        }
        framed.point(100, 14);
        framed.wait_for_cursor("default");
        // Outside of the edges nothing takes the pointer.
        framed.point(-12, 80);
        let state = framed.stage.host().ask("state").unwrap();
        assert!(!holes || state["cursor"] == "default", "{state}");
        framed.stage.end();
    }
}

#[test]
fn a_window_of_one_size_and_a_maximized_one_have_no_edges() {
    let mut framed = Framed::with(&[], |client, window| {
        // Minimum and maximum size.
        let hints = [1 << 4 | 1 << 5, 0, 0, 0, 0, 200, 150, 200, 150, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        client.set_numbers(window, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &hints);
    });
    framed.point(100, 14);
    framed.wait_for_cursor("default");
    framed.point(100, 2);
    framed.ask(&[PRESS]);
    framed.point(120, 2);
    framed.wait_until_asked("move");
    framed.ask(&[RELEASE]);
    framed.stage.end();

    let mut framed = Framed::new(&[]);
    framed.point(-4, 80);
    framed.wait_for_cursor("w-resize");
    framed.point(100, 14);
    framed.ask(&[PRESS, RELEASE, PRESS, RELEASE]);
    framed.wait_until_maximized(true);
    framed.client.wait_for_size(framed.window, (1024, 768 - HEIGHT as u16));
    framed.at = [0, 0, 1024, 768];
    framed.stage.host().wait_for_colour([800, 0, 8, 8], BAR);
    framed.point(500, 1);
    framed.wait_for_cursor("default");
    framed.ask(&[PRESS, RELEASE, PRESS, RELEASE]);
    framed.wait_until_maximized(false);
    framed.stage.end();
}

#[test]
fn the_bar_drags_and_has_a_menu() {
    let mut framed = Framed::new(&[]);
    framed.point(50, 14);
    framed.ask(&[PRESS]);
    framed.point(52, 14);
    // It may still become a click.
    assert_eq!(framed.stage.host().wait_for_window("framed").all["asked"], "");
    framed.point(60, 14);
    framed.wait_until_asked("move");
    framed.ask(&[RELEASE]);
    framed.point(30, 10);
    framed.ask(&["pointer button right press", "pointer button right release"]);
    framed.wait_until_asked("menu 30 10");
    let minimize = framed.at[2] - 2 * HEIGHT - 14;
    framed.point(minimize, 14);
    framed.ask(&[PRESS, RELEASE]);
    framed.wait_until_asked("minimize");
    // Leaving the button before the release cancels the click.
    framed.point(framed.at[2] - HEIGHT - 14, 14);
    framed.ask(&[PRESS]);
    framed.point(50, 14);
    framed.ask(&[RELEASE]);
    framed.point(40, 14);
    framed.ask(&["pointer button right press", "pointer button right release"]);
    framed.wait_until_asked("menu 40 14");
    framed.wait_until_maximized(false);
    framed.stage.end();
}

#[test]
fn fingers_do_the_same() {
    let mut framed = Framed::new(&[]);
    let [x, y, width, _] = framed.at;
    let down = |x: i64, y: i64| format!("touch down 1 {x} {y}");
    framed.ask(&[&down(x + 50, y + 14), &format!("touch move 1 {} {}", x + 70, y + 14)]);
    framed.wait_until_asked("move");
    framed.ask(&["touch up 1", &down(x - 4, y + 80), "touch up 1"]);
    framed.wait_until_asked("resize Left");
    framed.ask(&[&down(x + width - HEIGHT - 14, y + 14), "touch up 1"]);
    framed.wait_until_maximized(true);
    framed.client.wait_for_size(framed.window, (1024, 768 - HEIGHT as u16));
    framed.stage.host().wait_for_colour([800, 0, 8, 8], BAR);
    framed.ask(&["touch down 1 300 14", "touch up 1", "touch down 1 300 14", "touch up 1"]);
    framed.wait_until_maximized(false);
    framed.client.wait_for_size(framed.window, (200, 150));
    // The window below gets touches as usual.
    let [x, y, ..] = framed.stage.host().wait_for_window("framed").geometry;
    framed.ask(&[&down(x + 50, y + 80), "touch up 1"]);
    framed
        .client
        .wait("a touch as a click", |event| matches!(event, Event::ButtonPress(_)).then_some(()));
    framed.stage.end();
}

#[test]
fn a_window_may_want_a_dark_bar() {
    let mut framed = Framed::new(&[]);
    let property = framed.client.atom("_GTK_THEME_VARIANT");
    let kind = framed.client.atom("UTF8_STRING");
    framed.client.set_bytes(framed.window, property, kind, b"dark");
    framed.stage.host().wait_for_colour([102, 102, 6, 6], "303234");
    framed.client.set_bytes(framed.window, property, kind, b"light");
    framed.stage.host().wait_for_colour([102, 102, 6, 6], BAR);
    framed.stage.end();
}

#[test]
fn a_bar_goes_and_comes_as_the_window_wants_it() {
    let mut framed = Framed::new(&[]);
    let [.., width, height] = framed.at;
    let wait = |framed: &mut Framed, size: [i64; 2]| {
        wait_for("another size", || {
            (framed.stage.host().wait_for_window("framed").geometry[2..] == size).then_some(())
        });
    };
    let undecorated = [2, 0, 0, 0, 0];
    let set = |framed: &Framed, hints: &[u32]| {
        framed.client.set_numbers(framed.window, "_MOTIF_WM_HINTS", "_MOTIF_WM_HINTS", hints);
    };
    set(&framed, &undecorated);
    wait(&mut framed, [width, height - HEIGHT]);
    set(&framed, &[2, 0, 1, 0, 0]);
    wait(&mut framed, [width, height]);
    // A client that draws shadows draws its own frame.
    framed.client.set_numbers(framed.window, "_GTK_FRAME_EXTENTS", "CARDINAL", &[10, 10, 10, 10]);
    wait(&mut framed, [width - 20, height - HEIGHT - 20]);
    let fullscreen = framed.client.atom("_NET_WM_STATE_FULLSCREEN");
    framed.client.set_numbers(framed.window, "_GTK_FRAME_EXTENTS", "CARDINAL", &[0, 0, 0, 0]);
    framed.client.ask(framed.window, "_NET_WM_STATE", [1, fullscreen, 0, 1, 0]);
    framed.client.wait_for_size(framed.window, (1024, 768));
    framed.stage.host().wait_for_colour([0, 0, 1024, 768], "ff0000");
    framed.stage.end();
}
