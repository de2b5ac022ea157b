//! Clients and the host have different ids for the same object.
use super::rig::*;

/// A client and a host whose ids 3 and 4 are exchanged.
fn crossed() -> (Rig, Peer, Peer) {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    for id in [3, 4] {
        client.send(&Message::new(DISPLAY, 0).uint(id));
        assert_eq!(host.next().word(0), id);
    }
    for id in [3, 4] {
        host.send(&Message::new(id, 0).uint(0));
        host.send(&Message::new(DISPLAY, 1).uint(id));
        assert_eq!(client.next(), Message::new(id, 0).uint(0));
        assert_eq!(client.next(), Message::new(DISPLAY, 1).uint(id));
    }
    // carafe first uses the host's id that was freed last.
    client.send(&bind(COMPOSITOR, 3));
    assert_eq!(host.next(), bind(COMPOSITOR, 4));
    (rig, client, host)
}

#[test]
fn objects_new_ids_and_arguments() {
    let (_rig, mut client, mut host) = crossed();
    client.send(&Message::new(3, 0).uint(4)); // create_surface
    assert_eq!(host.next(), Message::new(4, 0).uint(3));
    client.send(&Message::new(3, 1).uint(5)); // create_region
    assert_eq!(host.next(), Message::new(4, 1).uint(5));
    client.send(&Message::new(4, 4).uint(5)); // set_opaque_region
    assert_eq!(host.next(), Message::new(3, 4).uint(5));
    client.send(&Message::new(4, 1).uint(0).uint(0).uint(0)); // attach nothing
    assert_eq!(host.next(), Message::new(3, 1).uint(0).uint(0).uint(0));
}

#[test]
fn a_deleted_id_is_told_as_the_clients_own() {
    let (_rig, mut client, mut host) = crossed();
    client.send(&Message::new(3, 0).uint(4)); // host-side 3
    host.next();
    client.send(&Message::new(4, 0)); // wl_surface.destroy
    assert_eq!(host.next(), Message::new(3, 0));
    host.send(&Message::new(DISPLAY, 1).uint(3));
    assert_eq!(client.next(), Message::new(DISPLAY, 1).uint(4));
    sync(&mut client, &mut host, 4);
}

#[test]
fn an_id_may_be_used_again_as_soon_as_its_object_is_destroyed() {
    let (_rig, mut client, mut host) = crossed();
    client.send(&Message::new(3, 1).uint(4)); // create_region: host-side 3
    host.next();
    client.send(&Message::new(4, 0)); // wl_region.destroy
    host.next();
    client.send(&Message::new(3, 0).uint(4)); // create_surface with the same id
    assert_eq!(host.next(), Message::new(4, 0).uint(5));
    host.send(&Message::new(DISPLAY, 1).uint(3));
    assert_eq!(client.next(), Message::new(DISPLAY, 1).uint(4));
    client.send(&Message::new(4, 6)); // wl_surface.commit still goes to the new one
    assert_eq!(host.next(), Message::new(5, 6));
}

#[test]
fn a_deleted_id_that_nobody_knows_is_ignored() {
    let (_rig, mut client, mut host) = crossed();
    for id in [0, 1, 77, 0xff00_0000, u32::MAX] {
        host.send(&Message::new(DISPLAY, 1).uint(id));
    }
    sync(&mut client, &mut host, 4);
}

#[test]
fn new_objects_have_their_parents_version() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    client.send(&bind((COMPOSITOR.0, COMPOSITOR.1, 3), 3));
    client.send(&Message::new(3, 0).uint(4)); // create_surface
    // damage_buffer exists since version 4.
    client.send(&Message::new(4, 9).uint(0).uint(0).uint(1).uint(1));
    let text = "invalid method 9 (since 3 < 4), object wl_surface#4".to_owned();
    assert_eq!(error(&mut client), (DISPLAY, 1, text));
    host.next();
    host.next();
    assert_eq!(host.receive(), None);
}
