//! The version of an object on both sides. If carafe makes up what the host's version lacks, the
//! client's version is newer.

/// An object's version on both sides. It is one number, because it is copied for every new object:
/// the client's version is in the lower 16 bits, and the host's in the upper ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Versions(u32);

const CLIENT_BITS: u32 = 0xffff;

fn narrow(version: u32) -> u32 {
    version.min(CLIENT_BITS)
}

impl Versions {
    /// For an object with these versions at the client and at the host.
    pub fn new(client: u32, host: u32) -> Self {
        Self(narrow(client) | narrow(host) << 16)
    }

    /// The client's version: it tells the requests that the client may make, and the events that it
    /// knows.
    #[inline]
    pub fn client(self) -> u32 {
        self.0 & CLIENT_BITS
    }

    /// The host's version.
    #[inline]
    pub fn host(self) -> u32 {
        self.0 >> 16
    }

    /// Whether the client may make a request that exists since this version.
    #[inline]
    pub(super) fn has(self, since: u16) -> bool {
        u32::from(since) <= self.client()
    }

    /// A free object has no version: its place holds the id of the next free object instead.
    #[inline]
    pub(super) const fn link(next: u32) -> Self {
        Self(next)
    }

    /// See [`link`](Self::link).
    #[inline]
    pub(super) fn linked(self) -> u32 {
        self.0
    }
}

/// The same version on both sides.
impl From<u32> for Versions {
    #[inline]
    fn from(version: u32) -> Self {
        Self::new(version, version)
    }
}
