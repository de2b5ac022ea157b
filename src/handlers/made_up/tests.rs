//! The table, against itself and the document.

use std::collections::BTreeSet;

use super::{
    BridgeRow, DRM, FRACTIONAL, KEYBOARD_GRAB, MadeUp, TABLE, XDG_OUTPUT, XWAYLAND_SHELL, raised,
};

/// The globals that other handlers make.
const ELSEWHERE: [MadeUp; 5] = [FRACTIONAL, XDG_OUTPUT, DRM, XWAYLAND_SHELL, KEYBOARD_GRAB];

#[test]
fn no_two_globals_share_a_name() {
    let stand_ins = TABLE.iter().filter_map(|row| match row {
        BridgeRow::StandIn { made_up, .. } => Some(made_up),
        BridgeRow::Raised { .. } => None,
    });
    let all = stand_ins.chain(&ELSEWHERE);
    let globals: BTreeSet<_> = all.map(|made_up| (made_up.name, made_up.interface)).collect();
    let names: BTreeSet<u32> = globals.iter().map(|(name, _)| *name).collect();
    assert_eq!(names.len(), globals.len());
}

#[test]
fn versions_are_raised_by_the_row_for_the_hosts() {
    let all = [1, 2, 3, 4, 7].map(|at_host| raised("xdg_wm_base", at_host));
    assert_eq!(all, [2, 2, 6, 6, 7]);
    assert_eq!(raised("wl_shm", 1), 1);
}

/// The first cells of a row, as the document has them.
fn cells(row: &BridgeRow) -> String {
    match row {
        BridgeRow::Raised { interface, from, to } => {
            let last = to - 1;
            let versions =
                if *from == last { from.to_string() } else { format!("{from}–{last}") };
            format!("`{interface}` | {versions} | {to}")
        }
        BridgeRow::StandIn { made_up, from, since: 1 } => {
            format!("`{}` | `{from}`", made_up.interface)
        }
        BridgeRow::StandIn { made_up, from, since } => {
            format!("`{}` | `{from}` {since}", made_up.interface)
        }
    }
}

#[test]
fn the_document_has_words_for_each_row_and_no_others() {
    let text = include_str!("../../../docs/bridges.md");
    let mut left: Vec<&str> = text.lines().filter_map(|l| l.strip_prefix("| ")).collect();
    let elsewhere = ELSEWHERE.iter().map(|made_up| format!("`{}` | carafe", made_up.interface));
    for cells in TABLE.iter().map(cells).chain(elsewhere) {
        let start = format!("{cells} | ");
        let count = left.len();
        left.retain(|line| line.strip_prefix(&start).is_none_or(|words| words.len() < 20));
        assert_eq!(count - left.len(), 1, "one line that begins with {start}");
    }
    left.retain(|line| line.starts_with('`'));
    assert_eq!(left, [""; 0]);
}
