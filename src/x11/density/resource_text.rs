//! The X resources (`RESOURCE_MANAGER` of the root window, which `xrdb` sets) that follow the
//! density. The user's own resources stay as they are.

use std::time::{Duration, Instant};

/// The resources that follow the density, in the order of [`Resources::mended`]'s numbers.
const RESOURCE_NAMES: [[&str; 2]; 2] = [["Xcursor", "size"], ["Xft", "dpi"]];

/// The index of the cursors' size in [`RESOURCE_NAMES`].
const SIZE: usize = 0;

/// The resource with the user's cursor theme.
const THEME: [&str; 2] = ["Xcursor", "theme"];

/// How long carafe recognises its previous number too. `xrdb -merge` reads the resources, runs
/// a preprocessor, and then writes them back, so it may write a number that carafe has changed
/// meanwhile.
const MERGING: Duration = Duration::from_secs(3);

/// A number that carafe has written.
#[derive(Clone, Copy, Debug, Default)]
struct OwnNumber {
    now: Option<u32>,
    /// The previous number, and when it was replaced.
    before: Option<(u32, Instant)>,
}

/// The numbers that carafe has written into the resources.
#[derive(Debug, Default)]
pub struct Resources {
    own: [OwnNumber; RESOURCE_NAMES.len()],
}

/// The user's own resources about cursors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsersCursor {
    /// `Xcursor.theme`.
    pub theme: Option<String>,
    /// `Xcursor.size` in X pixels, unless carafe has written it.
    pub size: Option<u32>,
}

/// The kind of a line: another resource, or one of [`RESOURCE_NAMES`] that carafe or the user has written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineKind {
    Other,
    Own(usize),
    Users(usize),
}

impl Resources {
    /// Puts new numbers into the resources. A number that the user has set, by any pattern,
    /// stays, and so does everything else, byte for byte.
    pub fn mended(
        &mut self,
        text: &[u8],
        numbers: [u32; RESOURCE_NAMES.len()],
        now: Instant,
    ) -> Vec<u8> {
        let lines: Vec<_> = lines(text).map(|line| (line, self.entry(line, now))).collect();
        let users = |n| lines.iter().any(|(_, entry)| *entry == LineKind::Users(n));
        let mut missing = [true; RESOURCE_NAMES.len()];
        for (n, missing) in missing.iter_mut().enumerate() {
            *missing = !users(n);
        }
        let mut mended = Vec::with_capacity(text.len() + 64);
        for (line, entry) in &lines {
            match entry {
                LineKind::Own(n) => write(&mut mended, *n, &mut missing, numbers),
                LineKind::Other | LineKind::Users(_) => mended.extend_from_slice(line),
            }
        }
        for n in 0..RESOURCE_NAMES.len() {
            write(&mut mended, n, &mut missing, numbers);
        }
        for (own, number) in self.own.iter_mut().zip(numbers) {
            if own.now != Some(number) {
                *own = OwnNumber { now: Some(number), before: own.now.map(|before| (before, now)) };
            }
        }
        mended
    }

    /// What the user has set for cursors; later lines replace earlier ones.
    pub fn cursor(&self, text: &[u8], now: Instant) -> UsersCursor {
        let mut found = UsersCursor::default();
        for line in lines(text) {
            let Some((pattern, value)) = split(line) else { continue };
            if names(pattern, &THEME) {
                found.theme = Some(value.to_owned()).filter(|theme| !theme.is_empty());
            } else if self.entry(line, now) == LineKind::Users(SIZE) {
                found.size = value.parse().ok().filter(|size| *size > 0).or(found.size);
            }
        }
        found
    }

    fn entry(&self, line: &[u8], now: Instant) -> LineKind {
        let Some((pattern, value)) = split(line) else { return LineKind::Other };
        let Some(n) = RESOURCE_NAMES.iter().position(|name| names(pattern, name)) else {
            return LineKind::Other;
        };
        let own = self.own.get(n).copied().unwrap_or_default();
        let value: Option<u32> = value.parse().ok();
        let before = own.before.filter(|(_, at)| now.saturating_duration_since(*at) < MERGING);
        let is_own = pattern
            == RESOURCE_NAMES.get(n).map(|name| name.join(".")).unwrap_or_default()
            && value.is_some()
            && (value == own.now || value == before.map(|(value, _)| value));
        if is_own { LineKind::Own(n) } else { LineKind::Users(n) }
    }
}

/// Appends one of carafe's numbers, if it is missing.
fn write(
    mended: &mut Vec<u8>,
    n: usize,
    missing: &mut [bool; RESOURCE_NAMES.len()],
    numbers: [u32; RESOURCE_NAMES.len()],
) {
    let is_missing = missing.get_mut(n).is_some_and(std::mem::take);
    let (Some(name), Some(number)) = (RESOURCE_NAMES.get(n).filter(|_| is_missing), numbers.get(n))
    else {
        return;
    };
    // End an unfinished line first, and one that goes on after a backslash.
    if mended.last().is_some_and(|last| *last != b'\n') {
        mended.push(b'\n');
    }
    if mended.ends_with(b"\\\n") {
        mended.push(b'\n');
    }
    mended.extend_from_slice(format!("{}:\t{number}\n", name.join(".")).as_bytes());
}

/// The lines with their newlines. A line whose newline follows a backslash goes on.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut joins = false;
    text.split_inclusive(move |byte| {
        let ends = *byte == b'\n' && !joins;
        joins = *byte == b'\\';
        ends
    })
}

/// Splits a line into pattern and value.
fn split(line: &[u8]) -> Option<(&str, &str)> {
    let (pattern, value) = str::from_utf8(line).ok()?.split_once(':')?;
    Some((pattern.trim(), value.trim()))
}

/// Whether a resource's pattern matches a name. `?` stands for any part, `*` for any number of
/// parts.
fn names(pattern: &str, [first, second]: &[&str; 2]) -> bool {
    let parts: Vec<&str> = pattern.split(['.', '*']).filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [one, two] => (one == first || *one == "?") && (two == second || *two == "?"),
        [one] => pattern.starts_with('*') && one == second,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use proptest::prelude::*;

    fn mend(resources: &mut Resources, text: &str, numbers: [u32; 2]) -> String {
        String::from_utf8(resources.mended(text.as_bytes(), numbers, Instant::now())).unwrap()
    }

    #[test]
    fn the_users_resources_stay_and_carafes_are_updated() {
        let mut resources = Resources::default();
        let first = mend(&mut resources, "", [24, 96]);
        assert_eq!(first, "Xcursor.size:\t24\nXft.dpi:\t96\n");
        let merged = format!("{first}XTerm*background:\tnavy");
        let second = mend(&mut resources, &merged, [48, 192]);
        assert_eq!(second, "Xcursor.size:\t48\nXft.dpi:\t192\nXTerm*background:\tnavy");
        // The user has one of them alone, and has thrown the other one away.
        let third = mend(&mut resources, "Xft.dpi: 120\na: \\\nXft.dpi: 1\n", [36, 144]);
        assert_eq!(third, "Xft.dpi: 120\na: \\\nXft.dpi: 1\nXcursor.size:\t36\n");
        let fourth = mend(&mut resources, &third, [72, 288]);
        assert_eq!(fourth, "Xft.dpi: 120\na: \\\nXft.dpi: 1\nXcursor.size:\t72\n");
        for users in ["Xft*dpi: 288", "*dpi:288", "! Xft.dpi: 1\n?.dpi:\t5"] {
            let mended = mend(&mut resources, users, [72, 288]);
            assert_eq!(mended, format!("{users}\nXcursor.size:\t72\n"));
        }
    }

    #[test]
    fn a_slow_merge_of_carafes_number_is_recognised() {
        let mut resources = Resources::default();
        let before = mend(&mut resources, "", [24, 96]);
        mend(&mut resources, &before, [48, 192]);
        let mended = mend(&mut resources, &format!("{before}a: b\n"), [48, 192]);
        assert_eq!(mended, "Xcursor.size:\t48\nXft.dpi:\t192\na: b\n");
        // Much later it is.
        let later = Instant::now() + Duration::from_secs(10);
        let mended = resources.mended(b"Xft.dpi: 96\n", [48, 192], later);
        assert_eq!(mended, b"Xft.dpi: 96\nXcursor.size:\t48\n");
    }

    #[test]
    fn the_users_cursor_is_not_carafes() {
        let mut resources = Resources::default();
        let text = mend(&mut resources, "Xcursor.theme: old\nXcursor.theme:\tred\n", [24, 96]);
        let cursor = |text: &str| resources.cursor(text.as_bytes(), Instant::now());
        let red = UsersCursor { theme: Some("red".into()), size: None };
        assert_eq!(cursor(&text), red);
        assert_eq!(cursor("Xcursor*size: 40\n"), UsersCursor { theme: None, size: Some(40) });
        assert_eq!(cursor("Xcursor.size: large\n! Xcursor.theme: red"), UsersCursor::default());
    }

    proptest! {
        /// Whatever is there, nothing of the user's is lost, and once mended it stays.
        #[test]
        fn any_text_is_mended_once(text in "([XftX.cursoridpze*?:\t0-9\\\\\n!]|Xft.dpi:|Xcursor.size:){0,60}") {
            let mut resources = Resources::default();
            let once = mend(&mut resources, &text, [24, 96]);
            prop_assert!(once.starts_with(&text));
            prop_assert_eq!(mend(&mut resources, &once, [24, 96]), once);
        }
    }
}
