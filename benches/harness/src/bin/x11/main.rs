//! X11 windows through carafe, compared with the alternatives: a frame's way to the host with a
//! Wayland client's, the start of the first program with plain Xwayland's and weston's, and a
//! storm of windows. Everything is measured in turns within each round.
//!
//! `x11 CARAFE CARAFE-HOST [ROUNDS]`
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::cast_precision_loss)]

mod frames;
mod relay;
mod rig;
mod starts;
mod storm;
mod wayland;

use std::path::PathBuf;

use rustix::thread::{CpuSet, sched_setaffinity};

/// The programs.
struct Programs {
    carafe: PathBuf,
    host: PathBuf,
}

const ROUNDS: usize = 7;

/// The median, the lowest and the highest value.
fn spread(mut all: Vec<f64>) -> [f64; 3] {
    all.sort_by(f64::total_cmp);
    [all[all.len() / 2], all[0], all[all.len() - 1]]
}

/// The medians of both columns, and the ratios of the pairs.
fn row(what: &str, pairs: &[(f64, f64)]) -> String {
    let [first, ..] = spread(pairs.iter().map(|pair| pair.0).collect());
    let [second, ..] = spread(pairs.iter().map(|pair| pair.1).collect());
    let [middle, low, high] = spread(pairs.iter().map(|(a, b)| b / a).collect());
    format!("| {what} | {first:.1} | {second:.1} | {middle:.2}; {low:.2}–{high:.2} |")
}

fn main() {
    let mut args = std::env::args_os().skip(1).peekable();
    if args.next_if(|word| word == relay::WRAP).is_some() {
        relay::wrap(args);
    }
    let (Some(carafe), Some(host)) = (args.next(), args.next()) else {
        eprintln!("usage: x11 CARAFE CARAFE-HOST [ROUNDS]");
        std::process::exit(2);
    };
    let rounds = args.next().and_then(|n| n.to_str()?.parse().ok()).unwrap_or(ROUNDS);
    // Inherited by all that is started: who runs where would else be chance.
    let mut cpus = CpuSet::new();
    cpus.set(0);
    sched_setaffinity(None, &cpus).expect("processor 0");
    let programs = Programs { carafe: carafe.into(), host: host.into() };
    frames::run(&programs, rounds);
    starts::run(&programs, rounds);
    storm::run(&programs, rounds);
}
