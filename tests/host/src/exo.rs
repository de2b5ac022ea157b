//! The stand-in host as Exo, `ChromeOS`'s compositor (`--as=exo`): its globals, and its rules for
//! keys, windows and the shelf. What is known of Exo comes from Chromium's sources
//! (`components/exo`, and `chrome/browser/ash` for the shelf), at 151.0.7896 where nothing else
//! is said. No real Exo was asked: what is doubtful can be switched to the other behaviour.

mod ash;
mod decorations;
mod globals;
mod idle;
mod keyboard;
mod shelf;
mod windows;

use std::collections::BTreeSet;

pub use keyboard::Keys;
pub use shelf::App;
pub use windows::{Widget, said};

/// Which Exo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// 131.0.6735
    M131,
    /// 151.0.7896
    M151,
}

impl Release {
    /// By its name on the command line.
    pub fn parse(name: &str) -> Result<Self, String> {
        match name {
            "exo" => Ok(Self::M151),
            "exo-131" => Ok(Self::M131),
            other => Err(format!("the host can be exo or exo-131, not {other}")),
        }
    }
}

/// A rule that is not certain, switched to its other possibility.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// Latched and locked modifiers are not exchanged.
    ModifiersInPlace,
    /// A key that is not acknowledged in time counts as not handled.
    LateKeysToAsh,
    /// `set_window_bounds` works for windows that are shown.
    MovesLater,
    /// `activate` needs no permission.
    ActivatesAlways,
    /// Every request about decorations is answered.
    AnswersDecorations,
    /// Inhibitors of shortcuts are told that they are active.
    TellsInhibitors,
}

/// The names of all of them.
const DIFFERENCES: [(&str, Difference); 6] = [
    ("modifiers-in-place", Difference::ModifiersInPlace),
    ("late-keys-to-ash", Difference::LateKeysToAsh),
    ("moves-later", Difference::MovesLater),
    ("activates-always", Difference::ActivatesAlways),
    ("answers-decorations", Difference::AnswersDecorations),
    ("tells-inhibitors", Difference::TellsInhibitors),
];

impl Difference {
    /// By its name on the command line.
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
    /// Keyboards, and keys that wait for their acknowledgement.
    pub keys: Keys,
    /// The shortcuts that were used.
    pub ash: ash::Ash,
    /// The programs that the shelf knows.
    pub apps: Vec<App>,
}

impl Exo {
    /// At the start.
    pub fn new(release: Release, differences: BTreeSet<Difference>) -> Self {
        let (keys, ash) = (Keys::default(), ash::Ash::default());
        Self { release, differences, keys, ash, apps: Vec::new() }
    }

    /// Whether a doubtful rule is switched.
    pub fn differs(&self, by: Difference) -> bool {
        self.differences.contains(&by)
    }
}
