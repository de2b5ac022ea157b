//! A property as it comes from the server.

use x11rb_protocol::protocol::xproto::GetPropertyReply;
use x11rb_protocol::x11_utils::TryParse;

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
}
