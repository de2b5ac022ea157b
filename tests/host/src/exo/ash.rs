//! A small Ash: the shell's shortcuts, and those of each window's frame.

use smithay::input::keyboard::{Keysym, ModifiersState};

use super::keyboard::Key;
use crate::host::Host;

/// The shortcuts that the user has used.
#[derive(Debug, Default)]
pub struct Ash {
    /// Their effects, the oldest first.
    pub did: Vec<String>,
    /// The launcher's key is down, and no other key was pressed since.
    launcher: bool,
}

const NONE: ModifiersState = ModifiersState {
    ctrl: false,
    alt: false,
    shift: false,
    caps_lock: false,
    logo: false,
    num_lock: false,
    iso_level3_shift: false,
    iso_level5_shift: false,
    serialized: smithay::input::keyboard::SerializedMods {
        depressed: 0,
        latched: 0,
        locked: 0,
        layout_effective: 0,
    },
};
const CTRL: ModifiersState = ModifiersState { ctrl: true, ..NONE };
const ALT: ModifiersState = ModifiersState { alt: true, ..NONE };
const SEARCH: ModifiersState = ModifiersState { logo: true, ..NONE };

const fn shift(modifiers: ModifiersState) -> ModifiersState {
    ModifiersState { shift: true, ..modifiers }
}

const CLOSE: &str = "close";
const NEXT: &str = "next window";

/// Some of Ash's shortcuts (`ash/accelerators`), and all of a window's
/// (`components/exo/shell_surface_base.cc`).
const SHORTCUTS: [(ModifiersState, Keysym, &str); 13] = [
    (CTRL, Keysym::w, CLOSE),
    (shift(CTRL), Keysym::w, CLOSE),
    (ALT, Keysym::F4, CLOSE),
    (ALT, Keysym::Tab, NEXT),
    (shift(ALT), Keysym::Tab, "previous window"),
    (ALT, Keysym::bracketleft, "snap left"),
    (ALT, Keysym::bracketright, "snap right"),
    (ALT, Keysym::_1, "first window"),
    (CTRL, Keysym::n, "new browser window"),
    (CTRL, Keysym::t, "new browser tab"),
    (CTRL, Keysym::space, "next input method"),
    (SEARCH, Keysym::l, "lock"),
    (SEARCH, Keysym::space, "emoji"),
];

/// Shortcuts that no client gets (`kReservedAccelerators` in keyboard.cc).
const RESERVED: [(ModifiersState, Keysym, &str); 3] = [
    (NONE, Keysym::F13, "privacy screen"),
    (shift(ALT), Keysym::i, "feedback"),
    (ModifiersState { ctrl: true, ..ALT }, Keysym::z, "screen reader"),
];

fn find(table: &[(ModifiersState, Keysym, &'static str)], key: &Key) -> Option<&'static str> {
    let has = |wanted: &ModifiersState| {
        let has = &key.modifiers;
        (wanted.ctrl, wanted.alt, wanted.shift, wanted.logo)
            == (has.ctrl, has.alt, has.shift, has.logo)
    };
    let found = table.iter().find(|(modifiers, symbol, _)| *symbol == key.symbol && has(modifiers));
    found.filter(|_| key.pressed).map(|(_, _, does)| *does)
}

impl Host {
    /// Whether Ash always handles a key first. If so, the key has its effect.
    pub fn ash_reserves(&mut self, key: &Key) -> bool {
        self.ash_does(find(&RESERVED, key))
    }

    /// Whether a key is a shortcut. If so, the key has its effect.
    pub fn ash_key(&mut self, key: &Key) -> bool {
        let Some(exo) = &mut self.exo else { return false };
        let is_launcher = matches!(key.symbol, Keysym::Super_L | Keysym::Super_R);
        let opens = is_launcher && !key.pressed && exo.ash.launcher;
        exo.ash.launcher = is_launcher && key.pressed;
        let does = opens.then_some("launcher");
        let does = does.or_else(|| find(&RESERVED, key)).or_else(|| find(&SHORTCUTS, key));
        self.ash_does(does)
    }

    fn ash_does(&mut self, what: Option<&'static str>) -> bool {
        let (Some(what), Some(exo)) = (what, &mut self.exo) else { return false };
        exo.ash.did.push(what.to_owned());
        let mut mapped = self.windows.iter().filter(|window| window.mapped);
        let window = match what {
            CLOSE => mapped.next_back(),
            NEXT => mapped.next(),
            _ => None,
        };
        if let Some(toplevel) = window.map(|window| window.toplevel.clone()) {
            if what == CLOSE {
                toplevel.send_close();
            } else {
                self.raise(&toplevel);
            }
        }
        true
    }
}
