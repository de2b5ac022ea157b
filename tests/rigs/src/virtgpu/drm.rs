//! The ioctls that ask about the node.

use rustix::io::{Errno, Result};

use super::abi;
use super::device::Virtgpu;
use crate::caller::{Caller, Reply};
use crate::fault::Kind;

/// Name, date (programs stumble over an empty one) and description.
const TEXTS: [&[u8]; 3] = [b"virtio_gpu", b"0", b"virtio GPU"];

pub(super) fn version(caller: &Caller<'_>) -> Result<Reply> {
    let memory = caller.memory();
    let mut words: [u32; 16] = memory.read_words(caller.argument())?;
    words[..3].copy_from_slice(&[0, 1, 0]);
    for (field, text) in words[4..].chunks_exact_mut(4).zip(TEXTS) {
        if let [len, len_high, address, address_high] = field {
            let room = usize::try_from(long(*len, *len_high)).unwrap_or(0).min(text.len());
            let address = long(*address, *address_high);
            if address != 0 {
                memory.write(address, text.get(..room).unwrap_or_default())?;
            }
            (*len, *len_high) = (text.len() as u32, 0);
        }
    }
    memory.write_words(caller.argument(), &words)?;
    Ok(Reply::DONE)
}

/// Reports that dma-bufs can be exported and imported, and nothing else.
pub(super) fn capability(caller: &Caller<'_>) -> Result<Reply> {
    const PRIME: u64 = 5;
    let [low, high, ..]: [u32; 4] = caller.memory().read_words(caller.argument())?;
    if long(low, high) != PRIME {
        return Err(Errno::INVAL);
    }
    caller.memory().write_words(caller.argument() + 8, &[3, 0])?;
    Ok(Reply::DONE)
}

impl Virtgpu {
    pub(super) fn parameter(&self, caller: &Caller<'_>) -> Result<Reply> {
        let [low, high, address, address_high] = caller.memory().read_words(caller.argument())?;
        let capsets = 1 << abi::CAPSET_CROSS_DOMAIN;
        let value = match long(low, high) {
            abi::PARAM_CAPSETS if self.faults.has(Kind::NoCrossDomain) => 0,
            abi::PARAM_CAPSETS => capsets,
            n if abi::NEEDED_PARAMETERS.contains(&n) => 1,
            // Sharing with other devices.
            5 => 0,
            // Names of contexts.
            8 => 1,
            _ => return Err(Errno::INVAL),
        };
        // The driver writes an int, whatever its headers say.
        caller.memory().write_words(long(address, address_high), &[value])?;
        Ok(Reply::DONE)
    }

    pub(super) fn capset(&self, caller: &Caller<'_>) -> Result<Reply> {
        let words: [u32; 6] = caller.memory().read_words(caller.argument())?;
        let [id, version, address, address_high, size, _] = words;
        if self.faults.has(Kind::NoCrossDomain) {
            return Err(Errno::NOSYS);
        }
        if id != abi::CAPSET_CROSS_DOMAIN || version > 0 || size == 0 {
            return Err(Errno::INVAL);
        }
        let size = (size as usize).min(self.capset.len());
        let bytes = self.capset.get(..size).unwrap_or_default();
        caller.memory().write(long(address, address_high), bytes)?;
        Ok(Reply::DONE)
    }
}

/// A 64-bit number of two words.
pub(super) fn long(low: u32, high: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}
