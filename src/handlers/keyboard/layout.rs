//! What the keys of a keymap mean.

use std::os::fd::{AsFd, OwnedFd};

use kbvm::lookup::LookupTable;
use kbvm::xkb::diagnostic::{Diagnostic, DiagnosticHandler, DiagnosticKind};
use kbvm::xkb::{Context, Keymap};
use kbvm::{GroupIndex, Keycode, Keysym, ModifierMask};

use crate::foreign;
use crate::shortcuts::Shortcut;

/// Bound on a keymap: the largest ones have a tenth of it.
const MAX_KEYMAP: usize = 4 << 20;

/// A keyboard's keymap: read when a key is to be looked up for the first time.
pub enum Layout {
    /// None was sent.
    None,
    /// The host's file, and its length.
    Unread(OwnedFd, usize),
    /// Its keys.
    Read(Box<KeymapKeys>),
}

/// The keys of a keymap.
pub struct KeymapKeys {
    table: LookupTable,
    /// The symbol of each key in each group without modifiers, in lower case.
    plain: Vec<(Keycode, Vec<Option<Keysym>>)>,
    /// All symbols of each group, in lower case.
    symbols: Vec<Vec<Keysym>>,
}

impl Layout {
    /// Whether a key with modifiers is one of some shortcuts.
    pub fn finds<'a>(
        &mut self,
        shortcuts: impl Iterator<Item = &'a Shortcut>,
        code: u32,
        modifiers: ModifierMask,
        group: u32,
    ) -> bool {
        let mut candidates = shortcuts.filter(|shortcut| shortcut.has(modifiers)).peekable();
        if candidates.peek().is_none() {
            return false;
        }
        let Some(keys) = self.keys() else { return false };
        let key = Keycode::from_evdev(code);
        candidates.any(|shortcut| keys.has(shortcut.symbol(), key, modifiers, group))
    }

    /// The code of the key that has a symbol without modifiers, or its capital letter: in this group,
    /// or else in another one.
    pub fn code_of(&mut self, symbol: Keysym, group: u32) -> Option<u32> {
        self.keys()?.code_of(symbol.to_lowercase(), group as usize)
    }

    fn keys(&mut self) -> Option<&KeymapKeys> {
        if let Self::Unread(file, len) = self {
            *self =
                KeymapKeys::read(file, *len).map_or(Self::None, |keys| Self::Read(Box::new(keys)));
        }
        if let Self::Read(keys) = self { Some(keys) } else { None }
    }
}

impl KeymapKeys {
    fn read(file: &OwnedFd, len: usize) -> Option<Self> {
        let mut bytes = vec![0; len.min(MAX_KEYMAP)];
        let is_read = foreign::readable(file.as_fd()).is_ok()
            && rustix::io::pread(file, &mut *bytes, 0) == Ok(bytes.len());
        let keys = is_read.then(|| Self::parse(&bytes)).flatten();
        if keys.is_none() {
            tracing::warn!("the host's keymap cannot be read: no key is kept for the host");
        }
        keys
    }

    /// Reads a keymap's text, which may end with a zero.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text = text.split(|byte| *byte == 0).next()?;
        let mut context = Context::builder();
        // It names no files; if it did, they would be the host's.
        context.enable_default_includes(false);
        context.enable_environment(false);
        let keymap = context.build().keymap_from_bytes(SilentDiagnostics, None, text).ok()?;
        Some(Self::of(&keymap))
    }

    fn of(keymap: &Keymap) -> Self {
        let mut keys = Self {
            table: keymap.to_builder().build_lookup_table(),
            plain: Vec::new(),
            symbols: Vec::new(),
        };
        for key in keymap.keys() {
            let mut plain = Vec::new();
            for (n, group) in key.groups().enumerate() {
                let levels = group.into_iter().flat_map(|group| group.levels());
                let levels: Vec<_> =
                    levels.map(|level| only(level.symbols().iter().copied())).collect();
                plain.push(levels.first().copied().flatten());
                if keys.symbols.len() <= n {
                    keys.symbols.resize(n + 1, Vec::new());
                }
                keys.symbols
                    .get_mut(n)
                    .into_iter()
                    .for_each(|all| all.extend(levels.iter().flatten()));
            }
            keys.plain.push((key.keycode(), plain));
        }
        keys
    }

    fn code_of(&self, symbol: Keysym, group: usize) -> Option<u32> {
        let has = |plain: &[Option<Keysym>], group| plain.get(group) == Some(&Some(symbol));
        let here = self.plain.iter().find(|(_, plain)| has(plain, group));
        let found =
            here.or_else(|| self.plain.iter().find(|(_, plain)| plain.contains(&Some(symbol))));
        found.map(|(key, _)| key.to_evdev())
    }

    /// Whether a key has a symbol: with these modifiers or without them in this group, or, where the
    /// group has no such symbol at all, by its place in another group. If no group has it (a keymap
    /// with a Cyrillic layout alone), its place on an American keyboard counts.
    fn has(&self, symbol: Keysym, key: Keycode, modifiers: ModifierMask, group: u32) -> bool {
        let found = self.table.lookup(GroupIndex(group), modifiers, key);
        let found = found.with_ctrl_fallback(false).with_caps_transform(false);
        if only(found.into_iter().map(|found| found.keysym())) == Some(symbol) {
            return true;
        }
        let Some((_, plain)) = self.plain.iter().find(|(code, _)| *code == key) else {
            return false;
        };
        let own = self.table.effective_group(GroupIndex(group), key);
        if own.is_some_and(|own| plain.get(own.0 as usize) == Some(&Some(symbol))) {
            return true;
        }
        if !self.symbols.iter().any(|symbols| symbols.contains(&symbol)) {
            return american(symbol) == Some(key);
        }
        let here = self.symbols.get(group as usize);
        !here.is_some_and(|symbols| symbols.contains(&symbol)) && plain.contains(&Some(symbol))
    }
}

/// The rows of an American keyboard, from the evdev code of each row's first key on.
const AMERICAN: [(u32, &str); 4] =
    [(2, "1234567890-="), (16, "qwertyuiop[]"), (30, "asdfghjkl;'`"), (43, "\\zxcvbnm,./")];

/// The key of an American keyboard that has a symbol.
fn american(symbol: Keysym) -> Option<Keycode> {
    // The symbols of ASCII's characters have the same numbers.
    let wanted = char::from_u32(symbol.0).filter(char::is_ascii)?;
    AMERICAN.iter().find_map(|(first, row)| {
        let (_, code) = row.chars().zip(*first..).find(|(known, _)| *known == wanted)?;
        Some(Keycode::from_evdev(code))
    })
}

/// What is wrong with a keymap is the host's to know.
struct SilentDiagnostics;

impl DiagnosticHandler for SilentDiagnostics {
    fn filter(&self, _: DiagnosticKind, _: bool) -> bool {
        false
    }

    fn handle(&mut self, _: Diagnostic) {}
}

/// The only one of some symbols, in lower case.
fn only(mut symbols: impl Iterator<Item = Keysym>) -> Option<Keysym> {
    let first = symbols.next()?;
    symbols.next().is_none().then(|| first.to_lowercase())
}
