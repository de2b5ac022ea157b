//! Looking into the commands that go to the host.

use super::abi;

/// One command of a buffer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Command<'a> {
    pub code: u8,
    bytes: &'a [u8],
}

impl Command<'_> {
    pub fn name(&self) -> &'static str {
        match self.code {
            abi::CMD_INIT => "CMD_INIT",
            abi::CMD_GET_IMAGE_REQUIREMENTS => "CMD_GET_IMAGE_REQUIREMENTS",
            abi::CMD_POLL => "CMD_POLL",
            abi::CMD_SEND => "CMD_SEND",
            abi::CMD_WRITE => "CMD_WRITE",
            _ => "other",
        }
    }

    pub fn word(&self, n: usize) -> Option<u32> {
        let bytes = self.bytes.get(n * 4..)?.first_chunk()?;
        Some(u32::from_ne_bytes(*bytes))
    }

    /// Identifiers of a SEND that name pipes for the host to write to.
    pub fn read_pipes(&self) -> usize {
        let count = self.word(2).filter(|_| self.code == abi::CMD_SEND).unwrap_or(0) as usize;
        let types = (0..count.min(abi::MAX_IDS)).map(|n| self.word(4 + abi::MAX_IDS + n));
        types.filter(|kind| *kind == Some(abi::ID_READ_PIPE)).count()
    }
}

/// All commands of a buffer, as far as their lengths make sense.
pub(super) fn commands(buffer: &[u8]) -> impl Iterator<Item = Command<'_>> {
    let mut rest = buffer;
    std::iter::from_fn(move || {
        let [code, _, low, high, ..] = *rest else { return None };
        let bytes = rest;
        let size = usize::from(u16::from_ne_bytes([low, high]));
        rest = rest.get(size..).filter(|_| size > 0).unwrap_or_default();
        Some(Command { code, bytes })
    })
}
