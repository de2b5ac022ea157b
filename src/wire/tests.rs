//! The parts of the wire format, each alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::io;

use proptest::prelude::*;

use super::*;

fn made(object: u32, opcode: u16, words: &[u32]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let message = MessageBuilder::new(&mut bytes, object, opcode);
    words.iter().fold(message, |m, word| m.uint(*word)).finish();
    bytes
}

fn fill(buffer: &mut ReadBuffer, bytes: &[u8]) -> usize {
    let room = buffer.room();
    let len = room.len().min(bytes.len());
    room[..len].copy_from_slice(&bytes[..len]);
    buffer.filled(len);
    len
}

#[test]
fn a_header_is_object_then_size_and_opcode() {
    let bytes = made(7, 3, &[1]);
    let header = Header::read(&bytes).unwrap().unwrap();
    assert_eq!(header, Header { object: 7, opcode: 3, len: 12 });
    assert_eq!(header.to_bytes(), bytes[..8]);
    assert_eq!(Header::read(&bytes[..7]), Ok(None));
}

#[test]
fn strings_carry_their_zero_and_padding() {
    for (text, len) in [("", 8), ("abc", 8), ("abcd", 12)] {
        let mut bytes = Vec::new();
        MessageBuilder::new(&mut bytes, 1, 0).string(text).finish();
        assert_eq!(bytes.len() - HEADER_LEN, len);
        let mut args = ArgReader::new(&mut bytes[HEADER_LEN..]);
        assert_eq!(args.string(), Ok(Some(text.as_bytes())));
        assert_eq!(args.finish(), Ok(()));
    }
}

#[test]
fn made_strings_are_cut_to_what_libwayland_takes() {
    let mut bytes = Vec::new();
    MessageBuilder::new(&mut bytes, 1, 0).string(&"ü".repeat(5000)).finish();
    assert!(bytes.len() <= 4096);
    let mut args = ArgReader::new(&mut bytes[HEADER_LEN..]);
    assert!(str::from_utf8(args.string().unwrap().unwrap()).is_ok());
}

#[test]
fn a_null_string_is_no_empty_string() {
    let mut body = 0u32.to_ne_bytes();
    assert_eq!(ArgReader::new(&mut body).string(), Ok(None));
}

#[test]
fn a_partial_message_waits_for_its_rest() {
    let bytes = made(1, 0, &[1, 2, 3]);
    let mut buffer = ReadBuffer::default();
    for piece in bytes.chunks(5) {
        assert_eq!(buffer.peek(), Ok(None));
        fill(&mut buffer, piece);
    }
    let header = buffer.peek().unwrap().unwrap();
    assert_eq!(buffer.body(header), &bytes[HEADER_LEN..]);
}

#[test]
fn the_buffer_grows_for_one_long_message_and_shrinks_again() {
    let long = made(1, 0, &vec![9; 15_000]);
    let mut buffer = ReadBuffer::default();
    let mut sent = 0;
    while sent < long.len() {
        sent += fill(&mut buffer, &long[sent..]);
    }
    let header = buffer.peek().unwrap().unwrap();
    buffer.advance(usize::from(header.len));
    assert!(buffer.bytes().len() > MAX_MESSAGE_LEN + MIN_ROOM);
    assert_eq!(buffer.room().len(), BUFFER_LEN);
}

/// Takes at most `limit` bytes with each call, and keeps them.
fn sink(
    limit: usize,
    into: &mut Vec<u8>,
) -> impl FnMut(&[io::IoSlice<'_>], &mut FdQueue) -> io::Result<usize> {
    move |slices, _| {
        let all: Vec<u8> = slices.iter().flat_map(|s| s.iter().copied()).collect();
        let len = all.len().min(limit);
        into.extend_from_slice(&all[..len]);
        Ok(len)
    }
}

#[test]
fn forwarded_and_made_messages_keep_their_order() {
    let input: Vec<u8> = (0..100).collect();
    for limit in [1, 3, 7, 1000] {
        let mut out = Outbox::default();
        out.forward(0..10);
        out.forward(10..20);
        out.make(1, 2, |m| m.uint(5));
        out.forward(30..40);
        let mut sent = Vec::new();
        out.send(&input, sink(limit, &mut sent)).unwrap();
        let expected = [&input[..20], &made(1, 2, &[5]), &input[30..40]].concat();
        assert_eq!(sent, expected);
        assert!(out.is_empty());
    }
}

#[test]
fn a_peer_that_takes_no_more_leaves_the_rest() {
    let mut out = Outbox::default();
    out.forward(0..8);
    let block = |_: &[io::IoSlice<'_>], _: &mut FdQueue| Err(io::ErrorKind::WouldBlock.into());
    out.send(&[0; 8], block).unwrap();
    assert!(!out.is_empty());
    let gone = |_: &[io::IoSlice<'_>], _: &mut FdQueue| Err(io::ErrorKind::BrokenPipe.into());
    assert!(out.send(&[0; 8], gone).is_err());
}

#[test]
fn made_messages_are_bounded_by_the_caller() {
    let mut out = Outbox::default();
    while !out.is_full() {
        out.make(1, 0, |m| m.string("some text that is repeated"));
    }
    let mut sent = Vec::new();
    out.send(&[], sink(usize::MAX, &mut sent)).unwrap();
    assert!((MADE_LIMIT..MADE_LIMIT + 4096).contains(&sent.len()));
    assert!(!out.is_full());
}

#[test]
fn descriptors_are_bounded_and_in_order() {
    let null = || std::fs::File::open("/dev/null").unwrap().into();
    let mut queue = FdQueue::default();
    queue.push(null(), FdKind::HostFile).unwrap();
    let copy = queue.get(0).unwrap().try_clone_to_owned().unwrap();
    drop(copy);
    for _ in 1..MAX_QUEUED_FDS {
        queue.push(null(), FdKind::HostFile).unwrap();
    }
    assert_eq!(queue.push(null(), FdKind::HostFile), Err(TooManyFds));
    queue.close_first(1000);
    assert_eq!(queue.len(), MAX_QUEUED_FDS - 1000);
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(mut bytes: Vec<u8>) {
        let _ = Header::read(&bytes);
        let mut args = ArgReader::new(&mut bytes);
        while args.string().is_ok() {}
        let mut args = ArgReader::new(&mut bytes);
        while args.array().is_ok() {}
    }

    #[test]
    fn messages_come_out_as_they_went_in_whatever_the_pieces(
        words in prop::collection::vec(prop::collection::vec(any::<u32>(), 0..40), 1..40),
        piece in 1usize..3000,
    ) {
        let stream: Vec<u8> = words.iter().flat_map(|w| made(9, 1, w)).collect();
        let mut buffer = ReadBuffer::default();
        let mut seen = Vec::new();
        for chunk in stream.chunks(piece) {
            prop_assert_eq!(fill(&mut buffer, chunk), chunk.len());
            while let Some(header) = buffer.peek().unwrap() {
                let range = buffer.advance(usize::from(header.len));
                seen.extend_from_slice(&buffer.bytes()[range]);
            }
        }
        prop_assert!(buffer.waiting().is_empty());
        prop_assert_eq!(seen, stream);
    }
}

#[test]
fn handled_bytes_are_found_until_they_are_overwritten() {
    let mut buffer = ReadBuffer::default();
    let mut position = 0;
    for n in 0..1000u32 {
        let message = made(n, 1, &[n, n]);
        fill(&mut buffer, &message);
        buffer.advance(message.len());
        for back in 0..=n.min(200) {
            let header = Header::read(buffer.at(position - back * 16)).unwrap();
            assert_eq!(header.map(|header| header.object), Some(n - back));
        }
        position += 16;
    }
    assert!(buffer.at(position).is_empty());
    assert!(buffer.at(position.wrapping_sub(1 << 20)).is_empty());
}
