//! The engine alone, for instruction counts: `steps SCENARIO COUNT [watched]` runs
//! COUNT messages (or frames) of a scenario through an engine whose sockets are
//! memory.
//!
//! Under `valgrind --tool=callgrind` the difference between two counts is what
//! the messages between them cost, to the instruction, on any machine.

use carafe::observe::WatchOptions;
use carafe_cost::{Rig, SCENARIOS};

fn main() {
    let mut args = std::env::args().skip(1);
    let scenario = args.next().unwrap_or_default();
    let count = args.next().and_then(|text| text.parse().ok());
    let (true, Some(count)) = (SCENARIOS.contains(&scenario.as_str()), count) else {
        eprintln!("usage: steps {} COUNT [watched]", SCENARIOS.join("|"));
        std::process::exit(2);
    };
    let stats = args.next().is_some_and(|word| word == "watched");
    Rig::new(WatchOptions { stats, ..WatchOptions::default() }).run(&scenario, count);
}
