//! Messages longer than any buffer of libwayland.
use super::rig::*;

#[test]
fn up_to_the_wire_formats_bound_both_ways() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    client.send(&bind(DATA_DEVICE_MANAGER, 3));
    client.send(&Message::new(3, 0).uint(4)); // create_data_source
    host.next();
    host.next();
    for len in [4000, 16_370, 16_384, 20_000, 65_519] {
        let text = "x".repeat(len);
        let offer = Message::new(4, 0).string(&text);
        client.send(&offer);
        assert_eq!(host.next(), offer);
        let target = Message::new(4, 0).string(&text);
        host.send(&target);
        assert_eq!(client.next(), target);
        sync(&mut client, &mut host, 5);
    }
}

#[test]
fn in_pieces_of_any_size() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    client.send(&bind(DATA_DEVICE_MANAGER, 3));
    client.send(&Message::new(3, 0).uint(4));
    host.next();
    host.next();
    let offers: Vec<Message> =
        (1..40).map(|n| Message::new(4, 0).string(&"y".repeat(n * n))).collect();
    let bytes: Vec<u8> = offers.iter().flat_map(Message::to_bytes).collect();
    for piece in [1, 3, 7, 8, 9, 1000] {
        for part in bytes.chunks(piece) {
            client.send_bytes(part, &[]);
        }
        for offer in &offers {
            assert_eq!(host.next(), *offer);
        }
    }
}
