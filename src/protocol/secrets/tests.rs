//! Comparing the lists with the XML files.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;

use super::{KEYS, PUBLIC, SECRET};
use crate::protocol::tests::{interfaces, xml_texts};
use crate::protocol::{Arg, Tables};

#[test]
fn every_string_has_a_word() {
    let mut used = BTreeSet::new();
    for interface in Tables::get().iter() {
        for message in interface.requests.iter().chain(&interface.events) {
            if !message.args.iter().any(|arg| matches!(arg, Arg::Str(_))) {
                continue;
            }
            let name = message.name;
            let words = [SECRET, PUBLIC].map(|list| list.contains(&name));
            assert_ne!(words, [false; 2], "{}.{name} is neither secret nor public", interface.name);
            assert_ne!(words, [true; 2], "{name} is both");
            used.insert(name);
        }
    }
    let superfluous: Vec<_> =
        SECRET.iter().chain(PUBLIC).filter(|name| !used.contains(**name)).collect();
    assert!(superfluous.is_empty(), "{superfluous:?}");
}

/// The names of arguments and messages that mean keys.
const NAMES: [&str; 6] =
    ["key", "sym", "keysym", "keycode", "native_scan_code", "native_virtual_key"];

/// Arguments with such names that were not typed: the state of Caps Lock and the like, and the
/// keys of shortcuts.
const NO_KEYS: [(&str, &str, usize); 3] = [
    ("org_kde_kwin_keystate", "stateChanged", 0),
    ("ext_input_trigger_registration_manager_v1", "register_keyboard_sym_trigger", 1),
    ("ext_input_trigger_registration_manager_v1", "register_keyboard_code_trigger", 1),
];

#[test]
fn every_key_has_a_word() {
    let mut found = BTreeSet::new();
    for text in xml_texts() {
        interfaces(&text, |node, interface, _| {
            if Tables::get().find(interface).is_none() {
                return;
            }
            for message in node.children().filter(roxmltree::Node::is_element) {
                let args = message.children().filter(|node| node.has_tag_name("arg"));
                for (place, arg) in args.enumerate() {
                    let is_number =
                        ["int", "uint"].contains(&arg.attribute("type").unwrap_or_default());
                    let (name, of) =
                        (arg.attribute("name").unwrap(), message.attribute("name").unwrap());
                    let is_key = NAMES.contains(&name) || of == "keyboard_key" && name == "button";
                    if is_number && is_key {
                        found.insert((interface.to_owned(), of.to_owned(), place));
                    }
                }
            }
        });
    }
    let words = KEYS.iter().chain(&NO_KEYS);
    let words = words.map(|(i, m, place)| ((*i).to_owned(), (*m).to_owned(), *place)).collect();
    assert_eq!(found, words);
}
