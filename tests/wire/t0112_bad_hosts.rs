//! If a host sends garbage, the session ends, and the client gets an error.
use super::rig::*;

#[track_caller]
fn host_fault(bytes: &[u8], text: &str) {
    let rig = Rig::new();
    let (mut other, mut host_of_other) = rig.client();
    let before = rig.carafe.open_fds();
    let (mut client, mut host) = rig.client();
    host.send_bytes(bytes, &[]);
    let expected = format!("carafe: host's error: {text}");
    assert_eq!(error(&mut client), (DISPLAY, 3, expected));
    assert_eq!(host.receive(), None);
    sync(&mut other, &mut host_of_other, 3);
    drop((client, host));
    rig.wait_for_fds(before);
    assert!(!rig.log().contains("bug"), "{}", rig.log());
}

#[test]
fn unknown_object() {
    host_fault(&Message::new(55, 3).to_bytes(), "event 3 for invalid object 55");
}

#[test]
fn unknown_event() {
    host_fault(&Message::new(DISPLAY, 9).to_bytes(), "invalid event 9, object wl_display#1");
}

#[test]
fn impossible_size() {
    let bytes = [1u32.to_ne_bytes(), (4u32 << 16).to_ne_bytes()].concat();
    let text =
        "message of 4 bytes for object 1, opcode 0: a size is a multiple of 4 and at least 8";
    host_fault(&bytes, text);
}

#[test]
fn short_arguments() {
    let text = "invalid arguments for wl_display#1.delete_id: the message is too short";
    host_fault(&Message::new(DISPLAY, 1).to_bytes(), text);
    let text = "invalid arguments for wl_registry#2.global: the message is too short";
    host_fault(&Message::new(REGISTRY, 0).uint(1).uint(400).to_bytes(), text);
}

#[test]
fn noise() {
    let rig = Rig::new();
    let mut seed = 1u64;
    for _ in 0..50 {
        let (mut client, mut host) = rig.client();
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) as u8
        })
        .take(4096)
        .collect();
        let _ = host.try_send_bytes(&noise, &[]);
        drop(host);
        while client.receive().is_some() {}
    }
    rig.still_serves();
    assert!(!rig.log().contains("bug"), "{}", rig.log());
}

#[test]
fn a_host_that_hangs_up_in_the_middle_of_a_message() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    host.send_bytes(&Message::new(REGISTRY, 1).uint(1).to_bytes()[..9], &[]);
    drop(host);
    assert_eq!(client.receive(), None);
    rig.still_serves();
}

#[test]
fn text_that_is_not_utf8_is_the_clients_to_judge() {
    // The titles of other clients' windows arrive in this way.
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    client.send(&bind(SEAT, 3));
    host.next();
    let name = Message::new(3, 1).array(b"seat\xff\0");
    host.send(&name);
    assert_eq!(client.next(), name);
}
