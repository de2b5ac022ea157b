//! Faults on demand: `--fault=KIND[:N]`.
//!
//! N (by default 1) counts in the whole rig, not in one context: other contexts must not be
//! affected.

use std::str::FromStr;

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The Nth and each later allocation of memory fails with `ENOMEM`.
    Alloc,
    /// The Nth message to the host fails.
    Send,
    /// The Nth message to the host is answered `EAGAIN`; over virtio-wl `EBUSY` if the descriptor
    /// blocks.
    Again,
    /// The host hangs up the connection on which the Nth message comes, after that message.
    Hangup,
    /// As `hangup`, but the guest is not told, as when a host dies before it has read everything.
    Reset,
    /// The host takes everything and never answers.
    Mute,
    /// The device has no dma-bufs.
    NoDmabuf,
    /// The Nth blob that the host shares has a number that the host does not know.
    BadBlob,
    /// What the host wrote to the Nth ring page changes while it is being read.
    Scribble,
    /// The device has no cross-domain capset.
    NoCrossDomain,
    /// The kernel is ChromeOS's, which knows more of an object.
    ExtendedInfo,
}

const NAMES: [(&str, Kind); 11] = [
    ("alloc", Kind::Alloc),
    ("send", Kind::Send),
    ("again", Kind::Again),
    ("hangup", Kind::Hangup),
    ("reset", Kind::Reset),
    ("mute", Kind::Mute),
    ("no-dmabuf", Kind::NoDmabuf),
    ("bad-blob", Kind::BadBlob),
    ("scribble", Kind::Scribble),
    ("no-cross-domain", Kind::NoCrossDomain),
    ("extended-info", Kind::ExtendedInfo),
];

#[derive(Debug)]
struct Fault {
    kind: Kind,
    at: u64,
    seen: u64,
}

/// The faults that were asked for.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Adds one, as it is written after `--fault=`.
    ///
    /// # Errors
    /// When there is no such kind, or N is no number from 1 on.
    pub fn add(&mut self, text: &str) -> Result<(), String> {
        let (name, at) = text.split_once(':').unwrap_or((text, "1"));
        let kind = NAMES.iter().find(|(n, _)| *n == name);
        let at = u64::from_str(at).ok().filter(|at| *at > 0);
        let (Some((_, kind)), Some(at)) = (kind, at) else {
            return Err(format!("no such fault: {text}"));
        };
        self.0.push(Fault { kind: *kind, at, seen: 0 });
        Ok(())
    }

    /// Whether this kind was asked for at all.
    pub fn has(&self, kind: Kind) -> bool {
        self.0.iter().any(|fault| fault.kind == kind)
    }

    /// Counts one occasion; true when it is the Nth.
    pub fn is_due(&mut self, kind: Kind) -> bool {
        self.count(kind, |seen, at| seen == at)
    }

    /// Counts one occasion; true for the Nth and each later one.
    pub fn is_due_from(&mut self, kind: Kind) -> bool {
        self.count(kind, |seen, at| seen >= at)
    }

    fn count(&mut self, kind: Kind, due: impl Fn(u64, u64) -> bool) -> bool {
        let mut is_due = false;
        for fault in self.0.iter_mut().filter(|fault| fault.kind == kind) {
            fault.seen += 1;
            is_due |= due(fault.seen, fault.at);
        }
        is_due
    }
}
