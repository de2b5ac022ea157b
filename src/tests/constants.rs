//! Tests the constants in the sources: each has a name of its own, and opcodes have names.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};

use super::layers::files;
use super::names::defined;

/// Names of constants in several files, and why they are the right ones.
const SHARED: [(&str, &str); 4] = [
    ("CARRIED", "what each virtual device carries; nobody sees both"),
    ("CHECK", "the name of each of doctor's checks"),
    ("NAME", "the name of each virtual device"),
    ("WANTS", "the messages that each handler wants"),
];

/// Calls that make a message, and the place of the opcode in their arguments. Calls with fewer
/// arguments are other functions.
const CALLS: [(&str, usize); 3] = [(".make(", 1), (".request(", 1), ("MessageBuilder::new(", 2)];

/// The arguments of a call, from the text behind its opening bracket.
fn arguments(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut all) = (0, 0, Vec::new());
    for (at, character) in text.char_indices() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => {
                // None after a comma at the end.
                all.extend(Some(text[start..at].trim()).filter(|last| !last.is_empty()));
                break;
            }
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                all.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    all
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

/// Opcodes that are bare numbers where a message is made.
fn made_by_number(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (call, place) in CALLS {
        for (at, _) in text.match_indices(call) {
            let arguments = arguments(&text[at + call.len()..]);
            if arguments.len() == 3 && is_number(arguments[place]) {
                found.push(format!("{call}{}", arguments.join(", ")));
            }
        }
    }
    found
}

/// Opcodes that are bare numbers where a message is recognised.
fn matched_by_number(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let of_number = |sign| line.split(sign).skip(1).any(|behind| is_number(behind.trim()));
        if line.contains("opcode") && ["opcode ==", "opcode !=", "opcode:"].iter().any(of_number) {
            found.push(line.trim().to_owned());
        }
        if !(line.contains("match ") && line.contains("opcode") && line.ends_with('{')) {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        for arm in lines.by_ref() {
            if arm.len() - arm.trim_start().len() == indent {
                break;
            }
            let pattern = arm.split(" => ").next().unwrap().split(" if ").next().unwrap().trim();
            let words = pattern.split(['|', ',', '(', ')']).map(str::trim);
            if arm.contains(" => ") && words.into_iter().any(is_number) {
                found.push(arm.trim().to_owned());
            }
        }
    }
    found
}

#[test]
fn each_constant_has_a_name_of_its_own() {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files() {
        for line in file.text.lines() {
            for name in ["const", "static"].iter().filter_map(|keyword| defined(line, keyword)) {
                if !["_", "fn"].contains(&name) {
                    all.entry(name.to_owned()).or_default().insert(file.name.clone());
                }
            }
        }
    }
    all.retain(|_, files| files.len() > 1);
    let is_excused = |name: &str| SHARED.iter().any(|(excused, _)| *excused == name);
    let found: Vec<_> = all.iter().filter(|(name, _)| !is_excused(name)).collect();
    assert!(found.is_empty(), "constants of one name: {found:?}");
    assert_eq!(all.len(), SHARED.len(), "an exception is not needed any more");
}

#[test]
fn opcodes_have_names() {
    let mut found = Vec::new();
    for file in files() {
        let numbers = made_by_number(&file.text).into_iter().chain(matched_by_number(&file.text));
        found.extend(numbers.map(|number| format!("{}: {number}", file.name)));
    }
    assert!(found.is_empty(), "opcodes that are bare numbers: {found:#?}");
}

#[test]
fn bare_opcodes_are_found() {
    assert_eq!(made_by_number("out.make(id, 3, |r| r.uint(1))").len(), 1);
    assert_eq!(made_by_number("host.request(\n    self.id,\n    0,\n    |r| r,\n)").len(), 1);
    assert!(made_by_number("host.make(\"wl_region\", 1)?; out.make(id, SET, |r| r)").is_empty());
    assert_eq!(matched_by_number("if header.opcode == 3 {\n}").len(), 1);
    let arms = "    match header.opcode {\n        1 | 2 => {}\n        _ => {}\n    }\n    5 => x";
    assert_eq!(matched_by_number(arms).len(), 1);
    assert_eq!(matched_by_number(&arms.replace("1 | 2", "(ID, 0)")).len(), 1);
    assert!(matched_by_number(&arms.replace("1 | 2", "REQ_ATTACH_OPCODE")).is_empty());
}
