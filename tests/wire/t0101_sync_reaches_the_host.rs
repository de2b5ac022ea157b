//! Only the host answers `wl_display.sync`.
use super::rig::*;
use std::time::Duration;

#[test]
fn the_answer_is_the_hosts() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.connect();
    client.send(&Message::new(DISPLAY, 0).uint(2));
    assert_eq!(host.next(), Message::new(DISPLAY, 0).uint(2));
    assert_eq!(client.next_within(Duration::from_millis(100)), None);
    host.send(&Message::new(2, 0).uint(42));
    assert_eq!(client.next(), Message::new(2, 0).uint(42));
}

#[test]
fn each_client_has_a_host_connection_of_its_own() {
    let rig = Rig::new();
    let (mut one, mut host_of_one) = rig.connect();
    let (mut two, mut host_of_two) = rig.connect();
    sync(&mut two, &mut host_of_two, 2);
    sync(&mut one, &mut host_of_one, 2);
}
