//! What is said of single clients.

use super::client::Who;
use super::terms::Terms;

/// A rule of a policy file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// How people call it.
    pub name: Option<String>,
    /// The line of the file where it begins.
    pub line: usize,
    /// The clients that it is about.
    pub who: Who,
    /// What it says of them.
    pub terms: Terms,
}
