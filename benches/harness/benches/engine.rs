//! `cargo bench --package carafe-bench`: the engine's throughput without sockets,
//! in the scenarios whose instructions `benches/instructions` counts.
#![allow(missing_docs)]

use std::time::Duration;

use carafe::observe::WatchOptions;
use carafe_cost::{Rig, SCENARIOS};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// Messages, objects, callbacks or frames in one measured step.
const COUNT: usize = 10_240;

fn throughput(c: &mut Criterion) {
    for (name, stats) in [("engine", false), ("engine, watched", true)] {
        let mut group = c.benchmark_group(name);
        group.throughput(Throughput::Elements(COUNT as u64));
        for scenario in SCENARIOS {
            let mut rig = Rig::new(WatchOptions { stats, ..WatchOptions::default() });
            group.bench_function(scenario, |b| b.iter(|| rig.run(scenario, COUNT)));
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3));
    targets = throughput
}
criterion_main!(benches);
