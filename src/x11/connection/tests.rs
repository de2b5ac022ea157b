//! Wrong messages of an X server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use super::*;
use crate::x11::query::ShapeQuery;

/// A connection that is set up, and the server's end.
fn connected() -> (Connection, UnixStream) {
    let (ours, server) = UnixStream::pair().unwrap();
    let mut connection = Connection::new(ours, None).unwrap();
    connection.phase = ConnectionPhase::Running(Box::default());
    (connection, server)
}

/// The head of an answer to a request.
fn answer(number: u16, units: u32) -> [u8; 32] {
    let mut head = [0; 32];
    head[0] = 1;
    head[2..4].copy_from_slice(&number.to_ne_bytes());
    head[4..8].copy_from_slice(&units.to_ne_bytes());
    head
}

#[test]
fn an_answer_that_is_too_long_is_skipped() {
    let (mut connection, mut server) = connected();
    let asked = [Query::Shape(7, ShapeQuery::Bounding), Query::Shape(7, ShapeQuery::Input)];
    for query in asked {
        connection.ask(query, GetInputFocusRequest);
    }
    let long = 20 * 1024 * 1024;
    let sending = std::thread::spawn(move || {
        server.write_all(&answer(1, long / 4)).unwrap();
        // None of these bytes must be parsed as a packet.
        server.write_all(&vec![1; long as usize]).unwrap();
        server.write_all(&answer(2, 0)).unwrap();
        server
    });
    let mut answers = Vec::new();
    while answers.len() < 2 {
        connection.read().unwrap();
        assert!(!connection.ended && connection.input.len() < 1024 * 1024);
        answers.extend(connection.next_message().unwrap());
    }
    sending.join().unwrap();
    for (wanted, message) in asked.into_iter().zip(answers) {
        let ServerMessage::Answer(query, Some(bytes)) = message else { panic!("{message:?}") };
        assert_eq!((query, bytes.len()), (wanted, 32));
    }
}
