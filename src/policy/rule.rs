//! The rules for single clients.

use super::client::ClientRule;
use super::terms::Terms;

/// A rule of a policy file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// The name for messages to users.
    pub name: Option<String>,
    /// The line in the file where it begins.
    pub line: usize,
    /// The clients that it matches.
    pub who: ClientRule,
    /// The terms for these clients.
    pub terms: Terms,
}
