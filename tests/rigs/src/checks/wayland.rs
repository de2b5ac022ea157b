//! The part of the Wayland protocol that shows whether a compositor answers.

use std::collections::BTreeMap;

/// `wl_display`.
pub const DISPLAY: u32 = 1;
/// The registry of [`hello`].
pub const REGISTRY: u32 = 2;
/// The callback of [`hello`].
pub const CALLBACK: u32 = 3;

/// A request.
pub fn request(object: u32, opcode: u32, arguments: &[u32]) -> Vec<u8> {
    let len = (arguments.len() as u32 + 2) * 4;
    let head = [object, len << 16 | opcode];
    head.iter().chain(arguments).flat_map(|word| word.to_ne_bytes()).collect()
}

/// `wl_display.get_registry` and `wl_display.sync`.
pub fn hello() -> Vec<u8> {
    [request(DISPLAY, 1, &[REGISTRY]), sync(CALLBACK)].concat()
}

/// `wl_display.sync`.
pub fn sync(callback: u32) -> Vec<u8> {
    request(DISPLAY, 0, &[callback])
}

/// A wrong request: the compositor answers with an error and hangs up.
pub fn mistake() -> Vec<u8> {
    request(DISPLAY, 999, &[])
}

/// `wl_registry.bind`.
pub fn bind(global: u32, interface: &str, id: u32) -> Vec<u8> {
    let mut text = interface.as_bytes().to_vec();
    text.push(0);
    let len = text.len() as u32;
    text.resize(text.len().next_multiple_of(4), 0);
    let words = text.as_chunks().0.iter().map(|chunk| u32::from_ne_bytes(*chunk));
    let mut arguments = vec![global, len];
    arguments.extend(words);
    arguments.extend([1, id]);
    request(REGISTRY, 0, &arguments)
}

/// Events as they come.
#[derive(Debug, Default)]
pub struct Events {
    bytes: Vec<u8>,
    /// Numbers of the globals by interface.
    pub globals: BTreeMap<String, u32>,
    /// Callbacks that are done.
    pub done: Vec<u32>,
    /// Whether a `wl_display.error` came.
    pub has_error: bool,
}

impl Events {
    /// Reads more of them.
    pub fn add(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        while let Some(event) = self.next() {
            match event.as_slice() {
                [REGISTRY, head, name, _, text @ ..] if head & 0xffff == 0 => {
                    let text: Vec<u8> = text.iter().flat_map(|word| word.to_ne_bytes()).collect();
                    let end = text.iter().position(|byte| *byte == 0).unwrap_or(0);
                    let interface = String::from_utf8_lossy(&text[..end]).into_owned();
                    self.globals.insert(interface, *name);
                }
                [DISPLAY, head, ..] if head & 0xffff == 0 => self.has_error = true,
                [DISPLAY | REGISTRY, ..] => {}
                // All other objects here are callbacks and `wl_shm`.
                [object, head, _] if head & 0xffff == 0 => self.done.push(*object),
                _ => {}
            }
        }
    }

    fn next(&mut self) -> Option<Vec<u32>> {
        let words = self.bytes.as_chunks::<4>().0;
        let len = (u32::from_ne_bytes(*words.get(1)?) >> 16) as usize;
        let event = words.get(..len / 4)?.iter().map(|word| u32::from_ne_bytes(*word)).collect();
        self.bytes.drain(..len.max(8));
        Some(event)
    }
}
