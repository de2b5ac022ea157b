//! How much of everything a client may have: `--limits`.

use std::collections::BTreeMap;

use serde::Deserialize;

/// One limit that users can set.
pub struct Settable {
    /// Its name.
    pub name: &'static str,
    /// Its value where nobody sets it.
    pub default: u64,
    /// What it limits.
    pub what: &'static str,
    /// What happens beyond it.
    pub beyond: &'static str,
    place: fn(&mut Quotas) -> &mut u64,
}

/// All of them.
pub static SETTABLE: [Settable; 6] = [
    Settable {
        name: "surfaces",
        default: 16_384,
        what: "surfaces of a client",
        beyond: "the client gets an error",
        place: |quotas| &mut quotas.surfaces,
    },
    Settable {
        name: "pools",
        default: 16_384,
        what: "`wl_shm` pools of a client, with those that only buffers use",
        beyond: "the client gets an error",
        place: |quotas| &mut quotas.pools,
    },
    Settable {
        name: "pool-mib",
        default: 65_536,
        what: "MiB that these pools say they have (many programs use little of that)",
        beyond: "the client gets an error",
        place: |quotas| &mut quotas.pool_mib,
    },
    Settable {
        name: "host-mib",
        default: 2048,
        what: "MiB of the host's memory for a client's buffers, behind a virtual device",
        beyond: "the client gets an error",
        place: |quotas| &mut quotas.host_mib,
    },
    Settable {
        name: "clients-of-user",
        default: 1024,
        what: "clients of one user at a time",
        beyond: "a new client gets an error",
        place: |quotas| &mut quotas.clients_of_user,
    },
    Settable {
        name: "clients",
        default: 4096,
        what: "clients at a time",
        beyond: "a new client gets an error",
        place: |quotas| &mut quotas.clients,
    },
];

/// How much a client may have, and how many clients there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "`SETTABLE` says what they are")]
pub struct Quotas {
    pub surfaces: u64,
    pub pools: u64,
    pub pool_mib: u64,
    pub host_mib: u64,
    pub clients_of_user: u64,
    pub clients: u64,
}

impl Default for Quotas {
    fn default() -> Self {
        Limits::default().quotas()
    }
}

/// The limits that a user sets, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "BTreeMap<String, u64>")]
pub struct Limits(BTreeMap<String, u64>);

impl TryFrom<BTreeMap<String, u64>> for Limits {
    type Error = String;

    fn try_from(given: BTreeMap<String, u64>) -> Result<Self, Self::Error> {
        let is_known = |name: &String| SETTABLE.iter().any(|settable| settable.name == name);
        match given.keys().find(|name| !is_known(name)) {
            None => Ok(Self(given)),
            Some(name) => {
                let names: Vec<_> = SETTABLE.iter().map(|settable| settable.name).collect();
                Err(format!("there is no limit {name}; there are {}", names.join(", ")))
            }
        }
    }
}

impl Limits {
    /// These limits, completed with others.
    #[must_use]
    pub fn or(&self, others: &Self) -> Self {
        let mut all = others.0.clone();
        all.extend(self.0.clone());
        Self(all)
    }

    /// The values, with the defaults of those that are not set.
    pub fn quotas(&self) -> Quotas {
        let mut quotas = Quotas {
            surfaces: 0,
            pools: 0,
            pool_mib: 0,
            host_mib: 0,
            clients_of_user: 0,
            clients: 0,
        };
        for settable in &SETTABLE {
            let value = self.0.get(settable.name).copied().unwrap_or(settable.default);
            *(settable.place)(&mut quotas) = value;
        }
        quotas
    }
}
