//! Ten thousand objects of one client, made, used and destroyed.
use super::rig::*;

const COUNT: u32 = 10_000;

#[test]
fn ten_thousand_objects() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    client.send(&bind(COMPOSITOR, 3));
    host.next();
    for round in 0..2 {
        for id in 4..4 + COUNT {
            client.send(&Message::new(3, 0).uint(id));
            let at_host = host.next();
            assert_eq!(at_host.object, 3);
        }
        // carafe must not confuse them: commit the last ones, then destroy all in any order.
        for id in (4..4 + COUNT).rev() {
            client.send(&Message::new(id, 0));
            let at_host = host.next();
            assert_eq!(at_host.opcode, 0);
            host.send(&Message::new(DISPLAY, 1).uint(at_host.object));
            assert_eq!(client.next(), Message::new(DISPLAY, 1).uint(id), "round {round}");
        }
    }
    assert!(rig.carafe.memory() < 32 * 1024);
    sync(&mut client, &mut host, 4);
}
