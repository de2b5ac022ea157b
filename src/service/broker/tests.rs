//! Two sessions.
#![allow(clippy::unwrap_used)]

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;

use super::*;

fn broker() -> Arc<Broker> {
    Broker::new(Control::new().unwrap())
}

/// Asks for data; returns the pipe's end from which it would come.
fn ask(member: &mut Member, source: SourceId) -> OwnedFd {
    let (reader, to) = rustix::pipe::pipe().unwrap();
    member.ask(Transfer { source, mime: "text/plain".into(), to });
    reader
}

/// Whether the pipe's other end is closed.
fn is_closed(reader: OwnedFd) -> bool {
    rustix::fs::fcntl_setfl(&reader, rustix::fs::OFlags::NONBLOCK).unwrap();
    matches!(File::from(reader).read(&mut [0]), Ok(0))
}

#[test]
fn the_sources_session_gets_what_others_ask() {
    let broker = broker();
    let (mut one, mut other) = (Arc::clone(&broker).join(), broker.join());
    let source = one.add().unwrap();
    assert!(other.knows(source));
    let readers = [ask(&mut other, source), ask(&mut one, source)];
    assert!(other.asked().is_empty());
    let asked = one.asked();
    assert_eq!(asked.len(), 2);
    assert!(asked.iter().all(|transfer| transfer.source == source));
    assert!(one.asked().is_empty());
    drop(asked);
    assert!(readers.into_iter().all(is_closed));
}

#[test]
fn a_source_ends_with_its_session_and_what_waits_for_it_too() {
    let broker = broker();
    let (mut one, mut other) = (Arc::clone(&broker).join(), broker.join());
    let (source, mine) = (one.add().unwrap(), other.add().unwrap());
    let reader = ask(&mut other, source);
    drop(one);
    assert!(is_closed(reader));
    assert!(!other.knows(source) && other.knows(mine));
    assert!(is_closed(ask(&mut other, source)));
}

#[test]
fn only_its_session_removes_a_source() {
    let broker = broker();
    let (mut one, mut other) = (Arc::clone(&broker).join(), broker.join());
    let source = one.add().unwrap();
    other.remove(source);
    assert!(other.knows(source));
    one.remove(source);
    assert!(!other.knows(source));
}

#[test]
fn a_session_has_its_bounds_and_leaves_others_theirs() {
    let broker = broker();
    let (mut one, mut other) = (Arc::clone(&broker).join(), broker.join());
    let sources: Vec<_> = std::iter::from_fn(|| one.add()).collect();
    assert_eq!(sources.len(), MAX_SOURCES);
    one.remove(sources[0]);
    let again = one.add().unwrap();
    assert!(other.add().is_some());
    let readers: Vec<_> = (0..=MAX_ASKED).map(|_| ask(&mut other, again)).collect();
    assert_eq!(one.asked().len(), MAX_ASKED);
    drop(readers);
}
