//! A session and a service at both ends of a line.
#![allow(clippy::unwrap_used)]

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;

use super::*;

fn line() -> (SessionSources, Packets) {
    let (service, session) = Packets::pair().unwrap();
    (SessionSources::new(Line::new(session)), service)
}

fn heard(service: &Packets) -> Packet<SessionReport> {
    service.receive(WaitMode::No).unwrap().unwrap()
}

/// Whether the pipe's other end is closed.
fn is_closed(reader: OwnedFd) -> bool {
    rustix::fs::fcntl_setfl(&reader, rustix::fs::OFlags::NONBLOCK).unwrap();
    matches!(File::from(reader).read(&mut [0]), Ok(0))
}

#[test]
fn a_session_has_a_bounded_number_of_sources() {
    let (mut sources, service) = line();
    let all: Vec<_> = std::iter::from_fn(|| {
        let source = sources.add()?;
        assert!(matches!(heard(&service).message, SessionReport::Source(told) if told == source));
        assert!(sources.knows(source));
        Some(source)
    })
    .collect();
    assert_eq!(all.len(), MAX_SOURCES);
    sources.remove(all[3]);
    assert!(matches!(heard(&service).message, SessionReport::SourceGone(told) if told == all[3]));
    assert!(sources.add().is_some());
}

#[test]
fn the_service_says_whether_others_have_a_source() {
    let (sources, service) = line();
    let answers = std::thread::spawn(move || {
        for answer in [true, false] {
            let mut packet: Packet<SessionReport> =
                service.receive(WaitMode::Yes).unwrap().unwrap();
            assert!(matches!(packet.message, SessionReport::IsKnown(SourceId(5))));
            let [to] = packet.fds.take().unwrap();
            Packets::try_from(to).unwrap().send(&answer, &[], WaitMode::No).unwrap();
        }
        // It goes without an answer.
        drop(service.receive::<SessionReport>(WaitMode::Yes));
    });
    let known: Vec<bool> = (0..4).map(|_| sources.knows(SourceId(5))).collect();
    assert_eq!(known, [true, false, false, false]);
    answers.join().unwrap();
}

#[test]
fn transfers_wait_for_their_handler_and_the_end_of_the_service_is_to_stop() {
    let (mut sources, service) = line();
    let own = [(); 3].map(|()| sources.add().unwrap());
    // Another handler of the same session has sources of its own.
    let mut others = SessionSources::new(Rc::clone(&sources.line));
    let of_other = others.add().unwrap();
    let mut readers = Vec::new();
    for source in own.into_iter().chain([of_other, SourceId(9)]) {
        let (reader, to) = rustix::pipe::pipe().unwrap();
        readers.push(reader);
        let ask = SessionCommand::Transfer(source, "text/plain".into());
        service.send(&ask, &[to.as_fd()], WaitMode::No).unwrap();
        service.send(&SessionCommand::Stats, &[], WaitMode::No).unwrap();
    }
    // Without the pipe it is nothing.
    service.send(&SessionCommand::Transfer(own[0], String::new()), &[], WaitMode::No).unwrap();
    for _ in 0..5 {
        assert!(matches!(sources.line.asks(), Some(SessionCommand::Stats)));
    }
    assert!(sources.line.asks().is_none());
    let asked = sources.asked();
    assert_eq!(asked.iter().map(|asked| asked.source).collect::<Vec<_>>(), own);
    assert!(sources.asked().is_empty());
    // It goes before anybody has taken what it was asked for.
    others.remove(of_other);
    assert!(others.asked().is_empty());
    drop(asked);
    assert!(readers.into_iter().all(is_closed));
    drop(service);
    assert!(matches!(sources.line.asks(), Some(SessionCommand::Stop)));
}
