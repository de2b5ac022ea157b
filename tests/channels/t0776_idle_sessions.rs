//! An idle session sleeps while others draw, although each request to a virtio-wl wakes all that
//! poll any of its objects.

use carafe_fixture::process::{wait_until_idle, waits};

use crate::fake::{FREE, Fake, sync};
use crate::ways::VIRTWL;

#[test]
fn idle_sessions_sleep_while_another_draws() {
    const IDLE: u64 = 10;
    const FRAMES: u64 = 180;
    let mut fake = Fake::new(VIRTWL);
    let _idle: Vec<_> = (0..IDLE).map(|_| fake.client()).collect();
    let sleepers = fake.sessions();
    let (mut client, mut host) = fake.client();
    sleepers.iter().for_each(|pid| wait_until_idle(*pid));
    let waited = || sleepers.iter().map(|pid| waits(*pid)).sum::<u64>();
    let before = waited();
    for _ in 0..FRAMES {
        sync(&mut client, &mut host, FREE);
    }
    let woken = waited() - before;
    // A thread that ends its first work late waits once more.
    assert!(woken <= 2 * IDLE, "{IDLE} idle sessions woke {woken} times in {FRAMES} frames");
    fake.stop();
}
