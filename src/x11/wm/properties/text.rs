//! Text in the encodings of properties.

use x11rb_protocol::protocol::xproto::AtomEnum;

use super::Value;
use crate::x11::atoms::Atoms;

/// Text of a property; `None`: it is empty, or no text.
pub fn decode(value: &Value, atoms: &Atoms) -> Option<String> {
    // Some end it with a zero, and some put several texts into one.
    let bytes = value.bytes().split(|byte| *byte == 0).next().unwrap_or_default();
    let text = if value.kind == atoms.UTF8_STRING {
        String::from_utf8_lossy(bytes).into_owned()
    } else if value.kind == u32::from(AtomEnum::STRING) {
        latin1(bytes)
    } else {
        compound(bytes)
    };
    (!text.is_empty()).then_some(text)
}

/// The texts of a property that has several, each ended by a zero.
pub fn words(value: &Value) -> Vec<String> {
    let words = value.bytes().split(|byte| *byte == 0);
    // Class names are Latin-1 by the book; programs write what their locale has.
    words.map(|word| str::from_utf8(word).map_or_else(|_| latin1(word), str::to_owned)).collect()
}

/// STRING is Latin-1; many programs put UTF-8 there all the same.
fn latin1(bytes: &[u8]) -> String {
    match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// `COMPOUND_TEXT` (X Consortium's standard of that name): ISO 2022 with UTF-8 as an
/// extension. ASCII, Latin-1 and UTF-8 are read; characters of other sets become `?`.
fn compound(bytes: &[u8]) -> String {
    const ESCAPE: u8 = 0x1b;
    let mut text = String::new();
    let mut rest = bytes;
    let (mut wide, mut right_is_latin1) = (false, true);
    loop {
        match rest {
            [] | [ESCAPE] | [ESCAPE, _] => return text,
            // UTF-8 until the standard's return to ISO 2022.
            [ESCAPE, b'%', b'G', tail @ ..] => {
                let end = tail.windows(3).position(|part| part == [ESCAPE, b'%', b'@']);
                let (inner, behind) = tail.split_at(end.unwrap_or(tail.len()));
                text.push_str(&String::from_utf8_lossy(inner));
                rest = behind.get(3..).unwrap_or_default();
            }
            // A set of 94 or 96 characters, to the left or right half.
            [ESCAPE, b'(', _, tail @ ..] => {
                wide = false;
                rest = tail;
            }
            [ESCAPE, b')' | b'-', set, tail @ ..] => {
                right_is_latin1 = *set == b'A';
                rest = tail;
            }
            // A set of several bytes a character.
            [ESCAPE, b'$', half, _, tail @ ..] => {
                wide = *half == b'(';
                right_is_latin1 = false;
                rest = tail;
            }
            [ESCAPE, _, _, tail @ ..] => rest = tail,
            [first, second, tail @ ..]
                if wide || (*first >= 0xa0 && *second >= 0xa0 && !right_is_latin1) =>
            {
                text.push('?');
                rest = tail;
            }
            [byte, tail @ ..] => {
                text.push(if *byte < 0x80 || right_is_latin1 { char::from(*byte) } else { '?' });
                rest = tail;
            }
        }
    }
}
