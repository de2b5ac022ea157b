//! Watchers that send their line and read, and watchers that do not.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use rustix::net::sockopt::set_socket_send_buffer_size;

use super::*;

fn watcher(watchers: &mut Watchers, says: &[u8]) -> (UnixStream, u32, ReadResult) {
    let (mine, theirs) = UnixStream::pair().unwrap();
    set_socket_send_buffer_size(&theirs, 1).unwrap();
    let number = watchers.add(theirs).unwrap().unwrap();
    (&mine).write_all(says).unwrap();
    (mine, number, watchers.listen(number))
}

/// Sessions whose texts are longer than a small socket buffer.
fn sessions(watchers: &mut Watchers) {
    for session in 1..100 {
        watchers.session(Snapshot { session, ..Snapshot::default() });
    }
}

fn text(stream: &mut UnixStream) -> Vec<u8> {
    stream.set_nonblocking(true).unwrap();
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text);
    text
}

#[test]
fn only_watchers_that_send_their_line_are_served() {
    let mut watchers = Watchers::default();
    let (_silent, number, said) = watcher(&mut watchers, b"");
    assert_eq!((said, watchers.is_watching()), (ReadResult::Nothing, false));
    let (mut slow, slow_number, said) = watcher(&mut watchers, b"js");
    assert_eq!((said, watchers.is_watching()), (ReadResult::Nothing, false));
    slow.write_all(b"on\n").unwrap();
    assert_eq!(watchers.listen(slow_number), ReadResult::Begin);
    assert!(watchers.is_watching());
    for wrong in [&b"xml\n"[..], b"tables", b"GET / HTTP/1.0\n"] {
        assert_eq!(watcher(&mut watchers, wrong).2, ReadResult::Gone);
    }
    assert_eq!(watchers.listen(number), ReadResult::Nothing);
    drop(slow);
    assert_eq!(watchers.listen(slow_number), ReadResult::Gone);
    assert!(!watchers.is_watching());
}

#[test]
fn their_number_is_bounded() {
    let mut watchers = Watchers::default();
    let all: Vec<_> = (0..MAX_WATCHERS).map(|_| watcher(&mut watchers, b"table\n")).collect();
    let (_mine, theirs) = UnixStream::pair().unwrap();
    assert_eq!(watchers.add(theirs).unwrap(), None);
    drop(all);
}

#[test]
fn silent_watchers_lock_nobody_out() {
    let mut watchers = Watchers::default();
    let (_served, served, _) = watcher(&mut watchers, b"json\n");
    let mut silent: Vec<_> = (1..MAX_WATCHERS).map(|_| watcher(&mut watchers, b"js")).collect();
    let (_mine, last, said) = watcher(&mut watchers, b"table\n");
    assert_eq!(said, ReadResult::Begin);
    // The watcher that was silent for longest is disconnected.
    let (stream, gone, _) = &mut silent[0];
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    assert_eq!(watchers.listen(*gone), ReadResult::Gone);
    // The time limit drops all other silent watchers, but not the served ones.
    for number in silent[1..].iter().map(|(_, number, _)| *number).chain([served, last]) {
        watchers.drop_silent(number);
    }
    assert_eq!(silent.iter().filter(|(_, n, _)| watchers.stream(*n).is_some()).count(), 0);
    assert!(watchers.stream(served).is_some() && watchers.stream(last).is_some());
}

#[test]
fn the_first_look_is_not_shown_and_the_rest_comes_piece_by_piece() {
    let mut watchers = Watchers::default();
    let (mut stream, number, _) = watcher(&mut watchers, b"json\n");
    sessions(&mut watchers);
    assert!(watchers.publish().is_empty());
    assert!(text(&mut stream).is_empty());
    sessions(&mut watchers);
    assert_eq!(watchers.publish(), [number]);
    let mut all = text(&mut stream);
    while watchers.give_rest(number) {
        all.extend(text(&mut stream));
    }
    all.extend(text(&mut stream));
    assert_eq!(all.pop(), Some(END));
    let json: serde_json::Value = serde_json::from_slice(&all).unwrap();
    assert_eq!(json["sessions"].as_array().unwrap().len(), 99);
}

#[test]
fn one_that_does_not_read_is_dropped_after_some_seconds() {
    let mut watchers = Watchers::default();
    let (mut lazy, number, _) = watcher(&mut watchers, b"json\n");
    let (mut other, ..) = watcher(&mut watchers, b"json\n");
    let mut served = 0;
    for second in 0..10 {
        sessions(&mut watchers);
        for slow in watchers.publish().into_iter().filter(|slow| *slow != number) {
            while watchers.give_rest(slow) {
                served += text(&mut other).len();
            }
        }
        assert_eq!(watchers.stream(number).is_some(), second < 7, "{second}");
    }
    assert!(served > 9 * 20_000, "{served}");
    // It gets what was already sent, and then the end.
    lazy.set_nonblocking(false).unwrap();
    let mut given = Vec::new();
    lazy.read_to_end(&mut given).unwrap();
    assert!(!given.is_empty() && !given.contains(&END));
}
