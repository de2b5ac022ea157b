//! For tests: what the numbers that the sources name stand for.

use super::{Message, Tables};

fn message(
    interface: &str,
    opcode: u16,
    of: fn(&super::Interface) -> &[Message],
) -> (&'static str, u32) {
    let tables = Tables::get();
    let found = tables.find(interface).unwrap_or_else(|| panic!("no interface {interface}"));
    let message = of(tables.interface(found)).get(usize::from(opcode));
    let message = message.unwrap_or_else(|| panic!("{interface} has no message {opcode}"));
    (message.name, message.since)
}

/// A request's name, and the version from which on it exists.
pub fn request(interface: &str, opcode: u16) -> (&'static str, u32) {
    message(interface, opcode, |interface| &interface.requests)
}

/// The same of an event.
pub fn event(interface: &str, opcode: u16) -> (&'static str, u32) {
    message(interface, opcode, |interface| &interface.events)
}
