//! Comparing the table with the XML files.

use std::collections::{BTreeMap, BTreeSet};

use super::{Coordinate, Rows, of_fixed, of_int};
use crate::protocol::tests::{interfaces, xml_texts};
use crate::protocol::{Arg, Tables};

const WORDS: [&str; 11] = [
    "-",
    "at",
    "length",
    "extent",
    "outer",
    "outer-extent",
    "motion",
    "buffer",
    "source",
    "physical",
    "scale",
];

#[test]
fn every_number_of_every_message_has_a_word() {
    let rows = Rows::read();
    let mut names = BTreeMap::new();
    for text in xml_texts() {
        interfaces(&text, |node, interface, version| {
            let known = Tables::get().find(interface).map(|id| Tables::get().interface(id));
            if known.is_none_or(|known| known.version != version) {
                return;
            }
            for message in node.children().filter(roxmltree::Node::is_element) {
                let args: Vec<String> = (message.children())
                    .filter(|n| n.has_tag_name("arg"))
                    .filter(|n| {
                        ["int", "uint", "fixed"].contains(&n.attribute("type").unwrap_or(""))
                    })
                    .map(|n| n.attribute("name").expect("a name").to_owned())
                    .collect();
                if !args.is_empty() {
                    let name = message.attribute("name").expect("a name");
                    names.insert(format!("{interface}.{name}"), args);
                }
            }
        });
    }
    assert!(names.len() > 700, "only {} messages with numbers", names.len());
    for (message, args) in &names {
        let row = rows.0.get(message.as_str());
        let row = row.unwrap_or_else(|| panic!("{message} has no row in coordinates.txt"));
        let known: Vec<&str> = row.iter().map(|(name, _)| *name).collect();
        assert_eq!(known, *args, "{message}");
    }
    let superfluous: Vec<_> = rows.0.keys().filter(|row| !names.contains_key(**row)).collect();
    assert!(superfluous.is_empty(), "{superfluous:?}");
    let words: BTreeSet<&str> = rows.0.values().flatten().map(|(_, word)| *word).collect();
    assert_eq!(words, BTreeSet::from(WORDS));
}

#[test]
fn every_coordinate_has_a_place() {
    let rows = Rows::read();
    let mut count = 0;
    for interface in Tables::with_coordinates().iter() {
        for message in interface.requests.iter().chain(&interface.events) {
            let name = format!("{}.{}", interface.name, message.name);
            let mut words = rows.0.get(name.as_str()).into_iter().flatten();
            let wanted: usize = (message.args.iter())
                .map(|arg| match arg {
                    Arg::Int | Arg::Uint => words.next().and_then(|(_, word)| of_int(word)),
                    Arg::Fixed => words.next().and_then(|(_, word)| of_fixed(word)),
                    _ => None,
                })
                .map(|coordinate| usize::from(coordinate.is_some()))
                .sum();
            let (fixed, late) = match &message.coordinates {
                Some(coordinates) => (coordinates.fixed.len(), coordinates.late.as_slice()),
                None => (0, [].as_slice()),
            };
            assert_eq!(fixed + late.len(), wanted, "{name}");
            // `translate` does not support an extent after a string.
            let needs_start = |c| matches!(c, Coordinate::Extent | Coordinate::OuterExtent);
            assert!(!late.iter().any(|(_, c)| needs_start(*c)), "{name}");
            count += wanted;
        }
    }
    assert!(count > 400, "only {count} coordinates");
}

#[test]
fn extents_stand_two_words_behind_their_starts() {
    for (message, row) in &Rows::read().0 {
        for (n, (name, word)) in row.iter().enumerate() {
            let start = match *word {
                "extent" => "at",
                "outer-extent" => "outer",
                _ => continue,
            };
            let found = n.checked_sub(2).and_then(|n| row.get(n)).map(|(_, word)| *word);
            assert_eq!(found, Some(start), "{message}: {name}");
        }
    }
}
