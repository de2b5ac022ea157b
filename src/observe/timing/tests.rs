//! sommelier's timing file.

use super::*;

#[test]
fn events_of_two_clients_in_the_order_of_time() {
    let mut log = TimingLog::default();
    let first = [
        TimedAction { at: 1_000_500, action: Action::Attach { surface: 12, buffer: 20 } },
        TimedAction { at: 1_000_500, action: Action::Commit { surface: 12 } },
        TimedAction { at: 5_238_000, action: Action::Release { buffer: 20 } },
    ];
    log.add(1, &first);
    log.add(3, &[TimedAction { at: 2_000_500, action: Action::Commit { surface: 12 } }]);
    let expected = "\
        Type Surface_ID Buffer_ID Delta_Time\n\
        a 12 20 500.500\n\
        c 12 -1 0.000\n\
        c 20000012 -1 1000.000\n\
        r -1 20 3237.500\n\
        EndTime 3 1655330324.005238000\n";
    assert_eq!(log.text(500_000, 1_655_330_324_000_000_000), expected);
    log.remove(1);
    assert_eq!(log.text(0, 0).lines().count(), 3);
}

#[test]
fn the_newest_are_kept() {
    let mut ring = TimingRing::new(4);
    let commit = |at| TimedAction { at, action: Action::Commit { surface: 1 } };
    for at in 0..10 {
        ring.push(commit(at));
    }
    assert_eq!(ring.in_order(), [6, 7, 8, 9].map(commit));
    let mut log = TimingLog::default();
    let many: Vec<TimedAction> = (0..TIMING_LEN as u64 + 5).map(commit).collect();
    log.add(1, &many);
    assert_eq!(log.text(0, 0).lines().count(), TIMING_LEN + 2);
}
