//! The version of an object on both sides. If carafe makes up what the host's version lacks, the
//! client's version is newer.

/// An object's version on both sides. It is as small as one number, because it is passed for every
/// new object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Versions {
    client: u16,
    host: u16,
}

fn narrow(version: u32) -> u16 {
    u16::try_from(version).unwrap_or(u16::MAX)
}

impl Versions {
    /// For an object with these versions at the client and at the host.
    pub fn new(client: u32, host: u32) -> Self {
        Self { client: narrow(client), host: narrow(host) }
    }

    /// The client's version: it tells the requests that the client may make, and the events that it
    /// knows.
    #[inline]
    pub fn client(self) -> u32 {
        u32::from(self.client)
    }

    /// The host's version.
    #[inline]
    pub fn host(self) -> u32 {
        u32::from(self.host)
    }

    /// Whether the client may make a request that exists since this version.
    #[inline]
    pub(super) fn has(self, since: u16) -> bool {
        since <= self.client
    }

    /// A free object has no version: its place holds the id of the next free object instead.
    #[inline]
    pub(super) const fn link(next: u32) -> Self {
        let [a, b, c, d] = next.to_ne_bytes();
        Self { client: u16::from_ne_bytes([a, b]), host: u16::from_ne_bytes([c, d]) }
    }

    /// See [`link`](Self::link).
    #[inline]
    pub(super) fn linked(self) -> u32 {
        let ([a, b], [c, d]) = (self.client.to_ne_bytes(), self.host.to_ne_bytes());
        u32::from_ne_bytes([a, b, c, d])
    }
}

/// The same version on both sides.
impl From<u32> for Versions {
    #[inline]
    fn from(version: u32) -> Self {
        Self::new(version, version)
    }
}
