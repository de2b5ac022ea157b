//! What all clients may do, and what single ones may.

use std::path::{Path, PathBuf};

use super::client::Client;
use super::file::{self, FileError};
use super::policy::Policy;
use super::rule::Rule;
use super::terms::Terms;

/// What options and a policy file say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    options: Terms,
    file: Option<PathBuf>,
    /// What is said of all clients.
    everyone: Terms,
    /// The first that is about a client counts for it.
    single: Vec<Rule>,
}

impl Rules {
    /// Those of options alone.
    pub fn new(options: Terms) -> Self {
        Self { everyone: options.clone(), options, ..Self::default() }
    }

    /// Those of options, and of a file where options say nothing.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn read(options: Terms, path: PathBuf) -> Result<Self, FileError> {
        let text = file::text(&path)?;
        Self { options, file: Some(path), ..Self::default() }.with(&text)
    }

    /// The same with this text of the file.
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

    /// How many rules there are for single clients.
    pub fn count(&self) -> usize {
        self.single.len()
    }

    /// Whether anything depends on who a client is.
    pub fn depend_on_client(&self) -> bool {
        !self.single.is_empty()
    }

    /// The rule that counts for a client.
    pub fn rule(&self, client: &Client) -> Option<&Rule> {
        self.single.iter().find(|rule| rule.who.is(client))
    }

    /// What is said of the clients of a rule, or of all that no rule is about.
    pub fn terms(&self, rule: Option<&Rule>) -> Terms {
        rule.map_or_else(|| self.everyone.clone(), |rule| rule.terms.or(&self.everyone))
    }

    /// What a client may do, over a virtual device or on a socket.
    pub fn policy(&self, client: &Client, behind_device: bool) -> Policy {
        self.terms(self.rule(client)).policy(behind_device)
    }

    /// What in them is likely not meant.
    pub fn doubts(&self) -> Vec<String> {
        let of_rules = self.single.iter().flat_map(|rule| {
            let doubts = rule.terms.doubts().into_iter();
            doubts.map(move |doubt| format!("line {}: {doubt}", rule.line))
        });
        self.everyone.doubts().into_iter().chain(of_rules).collect()
    }
}
