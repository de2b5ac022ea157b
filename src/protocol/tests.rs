//! Comparing the tables with the XML files that they come from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{Arg, InterfaceId, Message, RewriteKind, Special, Tables};
use crate::wire::FdKind;

fn messages(tables: &Tables) -> impl Iterator<Item = (&'static str, String, &Message)> {
    tables.iter().flat_map(|interface| {
        let requests = interface.requests.iter().map(|m| ("request", m));
        let events = interface.events.iter().map(|m| ("event", m));
        requests
            .chain(events)
            .map(move |(kind, m)| (kind, format!("{}.{}", interface.name, m.name), m))
    })
}

/// The folders of the crates that carry protocols, and our own.
fn sources() -> Vec<PathBuf> {
    let output = std::process::Command::new(env!("CARGO"))
        // Without a platform, cargo wants crates that only other platforms need.
        .args(["metadata", "--format-version=1", "--offline", "--filter-platform"])
        .arg(format!("{}-unknown-linux-gnu", std::env::consts::ARCH))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo metadata runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let mut found = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("protocols")];
    for part in text.split("\"manifest_path\":\"").skip(1) {
        let path = part.split('"').next().expect("a path");
        let name = Path::new(path).parent().and_then(Path::file_name).expect("a folder");
        let name = name.to_string_lossy();
        if name.starts_with("wayland-protocols") || name.starts_with("wayland-client-") {
            found.push(Path::new(path).parent().expect("a folder").to_owned());
        }
    }
    assert!(found.len() >= 6, "crates not found: {found:?}");
    found
}

fn xml_files(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("readable").flatten() {
        let path = entry.path();
        if path.is_dir() && path.file_name().is_some_and(|n| n != "tests") {
            xml_files(&path, into);
        } else if path.extension().is_some_and(|e| e == "xml") {
            into.push(path);
        }
    }
}

/// The texts of all protocols' XML files.
pub(super) fn xml_texts() -> Vec<String> {
    let mut files = Vec::new();
    for dir in sources() {
        xml_files(&dir, &mut files);
    }
    files.iter().map(|file| std::fs::read_to_string(file).expect("readable")).collect()
}

/// Calls `each` with all interfaces of an XML file and their versions.
pub(super) fn interfaces(text: &str, mut each: impl FnMut(roxmltree::Node, &str, u32)) {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    let document = roxmltree::Document::parse_with_options(text, options).expect("XML");
    for node in document.descendants().filter(|n| n.has_tag_name("interface")) {
        let version = node.attribute("version").expect("a version").parse().expect("number");
        each(node, node.attribute("name").expect("a name"), version);
    }
}

#[test]
fn every_interface_of_every_xml_file_is_known_at_its_version() {
    let tables = Tables::get();
    let mut versions = BTreeMap::<String, u32>::new();
    for text in xml_texts() {
        interfaces(&text, |_, name, version| {
            let highest = versions.entry(name.to_owned()).or_default();
            *highest = version.max(*highest);
        });
    }
    assert!(versions.len() > 300, "only {} interfaces found", versions.len());
    for (name, version) in &versions {
        let found = tables.find(name).map(|id| tables.interface(id).version);
        assert_eq!(found, Some(*version), "{name}");
    }
    assert_eq!(tables.len(), versions.len());
}

#[test]
fn every_descriptor_has_a_kind() {
    let mut count = 0;
    for (kind, name, message) in messages(Tables::get()) {
        for arg in &message.args {
            count += usize::from(matches!(arg, Arg::Fd(_)));
            assert_ne!(*arg, Arg::Fd(FdKind::Unknown), "{kind} {name} has no row in fd_kind.rs");
        }
    }
    assert!(count >= 30, "only {count} messages with descriptors");
}

#[test]
fn every_row_of_descriptors_names_a_message() {
    let carrying: BTreeSet<String> =
        messages(Tables::get()).filter(|(_, _, m)| m.fds > 0).map(|(_, name, _)| name).collect();
    for (interface, message, _) in super::fd_kind::KINDS {
        assert!(carrying.contains(&format!("{interface}.{message}")), "{interface}.{message}");
    }
    assert_eq!(super::fd_kind::KINDS.len(), carrying.len());
}

#[test]
fn only_bind_makes_an_object_of_an_interface_that_it_names_itself() {
    let untyped: Vec<String> = messages(Tables::get())
        .filter(|(_, _, m)| m.args.contains(&Arg::NewId(None)))
        .map(|(_, name, _)| name)
        .collect();
    assert_eq!(untyped, ["wl_registry.bind"]);
}

#[test]
fn no_message_makes_two_objects() {
    // wayland-rs's tables can name only one child interface for a message.
    for (_, name, message) in messages(Tables::get()) {
        let made = message.args.iter().filter(|a| matches!(a, Arg::NewId(_))).count();
        assert!(made <= 1, "{name}");
    }
}

#[test]
fn fixed_messages_know_where_their_ids_are() {
    let tables = Tables::get();
    let id = tables.find("wl_surface").expect("known");
    let surface = tables.interface(id);
    let attach = surface.requests.iter().find(|m| m.name == "attach").expect("known");
    assert_eq!(attach.fixed_len, Some(12));
    assert_eq!(attach.ids.len(), 1);
    assert_eq!(attach.ids[0].offset, 0);
    let buffer = tables.find("wl_buffer");
    assert_eq!(attach.ids[0].what, RewriteKind::Object(buffer, true));
    let pool = tables.interface(tables.find("wl_shm").expect("known"));
    // new id, fd (no bytes), size
    assert_eq!(pool.requests[0].fixed_len, Some(8));
    assert_eq!(pool.requests[0].fds, 1);
    assert_eq!(tables.interface(InterfaceId::DISPLAY).name, "wl_display");
}

#[test]
fn commits_are_the_only_frames() {
    let frames: Vec<String> = messages(Tables::get())
        .filter(|(_, _, m)| m.special == Special::Commits)
        .map(|(_, name, _)| name)
        .collect();
    assert_eq!(frames, ["wl_surface.commit"]);
}
