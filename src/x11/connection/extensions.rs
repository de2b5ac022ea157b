//! The extensions of the X server.

use x11rb_protocol::protocol::xproto::QueryExtensionReply;
use x11rb_protocol::x11_utils::{ExtInfoProvider, ExtensionInformation};

use crate::x11::query::Extension;

/// The numbers of the server's extensions.
#[derive(Default)]
pub struct Extensions {
    known: Vec<(Extension, ExtensionInformation)>,
}

impl Extensions {
    /// Adds an extension that the server has.
    pub fn add(&mut self, extension: Extension, reply: &QueryExtensionReply) {
        let information = ExtensionInformation {
            major_opcode: reply.major_opcode,
            first_event: reply.first_event,
            first_error: reply.first_error,
        };
        self.known.push((extension, information));
    }

    /// The numbers of an extension, if the server has it.
    pub fn get(&self, extension: Extension) -> Option<&ExtensionInformation> {
        self.known.iter().find(|(known, _)| *known == extension).map(|(_, found)| found)
    }

    /// The opcode of an extension's requests, by the extension's name.
    pub fn opcode(&self, name: &str) -> Option<u8> {
        let found = self.known.iter().find(|(known, _)| known.name() == name);
        found.map(|(_, information)| information.major_opcode)
    }

    /// The extension whose first number is the highest that is not above `number`. Extensions
    /// use consecutive numbers for their events and errors.
    fn below(
        &self,
        number: u8,
        first: impl Fn(&ExtensionInformation) -> u8,
    ) -> Option<(&str, ExtensionInformation)> {
        let below = self.known.iter().filter(|(_, found)| (1..=number).contains(&first(found)));
        let (extension, found) = below.max_by_key(|(_, found)| first(found))?;
        Some((extension.name(), *found))
    }
}

impl ExtInfoProvider for Extensions {
    fn get_from_major_opcode(&self, opcode: u8) -> Option<(&str, ExtensionInformation)> {
        let found = self.known.iter().find(|(_, found)| found.major_opcode == opcode);
        found.map(|(extension, found)| (extension.name(), *found))
    }

    fn get_from_event_code(&self, code: u8) -> Option<(&str, ExtensionInformation)> {
        self.below(code, |found| found.first_event)
    }

    fn get_from_error_code(&self, code: u8) -> Option<(&str, ExtensionInformation)> {
        self.below(code, |found| found.first_error)
    }
}
