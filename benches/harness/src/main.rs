//! carafe's benchmarks: a fake host and a fake client around a proxy.
//!
//! Candidates are measured in turn, scenario by scenario, over several
//! rounds, all on one processor. What counts are ratios within a round.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

mod candidate;
mod measure;
mod pair;
mod processes;
mod report;
mod scenarios;

use std::path::PathBuf;
use std::process::ExitCode;

use candidate::{Candidate, Running};
use carafe_fixture::process::RuntimeDir;
use report::Results;
use rustix::thread::{CpuSet, sched_setaffinity};

const HELP: &str = "\
carafe-bench: measures proxies between a fake client and a fake host

  --rounds=N          rounds (7); candidates take turns within each
  --size=N            events per scenario, in its own unit (500; frames at 60 Hz: a quarter)
  --only=NAME         only the scenarios whose name contains NAME
  --carafe=PATH       the binary (target/release/carafe); measured twice, as
                      carafe and again, to show the noise
  --peer=NAME=COMMAND another candidate; {listen} and {host} are sockets' paths
  --base=NAME         the candidate that ratios are to (floor)
  --json=FILE         write all figures
  --plot=FILE         write an SVG of the distributions
  --no-pin            let the processes run on all processors
";

struct Options {
    rounds: usize,
    size: usize,
    only: String,
    carafe: PathBuf,
    peers: Vec<Candidate>,
    base: String,
    json: Option<PathBuf>,
    plot: Option<PathBuf>,
    pin: bool,
}

fn options() -> Result<Option<Options>, lexopt::Error> {
    use lexopt::prelude::*;
    let mut options = Options {
        rounds: 7,
        size: 500,
        only: String::new(),
        carafe: "target/release/carafe".into(),
        peers: Vec::new(),
        base: "floor".into(),
        json: None,
        plot: None,
        pin: true,
    };
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Long("rounds") => options.rounds = parser.value()?.parse()?,
            Long("size") => options.size = parser.value()?.parse()?,
            Long("only") => options.only = parser.value()?.string()?,
            Long("carafe") => options.carafe = parser.value()?.into(),
            Long("base") => options.base = parser.value()?.string()?,
            Long("json") => options.json = Some(parser.value()?.into()),
            Long("plot") => options.plot = Some(parser.value()?.into()),
            Long("no-pin") => options.pin = false,
            Long("peer") => {
                let text = parser.value()?.string()?;
                let (name, command) = text.split_once('=').ok_or("--peer=NAME=COMMAND")?;
                let command = Some(command.to_owned());
                options.peers.push(Candidate { name: name.to_owned(), command });
            }
            Short('h') | Long("help") => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(options))
}

/// `copies` is the directory for a copy of carafe's file: two processes that run the same file
/// would share its code in the caches.
fn candidates(options: &Options, copies: &RuntimeDir) -> Vec<Candidate> {
    let here = std::env::current_exe().expect("our own path");
    let relay = here.with_file_name("relay");
    let carafe = std::fs::canonicalize(&options.carafe).expect("the carafe binary");
    let copy = copies.join("carafe");
    std::fs::copy(&carafe, &copy).expect("a copy of carafe");
    let command = |path: PathBuf| {
        format!("{} --parent --socket={{listen}} --display={{host}}", path.display())
    };
    let named = |name: &str, command: Option<String>| Candidate { name: name.into(), command };
    let mut all = vec![
        named("direct", None),
        named("floor", Some(format!("{} {{listen}} {{host}}", relay.display()))),
        named("carafe", Some(command(carafe))),
        named("again", Some(command(copy))),
    ];
    all.extend(options.peers.iter().cloned());
    all
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(e) => {
            eprintln!("carafe-bench: {e}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    if options.pin {
        // The candidates inherit this. Otherwise it would be random which processor they use.
        let mut cpus = CpuSet::new();
        cpus.set(0);
        sched_setaffinity(None, &cpus).expect("processor 0");
    }
    let copies = RuntimeDir::new();
    let candidates = candidates(&options, &copies);
    let names: Vec<String> = candidates.iter().map(|c| c.name.clone()).collect();
    let results = measure(&options, &candidates);
    println!("{}", results.table(&names, &options.base));
    println!(
        "Medians of {} rounds; in brackets the ratio to {}: median; lowest–highest.",
        options.rounds, options.base
    );
    let mut failed = false;
    if let Some(path) = &options.json {
        let text = results.json(&names, &options.base).to_string();
        failed |= std::fs::write(path, text).inspect_err(|e| eprintln!("{e}")).is_err();
    }
    if let Some(path) = &options.plot {
        failed |= results.plot(path, &names).inspect_err(|e| eprintln!("{e}")).is_err();
    }
    ExitCode::from(u8::from(failed))
}

/// An order that differs between rounds.
fn turns<T>(all: &[T], round: usize) -> impl Iterator<Item = &T> {
    all.iter().cycle().skip(round).take(all.len())
}

fn measure(options: &Options, candidates: &[Candidate]) -> Results {
    let mut results = Results::default();
    let running: Vec<Running> = candidates.iter().map(Candidate::run).collect();
    let wanted = |name: &str| name.contains(&options.only);
    for round in 1..=options.rounds {
        for (name, scenario) in scenarios::SHARED.iter().filter(|(name, _)| wanted(name)) {
            eprintln!("round {round}: {name}");
            for candidate in turns(&running, round) {
                results.add(&candidate.name, scenario(candidate, options.size));
            }
        }
        for (name, scenario) in scenarios::TOGETHER.iter().filter(|(name, _)| wanted(name)) {
            eprintln!("round {round}: {name}");
            // The place of a process's memory is random too.
            let fresh: Vec<Running> = candidates.iter().map(Candidate::run).collect();
            let figures = scenario(&fresh, (options.size / 4).max(1));
            for (candidate, figures) in candidates.iter().zip(figures) {
                results.add(&candidate.name, figures);
            }
        }
        for (name, scenario) in scenarios::ALONE.iter().filter(|(name, _)| wanted(name)) {
            eprintln!("round {round}: {name}");
            for candidate in turns(candidates, round) {
                results.add(&candidate.name, scenario(candidate, options.size));
            }
        }
    }
    results
}
