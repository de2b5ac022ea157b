//! As Exo, the host gives keys to the shell first, or to a client that says which ones it wants.

use serde_json::Value;
use wayland_client::protocol::wl_keyboard::WlKeyboard;
use wayland_client::protocol::wl_seat::WlSeat;
use wayland_client::protocol::wl_shm::Format;

use crate::chromeos::{ZcrExtendedKeyboardV1, ZcrKeyboardExtensionV1, zcr_extended_keyboard_v1};
use crate::client::{Client, Place, memory};
use crate::rig::Rig;
use carafe_fixture::process::wait_for;
use zcr_extended_keyboard_v1::HandledState::{Handled, NotHandled};

// linux/input-event-codes.h
const CTRL: u32 = 29;
const ALT: u32 = 56;
const CAPS_LOCK: u32 = 58;
const A: u32 = 30;
const W: u32 = 17;
const BRACKET: u32 = 26;
const SUPER: u32 = 125;

fn keyboard(client: &Client) -> WlKeyboard {
    client.bind::<WlSeat>(6).get_keyboard(&client.handle(), ())
}

fn extended(client: &Client, keyboard: &WlKeyboard) -> ZcrExtendedKeyboardV1 {
    let extension: ZcrKeyboardExtensionV1 = client.bind(2);
    extension.get_extended_keyboard(keyboard, &client.handle(), ())
}

/// A window with the focus.
fn show(client: &mut Client) {
    let (surface, _) = client.window("keys");
    let file = memory(100 * 400, &[255]);
    let place = Place { offset: 0, width: 100, height: 100, stride: 400 };
    let buffer = client.shm(&file, place, Format::Xrgb8888);
    client.show(&surface, &buffer);
    client.wait_for("keyboard enter");
    client.seen.events.clear();
}

fn press(rig: &mut Rig, keys: &[u32]) {
    for key in keys {
        rig.ask(&format!("key {key} press"));
    }
    for key in keys.iter().rev() {
        rig.ask(&format!("key {key} release"));
    }
}

fn keys_of(client: &mut Client) -> Vec<String> {
    client.sync();
    let keys = client.seen.events.iter().filter(|event| event.starts_with("key "));
    keys.cloned().collect()
}

#[test]
fn the_shell_is_first() {
    let mut rig = Rig::new(&["--as=exo"]);
    let mut client = rig.client();
    let _keyboard = keyboard(&client);
    show(&mut client);
    press(&mut rig, &[A]);
    press(&mut rig, &[CTRL, W]);
    press(&mut rig, &[SUPER]);
    assert_eq!(rig.ask("ash"), Value::from(vec!["close", "launcher"]));
    assert_eq!(
        keys_of(&mut client),
        ["key 30 1", "key 30 0", "key 29 1", "key 29 0", "key 125 1", "key 125 0"],
        "the client does not hear of what the shell takes"
    );
}

#[test]
fn the_client_is_first() {
    let mut rig = Rig::new(&["--as=exo"]);
    let mut client = rig.client();
    let keyboard = keyboard(&client);
    let extended = extended(&client, &keyboard);
    show(&mut client);
    press(&mut rig, &[CTRL, W]);
    press(&mut rig, &[ALT, BRACKET]);
    assert_eq!(keys_of(&mut client).len(), 8);
    assert_eq!(rig.ask("ash"), Value::from(Vec::<String>::new()));
    let serials = std::mem::take(&mut client.seen.key_serials);
    for (n, serial) in serials.iter().enumerate() {
        extended.ack_key(*serial, if n < 4 { Handled } else { NotHandled });
    }
    client.sync();
    assert_eq!(rig.ask("ash"), Value::from(vec!["snap left"]));
    // What was seen beforehand has the same serial.
    let peeked = format!("peek {CTRL} 1 {}", serials[0]);
    assert!(client.seen.events.contains(&peeked), "{peeked} in {:?}", client.seen.events);
    extended.ack_key(serials[0], Handled);
    client.sync();
    let keys = rig.ask("keys");
    for (name, count) in
        [("handled", 4), ("not_handled", 4), ("unknown", 1), ("pending", 0), ("late", 0)]
    {
        assert_eq!(keys[name], count, "{name} in {keys}");
    }
}

fn forget(arguments: &[&str]) -> Value {
    let mut rig = Rig::new(arguments);
    let mut client = rig.client();
    let keyboard = keyboard(&client);
    let _extended = extended(&client, &keyboard);
    show(&mut client);
    press(&mut rig, &[ALT, BRACKET]);
    wait_for("the host's patience", || (rig.ask("keys")["late"] == 4).then_some(()));
    rig.ask("ash")
}

#[test]
fn a_client_that_says_nothing() {
    assert_eq!(forget(&["--as=exo"]), Value::from(Vec::<String>::new()));
    let differs = ["--as=exo", "--exo-differs=late-keys-to-ash"];
    assert_eq!(forget(&differs), Value::from(vec!["snap left"]));
}

#[test]
fn each_keyboard_answers_for_itself() {
    let mut rig = Rig::new(&["--as=exo"]);
    let mut client = rig.client();
    let keyboards = [keyboard(&client), keyboard(&client)];
    let both = keyboards.each_ref().map(|keyboard| extended(&client, keyboard));
    show(&mut client);
    press(&mut rig, &[A]);
    client.sync();
    let serials = client.seen.key_serials.clone();
    assert_eq!(serials.len(), 4);
    both[1].ack_key(serials[0], Handled);
    client.sync();
    assert_eq!(rig.ask("keys")["unknown"], 1, "the other keyboard's serial");
    both[0].ack_key(serials[0], Handled);
    both[1].destroy();
    client.sync();
    let keys = rig.ask("keys");
    assert_eq!(
        (&keys["handled"], &keys["dropped"], &keys["pending"]),
        (&1.into(), &2.into(), &1.into())
    );
    // A new one may take its place, but not a second one.
    extended(&client, &keyboards[1]);
    client.sync();
    extended(&client, &keyboards[1]);
    client.try_sync().expect_err("there may be only one");
}

#[test]
fn locked_modifiers_are_in_the_wrong_place() {
    for (arguments, expected) in [
        (&["--as=exo"][..], "keyboard modifiers 0 18 0"),
        (&["--as=exo", "--exo-differs=modifiers-in-place"], "keyboard modifiers 0 0 18"),
    ] {
        let mut rig = Rig::new(arguments);
        let mut client = rig.client();
        let _keyboard = keyboard(&client);
        show(&mut client);
        press(&mut rig, &[CAPS_LOCK]);
        client.wait_for(expected);
    }
}
