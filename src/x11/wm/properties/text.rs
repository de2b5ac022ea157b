//! Text in the encodings of properties.

use x11rb_protocol::protocol::xproto::AtomEnum;

use super::PropertyValue;
use crate::x11::atoms::Atoms;
use crate::x11::compound_text;

/// Text of a property; `None`: it is empty, or no text.
pub fn decode(value: &PropertyValue, atoms: &Atoms) -> Option<String> {
    // Some end it with a zero, and some put several texts into one.
    let bytes = value.bytes().split(|byte| *byte == 0).next().unwrap_or_default();
    let text = if value.kind == atoms.UTF8_STRING {
        String::from_utf8_lossy(bytes).into_owned()
    } else if value.kind == u32::from(AtomEnum::STRING) {
        latin1(bytes)
    } else {
        compound_text::decode_all(bytes)
    };
    (!text.is_empty()).then_some(text)
}

/// The texts of a property that has several, each ended by a zero.
pub fn words(value: &PropertyValue) -> Vec<String> {
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
