//! The wire parser: arbitrary bytes in arbitrary pieces. Each message is then read as an arbitrary
//! message of the protocols and printed.
#![no_main]

use arbitrary::Arbitrary;
use carafe::observe::MessageText;
use carafe::protocol::{Arg, Tables};
use carafe::wire::{ArgReader, HEADER_LEN, MAX_MESSAGE_LEN, ReadBuffer};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input {
    interface: u16,
    pieces: Vec<Vec<u8>>,
}

fuzz_target!(|input: Input| {
    let tables = Tables::get();
    let Some(interface) = tables.iter().nth(usize::from(input.interface) % tables.len()) else {
        return;
    };
    let messages: Vec<_> = interface.requests.iter().chain(&interface.events).collect();
    let mut buffer = ReadBuffer::default();
    let (mut fed, mut seen) = (0, 0);
    for piece in &input.pieces {
        let mut piece = piece.as_slice();
        while !piece.is_empty() {
            let room = buffer.room();
            assert!(!room.is_empty());
            let len = room.len().min(piece.len());
            room[..len].copy_from_slice(&piece[..len]);
            buffer.filled(len);
            piece = &piece[len..];
            fed += len;
            loop {
                let header = match buffer.peek() {
                    Err(_) => return,
                    Ok(None) => break,
                    Ok(Some(header)) => header,
                };
                let len = usize::from(header.len);
                assert!((HEADER_LEN..=MAX_MESSAGE_LEN).contains(&len) && len % 4 == 0);
                let body = buffer.body(header);
                assert_eq!(body.len(), len - HEADER_LEN);
                if !messages.is_empty() {
                    let message = messages[usize::from(header.opcode) % messages.len()];
                    let object = header.object;
                    let text = MessageText { object, interface, message, body, secrets: false }.to_string();
                    assert!(text.starts_with(interface.name));
                    let mut args = ArgReader::new(body);
                    let walked = message.args.iter().try_for_each(|arg| match arg {
                        Arg::Str(_) => args.string().map(drop),
                        Arg::Array => args.array().map(drop),
                        Arg::Fd(_) => Ok(()),
                        _ => args.uint().map(drop),
                    });
                    let _ = walked.and_then(|()| args.finish());
                }
                let range = buffer.advance(len);
                assert_eq!(range.len(), len);
                seen += len;
            }
            assert!(seen <= fed);
        }
    }
});
