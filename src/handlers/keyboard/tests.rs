use std::fs::File;
use std::io::Write;
use std::os::fd::OwnedFd;

use super::*;
use crate::channel::Crossing;
use crate::handlers::{self, Scaling};
use crate::protocol::Tables;
use crate::session::testing::{Rig, filled, message, read};
use crate::shortcuts::parse_list;
use crate::wire::FdKind;

/// A Latin layout and a Cyrillic one.
const KEYMAP: &str = r#"
xkb_keymap {
    xkb_keycodes { <AD01> = 24; <AD11> = 34; <LWIN> = 133; <AE01> = 10; <TAB> = 23; };
    xkb_types {
        type "ONE_LEVEL" { modifiers = None; };
        type "TWO_LEVEL" { modifiers = Shift; map[Shift] = Level2; };
    };
    xkb_compat {};
    xkb_symbols {
        key <AD01> { type = "TWO_LEVEL", symbols[Group1] = [q, Q],
            symbols[Group2] = [Cyrillic_shorti, Cyrillic_SHORTI] };
        key <AD11> { type = "TWO_LEVEL", symbols[Group1] = [bracketleft, braceleft],
            symbols[Group2] = [Cyrillic_ha, Cyrillic_HA] };
        key <AE01> { type = "TWO_LEVEL", symbols[Group1] = [1, exclam],
            symbols[Group2] = [1, exclam] };
        key <TAB> { type = "TWO_LEVEL", symbols[Group1] = [Tab, ISO_Left_Tab],
            symbols[Group2] = [Tab, ISO_Left_Tab] };
        key <LWIN> { type = "ONE_LEVEL", symbols[Group1] = [Super_L] };
    };
};
"#;

// The client's ids. The host's are the same until carafe has objects of its own there.
const REGISTRY: u32 = 2;
const COMPOSITOR: u32 = 3;
const SEAT: u32 = 4;
const INHIBIT: u32 = 5;
const XDG: u32 = 6;
const SURFACE: u32 = 7;
const KEYBOARD: u32 = 8;
const OTHER: u32 = 9;
const INHIBITOR: u32 = 9;
const XDG_SURFACE: u32 = 9;
const TOPLEVEL: u32 = 10;

// Codes, as in linux/input-event-codes.h.
const Q: u32 = 16;
const BRACKET: u32 = 26;
const ONE: u32 = 2;
const TAB: u32 = 15;
const SUPER: u32 = 125;

const SHIFT: u32 = 1;
const CAPS: u32 = 2;
const ALT: u32 = 8;
const NUM: u32 = 16;

// Opcodes of wl_keyboard.
const KEYMAP_EVENT: u16 = 0;
const ENTER: u16 = 1;
const LEAVE: u16 = 2;
const KEY: u16 = 3;
const MODIFIERS: u16 = 4;
const RELEASE: u16 = 0;

/// A client with keyboards, on a host.
struct Exo {
    rig: Rig,
    serial: u32,
}

/// What became of a key: whether the client has it, and what the host heard.
#[derive(Debug, PartialEq)]
enum Got {
    Client,
    Host,
}

impl Exo {
    fn new(always: &str, windowed: &str) -> Self {
        Self::on(&[("zcr_keyboard_extension_v1", 2)], always, windowed)
    }

    fn on(more: &[(&str, u32)], always: &str, windowed: &str) -> Self {
        let (scaling, policy) = (Scaling::default(), Arc::default());
        let lists = [always, windowed].map(|list| parse_list(list).0);
        let [always, windowed] = lists;
        let setup = handlers::Setup {
            shortcuts: Arc::new(Shortcuts { always, windowed }),
            ..handlers::Setup::new(&Crossing::DIRECT, &scaling, &policy)
        };
        let mut rig = Rig::new(Tables::get(), handlers::chain(setup));
        rig.request(&message(1, 1, &[REGISTRY])).unwrap();
        for (interface, version) in more {
            let global = filled(REGISTRY, 0, |m| m.uint(99).string(interface).uint(*version));
            let offered = rig.event(&global);
            assert!(offered.is_empty(), "clients do not get it");
        }
        let globals = [
            ("wl_compositor", 3),
            ("wl_seat", 6),
            ("zwp_keyboard_shortcuts_inhibit_manager_v1", 1),
            ("xdg_wm_base", 3),
        ];
        rig.bind(&[REGISTRY], REGISTRY, &globals, COMPOSITOR);
        rig.request(&message(COMPOSITOR, 0, &[SURFACE])).unwrap();
        let mut exo = Self { rig, serial: 100 };
        exo.request(&message(SEAT, 1, &[KEYBOARD]));
        exo
    }

    fn request(&mut self, bytes: &[u8]) -> Vec<(u32, u16, Vec<u32>)> {
        read(&self.rig.request(bytes).unwrap())
    }

    /// The client makes an object; gives the host's id of it.
    fn make(&mut self, bytes: &[u8]) -> u32 {
        self.request(bytes).last().unwrap().2[0]
    }

    /// What the host hears from carafe itself.
    fn host_heard(&mut self) -> Vec<(u32, u16, Vec<u32>)> {
        self.request(&[])
    }

    /// The host sends the keymap, which makes the keyboard an extended one.
    fn keymap(&mut self, keyboard: u32) -> Vec<(u32, u16, Vec<u32>)> {
        self.keymap_of(keyboard, KEYMAP)
    }

    fn keymap_of(&mut self, keyboard: u32, text: &str) -> Vec<(u32, u16, Vec<u32>)> {
        let mut file: File = rustix::fs::memfd_create("keymap", rustix::fs::MemfdFlags::CLOEXEC)
            .map(OwnedFd::into)
            .unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file.write_all(&[0]).unwrap();
        self.rig.engine.events.fds.push(file.into(), FdKind::Unknown).unwrap();
        let len = u32::try_from(text.len()).unwrap() + 1;
        self.rig.event(&message(keyboard, KEYMAP_EVENT, &[1, len]));
        self.host_heard()
    }

    /// A keyboard with the keymap and the focus; gives its extended keyboard.
    fn focused(&mut self) -> u32 {
        let made = self.keymap(KEYBOARD);
        let extended = made.last().unwrap().2[0];
        self.rig.event(&filled(KEYBOARD, ENTER, |m| m.uint(1).uint(SURFACE).array(&[])));
        extended
    }

    fn modifiers(&mut self, pressed: u32, group: u32) {
        self.rig.event(&message(KEYBOARD, MODIFIERS, &[1, pressed, 0, 0, group]));
    }

    /// A press (1) or release (0). It is acknowledged once, by its serial.
    fn key(&mut self, extended: u32, code: u32, state: u32) -> Got {
        self.serial += 1;
        let event = message(KEYBOARD, KEY, &[self.serial, 0, code, state]);
        let client = self.rig.event(&event);
        let heard = self.host_heard();
        let [(object, ACK_KEY, words)] = &heard[..] else { panic!("{heard:?}") };
        assert_eq!((*object, words[0]), (extended, self.serial));
        if client.is_empty() {
            assert_eq!(words[1], NOT_HANDLED);
            Got::Host
        } else {
            assert_eq!((client, words[1]), (event, HANDLED));
            Got::Client
        }
    }
}

#[test]
fn every_key_is_acknowledged_once_and_the_hosts_are_kept_from_the_client() {
    let mut exo = Exo::new("Super_L,<Alt>bracketleft", "");
    let extended = exo.focused();
    for code in [Q, BRACKET, ONE] {
        assert_eq!(exo.key(extended, code, 1), Got::Client);
        assert_eq!(exo.key(extended, code, 0), Got::Client);
    }
    assert_eq!([1, 0].map(|state| exo.key(extended, SUPER, state)), [Got::Host, Got::Host]);
    exo.modifiers(ALT, 0);
    assert_eq!(exo.key(extended, BRACKET, 1), Got::Host);
    assert_eq!(exo.key(extended, Q, 1), Got::Client);
    // Alt is released first: what the client does not know to be down does not come up there.
    exo.modifiers(0, 0);
    assert_eq!(exo.key(extended, BRACKET, 0), Got::Host);
    assert_eq!(exo.key(extended, Q, 0), Got::Client);
    exo.modifiers(ALT | SHIFT, 0);
    assert_eq!(exo.key(extended, BRACKET, 1), Got::Client, "another modifier");
}

#[test]
fn where_a_layout_lacks_a_symbol_its_key_counts() {
    let mut exo = Exo::new("<Alt>bracketleft,<Alt><Shift>Tab,<Shift>1,<Alt>Cyrillic_shorti", "");
    let extended = exo.focused();
    exo.modifiers(ALT, 1);
    assert_eq!(exo.key(extended, BRACKET, 1), Got::Host, "Cyrillic has no bracket");
    assert_eq!(exo.key(extended, Q, 1), Got::Host);
    exo.modifiers(ALT, 0);
    assert_eq!(exo.key(extended, Q, 1), Got::Host, "nor Latin a short i");
    exo.modifiers(ALT | SHIFT, 0);
    assert_eq!(exo.key(extended, TAB, 1), Got::Host, "by its symbol without Shift");
    exo.modifiers(SHIFT, 1);
    assert_eq!(exo.key(extended, ONE, 1), Got::Host);
    exo.modifiers(0, 1);
    assert_eq!(exo.key(extended, ONE, 1), Got::Client);
}

#[test]
fn a_layout_that_changes_counts_from_the_next_key_on() {
    let mut exo = Exo::new("<Alt>q", "");
    let extended = exo.focused();
    exo.modifiers(ALT, 0);
    assert_eq!(exo.key(extended, Q, 1), Got::Host);
    exo.key(extended, Q, 0);
    // Now Q is where the bracket was.
    let swapped =
        KEYMAP.replace("[bracketleft, braceleft]", "[q, Q]").replacen("[q, Q]", "[a, A]", 1);
    let heard = exo.keymap_of(KEYBOARD, &swapped);
    assert_eq!(heard, [], "it is extended already");
    assert_eq!(exo.key(extended, Q, 1), Got::Client);
    assert_eq!(exo.key(extended, BRACKET, 1), Got::Host);
}

#[test]
fn a_layout_without_latin_letters_has_shortcuts_by_place() {
    let cyrillic = KEYMAP
        .replace("symbols[Group1] = [q, Q],", "")
        .replace("symbols[Group1] = [bracketleft, braceleft],", "")
        .replace("[Group2] = [Cyrillic", "[Group1] = [Cyrillic");
    assert!(!cyrillic.contains("bracketleft"));
    let mut exo = Exo::new("<Alt>bracketleft,<Alt>q,<Alt>Tab", "");
    let extended = exo.focused();
    exo.keymap_of(KEYBOARD, &cyrillic);
    exo.modifiers(ALT, 0);
    let got = [Q, BRACKET, ONE, TAB].map(|code| exo.key(extended, code, 1));
    assert_eq!(got, [Got::Host, Got::Host, Got::Client, Got::Host]);
}

#[test]
fn only_one_keyboard_of_a_client_gives_keys_back() {
    let mut exo = Exo::new("Super_L", "");
    let first = exo.focused();
    let other = exo.make(&message(SEAT, 1, &[OTHER]));
    let second = exo.keymap(other).last().unwrap().2[0];
    exo.rig.event(&filled(other, ENTER, |m| m.uint(1).uint(SURFACE).array(&[])));
    exo.rig.event(&message(KEYBOARD, KEY, &[7, 0, SUPER, 1]));
    exo.rig.event(&message(other, KEY, &[8, 0, SUPER, 1]));
    assert_eq!(
        exo.host_heard(),
        [(first, ACK_KEY, vec![7, NOT_HANDLED]), (second, ACK_KEY, vec![8, HANDLED])]
    );
    // The client destroys the first one: now it is the other one that does.
    let heard = exo.request(&message(KEYBOARD, RELEASE, &[]));
    assert_eq!(heard, [(first, DESTROY, vec![]), (KEYBOARD, RELEASE, vec![])]);
    exo.rig.event(&message(other, KEY, &[9, 0, SUPER, 0]));
    assert_eq!(exo.host_heard(), [(second, ACK_KEY, vec![9, NOT_HANDLED])]);
    // What was under way to the first one.
    exo.rig.event(&message(KEYBOARD, KEY, &[10, 0, Q, 1]));
    assert_eq!(exo.host_heard(), []);
}

#[test]
fn the_focus_takes_held_keys_with_it() {
    let mut exo = Exo::new("", "");
    let extended = exo.focused();
    assert_eq!(exo.key(extended, Q, 1), Got::Client);
    exo.rig.event(&message(KEYBOARD, LEAVE, &[1, SURFACE]));
    assert_eq!(exo.key(extended, Q, 0), Got::Host, "it is up since the focus is elsewhere");
    let held = BRACKET.to_ne_bytes();
    exo.rig.event(&filled(KEYBOARD, ENTER, |m| m.uint(1).uint(SURFACE).array(&held)));
    assert_eq!(exo.key(extended, BRACKET, 0), Got::Client);
}

#[test]
fn who_wants_all_keys_has_them() {
    let mut exo = Exo::new("Super_L", "");
    let extended = exo.focused();
    exo.request(&message(INHIBIT, 1, &[INHIBITOR, SURFACE, SEAT]));
    let told = read(&exo.rig.event(&[]));
    // The host does not say so.
    assert_eq!(told, [(INHIBITOR, EVT_ACTIVE_OPCODE, vec![])]);
    assert_eq!([1, 0].map(|state| exo.key(extended, SUPER, state)), [Got::Client, Got::Client]);
    exo.request(&message(INHIBITOR, 0, &[]));
    assert_eq!(exo.key(extended, SUPER, 1), Got::Host);
}

#[test]
fn some_keys_are_the_clients_while_it_fills_the_screen() {
    let mut exo = Exo::new("", "Super_L");
    let extended = exo.focused();
    exo.request(&message(XDG, 2, &[XDG_SURFACE, SURFACE]));
    let toplevel = exo.make(&message(XDG_SURFACE, 1, &[TOPLEVEL]));
    let configure = |states: &[State]| {
        let states: Vec<u8> = states.iter().flat_map(|s| (*s as u32).to_ne_bytes()).collect();
        filled(toplevel, 0, |m| m.uint(0).uint(0).array(&states))
    };
    for (states, got) in [
        (&[State::Activated][..], Got::Host),
        (&[State::Fullscreen, State::Activated], Got::Client),
        (&[State::Fullscreen], Got::Host),
    ] {
        exo.rig.event(&configure(states));
        assert_eq!(exo.key(extended, SUPER, 1), got, "{states:?}");
        exo.key(extended, SUPER, 0);
    }
}

#[test]
fn locked_modifiers_are_put_in_their_place() {
    let mut exo = Exo::new("", "");
    exo.focused();
    for (said, told) in [
        ([SHIFT, NUM | CAPS, 0], [SHIFT, 0, NUM | CAPS]),
        ([0, NUM, ALT], [0, ALT, NUM]),
        ([SHIFT, 0, CAPS], [SHIFT, 0, CAPS]),
        ([0, SHIFT, NUM], [0, SHIFT, NUM]),
    ] {
        let words = |[pressed, latched, locked]: [u32; 3]| [1, pressed, latched, locked, 0];
        let got = exo.rig.event(&message(KEYBOARD, MODIFIERS, &words(said)));
        assert_eq!(got, message(KEYBOARD, MODIFIERS, &words(told)));
    }
}

#[test]
fn keys_are_seen_only_while_a_keyboard_is_extended() {
    let sees_keys = |keyboards: &Keyboards| {
        keyboards.wants().iter().any(|want| matches!(want.token, Token::Key | Token::Released))
    };
    let mut keyboards = Keyboards::new(Arc::default());
    assert!(!sees_keys(&keyboards));
    let (held, modifiers, layout) = (BTreeSet::new(), ModifierMask::NONE, Layout::None);
    let (object, extended, focus, group) = (1, 2, 0, 0);
    keyboards.all = vec![Keyboard { object, extended, focus, held, modifiers, group, layout }];
    assert!(sees_keys(&keyboards));
}

#[test]
fn other_hosts_hear_nothing() {
    let mut exo = Exo::on(&[], "Super_L", "");
    assert_eq!(exo.keymap(KEYBOARD), []);
    let event = message(KEYBOARD, KEY, &[7, 0, SUPER, 1]);
    assert_eq!(exo.rig.event(&event), event);
    assert_eq!(exo.host_heard(), []);
    let swapped = message(KEYBOARD, MODIFIERS, &[1, 0, NUM, 0, 0]);
    assert_eq!(exo.rig.event(&swapped), swapped);
}

#[test]
fn a_keymap_that_is_none_keeps_no_keys() {
    assert!(KeymapKeys::parse(b"xkb_keymap { include \"/etc/passwd\" };").is_none());
    assert!(KeymapKeys::parse(b"\0").is_none());
    assert!(KeymapKeys::parse(KEYMAP.as_bytes()).is_some());
}
