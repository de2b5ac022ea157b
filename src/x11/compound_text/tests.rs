use super::*;

/// How Xlib 1.8 encodes some texts (`Xutf8TextListToTextProperty`, `XCompoundTextStyle`).
const OF_XLIB: [(&str, &[u8]); 12] = [
    ("größer als 5 €", b"gr\xf6\xdfer als 5 \x1b-b\xa4"),
    ("Привет", b"\x1b-L\xbf\xe0\xd8\xd2\xd5\xe2"),
    ("日本語 text", b"\x1b$(BF|K\\8l\x1b(B text"),
    ("ﾊﾝｶｸ", b"\x1b)I\xca\xdd\xb6\xb8"),
    ("한국어", b"\x1b$(CGQ19>n"),
    ("中文简体", b"\x1b$(BCfJ8\x1b$(A<r\x1b$(BBN"),
    ("žluťoučký", b"\x1b-B\xbelu\xbbou\xe8k\x1b-A\xfd"),
    ("Ωμέγα", b"\x1b-F\xd9\xec\xdd\xe3\xe1"),
    ("ş ğ", b"\x1b-B\xba \x1b-C\xbb"),
    ("œ", b"\x1b-b\xbd"),
    ("שלום", b"\x1b%G\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d\x1b%@"),
    ("\u{1f600}!", b"\x1b%G\xf0\x9f\x98\x80\x1b%@!"),
];

/// Decodes in pieces of this length.
fn in_pieces(bytes: &[u8], length: usize) -> String {
    let mut decoder = Decoder::default();
    let text: String = bytes.chunks(length).map(|piece| decoder.piece(piece)).collect();
    text + &decoder.rest()
}

#[test]
fn texts_of_xlib_are_decoded_wherever_they_are_cut() {
    for (text, bytes) in OF_XLIB {
        for length in 1..=bytes.len() {
            assert_eq!(in_pieces(bytes, length), text, "in pieces of {length}");
        }
    }
}

#[test]
fn encoded_text_is_decoded_again() {
    let text = "größer als 5 €, 日本\n\tand \u{1f600}";
    assert_eq!(decode_all(&encode(text)), text);
    assert_eq!(encode("größer €!"), b"gr\xf6\xdfer \x1b%G\xe2\x82\xac\x1b%@!");
    assert_eq!(encode("an escape \x1b%G"), b"an escape ?%G");
}

#[test]
fn encodings_with_a_name() {
    let segment = b"a\x1b%/1\x80\x8akoi8-r\x02\xf4\xc5\xd3b";
    for length in 1..=segment.len() {
        assert_eq!(in_pieces(segment, length), "aТесb");
    }
    assert_eq!(decode_all(b"\x1b%/2\x80\x89big5-0\x02\xa4\xa4!"), "中!");
    assert_eq!(decode_all(b"\x1b%/0\x80\x84no\x02x!"), "?!");
}

#[test]
fn sets_of_either_half_are_decoded() {
    assert_eq!(decode_all(b"\x1b$)B\xc6\xfc\xcb\xdc ascii"), "日本 ascii");
    assert_eq!(decode_all(b"\x1b$(D\x30\x21"), "丂");
    assert_eq!(decode_all(b"\x9b1]right\x9b]"), "right");
}

#[test]
fn invalid_and_unknown_bytes_are_replaced() {
    for (bytes, text) in [
        (b"a\x1b%G\xff\xe2\x82".as_slice(), "a??"),
        (b"\x1b%G\xe2\x1b%@b", "?b"),
        (b"\x1b$(Zxyz", "??"),
        (b"cut \x1b$", "cut "),
        (b"\x1b%/1\xff\xffkoi8", ""),
        (b"\x1b$(B\xff\xff\x21", "ÿÿ?"),
        (b"\x1b$(B\x7f\x7e\x7e", "?"),
        (b"\x1b            x", "            x"),
    ] {
        for length in 1..=bytes.len() {
            assert_eq!(in_pieces(bytes, length), text, "{bytes:?} in pieces of {length}");
        }
    }
}

#[test]
fn an_incomplete_escape_is_bounded() {
    let mut decoder = Decoder::default();
    decoder.piece(b"\x1b%/1\xff\xff");
    for _ in 0..100 {
        decoder.piece(&[b'x'; 1000]);
        assert!(decoder.rest.len() <= 0x4000 + 6);
    }
    for bytes in [b"\x1b    ".as_slice(), b"\x1b%G\xe2", b"\x9b\x9b\x9b\x9b\x9b"] {
        let mut decoder = Decoder::default();
        for _ in 0..100 {
            decoder.piece(bytes);
            assert!(decoder.rest.len() <= MAX_ESCAPE + 2);
        }
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_become_a_text_that_stays(bytes: Vec<u8>) {
        let text = decode_all(&encode(&decode_all(&bytes)));
        assert_eq!(decode_all(&encode(&text)), text);
    }
}
