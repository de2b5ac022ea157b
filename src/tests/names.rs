//! Tests the names of types in the sources.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use super::layers::files;

/// Names of several types, and why they are the right ones.
const DOUBLED: [(&str, &str); 2] = [
    ("Token", "each handler's own names for its messages; nobody else sees them"),
    ("Awake", "the parts of a handler that are awake; each is private to its handler"),
];

/// Names that look like participles, but are nouns.
const NOUNS: [&str; 13] = [
    "Crossing",
    "Deed",
    "Finding",
    "Incoming",
    "JsonString",
    "Mapping",
    "Numbering",
    "Pairing",
    "Scaling",
    "Sharing",
    "Sizing",
    "Ring",
    "TimingRing",
];

/// Past participles without a common ending.
const IRREGULAR: [&str; 14] = [
    "Bound", "Built", "Done", "Found", "Got", "Held", "Kept", "Made", "Said", "Seen", "Sent",
    "Shut", "Told", "Taken",
];

/// The name that an item's line defines, if it begins with this keyword.
pub(super) fn defined<'a>(line: &'a str, keyword: &str) -> Option<&'a str> {
    if line.starts_with(' ') {
        return None;
    }
    let line = line.strip_prefix("pub").map_or(line, |rest| match rest.strip_prefix('(') {
        Some(rest) => rest.split_once(')').map_or(rest, |(_, rest)| rest),
        None => rest,
    });
    let rest = line.strip_prefix(' ').unwrap_or(line).strip_prefix(keyword)?.strip_prefix(' ')?;
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    rest.split(|c| !is_word(c)).next().filter(|name| !name.is_empty())
}

/// All types at the top of modules, with their files.
fn types() -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in files() {
        for line in file.text.lines() {
            let keywords = ["struct", "enum", "trait", "type", "union"];
            for name in keywords.iter().filter_map(|keyword| defined(line, keyword)) {
                all.entry(name.to_owned()).or_default().push(file.name.clone());
            }
        }
    }
    all
}

/// The last word of a name.
fn last_word(name: &str) -> &str {
    name.rfind(char::is_uppercase).map_or(name, |start| &name[start..])
}

#[test]
fn each_type_has_a_name_of_its_own() {
    let doubled: Vec<_> = types().into_iter().filter(|(_, files)| files.len() > 1).collect();
    let is_excused = |name: &str| DOUBLED.iter().any(|(excused, _)| *excused == name);
    let found: Vec<_> = doubled.iter().filter(|(name, _)| !is_excused(name)).collect();
    assert!(found.is_empty(), "types of one name: {found:?}");
    assert_eq!(doubled.len(), DOUBLED.len(), "an exception is not needed any more");
}

#[test]
fn types_are_nouns() {
    let types = types();
    let is_participle = |name: &&String| {
        let last = last_word(name);
        let ends = ["ed", "ing"].iter().any(|end| last.ends_with(end));
        (ends && !NOUNS.contains(&name.as_str())) || IRREGULAR.contains(&last)
    };
    let found: Vec<_> = types.keys().filter(is_participle).collect();
    assert!(found.is_empty(), "participles: {found:?}");
    assert!(NOUNS.iter().all(|noun| types.contains_key(*noun)), "an exception is not needed");
}
