use super::*;

/// Converts a text in pieces of a length.
fn recode(mut recode: Recode, bytes: &[u8], len: usize) -> Vec<u8> {
    let mut all: Vec<u8> = bytes.chunks(len).flat_map(|chunk| recode.piece(chunk.into())).collect();
    all.extend(recode.rest());
    all
}

#[test]
fn text_is_converted_wherever_it_is_cut() {
    let text = "größer als 5 €, 日本 and \u{1f600}";
    for len in 1..text.len() {
        let latin1 = recode(Recode::ToLatin1(Vec::new()), text.as_bytes(), len);
        assert_eq!(latin1, b"gr\xf6\xdfer als 5 ?, ?? and ?");
        let back = recode(Recode::FromLatin1, &latin1, len);
        assert_eq!(back, "größer als 5 ?, ?? and ?".as_bytes());
        let compound = recode(Recode::ToCompoundText(Vec::new()), text.as_bytes(), len);
        let decode = Recode::FromCompoundText(Decoder::default());
        assert_eq!(recode(decode, &compound, len), text.as_bytes());
        assert_eq!(recode(Recode::Keep, text.as_bytes(), len), text.as_bytes());
    }
}

#[test]
fn invalid_text_is_replaced() {
    assert_eq!(recode(Recode::ToLatin1(Vec::new()), b"a\xffb\xc3", 100), b"a?b?");
}

#[test]
fn an_unfinished_character_stays_small() {
    let mut recode = Recode::ToLatin1(Vec::new());
    for _ in 0..1000 {
        recode.piece(vec![0xf0, 0x9f]);
        let Recode::ToLatin1(unfinished) = &recode else { panic!() };
        assert!(unfinished.len() < 4);
    }
}
