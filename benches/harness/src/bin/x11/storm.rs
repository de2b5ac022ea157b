//! Five hundred windows are opened at once, and closed.

use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, CreateWindowAux, WindowClass};

use crate::rig::{Rig, cpu, xwayland};
use crate::{Programs, spread};

const WINDOWS: u32 = 500;

/// The cost of one storm.
struct Storm {
    /// The times until all are shown, and until all are gone, in ms.
    time: [f64; 2],
    /// Processor time per window, to open and close it, in µs: carafe's and Xwayland's.
    cpu: [f64; 2],
    /// carafe's private memory in KiB: before, maximum, after.
    memory: [f64; 3],
}

fn storm(programs: &Programs) -> Storm {
    let mut rig = Rig::start(programs);
    let (x, screen) = x11rb::connect(Some(&rig.display)).expect("an X11 display");
    let root = x.setup().roots[screen].root;
    let show = || {
        let window = x.generate_id().expect("an id");
        let values = CreateWindowAux::new().background_pixel(0x40_40_40);
        let class = WindowClass::INPUT_OUTPUT;
        let made = x.create_window(0, window, root, 0, 0, 200, 150, 0, class, 0, &values);
        made.expect("it is sent");
        x.map_window(window).expect("it is sent");
        x.flush().expect("it is sent");
        window
    };
    show();
    while rig.shown() < 1 {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(200));
    let pids = (rig.carafe.pid(), xwayland(rig.carafe.pid()).expect("an Xwayland"));
    let cpus = || [cpu(pids.0), cpu(pids.1)];
    let memory = |rig: &Rig| rig.carafe.status("RssAnon") as f64;
    let (cpu_before, before) = (cpus(), memory(&rig));
    let mut most = before;
    let start = Instant::now();
    let windows: Vec<u32> = (0..WINDOWS).map(|_| show()).collect();
    let mut until = |rig: &mut Rig, count: usize| {
        while rig.shown() != count {
            most = most.max(memory(rig));
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    until(&mut rig, WINDOWS as usize + 1);
    let opened = start.elapsed();
    let start = Instant::now();
    for window in windows {
        x.destroy_window(window).expect("it is sent");
    }
    x.flush().expect("it is sent");
    until(&mut rig, 1);
    let closed = start.elapsed();
    let cpu_after = cpus();
    std::thread::sleep(Duration::from_millis(500));
    let each = |n: usize| (cpu_after[n] - cpu_before[n]) / f64::from(WINDOWS);
    Storm {
        time: [opened, closed].map(|time| time.as_secs_f64() * 1000.0),
        cpu: [each(0), each(1)],
        memory: [before, most, memory(&rig)],
    }
}

/// Prints a table.
pub fn run(programs: &Programs, rounds: usize) {
    let all: Vec<Storm> = (0..rounds).map(|_| storm(programs)).collect();
    println!("| {WINDOWS} windows | median; lowest–highest |");
    println!("|---|---|");
    let row = |what: &str, digits: usize, of: &dyn Fn(&Storm) -> f64| {
        let [middle, low, high] = spread(all.iter().map(of).collect());
        println!("| {what} | {middle:.digits$}; {low:.digits$}–{high:.digits$} |");
    };
    row("all are shown, ms", 0, &|storm| storm.time[0]);
    row("all are gone, ms", 0, &|storm| storm.time[1]);
    row("carafe's processor time a window, µs", 0, &|storm| storm.cpu[0]);
    row("Xwayland's, µs", 0, &|storm| storm.cpu[1]);
    row("carafe's to Xwayland's", 2, &|storm| storm.cpu[0] / storm.cpu[1]);
    row("carafe's memory before, KiB", 0, &|storm| storm.memory[0]);
    row("the most, KiB", 0, &|storm| storm.memory[1]);
    row("after, KiB", 0, &|storm| storm.memory[2]);
}
