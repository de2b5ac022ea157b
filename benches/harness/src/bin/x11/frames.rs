//! Frames of an X11 window and of a Wayland client in turns, through one carafe, with the same
//! size, damage and requests.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    ChangeGCAux, ConnectionExt, CreateGCAux, CreateWindowAux, Gcontext, Rectangle, Window,
    WindowClass,
};
use x11rb::rust_connection::RustConnection;

use crate::rig::{Rig, threads};
use crate::wayland::Client;
use crate::{Programs, row};

const SIZE: (u16, u16) = (640, 480);

/// The time between frames: longer than the host's 16.7 ms, so that Xwayland does not delay a
/// frame until the previous one was shown.
const PERIOD: Duration = Duration::from_millis(20);

/// How long one part of a round takes.
const LENGTH: Duration = Duration::from_secs(6);

/// An X11 client that fills its window.
pub struct Filler {
    x: RustConnection,
    window: Window,
    gc: Gcontext,
    count: u32,
}

impl Filler {
    /// Shows the window.
    pub fn show(display: &str, (width, height): (u16, u16)) -> Self {
        let (x, screen) = x11rb::connect(Some(display)).expect("an X11 display");
        let root = x.setup().roots[screen].root;
        let (window, gc) = (x.generate_id().expect("an id"), x.generate_id().expect("an id"));
        let (class, values) =
            (WindowClass::INPUT_OUTPUT, CreateWindowAux::new().background_pixel(0));
        let made = x.create_window(0, window, root, 0, 0, width, height, 0, class, 0, &values);
        made.expect("it is sent");
        x.create_gc(gc, window, &CreateGCAux::new()).expect("it is sent");
        x.map_window(window).expect("it is sent");
        x.flush().expect("it is sent");
        Self { x, window, gc, count: 0 }
    }

    fn frame(&mut self) {
        self.count += 1;
        let colour = if self.count.is_multiple_of(2) { 0x40_40_40 } else { 0x80_80_80 };
        let values = ChangeGCAux::new().foreground(colour);
        self.x.change_gc(self.gc, &values).expect("it is sent");
        let all = Rectangle { x: 0, y: 0, width: SIZE.0, height: SIZE.1 };
        self.x.poly_fill_rectangle(self.window, self.gc, &[all]).expect("it is sent");
        self.x.flush().expect("it is sent");
        while self.x.poll_for_event().expect("it runs").is_some() {}
    }
}

/// Draws until it is told to stop. Returns how many frames each has drawn.
fn draw(
    mut x11: Filler,
    mut wayland: Client,
    stop: Arc<AtomicBool>,
) -> JoinHandle<(Filler, Client, u32)> {
    std::thread::spawn(move || {
        let mut next = Instant::now();
        let mut count = 0;
        while !stop.load(Ordering::Relaxed) {
            x11.frame();
            next += PERIOD / 2;
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
            wayland.frame();
            next += PERIOD / 2;
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
            count += 1;
        }
        (x11, wayland, count)
    })
}

/// Times of one round in µs: of the Wayland client, of the X11 window.
#[derive(Default)]
struct Round {
    /// The time from the write of a commit to carafe until the host has read it: median and 90th
    /// percentile.
    median: (f64, f64),
    slow: (f64, f64),
    /// Processor time of carafe's thread per frame, in both directions.
    cpu: (f64, f64),
}

/// Lets both draw for a while. Returns the number of frames, and the results of `look` before and
/// after.
fn draw_for_a_while<T>(rig: &mut Rig, socket: &Path, look: impl Fn(&Rig) -> T) -> (u32, [T; 2]) {
    let x11 = Filler::show(&rig.display, SIZE);
    while rig.shown() < 1 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let wayland = Client::show(socket, (u32::from(SIZE.0), u32::from(SIZE.1)));
    let before = look(rig);
    let stop = Arc::new(AtomicBool::new(false));
    let drawing = draw(x11, wayland, Arc::clone(&stop));
    std::thread::sleep(LENGTH);
    stop.store(true, Ordering::Relaxed);
    let (_x11, _wayland, count) = drawing.join().expect("it draws");
    (count, [before, look(rig)])
}

fn round(programs: &Programs) -> Round {
    let mut round = Round::default();
    let (mut rig, times, clients) = Rig::start_relayed(programs);
    let take = |_: &Rig| times.lock().expect("times").iter_mut().map(std::mem::take).collect();
    let (_, [_, mut times]): (_, [Vec<Vec<f64>>; 2]) = draw_for_a_while(&mut rig, &clients, take);
    for session in &mut times {
        assert!(session.len() > 100, "too few frames were seen: {}", session.len());
        session.sort_by(f64::total_cmp);
    }
    let at = |percent: usize| {
        let of = |session: usize| times[session][times[session].len() * percent / 100];
        (of(1), of(0))
    };
    (round.median, round.slow) = (at(50), at(90));

    let mut rig = Rig::start(programs);
    let socket = rig.runtime.join("carafe");
    let (count, [before, after]) = draw_for_a_while(&mut rig, &socket, |rig| {
        let all = threads(rig.carafe.pid()).into_iter();
        all.filter(|(name, _)| name == "session").map(|(_, time)| time).collect::<Vec<_>>()
    });
    let each = |n: usize| (after[n] - before[n]) / f64::from(count);
    round.cpu = (each(1), each(0));
    round
}

/// Prints a table.
pub fn run(programs: &Programs, rounds: usize) {
    let all: Vec<Round> = (0..rounds).map(|_| round(programs)).collect();
    let pairs = |of: fn(&Round) -> (f64, f64)| all.iter().map(of).collect::<Vec<_>>();
    println!("| a frame in carafe, µs | Wayland | X11 | ratio: median; lowest–highest |");
    println!("|---|---|---|---|");
    println!("{}", row("commit → host, median", &pairs(|round| round.median)));
    println!("{}", row("commit → host, 90 %", &pairs(|round| round.slow)));
    println!("{}", row("processor time, both ways", &pairs(|round| round.cpu)));
    println!();
}
