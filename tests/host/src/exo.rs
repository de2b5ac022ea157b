//! The stand-in host as Exo, `ChromeOS`'s compositor (`--as=exo`): its globals, and its rules for
//! keys, windows and the shelf. The rules come from Chromium's sources (`components/exo`, and
//! `chrome/browser/ash` for the shelf), version 151.0.7896 unless a comment says otherwise. They
//! were not compared with a real Exo, so each doubtful rule can be switched to the other behaviour.

mod ash;
mod decorations;
mod globals;
mod idle;
mod ime;
mod keyboard;
mod shelf;
mod text;
mod windows;

use std::collections::BTreeSet;

pub use ime::Method;
pub use keyboard::Keys;
pub use shelf::{App, own_id};
pub use text::Texts;
pub use windows::{Widget, said};

/// The version of Exo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// 131.0.6735
    M131,
    /// 151.0.7896
    M151,
}

impl Release {
    /// Finds it by its name on the command line.
    pub fn parse(name: &str) -> Result<Self, String> {
        match name {
            "exo" => Ok(Self::M151),
            "exo-131" => Ok(Self::M131),
            other => Err(format!("the host can be exo or exo-131, not {other}")),
        }
    }
}

/// A doubtful rule, switched to the other behaviour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// Latched and locked modifiers are not swapped.
    ModifiersInPlace,
    /// A key that is not acknowledged in time counts as not handled.
    LateKeysToAsh,
    /// `set_window_bounds` also works for windows that are shown.
    MovesLater,
    /// `activate` needs no permission.
    ActivatesAlways,
    /// Every request about decorations gets an answer.
    AnswersDecorations,
    /// Inhibitors of shortcuts are told that they are active.
    TellsInhibitors,
    /// A text input leaves its surface after the keyboard, not before it.
    TextLeavesLast,
    /// `delete_surrounding_text` counts from the cursor.
    DeletesFromCursor,
    /// A key that an input method makes is released, too.
    ReleasesKeysyms,
    /// The client gets the key itself, too, of which an input method makes another one.
    DoublesKeysyms,
}

/// All names.
const DIFFERENCES: [(&str, Difference); 10] = [
    ("modifiers-in-place", Difference::ModifiersInPlace),
    ("late-keys-to-ash", Difference::LateKeysToAsh),
    ("moves-later", Difference::MovesLater),
    ("activates-always", Difference::ActivatesAlways),
    ("answers-decorations", Difference::AnswersDecorations),
    ("tells-inhibitors", Difference::TellsInhibitors),
    ("text-leaves-last", Difference::TextLeavesLast),
    ("deletes-from-cursor", Difference::DeletesFromCursor),
    ("releases-keysyms", Difference::ReleasesKeysyms),
    ("doubles-keysyms", Difference::DoublesKeysyms),
];

impl Difference {
    /// Finds it by its name on the command line.
    pub fn parse(name: &str) -> Result<Self, String> {
        let found = DIFFERENCES.iter().find(|(known, _)| *known == name);
        found.map(|(_, difference)| *difference).ok_or_else(|| {
            let names = DIFFERENCES.map(|(name, _)| name).join(", ");
            format!("Exo differs by one of {names}, not by {name}")
        })
    }
}

/// The host's state as Exo.
pub struct Exo {
    release: Release,
    differences: BTreeSet<Difference>,
    /// The keyboards, and keys that wait for an acknowledgement.
    pub keys: Keys,
    /// The shortcuts that the user has used.
    pub ash: ash::Ash,
    /// The text inputs, and the input method.
    pub texts: Texts,
    /// The programs that the shelf knows.
    pub apps: Vec<App>,
}

impl Exo {
    /// The state at the start.
    pub fn new(release: Release, differences: BTreeSet<Difference>) -> Self {
        let (keys, ash) = (Keys::default(), ash::Ash::default());
        let (texts, apps) = (Texts::default(), Vec::new());
        Self { release, differences, keys, ash, texts, apps }
    }

    /// Whether a doubtful rule is switched.
    pub fn differs(&self, by: Difference) -> bool {
        self.differences.contains(&by)
    }
}
