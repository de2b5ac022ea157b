//! Text in the encodings of properties.

use x11rb_protocol::protocol::xproto::AtomEnum;

use super::PropertyValue;
use crate::x11::atoms::Atoms;
use crate::x11::compound_text;

/// Decodes a property's text; `None` if it is empty or not text.
pub fn decode(value: &PropertyValue, atoms: &Atoms) -> Option<String> {
    // Some programs end it with a zero, and some put several texts into it.
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

/// The texts of a property that holds several, each ended by a zero.
pub fn words(value: &PropertyValue) -> Vec<String> {
    let words = value.bytes().split(|byte| *byte == 0);
    // Class names should be Latin-1, but programs write the encoding of their locale.
    words.map(|word| str::from_utf8(word).map_or_else(|_| latin1(word), str::to_owned)).collect()
}

/// `STRING` should be Latin-1, but many programs write UTF-8.
fn latin1(bytes: &[u8]) -> String {
    match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}
