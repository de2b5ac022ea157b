//! Keys that the host keeps for its own shortcuts (`--accelerators`), in sommelier's syntax:
//! `Super_L,<Alt>bracketleft,<Control><Shift>F5`.

#[cfg(test)]
mod tests;

use kbvm::{Keysym, ModifierMask};

/// Modifiers by the names that they have in a list. Their numbers are those of all keymaps.
const MODIFIERS: [(&str, ModifierMask); 4] = [
    ("Control", ModifierMask::CONTROL),
    ("Alt", ModifierMask::MOD1),
    ("Shift", ModifierMask::SHIFT),
    ("Super", SUPER),
];

const SUPER: ModifierMask = ModifierMask::MOD4;

/// The modifiers that a shortcut must have exactly. Super is needed if it is named, and is
/// otherwise ignored: its own shortcuts are to work while it is held.
const EXACT: ModifierMask =
    ModifierMask(ModifierMask::CONTROL.0 | ModifierMask::MOD1.0 | ModifierMask::SHIFT.0);

/// A key with modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortcut {
    modifiers: ModifierMask,
    symbol: Keysym,
}

/// Why an entry of a list is no shortcut.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadShortcut {
    /// It begins with something else in brackets than a modifier.
    #[error("{entry}: {modifier} is no modifier: there are <Control>, <Alt>, <Shift> and <Super>")]
    Modifier {
        /// The entry.
        entry: String,
        /// What is in the brackets, with them.
        modifier: String,
    },
    /// What follows the modifiers is no key.
    #[error("{entry}: XKB knows no key {key:?} (keys have names such as Super_L, bracketleft, F5)")]
    Key {
        /// The entry.
        entry: String,
        /// The name of the key.
        key: String,
    },
}

impl Shortcut {
    /// Reads one entry.
    ///
    /// # Errors
    /// [`BadShortcut`]
    pub fn parse(entry: &str) -> Result<Self, BadShortcut> {
        let (mut rest, mut modifiers) = (entry, ModifierMask::NONE);
        while let Some((name, behind)) = rest.strip_prefix('<').and_then(|r| r.split_once('>')) {
            let Some((_, mask)) = MODIFIERS.iter().find(|(known, _)| *known == name) else {
                let modifier = format!("<{name}>");
                return Err(BadShortcut::Modifier { entry: entry.to_owned(), modifier });
            };
            modifiers |= *mask;
            rest = behind;
        }
        match Keysym::from_str_insensitive(rest) {
            Some(symbol) => Ok(Self { modifiers, symbol: symbol.to_lowercase() }),
            None => Err(BadShortcut::Key { entry: entry.to_owned(), key: rest.to_owned() }),
        }
    }

    /// The key's symbol, in lower case.
    pub fn symbol(&self) -> Keysym {
        self.symbol
    }

    /// Whether these modifiers are those that it needs.
    pub fn has(&self, modifiers: ModifierMask) -> bool {
        modifiers & EXACT == self.modifiers & EXACT
            && modifiers & self.modifiers & SUPER == self.modifiers & SUPER
    }
}

/// All shortcuts that the host keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shortcuts {
    /// Those that it always keeps.
    pub always: Vec<Shortcut>,
    /// Those that it keeps while the window does not fill the screen.
    pub windowed: Vec<Shortcut>,
}

impl Shortcuts {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.always.is_empty() && self.windowed.is_empty()
    }
}

/// Reads a list. Entries that are none are left out, and returned.
pub fn parse_list(list: &str) -> (Vec<Shortcut>, Vec<BadShortcut>) {
    let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    let (mut shortcuts, mut bad) = (Vec::new(), Vec::new());
    for entry in entries.map(Shortcut::parse) {
        match entry {
            Ok(shortcut) => shortcuts.push(shortcut),
            Err(error) => bad.push(error),
        }
    }
    (shortcuts, bad)
}
