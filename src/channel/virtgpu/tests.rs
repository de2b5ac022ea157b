//! Encoding and decoding commands.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use proptest::prelude::*;

use super::commands::*;

fn message(command: u8, words: &[u32], data: &[u8], head: usize) -> Vec<u8> {
    let mut page = vec![command, 0, 0, 0, 0, 0, 0, 0];
    page.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    page.resize(head, 0);
    page.extend(data);
    page.resize(PAGE, 0xee);
    page
}

#[test]
fn a_message_to_the_host_has_its_bytes_where_the_host_looks() {
    let mut bytes = Vec::new();
    let blob = Identifier { id: 7, kind: Identifier::BLOB, size: 9 };
    let pipe = Identifier { id: FIRST_READ_PIPE, kind: Identifier::READ_PIPE, size: 0 };
    send(&mut bytes, &[blob, pipe], 12);
    assert_eq!(bytes.len(), MESSAGE_HEAD);
    assert_eq!(bytes[..8], [4, 0, 108, 1, 0, 0, 0, 0]);
    let word = |at: usize| u32::from_le_bytes(*bytes[at..].first_chunk().unwrap());
    assert_eq!((word(8), word(12)), (2, 12));
    assert_eq!((word(16), word(20), word(24)), (7, 0x8000_0001, 0));
    assert_eq!((word(16 + 112), word(20 + 112)), (1, 3));
    assert_eq!((word(16 + 224), word(20 + 224)), (9, 0));
}

#[test]
fn messages_of_the_host_are_read() {
    let mut words = vec![2, 4];
    for field in [[5, 6], [1, 4], [100, 0]] {
        words.extend(field);
        words.extend([0; MAX_IDENTIFIERS - 2]);
    }
    let page = message(5, &words, b"abcd", MESSAGE_HEAD);
    let identifiers = vec![
        Identifier { id: 5, kind: Identifier::BLOB, size: 100 },
        Identifier { id: 6, kind: Identifier::WRITE_PIPE, size: 0 },
    ];
    assert_eq!(parse(&page), Ok(HostMessage::Receive { identifiers, data: b"abcd" }));

    let page = message(6, &[FIRST_READ_PIPE, 0, 3, 0], b"xyz", PIPE_HEAD);
    let read = HostMessage::Read { pipe: FIRST_READ_PIPE, last: false, data: b"xyz" };
    assert_eq!(parse(&page), Ok(read));
    let page = message(6, &[FIRST_READ_PIPE, 0, 0, 0], b"", PIPE_HEAD);
    let last = HostMessage::Read { pipe: FIRST_READ_PIPE, last: true, data: b"" };
    assert_eq!(parse(&page), Ok(last));
    assert_eq!(parse(&message(0, &[], b"", 8)), Ok(HostMessage::None));
}

#[test]
fn messages_beyond_the_page_are_refused() {
    let too_long = u32::try_from(MAX_DATA).unwrap() + 1;
    for words in [&[0, too_long][..], &[29, 0], &[u32::MAX, 0], &[0, u32::MAX]] {
        assert!(parse(&message(5, words, b"", MESSAGE_HEAD)).is_err(), "{words:?}");
    }
    let too_long = u32::try_from(MAX_PIPE_DATA).unwrap() + 1;
    assert!(parse(&message(6, &[1, 0, too_long], b"", PIPE_HEAD)).is_err());
    assert!(parse(&message(9, &[], b"", 8)).is_err());
    assert!(parse(&[]).is_ok_and(|message| message == HostMessage::None));
}

proptest! {
    #[test]
    fn any_page_is_read_without_a_panic(page in prop::collection::vec(any::<u8>(), 0..PAGE)) {
        let _ = parse(&page);
        let _ = image_requirements(&page);
    }

    #[test]
    fn any_head_is_read_without_a_panic(command in 4u8..8, words: [u32; 24]) {
        let _ = parse(&message(command, &words, b"", MESSAGE_HEAD));
    }
}
