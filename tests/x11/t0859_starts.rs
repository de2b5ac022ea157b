//! The window of each started program appears: on each host, directly and through devices.

use carafe_fixture::process::{Process, wait_for};

use crate::hosts::Host;
use crate::stage::{Stage, on};
use crate::ways::{VIRTGPU, VIRTWL};

/// The number of starts in the first tier.
const FEW: usize = 20;

/// The number of starts on each host in the second tier.
const MANY: usize = 200;

fn on_the_stand_in(mut stage: Stage, count: usize) {
    for n in 0..count {
        let clock = Process::start(&mut stage.carafe.program("xclock", &stage.runtime));
        stage.host().wait_for_window("XClock");
        drop(clock);
        wait_for(&format!("the end of xclock {n}"), || {
            stage.host().windows().ok()?.is_empty().then_some(())
        });
    }
    stage.end();
}

fn on_a_real_host(host: &Host, count: usize) {
    let empty = host.screenshot();
    let mut carafe = on(host);
    for n in 0..count {
        let clock = Process::start(&mut carafe.program("xclock", host.runtime()));
        wait_for(&format!("xclock {n}"), || (host.screenshot() != empty).then_some(()));
        drop(clock);
        wait_for("its end", || (host.screenshot() == empty).then_some(()));
    }
    carafe.stop();
}

#[test]
fn a_few_starts_show_as_many_windows() {
    for stage in [Stage::new(), Stage::behind(VIRTWL), Stage::behind(VIRTGPU)] {
        on_the_stand_in(stage, FEW);
    }
}

#[test]
fn a_few_starts_on_sway_show_as_many_windows() {
    on_a_real_host(&Host::sway(), FEW);
}

#[test]
fn a_few_starts_on_weston_show_as_many_windows() {
    on_a_real_host(&Host::weston(), FEW);
}

#[test]
#[ignore = "second tier: minutes"]
fn two_hundred_starts_show_two_hundred_windows() {
    for stage in [Stage::new(), Stage::behind(VIRTWL), Stage::behind(VIRTGPU)] {
        on_the_stand_in(stage, MANY);
    }
    for host in [Host::sway(), Host::weston()] {
        on_a_real_host(&host, MANY);
    }
}
