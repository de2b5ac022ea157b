//! Tests which part of carafe uses which, against the table in ARCHITECTURE.md.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::protocol::Tables;

/// A module, as the words of its path.
type Module = Vec<String>;

/// The folders whose files use each other in a circle, and why that is accepted.
const CIRCLES: [(&str, &str); 3] = [
    ("protocol", "the tables and the coordinates that are a part of them"),
    ("handlers/scaling", "surfaces, their roles and the messages about them"),
    ("x11/wm", "a window and its parts"),
];

/// Words that must not occur in a folder: the folder, the words, and the files that are excepted.
const UNKNOWN: [(&str, &[&str], &[&str]); 7] = [
    // `connection` is the connection to the X server.
    ("x11", &["std::process", "rustix::process", "/proc", "rustix::net"], &[]),
    ("x11", &["std::os::unix::net"], &["x11/connection.rs"]),
    ("handlers", &["rustix::net", "rustix::process", "std::process", "/proc"], &[]),
    // `x11` waits for the X connection, pipes and a timer at once.
    ("handlers", &["std::os::unix::net", "epoll"], &["handlers/x11.rs"]),
    ("observe", &["std::os::unix::net", "rustix::net", "std::net"], &[]),
    ("service", &["wayland_client", "wayland_protocols", "MessageBuilder", "ArgReader"], &[]),
    ("viewer", &["crate::observe", "wayland_client"], &[]),
];

/// The interfaces that the session knows by name.
const OF_SESSION: [&str; 3] = ["wl_callback", "wl_display", "wl_registry"];

pub(super) struct File {
    module: Module,
    /// Its path below `src/`.
    pub name: String,
    /// Its text without comments and tests.
    pub text: String,
}

/// The sources, without tests.
pub(super) fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    list(&root, &mut paths);
    paths.sort();
    let file = |path: &PathBuf| {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        let module: Module = name.trim_end_matches(".rs").split('/').map(Into::into).collect();
        let is_test = |word: &String| ["tests", "testing"].contains(&&**word);
        if module.iter().any(is_test) || ["lib", "main"].contains(&&*module[0]) {
            return None;
        }
        Some(File { module, name, text: code(&fs::read_to_string(path).unwrap()) })
    };
    paths.iter().filter_map(file).collect()
}

fn list(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

/// A file's text without comments, and without tests at its end.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let without_comment =
        |line: &str| line.split("//").next().unwrap_or_default().to_owned() + "\n";
    text.lines().map(without_comment).collect()
}

/// All paths in the text, in `use` trees and elsewhere.
fn paths(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = String::new();
    let mut parts = text.split("use ");
    rest.push_str(parts.next().unwrap_or_default());
    for part in parts {
        match part.split_once(';') {
            Some((tree, after)) if !tree.contains(['=', '(', '"']) => {
                expand("", tree, &mut found);
                rest.push_str(after);
            }
            _ => rest.push_str(part),
        }
    }
    for (at, _) in rest.match_indices("::") {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let start = rest[..at].rfind(|c| !is_word(c)).map_or(0, |before| before + 1);
        if ["crate", "super"].contains(&&rest[start..at]) {
            let end = rest[at..].find(|c| !is_word(c) && c != ':').map_or(rest.len(), |n| at + n);
            found.push(rest[start..end].into());
        }
    }
    found
}

/// `a::{b, c::{d}}` as `a::b` and `a::c::d`.
fn expand(before: &str, tree: &str, found: &mut Vec<String>) {
    let tree = tree.trim();
    let Some((head, inner)) = tree.split_once('{') else {
        let name = tree.split(" as ").next().unwrap_or_default();
        found.push(format!("{before}{name}"));
        return;
    };
    let before = format!("{before}{}", head.trim());
    let (mut depth, mut start) = (0, 0);
    let inner = inner.trim_end().trim_end_matches('}').to_owned() + ",";
    for (at, character) in inner.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !inner[start..at].trim().is_empty() {
                    expand(&before, &inner[start..at], found);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}

/// The module that a path means, as seen from a module.
fn target(from: &Module, path: &str, all: &BTreeSet<Module>) -> Option<Module> {
    let mut words = path.split("::").peekable();
    let mut at = from.clone();
    match words.peek().copied()? {
        "crate" => {
            at.clear();
            words.next();
        }
        "self" => drop(words.next()),
        "super" => {
            while words.next_if_eq(&"super").is_some() {
                at.pop();
            }
        }
        word => {
            let child = [at.as_slice(), &[word.to_owned()]].concat();
            all.contains(&child).then_some(())?;
        }
    }
    for word in words {
        let child = [at.as_slice(), &[word.to_owned()]].concat();
        if !all.contains(&child) {
            break;
        }
        at = child;
    }
    Some(at)
}

/// The pairs of a module and a module that it uses.
fn arrows(files: &[File]) -> Vec<(&Module, Module)> {
    let all: BTreeSet<Module> = files.iter().map(|file| file.module.clone()).collect();
    let of = |file: &'_ File| -> Vec<Module> {
        paths(&file.text).iter().filter_map(|path| target(&file.module, path, &all)).collect()
    };
    files.iter().flat_map(|file| of(file).into_iter().map(|to| (&file.module, to))).collect()
}

/// The table of ARCHITECTURE.md: the parts, and what each of them uses.
fn table() -> Vec<(String, BTreeSet<String>)> {
    let text = include_str!("../../ARCHITECTURE.md");
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| `src/")?.split('|');
        let part = cells.next()?.trim().trim_end_matches(['`', '/']).trim_end_matches(".rs");
        let uses = cells.nth(1)?.split(',').map(|word| word.trim().to_owned());
        Some((part.to_owned(), uses.filter(|word| !word.is_empty()).collect()))
    };
    text.lines().filter_map(row).collect()
}

#[test]
fn each_part_uses_what_the_table_of_the_architecture_says() {
    let files = files();
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in &files {
        used.entry(file.module[0].clone()).or_default();
    }
    for (from, to) in arrows(&files) {
        if let Some(to) = to.first().filter(|to| **to != from[0]) {
            used.entry(from[0].clone()).or_default().insert(to.clone());
        }
    }
    let mut above = BTreeSet::new();
    for (part, uses) in table() {
        let found = used.remove(&part);
        assert_eq!(Some(&uses), found.as_ref(), "{part}: the table's row, and the sources");
        assert!(uses.is_subset(&above), "{part} uses only what is above it");
        above.insert(part);
    }
    assert!(used.is_empty(), "parts without a row: {used:?}");
}

#[test]
fn modules_of_a_folder_do_not_use_each_other_in_a_circle() {
    let files = files();
    let mut circles = BTreeMap::new();
    for (from, to) in arrows(&files) {
        let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
        if let (Some(one), Some(other)) = (from.get(common), to.get(common)) {
            let folder = circles.entry(from[..common].join("/")).or_insert_with(BTreeMap::new);
            folder.entry(one.clone()).or_insert_with(BTreeSet::new).insert(other.clone());
        }
    }
    for (folder, mut known) in circles {
        // A module that uses none of the remaining ones is in no circle.
        loop {
            let ends: Vec<String> = known
                .iter()
                .filter(|(_, others)| !others.iter().any(|other| known.contains_key(other)))
                .map(|(one, _)| one.clone())
                .collect();
            if ends.is_empty() {
                break;
            }
            known.retain(|one, _| !ends.contains(one));
        }
        let is_excused = CIRCLES.iter().any(|(excused, _)| *excused == folder);
        assert_eq!(!known.is_empty(), is_excused, "{folder}: {known:?}");
    }
}

#[test]
fn no_part_uses_words_that_it_must_not_know() {
    for (part, words, excused) in UNKNOWN {
        let files: Vec<File> = files().into_iter().filter(|file| file.module[0] == part).collect();
        let has = |file: &&File| words.iter().any(|word| file.text.contains(word));
        let found: Vec<&str> = files.iter().filter(has).map(|file| &*file.name).collect();
        assert_eq!(found, excused, "{part} has a word of {words:?}");
    }
}

#[test]
fn the_session_names_no_other_interfaces() {
    let names: BTreeSet<&str> = Tables::get().iter().map(|interface| interface.name).collect();
    let mut known = BTreeSet::<&str>::new();
    for file in files().iter().filter(|file| file.module[0] == "session") {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        known.extend(file.text.split(|c| !is_word(c)).filter_map(|word| names.get(word).copied()));
    }
    assert_eq!(known.into_iter().collect::<Vec<_>>(), OF_SESSION);
}
