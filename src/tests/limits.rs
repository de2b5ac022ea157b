//! Tests that `docs/limits.md` has each limit, with its value.
#![allow(clippy::unwrap_used)]

use crate::channel::TRANSFER_LIMIT;
use crate::foreign::MAX_RELAYS;
use crate::mappings;
use crate::observe::log::{BURST, PER_SECOND};
use crate::policy::SETTABLE;
use crate::session::{MAX_OBJECTS, MAX_UNREAD};
use crate::wire::MAX_QUEUED_FDS;
use crate::x11::MAX_WINDOWS_OF_CLIENT;

/// Limits that nobody can set, by the words of the document.
fn constants() -> Vec<(&'static str, u64)> {
    let all = [
        ("objects of a client", MAX_OBJECTS),
        ("descriptors of a client that no message has taken", MAX_QUEUED_FDS),
        ("bytes that a client has not read, behind a virtual device", MAX_UNREAD),
        ("transfers of a session at a time", MAX_RELAYS),
        ("mappings of clients' pools in a process", mappings::MAX),
        ("mappings of the host's memory in a process", mappings::MAX),
        ("windows of one X11 client that are shown", MAX_WINDOWS_OF_CLIENT),
        ("bytes of the log at once", BURST),
        ("bytes of the log in a second, in the long run", PER_SECOND),
    ];
    all.map(|(what, limit)| (what, limit as u64)).to_vec()
}

#[test]
fn the_document_has_each_limit() {
    let text = include_str!("../../docs/limits.md");
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| "))
        .map(|line| line.trim_end_matches(" |").split(" | ").collect())
        .collect();
    let settable = SETTABLE.iter().map(|limit| {
        let name = format!("`{}`", limit.name);
        [name, limit.what.into(), grouped(limit.default), limit.beyond.into()]
    });
    let found: Vec<&Vec<&str>> = rows.iter().filter(|row| row[0].starts_with('`')).collect();
    assert_eq!(found.len(), SETTABLE.len() + 1, "rows of what can be set");
    for (row, wanted) in found.iter().zip(settable) {
        assert_eq!(row[..4], wanted);
    }
    let row = row_of(&rows, "`--transfer-limit`");
    assert_eq!(row[2], grouped(TRANSFER_LIMIT >> 20));
    for (what, limit) in constants() {
        assert_eq!(row_of(&rows, what)[1], grouped(limit), "{what}");
    }
}

fn row_of<'a>(rows: &'a [Vec<&'a str>], first: &str) -> &'a Vec<&'a str> {
    rows.iter().find(|row| row[0] == first).unwrap_or_else(|| panic!("no row {first}"))
}

/// `65,536`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
