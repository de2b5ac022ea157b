//! The registry's globals, and which of them clients may bind.
use super::rig::*;

fn global(name: u32, interface: &str, version: u32) -> Message {
    Message::new(REGISTRY, 0).uint(name).string(interface).uint(version)
}

#[test]
fn versions_are_the_lower_of_both_sides() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    host.send(&global(10, "wl_output", 1000));
    let shown = client.next();
    assert_eq!(shown.text(1), "wl_output");
    let version = *shown.body.last_chunk::<4>().expect("a version");
    let version = u32::from_ne_bytes(version);
    assert!((4..100).contains(&version), "{version}");
    client.send(&bind((10, "wl_output", version + 1), 3));
    let text = format!(
        "invalid version for global wl_output (10): have {version}, wanted {}",
        version + 1
    );
    assert_eq!(error(&mut client), (REGISTRY, 0, text));
    rig.still_serves();
}

#[test]
fn unknown_globals_are_not_shown_and_are_named_once() {
    let rig = Rig::with(&["--log-level=info"]);
    for _ in 0..2 {
        let (mut client, mut host) = rig.client();
        host.send(&global(10, "weston_screenshooter", 1));
        host.send(&global(11, "wl_output", 1));
        assert_eq!(client.next(), global(11, "wl_output", 1));
        client.send(&bind((10, "weston_screenshooter", 1), 3));
        let text = "invalid global weston_screenshooter (10)".to_owned();
        assert_eq!(error(&mut client), (REGISTRY, 0, text));
    }
    let text = "weston_screenshooter (version 1) is not offered";
    assert_eq!(rig.log_with(text).matches(text).count(), 1);
}

#[test]
fn a_bind_must_name_the_interface_that_was_offered() {
    let rig = Rig::new();
    let (mut client, _host) = rig.client();
    client.send(&bind((COMPOSITOR.0, "wl_shm", 1), 3));
    let text = "invalid interface for global 1: have wl_shm, wanted wl_compositor".to_owned();
    assert_eq!(error(&mut client), (REGISTRY, 0, text));
}

#[test]
fn version_0_cannot_be_bound() {
    let rig = Rig::new();
    let (mut client, _host) = rig.client();
    client.send(&bind((SHM.0, SHM.1, 0), 3));
    let text = "invalid version for global wl_shm (2): 0 is not a valid version".to_owned();
    assert_eq!(error(&mut client), (REGISTRY, 0, text));
}

#[test]
fn a_global_may_go_while_a_client_holds_it() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    client.send(&bind(SEAT, 3));
    assert_eq!(host.next(), bind(SEAT, 3));
    host.send(&Message::new(REGISTRY, 1).uint(SEAT.0));
    assert_eq!(client.next(), Message::new(REGISTRY, 1).uint(SEAT.0));
    // The object continues to exist, and a client that did not know yet may still bind.
    client.send(&Message::new(3, 1).uint(4)); // get_keyboard
    assert_eq!(host.next(), Message::new(3, 1).uint(4));
    client.send(&bind(SEAT, 5));
    assert_eq!(host.next(), bind(SEAT, 5));
    client.send(&Message::new(3, 3)); // wl_seat.release
    assert_eq!(host.next(), Message::new(3, 3));
}

#[test]
fn each_registry_of_a_client_is_one_at_the_host() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    client.send(&Message::new(DISPLAY, 1).uint(3));
    assert_eq!(host.next(), Message::new(DISPLAY, 1).uint(3));
    let shown = Message::new(3, 0).uint(1).string("wl_compositor").uint(COMPOSITOR.2);
    host.send(&shown);
    assert_eq!(client.next(), shown);
    for registry in [REGISTRY, 3] {
        host.send(&Message::new(registry, 1).uint(1));
        assert_eq!(client.next(), Message::new(registry, 1).uint(1));
    }
    // Binding announces none.
    client.send(&bind(SHM, 4));
    assert_eq!(host.next(), bind(SHM, 4));
    sync(&mut client, &mut host, 5);
}

#[test]
fn too_many_globals_end_the_session() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    // In a thread, because the sockets cannot hold all of it.
    let flood = std::thread::spawn(move || {
        let global = |name| global(name, "wl_output", 1).to_bytes();
        (100..4300).all(|name| host.try_send_bytes(&global(name), &[]).is_ok())
    });
    let last = std::iter::from_fn(|| client.receive()).last().expect("an error");
    assert_eq!((last.object, last.opcode, last.word(1)), (DISPLAY, 0, 3));
    let _ = flood.join().expect("no panic");
    assert_eq!(last.text(2), "carafe: host's error: more than 4096 globals");
}
