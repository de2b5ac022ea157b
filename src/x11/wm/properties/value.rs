//! A property as it comes from the server, and its text.

use x11rb_protocol::protocol::xproto::{AtomEnum, GetPropertyReply};
use x11rb_protocol::x11_utils::TryParse;

use crate::x11::atoms::Atoms;
use crate::x11::compound_text;

/// A property's type and data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyValue {
    /// The atom of the type.
    pub kind: u32,
    /// The size of a unit: 8, 16 or 32 bits.
    pub format: u8,
    /// The data as the server sends it.
    pub data: Vec<u8>,
}

impl PropertyValue {
    /// Reads the server's answer; `None` if the window does not have the property.
    pub fn read(answer: &[u8]) -> Option<Self> {
        let reply = GetPropertyReply::try_parse(answer).ok()?.0;
        let (kind, format, data) = (reply.type_, reply.format, reply.value);
        (kind != 0).then_some(Self { kind, format, data })
    }

    /// Its units, if they are numbers of 32 bits.
    pub fn numbers(&self) -> impl Iterator<Item = u32> {
        let data = if self.format == 32 { self.data.as_slice() } else { &[] };
        data.as_chunks().0.iter().map(|unit| u32::from_ne_bytes(*unit))
    }

    /// Its bytes, if it is text.
    pub fn bytes(&self) -> &[u8] {
        if self.format == 8 { &self.data } else { &[] }
    }

    /// Decodes a property's text; `None` if it is empty or not text.
    pub fn text(&self, atoms: &Atoms) -> Option<String> {
        // Some programs end it with a zero, and some put several texts into it.
        let bytes = self.bytes().split(|byte| *byte == 0).next().unwrap_or_default();
        let text = if self.kind == atoms.UTF8_STRING {
            String::from_utf8_lossy(bytes).into_owned()
        } else if self.kind == u32::from(AtomEnum::STRING) {
            latin1(bytes)
        } else {
            compound_text::decode_all(bytes)
        };
        (!text.is_empty()).then_some(text)
    }

    /// The texts of a property that holds several, each ended by a zero.
    pub fn words(&self) -> Vec<String> {
        let words = self.bytes().split(|byte| *byte == 0);
        // Class names should be Latin-1, but programs write the encoding of their locale.
        words
            .map(|word| str::from_utf8(word).map_or_else(|_| latin1(word), str::to_owned))
            .collect()
    }
}

/// `STRING` should be Latin-1, but many programs write UTF-8.
fn latin1(bytes: &[u8]) -> String {
    match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}
