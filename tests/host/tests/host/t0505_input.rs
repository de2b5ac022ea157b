//! Input from the control interface reaches clients.

use wayland_client::protocol::wl_seat::WlSeat;
use wayland_client::protocol::wl_shm::Format;

use crate::client::{Client, Place, memory};
use crate::rig::Rig;

fn with_window(rig: &Rig) -> Client {
    let mut client = rig.client();
    let handle = client.handle();
    let seat: WlSeat = client.bind(7);
    seat.get_pointer(&handle, ());
    seat.get_keyboard(&handle, ());
    seat.get_touch(&handle, ());
    let (surface, _) = client.window("input");
    let file = memory(100 * 400, &[255]);
    let place = Place { offset: 0, width: 100, height: 100, stride: 400 };
    let buffer = client.shm(&file, place, Format::Xrgb8888);
    client.show(&surface, &buffer);
    client
}

#[test]
fn mouse() {
    let mut rig = Rig::new(&[]);
    let mut client = with_window(&rig);
    rig.ask("pointer move 5 5");
    rig.ask("pointer move 30 40");
    rig.ask("pointer move 31.5 40");
    rig.ask("pointer button left press");
    rig.ask("pointer button left release");
    rig.ask("pointer axis 0 15");
    rig.ask("pointer move 500 500");
    client.wait_for("pointer leave");
    let events: Vec<_> =
        client.seen.events.iter().filter(|event| !event.contains("keyboard")).collect();
    let expected = [
        "pointer enter 10 20",
        "pointer motion 11.5 20",
        "button 272 1",
        "button 272 0",
        "axis 15",
        "pointer leave",
    ];
    let from = events.iter().position(|event| *event == expected[0]).expect("it came in");
    assert_eq!(events[from..], expected);
    assert!(rig.control().ask("pointer button nothing press").is_err());
}

#[test]
fn keyboard() {
    let mut rig = Rig::new(&[]);
    let mut client = with_window(&rig);
    client.wait_for("keyboard enter");
    rig.ask("key 30 press");
    rig.ask("key 30 release");
    client.wait_for("key 30 0");
    assert!(client.seen.events.contains(&"key 30 1".to_owned()));
    let _second = with_window(&rig);
    client.wait_for("keyboard leave");
}

#[test]
fn fingers() {
    let mut rig = Rig::new(&[]);
    let mut client = with_window(&rig);
    rig.ask("touch down 0 30 30");
    rig.ask("touch down 1 40 40");
    rig.ask("touch move 1 45 45");
    rig.ask("touch up 1");
    rig.ask("touch up 0");
    client.wait_for("up 0");
    for event in ["down 0 10 10", "down 1 20 20", "slide 1 25 25", "up 1"] {
        assert!(client.seen.events.contains(&event.to_owned()), "{event}");
    }
}
