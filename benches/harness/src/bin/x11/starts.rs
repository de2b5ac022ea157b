//! The time until the first X11 program may draw: with carafe, with weston, and with plain
//! Xwayland, which does not wait for a window manager.

use std::time::{Duration, Instant};

use carafe_fixture::process::{RuntimeDir, command};
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{ConnectionExt, CreateWindowAux, EventMask, WindowClass};
use x11rb::rust_connection::RustConnection;

use crate::rig::{Rig, start_host, start_with_display};
use crate::{Programs, row};

/// A program that shows a window and waits until it may draw.
fn program(display: &str) -> RustConnection {
    let (x, screen) = x11rb::connect(Some(display)).expect("an X11 display");
    let root = x.setup().roots[screen].root;
    let window = x.generate_id().expect("an id");
    let values = CreateWindowAux::new().background_pixel(0).event_mask(EventMask::EXPOSURE);
    let class = WindowClass::INPUT_OUTPUT;
    x.create_window(0, window, root, 0, 0, 200, 150, 0, class, 0, &values).expect("it is sent");
    x.map_window(window).expect("it is sent");
    x.flush().expect("it is sent");
    while !matches!(x.wait_for_event().expect("it runs"), Event::Expose(_)) {}
    x
}

fn since(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}

/// Times in ms: until the first program may draw, until the host shows it, and until the next
/// program may draw.
fn carafe(programs: &Programs) -> [f64; 3] {
    let mut rig = Rig::start(programs);
    let start = Instant::now();
    let first = program(&rig.display);
    let drawn = since(start);
    while rig.shown() < 1 {
        std::thread::sleep(Duration::from_micros(200));
    }
    let shown = since(start);
    let start = Instant::now();
    let next = program(&rig.display);
    while rig.shown() < 2 {
        std::thread::sleep(Duration::from_micros(200));
    }
    let again = since(start);
    drop((first, next));
    [drawn, shown, again]
}

/// Times with weston, which also starts Xwayland for the first program.
fn weston() -> f64 {
    let runtime = RuntimeDir::new();
    let mut weston = command("weston", &runtime);
    weston.args(["--backend=headless-backend.so", "--use-pixman", "--xwayland", "--no-config"]);
    weston.args(["--socket=weston", "--idle-time=0"]);
    let (weston, display) = start_with_display(weston, &runtime);
    // Wait for its shell.
    std::thread::sleep(Duration::from_secs(1));
    let start = Instant::now();
    let _x = program(&display);
    let time = since(start);
    drop(weston);
    time
}

/// Times with Xwayland as one window of the host.
fn alone(programs: &Programs) -> f64 {
    let runtime = RuntimeDir::new();
    let _host = start_host(programs, &runtime);
    let mut xwayland = command("Xwayland", &runtime);
    xwayland.env("WAYLAND_DISPLAY", "host").args(["-displayfd", "1", "-ac"]);
    let start = Instant::now();
    let (_xwayland, display) = start_with_display(xwayland, &runtime);
    let _x = program(&display);
    since(start)
}

/// Prints a table.
pub fn run(programs: &Programs, rounds: usize) {
    let all: Vec<_> = (0..rounds).map(|_| (alone(programs), weston(), carafe(programs))).collect();
    let pairs = |of: fn(&(f64, f64, [f64; 3])) -> f64| {
        all.iter().map(|round| (round.0, of(round))).collect::<Vec<_>>()
    };
    println!(
        "| start of an X11 program, ms | Xwayland alone | it | ratio: median; lowest–highest |"
    );
    println!("|---|---|---|---|");
    println!("{}", row("weston: the first may draw", &pairs(|round| round.1)));
    println!("{}", row("carafe: the first may draw", &pairs(|round| round.2[0])));
    println!("{}", row("carafe: the host shows the first", &pairs(|round| round.2[1])));
    println!("{}", row("carafe: the host shows the next", &pairs(|round| round.2[2])));
    println!();
}
