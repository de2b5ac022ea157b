//! Objects that the host makes: ids from 0xff000000.
use super::rig::*;

const OFFER: u32 = 0xff00_0000;

/// A client with a data device: 5.
fn with_data_device() -> (Rig, Peer, Peer) {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    client.send(&bind(DATA_DEVICE_MANAGER, 3));
    client.send(&bind(SEAT, 4));
    client.send(&Message::new(3, 1).uint(5).uint(4)); // get_data_device
    for _ in 0..3 {
        host.next();
    }
    (rig, client, host)
}

/// The host offers something: data_offer, offer, selection.
fn offer(host: &mut Peer, client: &mut Peer, id: u32) {
    let messages = [
        Message::new(5, 0).uint(id),
        Message::new(id, 0).string("text/plain"),
        Message::new(5, 5).uint(id),
    ];
    for message in &messages {
        host.send(message);
    }
    for message in messages {
        assert_eq!(client.next(), message);
    }
}

#[test]
fn they_cross_and_can_be_destroyed_and_made_anew() {
    let (_rig, mut client, mut host) = with_data_device();
    for _ in 0..3 {
        offer(&mut host, &mut client, OFFER);
        offer(&mut host, &mut client, OFFER + 1);
        for id in [OFFER, OFFER + 1] {
            client.send(&Message::new(id, 2)); // wl_data_offer.destroy
            assert_eq!(host.next(), Message::new(id, 2));
        }
    }
}

#[test]
fn the_host_may_make_one_anew_that_the_client_still_has() {
    let (_rig, mut client, mut host) = with_data_device();
    offer(&mut host, &mut client, OFFER);
    offer(&mut host, &mut client, OFFER);
    client.send(&Message::new(OFFER, 0).uint(1).uint(0)); // accept nothing
    assert_eq!(host.next(), Message::new(OFFER, 0).uint(1).uint(0));
}

#[test]
fn events_cross_that_the_host_sent_before_it_knew_of_the_destroy() {
    let (_rig, mut client, mut host) = with_data_device();
    offer(&mut host, &mut client, OFFER);
    client.send(&Message::new(OFFER, 2));
    host.next();
    let late = Message::new(OFFER, 0).string("text/html");
    host.send(&late);
    assert_eq!(client.next(), late);
    sync(&mut client, &mut host, 6);
}

#[test]
fn the_client_cannot_use_one_that_it_destroyed() {
    let (rig, mut client, mut host) = with_data_device();
    offer(&mut host, &mut client, OFFER);
    client.send(&Message::new(OFFER, 2));
    client.send(&Message::new(OFFER, 2));
    assert_eq!(error(&mut client), (DISPLAY, 0, format!("invalid object {OFFER}")));
    rig.still_serves();
}

#[test]
fn the_client_cannot_make_one() {
    let (rig, mut client, _host) = with_data_device();
    client.send(&Message::new(DISPLAY, 0).uint(OFFER));
    let text =
        format!("invalid arguments for wl_display#1.sync: new object: id {OFFER} is out of range");
    assert_eq!(error(&mut client), (DISPLAY, 1, text));
    rig.still_serves();
}

#[test]
fn the_host_cannot_make_one_of_the_clients_range() {
    for id in [0, 6, OFFER + 7] {
        let (rig, mut client, mut host) = with_data_device();
        host.send(&Message::new(5, 0).uint(id));
        let (object, code, text) = error(&mut client);
        assert_eq!((object, code), (DISPLAY, 3));
        assert!(
            text.contains(&format!("wl_data_device#5.data_offer: new object: id {id}")),
            "{text}"
        );
        rig.still_serves();
    }
}
