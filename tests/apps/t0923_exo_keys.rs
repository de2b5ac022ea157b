//! On ChromeOS's compositor, behind virtio-wl: each key is the app's or the host's, whatever the
//! app does.

use carafe_fixture::process::wait_for;
use carafe_host::StandIn;
use wayland_client::protocol::wl_keyboard::WlKeyboard;

use crate::client::Client;
use crate::hosts::Host;
use crate::proxy::Carafe;
use crate::ways::VIRTWL;
use crate::window::Window;

// linux/input-event-codes.h
const CTRL: u32 = 29;
const ALT: u32 = 56;
const W: u32 = 17;
const BRACKET: u32 = 26;
const OTHER_BRACKET: u32 = 27;
const SUPER: u32 = 125;

/// The list of ChromeOS's images.
const LIST: &str = "Super_L,<Alt>bracketleft,<Alt>bracketright,<Alt>tab";

struct Stage {
    host: Host,
    carafe: Carafe,
    client: Client,
    window: Window,
    keyboard: WlKeyboard,
}

impl Stage {
    fn new() -> Self {
        let host = Host::exo();
        let socket = host.runtime().join(StandIn::DISPLAY);
        let mut carafe = VIRTWL.carafe(&socket, host.runtime(), &[]);
        carafe.arg(format!("--accelerators={LIST}"));
        let carafe = Carafe::start(&mut carafe, host.runtime());
        let mut client = Client::connect(&host, Carafe::DISPLAY);
        let window = Window::show(&mut client, "keys");
        let keyboard = window.seat.get_keyboard(&client.handle(), ());
        client.wait_for_event("keyboard enters");
        Self { host, carafe, client, window, keyboard }
    }

    /// Presses keys together, and releases them.
    fn press(&self, keys: &[u32]) {
        for key in keys {
            self.host.ask(&format!("key {key} press"));
        }
        for key in keys.iter().rev() {
            self.host.ask(&format!("key {key} release"));
        }
    }

    /// Waits until the host waits for no answer; how many were that the app has a key, and that it
    /// has none.
    fn answers(&self) -> (u64, u64) {
        let keys = wait_for("all answers", || {
            let keys = self.host.ask("keys");
            (keys["pending"] == 0).then_some(keys)
        });
        assert_eq!((&keys["late"], &keys["unknown"]), (&0.into(), &0.into()), "{keys}");
        let count = |name: &str| keys[name].as_u64().expect("a number");
        (count("handled"), count("not_handled"))
    }

    fn shortcuts(&self) -> String {
        self.host.ask("ash").to_string()
    }
}

#[test]
fn shortcuts_are_the_hosts_and_all_else_the_apps() {
    let mut stage = Stage::new();
    stage.press(&[CTRL, W]);
    assert_eq!(stage.answers(), (4, 0));
    assert_eq!(stage.shortcuts(), "[]", "Ctrl+W does not close the window");
    stage.press(&[SUPER]);
    stage.press(&[ALT, BRACKET]);
    stage.press(&[ALT, OTHER_BRACKET]);
    stage.press(&[CTRL, ALT, BRACKET]);
    stage.press(&[BRACKET]);
    assert_eq!(stage.answers(), (16, 6));
    assert_eq!(stage.shortcuts(), r#"["launcher","snap left","snap right"]"#);
    stage.client.sync();
    let keys = stage.client.state.log.iter().filter(|event| event.starts_with("key ")).count();
    assert_eq!(keys, 16);
    stage.carafe.stop();
}

#[test]
fn an_app_that_sleeps_or_gives_its_keyboard_up_holds_no_key_back() {
    let mut stage = Stage::new();
    // It reads nothing: more than a socket holds. The host ends a connection whose socket is full
    // (it is, if a busy machine does not let the device's end run), so it gets to answer now and
    // then.
    for count in 1..=2000 {
        stage.press(&[W]);
        if count % 100 == 0 {
            assert_eq!(stage.answers(), (2 * count, 0));
        }
    }
    stage.press(&[SUPER]);
    assert_eq!(stage.answers(), (4000, 2));
    assert_eq!(stage.shortcuts(), r#"["launcher"]"#);
    stage.keyboard.release();
    stage.client.sync();
    wait_for("the keyboard's end", || (stage.host.ask("keys")["extended"] == 0).then_some(()));
    let again = stage.window.seat.get_keyboard(&stage.client.handle(), ());
    stage.client.sync();
    wait_for("a new keyboard", || (stage.host.ask("keys")["extended"] == 1).then_some(()));
    stage.press(&[W]);
    assert_eq!(stage.answers(), (4002, 2));
    again.release();
    stage.carafe.stop();
}
