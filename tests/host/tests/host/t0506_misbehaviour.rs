//! A host that hangs up, hides globals, or does not accept clients.

use std::time::{Duration, Instant};

use wayland_client::protocol::wl_shm::Format;

use crate::client::{Client, Place, memory};
use crate::rig::Rig;

fn with_window(rig: &Rig, app_id: &str) -> Client {
    let mut client = rig.client();
    let (surface, _) = client.window(app_id);
    let file = memory(10 * 40, &[255]);
    let place = Place { offset: 0, width: 10, height: 10, stride: 40 };
    let buffer = client.shm(&file, place, Format::Xrgb8888);
    client.show(&surface, &buffer);
    client
}

#[test]
fn a_protocol_error() {
    let mut rig = Rig::new(&[]);
    let mut client = with_window(&rig, "victim");
    let mut other = with_window(&rig, "other");
    rig.ask("error victim 3 out of tea");
    assert!(client.try_sync().is_err());
    let error = client.connection.protocol_error().expect("an error");
    assert_eq!((error.code, error.message.as_str()), (3, "out of tea"));
    assert_eq!(error.object_interface, "xdg_toplevel");
    other.sync();
    assert!(rig.control().ask("error victim 3 again").is_err(), "it is gone");
}

#[test]
fn hanging_up() {
    let mut rig = Rig::new(&[]);
    let mut one = with_window(&rig, "one");
    let mut two = with_window(&rig, "two");
    let mut silent = rig.client();
    rig.ask("hangup one");
    assert!(one.try_sync().is_err());
    assert!(one.connection.protocol_error().is_none());
    two.sync();
    rig.ask("hangup all");
    assert!(two.try_sync().is_err());
    assert!(silent.try_sync().is_err());
    assert_eq!(rig.control().counter("clients").unwrap(), 3);
    assert_eq!(rig.control().counter("clients_gone").unwrap(), 3);
    rig.client().sync();
}

#[test]
fn globals_that_come_and_go() {
    let mut rig = Rig::new(&[]);
    let mut client = rig.client();
    for offered in rig.ask("globals").as_array().expect("a list") {
        let name = offered[0].as_str().expect("a name");
        let version = client.offers(name);
        assert_eq!(version.map(u64::from), offered[1].as_u64(), "{name}");
        rig.ask(&format!("remove {name}"));
        client.wait_for(&format!("removed {name}"));
        assert_eq!(client.offers(name), None);
        assert_eq!(rig.client().offers(name), None);
        assert!(rig.control().ask(&format!("remove {name}")).is_err(), "it is not there");
        rig.ask(&format!("add {name}"));
        client.wait_for(&format!("global {name}"));
        assert_eq!(client.offers(name), version, "{name}");
        assert!(rig.control().ask(&format!("add {name}")).is_err(), "it is there");
    }
    let after = rig.ask("globals");
    assert_eq!(after.as_array().map(Vec::len), Some(rig.client().offered().len()));
    assert!(rig.control().ask("remove wl_nothing").is_err());
    // Everything works as before.
    let _window = with_window(&rig, "after");
    rig.control().wait_for_window("after");
}

#[test]
fn not_listening() {
    let mut rig = Rig::new(&[]);
    let mut client = rig.client();
    client.sync();
    rig.ask("pause");
    let pause = Duration::from_millis(300);
    let (began, socket) = (Instant::now(), rig.host.socket().to_owned());
    let waiting = std::thread::spawn(move || {
        client.sync();
        // New clients wait as well.
        Client::connect(&socket);
        began.elapsed()
    });
    std::thread::sleep(pause);
    rig.ask("resume");
    assert!(waiting.join().expect("it got its answer") >= pause);
}

#[test]
fn quitting() {
    let mut rig = Rig::new(&[]);
    let mut client = rig.client();
    rig.ask("quit");
    assert!(rig.host.process().wait().success());
    assert!(client.try_sync().is_err());
    assert!(!rig.host.socket().exists());
}
