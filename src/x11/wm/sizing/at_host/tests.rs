use crate::x11::wm::sizing::at_host::{Answer, Configures, MAX_WAITING_CONFIGURES};

fn answer(size: (u32, u32)) -> Answer {
    Answer { size, ..Answer::default() }
}

fn add(all: &mut Configures, serial: u32, size: (u32, u32)) {
    all.add(Some(serial), answer(size));
}

fn serial(all: &mut Configures, size: (u32, u32)) -> Option<u32> {
    all.follow(size).and_then(|(serial, _)| serial)
}

#[test]
fn the_first_content_acknowledges_the_last_configuration_of_any_size() {
    let mut all = Configures::default();
    assert_eq!(serial(&mut all, (1, 1)), None, "there is none");
    add(&mut all, 1, (10, 10));
    add(&mut all, 2, (20, 20));
    assert_eq!(serial(&mut all, (1, 1)), Some(2));
    assert_eq!(serial(&mut all, (20, 20)), None, "it was");
}

#[test]
fn content_acknowledges_the_last_configuration_of_its_size_and_all_before() {
    let mut all = Configures::default();
    add(&mut all, 1, (10, 10));
    assert_eq!(serial(&mut all, (10, 10)), Some(1));
    add(&mut all, 2, (20, 20));
    add(&mut all, 3, (30, 30));
    add(&mut all, 4, (20, 20));
    add(&mut all, 5, (40, 40));
    assert_eq!(serial(&mut all, (10, 10)), None, "a frame from before");
    assert_eq!(serial(&mut all, (20, 20)), Some(4));
    assert_eq!(serial(&mut all, (30, 30)), None, "an older one");
    assert_eq!(serial(&mut all, (40, 40)), Some(5));
}

#[test]
fn a_new_answer_acknowledges_its_configuration() {
    let mut all = Configures::default();
    add(&mut all, 1, (10, 10));
    assert_eq!(serial(&mut all, (10, 10)), Some(1));
    add(&mut all, 2, (20, 20));
    all.add(None, answer((18, 18)));
    assert_eq!(all.last(), Some(answer((18, 18))));
    assert_eq!(all.follow((18, 18)), Some((Some(2), answer((18, 18)))));
    assert_eq!(all.last(), None);
    all.add(None, answer((15, 15)));
    assert_eq!(all.follow((15, 15)), Some((None, answer((15, 15)))), "that was acknowledged");
}

#[test]
fn a_new_answer_does_not_replace_the_first_acknowledgement() {
    let mut all = Configures::default();
    all.add(None, answer((10, 10)));
    assert_eq!(serial(&mut all, (10, 10)), None);
    add(&mut all, 1, (20, 20));
    assert_eq!(serial(&mut all, (10, 10)), Some(1));
}

#[test]
fn the_number_of_waiting_configurations_is_bounded() {
    let mut all = Configures::default();
    let most = u32::try_from(MAX_WAITING_CONFIGURES).unwrap_or_default();
    add(&mut all, 0, (1000, 1000));
    (1..=most).for_each(|n| add(&mut all, n, (n, n)));
    assert_eq!(all.waiting.len(), MAX_WAITING_CONFIGURES);
    assert_eq!(serial(&mut all, (1, 1)), Some(1));
}
