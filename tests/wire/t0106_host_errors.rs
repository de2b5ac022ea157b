//! The host's protocol errors reach the client with object, code and text.
use super::rig::*;

#[test]
fn with_the_clients_id_of_the_object() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    for id in [3, 4] {
        client.send(&Message::new(DISPLAY, 0).uint(id));
        host.next();
    }
    for id in [3, 4] {
        host.send(&Message::new(DISPLAY, 1).uint(id));
        client.next();
    }
    client.send(&bind(COMPOSITOR, 3));
    assert_eq!(host.next(), bind(COMPOSITOR, 4));
    host.send(&Message::new(DISPLAY, 0).uint(4).uint(5).string("no such thing"));
    drop(host);
    assert_eq!(error(&mut client), (3, 5, "no such thing".into()));
    let log = rig.log_with("ended by the host's error: wl_compositor#3, error 5: no such thing");
    assert!(
        log.contains(
            "client-> wl_registry#2.bind(1, \"wl_compositor\", 6, new id wl_compositor#3)"
        )
    );
}

#[test]
fn even_if_the_object_is_unknown() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    host.send(&Message::new(DISPLAY, 0).uint(77).uint(1).string("gone"));
    drop(host);
    assert_eq!(error(&mut client), (DISPLAY, 1, "gone".into()));
}

#[test]
fn all_that_the_host_said_before_it_hung_up_arrives() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    let global = Message::new(REGISTRY, 0).uint(9).string("wl_output").uint(1);
    let bytes: Vec<u8> = (0..500).flat_map(|_| global.to_bytes()).collect();
    host.send_bytes(&bytes, &[]);
    drop(host);
    for _ in 0..500 {
        assert_eq!(client.next(), global);
    }
    assert_eq!(client.receive(), None);
    rig.still_serves();
}

#[test]
fn all_that_the_client_said_before_it_hung_up_arrives() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    for id in 3..503 {
        client.send(&Message::new(DISPLAY, 0).uint(id));
    }
    drop(client);
    for id in 3..503 {
        assert_eq!(host.next(), Message::new(DISPLAY, 0).uint(id));
    }
    assert_eq!(host.receive(), None);
}
