//! An X program that pastes slowly.

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt, Property, Window};

use crate::client::{Client, New};

/// A paste of data that comes in pieces (`INCR`).
pub struct Reader {
    pub client: Client,
    pub window: Window,
    property: u32,
}

impl Reader {
    /// Asks for a target of a selection.
    pub fn ask(client: Client, selection: &str, target: &str) -> Self {
        let window = client.create(&New::named("reads", 0));
        let property = client.atom("PASTED");
        let (selection, target) = (client.atom(selection), client.atom(target));
        client.x.convert_selection(window, selection, target, property, 0u32).unwrap();
        client.x.flush().unwrap();
        let mut reader = Self { client, window, property };
        let given = reader.client.wait("an answer", |event| match event {
            Event::SelectionNotify(event) if event.requestor == window => Some(event.property),
            _ => None,
        });
        assert_eq!(given, property, "it is not to be had");
        reader
    }

    /// Takes the data; `None` if it will come in pieces.
    pub fn take(&mut self) -> Option<Vec<u8>> {
        self.client.events.clear();
        let any = AtomEnum::ANY;
        let asked = self.client.x.get_property(true, self.window, self.property, any, 0, 1 << 24);
        let reply = asked.unwrap().reply().unwrap();
        (reply.type_ != self.client.atom("INCR")).then_some(reply.value)
    }

    /// The next piece; the last one is empty.
    pub fn bit(&mut self) -> Vec<u8> {
        let (window, property) = (self.window, self.property);
        self.client.wait("the next bit", |event| match event {
            Event::PropertyNotify(event) => (event.window == window
                && event.atom == property
                && event.state == Property::NEW_VALUE)
                .then_some(()),
            _ => None,
        });
        self.take().expect("a bit")
    }

    /// All remaining data.
    pub fn rest(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        loop {
            match self.bit() {
                bit if bit.is_empty() => return all,
                bit => all.extend(bit),
            }
        }
    }
}
