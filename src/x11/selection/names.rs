//! The names of targets and their atoms, which carafe asks the X server for when it needs them.

use std::collections::{HashMap, VecDeque};

use x11rb_protocol::protocol::xproto::{GetAtomNameReply, InternAtomReply};
use x11rb_protocol::x11_utils::TryParse;

use super::server::SelectionServer;

/// Bound on the remembered names. When it is reached, all are dropped and asked for again.
const MAX_NAMES: usize = 4096;

/// A cache of names and atoms.
#[derive(Default)]
pub struct AtomNames {
    atoms: HashMap<String, u32>,
    words: HashMap<u32, String>,
    /// Names whose atoms were asked for, in this order.
    asked_atoms: VecDeque<String>,
    asked_words: Vec<u32>,
}

impl AtomNames {
    /// The atoms of names; `None` if some are not known yet, for which this asks. Names that the
    /// server refuses are left out.
    pub fn atoms(
        &mut self,
        names: &[String],
        x: &mut dyn SelectionServer,
    ) -> Option<Vec<(u32, String)>> {
        let mut all = true;
        for name in names {
            if !self.atoms.contains_key(name) {
                all = false;
                if !self.asked_atoms.contains(name) {
                    self.asked_atoms.push_back(name.clone());
                    x.ask_atom(name);
                }
            }
        }
        let known = |name: &String| self.atoms.get(name).copied().filter(|atom| *atom != 0);
        all.then(|| names.iter().filter_map(|name| Some((known(name)?, name.clone()))).collect())
    }

    /// The names of atoms; `None` if some are not known yet, for which this asks. Atoms that do
    /// not exist are left out.
    pub fn names(
        &mut self,
        atoms: &[u32],
        x: &mut dyn SelectionServer,
    ) -> Option<Vec<(u32, String)>> {
        let mut all = true;
        for atom in atoms {
            if !self.words.contains_key(atom) {
                all = false;
                if !self.asked_words.contains(atom) {
                    self.asked_words.push(*atom);
                    x.ask_name(*atom);
                }
            }
        }
        let known = |atom| self.words.get(atom).filter(|name| !name.is_empty()).cloned();
        all.then(|| atoms.iter().filter_map(|atom| Some((*atom, known(atom)?))).collect())
    }

    /// Takes the answer with the next atom; `None` is an error.
    pub fn got_atom(&mut self, answer: Option<&[u8]>) {
        let reply = answer.and_then(|answer| InternAtomReply::try_parse(answer).ok());
        if let Some(name) = self.asked_atoms.pop_front() {
            if self.atoms.len() >= MAX_NAMES {
                self.atoms.clear();
            }
            self.atoms.insert(name, reply.map_or(0, |(reply, _)| reply.atom));
        }
    }

    /// Takes the answer with an atom's name.
    pub fn got_name(&mut self, atom: u32, answer: Option<&[u8]>) {
        let reply = answer.and_then(|answer| GetAtomNameReply::try_parse(answer).ok());
        let name = reply.and_then(|(reply, _)| String::from_utf8(reply.name).ok());
        self.asked_words.retain(|asked| *asked != atom);
        if self.words.len() >= MAX_NAMES {
            self.words.clear();
        }
        self.words.insert(atom, name.unwrap_or_default());
    }
}
