//! The terms for all clients, and the rules for single ones.

use std::path::{Path, PathBuf};

use super::client::Client;
use super::file::{self, FileError};
use super::quotas::{Limits, Quotas};
use super::rule::Rule;
use super::session_policy::Policy;
use super::terms::Terms;

/// The rules from the command line and a policy file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    options: Terms,
    file: Option<PathBuf>,
    /// The terms for all clients.
    everyone: Terms,
    /// The first rule that matches a client counts.
    single: Vec<Rule>,
}

impl Rules {
    /// Takes the options alone.
    pub fn new(options: Terms) -> Self {
        Self { everyone: options.clone(), options, ..Self::default() }
    }

    /// Takes the options, and a file for what the options leave open.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn read(options: Terms, path: PathBuf) -> Result<Self, FileError> {
        let text = file::text(&path)?;
        Self { options, file: Some(path), ..Self::default() }.with(&text)
    }

    /// The same rules with this text of the file.
    ///
    /// # Errors
    /// [`FileError::Text`].
    pub fn with(&self, text: &str) -> Result<Self, FileError> {
        let (top, single) = file::parse(text)?;
        let (options, file) = (self.options.clone(), self.file.clone());
        Ok(Self { everyone: options.or(&top), options, file, single })
    }

    /// The file, if there is one.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The number of rules for single clients.
    pub fn count(&self) -> usize {
        self.single.len()
    }

    /// Whether the policy depends on the client's identity.
    pub fn depend_on_client(&self) -> bool {
        !self.single.is_empty()
    }

    /// The rule that matches a client.
    pub fn rule(&self, client: &Client) -> Option<&Rule> {
        self.single.iter().find(|rule| rule.who.is(client))
    }

    /// The terms for the clients of a rule, or for all that no rule matches.
    pub fn terms(&self, rule: Option<&Rule>) -> Terms {
        rule.map_or_else(|| self.everyone.clone(), |rule| rule.terms.or(&self.everyone))
    }

    /// The policy of a client, behind a virtual device or on a socket.
    pub fn policy(&self, client: &Client, behind_device: bool) -> Policy {
        self.terms(self.rule(client)).policy(behind_device)
    }

    /// How much all clients may have whom no rule matches.
    pub fn quotas(&self) -> Quotas {
        self.everyone.limits.as_ref().map_or_else(Quotas::default, Limits::quotas)
    }

    /// Terms that the user probably does not want.
    pub fn doubts(&self) -> Vec<String> {
        let of_rules = self.single.iter().flat_map(|rule| {
            let doubts = rule.terms.doubts().into_iter();
            doubts.map(move |doubt| format!("line {}: {doubt}", rule.line))
        });
        self.everyone.doubts().into_iter().chain(of_rules).collect()
    }
}
