//! How many clients there may be at a time, in all and of one user. A user who opens more harms no
//! other.

use std::collections::BTreeMap;

use crate::policy::Quotas;

/// Counts the clients that are served.
#[derive(Default)]
pub struct Admission {
    all: u64,
    of_user: BTreeMap<u32, u64>,
}

/// Why a client is not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdmissionError {
    /// There are as many as there may be.
    #[error("there are {0} clients already (--limits=clients=N)")]
    Clients(u64),
    /// Its user has as many as one may have.
    #[error("the user {uid} has {most} clients already (--limits=clients-of-user=N)")]
    User {
        /// The user.
        uid: u32,
        /// How many one may have.
        most: u64,
    },
}

impl Admission {
    /// Counts one more client of a user.
    ///
    /// # Errors
    /// [`AdmissionError`]; then it is not counted.
    pub fn come(&mut self, uid: u32, quotas: &Quotas) -> Result<(), AdmissionError> {
        if self.all >= quotas.clients {
            return Err(AdmissionError::Clients(quotas.clients));
        }
        let of_user = self.of_user.entry(uid).or_default();
        if *of_user >= quotas.clients_of_user {
            return Err(AdmissionError::User { uid, most: quotas.clients_of_user });
        }
        *of_user += 1;
        self.all += 1;
        Ok(())
    }

    /// One of its clients has gone.
    pub fn gone(&mut self, uid: u32) {
        self.all = self.all.saturating_sub(1);
        if let Some(of_user) = self.of_user.get_mut(&uid) {
            *of_user = of_user.saturating_sub(1);
            if *of_user == 0 {
                self.of_user.remove(&uid);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn each_user_and_all_together_have_a_limit() {
        let quotas = Quotas { clients: 5, clients_of_user: 3, ..Quotas::default() };
        let mut admission = Admission::default();
        for _ in 0..3 {
            admission.come(1, &quotas).unwrap();
        }
        assert_eq!(admission.come(1, &quotas), Err(AdmissionError::User { uid: 1, most: 3 }));
        for _ in 0..2 {
            admission.come(2, &quotas).unwrap();
        }
        assert_eq!(admission.come(2, &quotas), Err(AdmissionError::Clients(5)));
        admission.gone(1);
        admission.come(2, &quotas).unwrap();
        for uid in [1, 1, 2, 2, 2] {
            admission.gone(uid);
        }
        assert_eq!((admission.all, admission.of_user.len()), (0, 0));
    }
}
