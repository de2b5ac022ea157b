//! Windows that are not rectangles (SHAPE): outside the shape, the user sees and clicks what is
//! behind.

use std::time::Duration;

use carafe_fixture::process::wait_for;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::shape::{ConnectionExt as _, SK, SO};
use x11rb::protocol::xproto::{ClipOrdering, ConfigureWindowAux, ConnectionExt as _, Rectangle};
use x11rb::wrapper::ConnectionExt as _;

use crate::client::{Client, New};
use crate::stage::Stage;
use crate::ways::all;

/// The host's background.
const BACKGROUND: &str = "203040";

fn rect(x: i16, y: i16, width: u16, height: u16) -> Rectangle {
    Rectangle { x, y, width, height }
}

/// Gives a window a shape of rectangles, in bands.
fn shape(client: &Client, window: u32, kind: SK, rects: &[Rectangle]) {
    // The server cuts longer requests.
    for (n, rects) in rects.chunks(8000).enumerate() {
        let how = if n == 0 { SO::SET } else { SO::UNION };
        let order = ClipOrdering::YX_BANDED;
        client.x.shape_rectangles(how, kind, order, window, 0, 0, rects).unwrap();
    }
    client.x.flush().unwrap();
}

/// Makes it a rectangle again.
fn unshape(client: &Client, window: u32, kind: SK) {
    client.x.shape_mask(SO::SET, kind, window, 0, 0, x11rb::NONE).unwrap();
    client.x.flush().unwrap();
}

/// Two windows, one above the other at the same place: green, and red with a shape.
struct Pair {
    stage: Stage,
    client: Client,
    below: u32,
    above: u32,
}

/// Left and right edge of the shape, with a hole of 100 by 150 between them.
fn edges() -> [Rectangle; 2] {
    [rect(0, 0, 50, 150), rect(150, 0, 50, 150)]
}

impl Pair {
    /// Both windows have 200 by 150 pixels, at 100,100.
    fn new(mut stage: Stage) -> Self {
        let client = stage.client();
        let below = client.show(&New::named("below", 0x00_ff_00));
        stage.host().wait_for_window("below");
        stage.host().ask("place below 100 100").unwrap();
        let above = client.create(&New::named("above", 0xff_00_00));
        shape(&client, above, SK::BOUNDING, &edges());
        client.map(above);
        stage.host().wait_for_window("above");
        stage.host().ask("place above 100 100").unwrap();
        Self { stage, client, below, above }
    }

    /// Waits for the colours of the upper window's columns, each 50 X pixels wide.
    fn sees(&mut self, colours: [&str; 4], scale: i64) {
        // The pointer must not cover it.
        self.stage.host().ask("pointer move 10 10").unwrap();
        for (n, colour) in (0..).zip(colours) {
            let place = [100 * scale + n * 50, 100 * scale, 50, 150];
            self.stage.host().wait_for_colour(place, colour);
        }
    }

    /// Raises the upper window again.
    fn raise(&mut self) {
        self.stage.host().ask("focus above").unwrap();
    }

    /// Waits until a click at a place, in the host's units, reaches that window.
    fn clicks(&mut self, x: i64, y: i64, window: u32) {
        let requests = [
            format!("pointer move {} {y}", x - 1),
            format!("pointer move {x} {y}"),
            "pointer button left press".into(),
            "pointer button left release".into(),
        ];
        wait_for(&format!("a click at {x},{y} on window {window}"), || {
            self.raise();
            while self.client.x.poll_for_event().unwrap().is_some() {}
            for request in &requests {
                self.stage.host().ask(request).unwrap();
            }
            std::thread::sleep(Duration::from_millis(50));
            self.client.x.sync().unwrap();
            let mut got = None;
            while let Some(event) = self.client.x.poll_for_event().unwrap() {
                if let Event::ButtonPress(press) = event {
                    got = Some(press.event);
                }
            }
            (got == Some(window)).then_some(())
        });
        self.raise();
    }
}

const RED: &str = "ff0000";
const GREEN: &str = "00ff00";

#[test]
fn a_hole_is_seen_and_clicked_through() {
    let mut pair = Pair::new(Stage::new());
    pair.sees([RED, GREEN, GREEN, RED], 1);
    let (below, above) = (pair.below, pair.above);
    pair.clicks(200, 150, below);
    pair.clicks(120, 150, above);
    pair.stage.end();
}

#[test]
fn a_hole_is_seen_and_clicked_through_at_scale_2() {
    let mut pair = Pair::new(Stage::with(&["--scale=2"], &[]));
    pair.sees([RED, GREEN, GREEN, RED], 2);
    let (below, above) = (pair.below, pair.above);
    // 200 by 150 pixels are 100 by 75 units: the hole is from 125 to 175.
    pair.clicks(150, 130, below);
    pair.clicks(122, 130, above);
    pair.clicks(178, 130, above);
    pair.stage.end();
}

#[test]
fn a_hole_is_seen_and_clicked_through_behind_a_device() {
    for way in all() {
        eprintln!("{}", way.name);
        let mut pair = Pair::new(Stage::behind(way));
        pair.sees([RED, GREEN, GREEN, RED], 1);
        let below = pair.below;
        pair.clicks(200, 150, below);
        shape(&pair.client, pair.above, SK::BOUNDING, &[rect(50, 0, 100, 150)]);
        pair.sees([GREEN, RED, RED, GREEN], 1);
        unshape(&pair.client, pair.above, SK::BOUNDING);
        pair.sees([RED; 4], 1);
        pair.stage.end();
    }
}

#[test]
fn a_shape_changes_and_ends_while_it_is_shown() {
    let mut pair = Pair::new(Stage::new());
    let (below, above) = (pair.below, pair.above);
    pair.sees([RED, GREEN, GREEN, RED], 1);
    shape(&pair.client, above, SK::BOUNDING, &[rect(50, 0, 100, 150)]);
    pair.sees([GREEN, RED, RED, GREEN], 1);
    pair.clicks(200, 150, above);
    shape(&pair.client, above, SK::BOUNDING, &[rect(0, 0, 100, 150)]);
    pair.sees([RED, RED, GREEN, GREEN], 1);
    pair.clicks(220, 150, below);
    unshape(&pair.client, above, SK::BOUNDING);
    pair.sees([RED; 4], 1);
    pair.clicks(220, 150, above);
    // Again for a window that was a rectangle when it was mapped.
    shape(&pair.client, below, SK::BOUNDING, &edges());
    pair.stage.host().ask("focus below").unwrap();
    pair.sees([GREEN, RED, RED, GREEN], 1);
    pair.stage.end();
}

#[test]
fn a_shape_stays_when_its_window_is_resized_or_mapped_again() {
    let mut pair = Pair::new(Stage::new());
    let above = pair.above;
    pair.client.configure(above, &ConfigureWindowAux::new().width(180).height(160));
    pair.client.wait_for_size(above, (180, 160));
    pair.stage.host().wait_for_colour([250, 100, 30, 150], RED);
    pair.stage.host().wait_for_colour([280, 100, 20, 150], GREEN);
    pair.stage.host().wait_for_colour([100, 250, 180, 10], BACKGROUND);
    pair.stage.host().wait_for_colour([150, 100, 100, 150], GREEN);
    pair.client.unmap(above);
    pair.sees([GREEN; 4], 1);
    pair.client.map(above);
    pair.stage.host().wait_for_window("above");
    pair.stage.host().ask("place above 100 100").unwrap();
    pair.stage.host().wait_for_colour([100, 100, 50, 150], RED);
    pair.stage.host().wait_for_colour([150, 100, 100, 150], GREEN);
    pair.stage.end();
}

#[test]
fn later_content_is_shown_only_within_the_shape() {
    use x11rb::protocol::xproto::{ChangeWindowAttributesAux, CreateGCAux};
    let mut pair = Pair::new(Stage::new());
    pair.sees([RED, GREEN, GREEN, RED], 1);
    let (client, above) = (&pair.client, pair.above);
    let gc = client.x.generate_id().unwrap();
    client.x.create_gc(gc, above, &CreateGCAux::new().foreground(0x00_00_ff)).unwrap();
    for n in 0..10 {
        let bar = rect(0, n * 15, 200, 5);
        client.x.poly_fill_rectangle(above, gc, &[bar]).unwrap();
        client.x.sync().unwrap();
        let y = 100 + i64::from(bar.y);
        pair.stage.host().wait_for_colour([100, y, 50, 5], "0000ff");
        pair.stage.host().wait_for_colour([250, y, 50, 5], "0000ff");
        pair.stage.host().wait_for_colour([150, y, 100, 5], GREEN);
        pair.stage.host().wait_for_colour([100, y + 5, 50, 10], RED);
    }
    let blue = ChangeWindowAttributesAux::new().background_pixel(0x00_00_ff);
    client.x.change_window_attributes(above, &blue).unwrap();
    client.x.clear_area(false, above, 0, 0, 0, 0).unwrap();
    client.x.flush().unwrap();
    pair.sees(["0000ff", GREEN, GREEN, "0000ff"], 1);
    pair.stage.end();
}

#[test]
fn input_has_a_shape_of_its_own() {
    let mut pair = Pair::new(Stage::new());
    let (below, above) = (pair.below, pair.above);
    // The upper half of the left edge.
    shape(&pair.client, above, SK::INPUT, &[rect(0, 0, 150, 75)]);
    pair.clicks(120, 200, below);
    pair.clicks(120, 120, above);
    pair.clicks(200, 120, below);
    pair.clicks(270, 120, below);
    // A rectangle, all of which is seen.
    unshape(&pair.client, above, SK::BOUNDING);
    pair.sees([RED; 4], 1);
    pair.clicks(140, 120, above);
    pair.clicks(120, 200, below);
    unshape(&pair.client, above, SK::INPUT);
    pair.clicks(120, 200, above);
    pair.stage.end();
}

#[test]
fn menus_have_shapes_with_their_borders() {
    let mut stage = Stage::new();
    let client = stage.client();
    let window = client.show(&New::named("main", 0x00_ff_00));
    let [wx, wy, ..] = stage.host().wait_for_window("main").geometry;
    let [x, y, ..] = client.geometry(window);
    let menu = client.create(&New::popup(0xff_00_00, ((x + 20) as i16, (y + 20) as i16), (60, 60)));
    client.set_numbers(menu, "WM_TRANSIENT_FOR", "WINDOW", &[window]);
    client.configure(menu, &ConfigureWindowAux::new().border_width(5));
    // The border is outside the window's own coordinates: the shape has its left part.
    shape(&client, menu, SK::BOUNDING, &[rect(-5, 0, 35, 20)]);
    client.map(menu);
    stage.host().wait_for_colour([wx + 25, wy + 25, 30, 20], RED);
    stage.host().wait_for_colour([wx + 20, wy + 25, 5, 20], "000000");
    stage.host().wait_for_colour([wx + 55, wy + 20, 60, 70], GREEN);
    stage.host().wait_for_colour([wx + 20, wy + 45, 70, 40], GREEN);
    stage.end();
}

/// `count` single pixels that cannot be joined into larger rectangles.
fn crowd(count: usize) -> Vec<Rectangle> {
    let at = |n: usize| (n % 1000 * 2, n / 1000 * 2);
    (0..count).map(at).map(|(x, y)| rect(x as i16, y as i16, 1, 1)).collect()
}

#[test]
fn tens_of_thousands_of_rectangles_hurt_nobody() {
    let mut pair = Pair::new(Stage::new());
    pair.sees([RED, GREEN, GREEN, RED], 1);
    let before = pair.stage.carafe.memory();
    let hostile = pair.stage.client();
    let new = New { size: (2000, 200), ..New::named("crowd", 0xff_ff_ff) };
    let crowded = hostile.create(&new);
    hostile.map(crowded);
    for round in 0..2 {
        shape(&hostile, crowded, SK::BOUNDING, &crowd(20_000 - round * 10));
        shape(&hostile, crowded, SK::INPUT, &crowd(18_000 + round));
    }
    hostile.x.sync().unwrap();
    pair.stage.host().wait_for_window("crowd");
    // Too many rectangles: the window becomes its bounding box, of which the X server may have
    // painted only the shape. Other windows are not affected.
    pair.stage.host().ask("place crowd 0 300").unwrap();
    wait_for("the bounding box", || {
        let mut at = |x, y| Some(pair.stage.host().pixels(x, y, 1, 1).ok()?.first);
        let (between, below) = (at(1, 301)?, at(0, 345)?);
        (between != BACKGROUND && below == BACKGROUND).then_some(())
    });
    shape(&pair.client, pair.above, SK::BOUNDING, &[rect(50, 0, 100, 150)]);
    pair.sees([GREEN, RED, RED, GREEN], 1);
    // Few enough for carafe to show, but too many to send each to the host.
    shape(&hostile, crowded, SK::BOUNDING, &crowd(10_000));
    pair.stage.host().wait_for_colour([0, 319, 1000, 100], BACKGROUND);
    let pixels = pair.stage.host().pixels(0, 300, 2, 2).unwrap();
    assert_eq!((pixels.first.as_str(), pixels.colours), ("ffffff", 2));
    let grown = pair.stage.carafe.memory() - before;
    assert!(grown < 8 * 1024, "{grown} KiB more");
    pair.stage.end();
}

/// Carafe's report at its end of how much it copied for Xwayland.
fn copied(stage: &mut Stage) -> String {
    stage.carafe.stop();
    let log = stage.carafe.log();
    let line = log.lines().find(|line| line.contains("Xwayland") && line.contains(" requests"));
    line.unwrap_or_else(|| panic!("no counts:\n{log}")).to_owned()
}

#[test]
fn only_what_changes_of_windows_with_shapes_is_copied() {
    let mut stage = Stage::new();
    let client = stage.client();
    let window = client.show(&New::named("plain", 0xff_00_00));
    let [x, y, ..] = stage.host().wait_for_window("plain").geometry;
    stage.host().wait_for_colour([x, y, 200, 150], RED);
    let line = copied(&mut stage);
    assert!(!line.contains("bytes copied"), "{line}");
    drop((client, stage, window));

    let mut pair = Pair::new(Stage::new());
    pair.sees([RED, GREEN, GREEN, RED], 1);
    let line = copied(&mut pair.stage);
    let bytes = line.split_once(" bytes copied").and_then(|(line, _)| line.rsplit(' ').next());
    let frame = 200 * 150 * 4;
    let bytes: u64 = bytes.unwrap_or_else(|| panic!("{line}")).parse().unwrap();
    assert!((frame..=frame * 3).contains(&bytes), "{line}");
}
