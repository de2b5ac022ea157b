use super::{Configures, MAX_WAITING};

fn serial(all: &mut Configures, size: (u32, u32)) -> Option<u32> {
    all.follow(size).map(|unacked| unacked.serial)
}

#[test]
fn the_first_content_acknowledges_the_last_configuration_of_any_size() {
    let mut all = Configures::default();
    assert_eq!(serial(&mut all, (1, 1)), None, "there is none");
    all.add(1, (10, 10), None);
    all.add(2, (20, 20), None);
    assert_eq!(serial(&mut all, (1, 1)), Some(2));
    assert_eq!(serial(&mut all, (20, 20)), None, "it was");
}

#[test]
fn content_acknowledges_the_last_configuration_of_its_size_and_all_before() {
    let mut all = Configures::default();
    all.add(1, (10, 10), None);
    assert_eq!(serial(&mut all, (10, 10)), Some(1));
    all.add(2, (20, 20), None);
    all.add(3, (30, 30), None);
    all.add(4, (20, 20), None);
    all.add(5, (40, 40), None);
    assert_eq!(serial(&mut all, (10, 10)), None, "a frame from before");
    assert_eq!(serial(&mut all, (20, 20)), Some(4));
    assert_eq!(serial(&mut all, (30, 30)), None, "an older one");
    assert_eq!(serial(&mut all, (40, 40)), Some(5));
}

#[test]
fn another_size_may_follow_a_configuration() {
    let mut all = Configures::default();
    all.add(1, (10, 10), None);
    assert_eq!(serial(&mut all, (10, 10)), Some(1));
    all.add(2, (20, 20), None);
    all.refit((20, 20), (18, 18));
    assert_eq!(serial(&mut all, (20, 20)), None);
    assert_eq!(serial(&mut all, (18, 18)), Some(2));
}

#[test]
fn only_so_many_are_kept() {
    let mut all = Configures::default();
    let most = u32::try_from(MAX_WAITING).unwrap_or_default();
    all.add(0, (1000, 1000), None);
    (1..=most).for_each(|n| all.add(n, (n, n), None));
    assert_eq!(all.waiting.len(), MAX_WAITING);
    assert_eq!(serial(&mut all, (1, 1)), Some(1));
}
