//! The list of the tests that do not run on `ChromeOS`'s compositor (`tests/exo/not-there.txt`) is
//! true: its tests exist, and the host lacks what they need.

use std::path::Path;

use crate::hosts::Host;

const LIST: &str = include_str!("../exo/not-there.txt");

#[test]
fn each_line_names_a_test_and_a_reason() {
    let exo = Host::exo();
    let offered = exo.ask("globals");
    let version = |name: &str| {
        let mut all = offered.as_array().expect("a list").iter();
        all.find(|global| global[0] == name).and_then(|global| global[1].as_u64())
    };
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let lines = LIST.lines().filter(|line| !line.starts_with('#'));
    assert!(lines.clone().count() > 20);
    for line in lines {
        let [group, test, reason] = line.splitn(3, ' ').collect::<Vec<_>>()[..] else {
            panic!("three words: {line}");
        };
        let (module, name) = test.split_once("::").unwrap_or((test, ""));
        let file = tests.join(group).join(module).with_extension("rs");
        let source = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{line}: {e}"));
        assert!(source.contains(&format!("fn {name}")), "{line}: no such test");
        let words: Vec<&str> = reason.split(' ').collect();
        let is_true = match words[..] {
            ["lacks", global] => version(global).is_none(),
            ["lacks", global, wanted] => version(global) < Some(wanted.parse().expect("a version")),
            ["sway" | "weston"] => source.contains(&format!("Host::{reason}")),
            ["exo"] => source.contains("Host::exo()"),
            ["rule", ..] => words.len() > 3,
            _ => false,
        };
        assert!(is_true, "{line}: not so");
    }
}
