//! Policy files.

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use super::client::ClientRule;
use super::rule::Rule;
use super::terms::Terms;

/// Bound on a file's length in bytes.
const MAX_LEN: usize = 256 * 1024;

/// Bound on its rules.
const MAX_RULES: usize = 256;

/// Why a policy file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Its text has an error.
    #[error("line {line}: {reason}")]
    Text {
        /// The line of the error.
        line: usize,
        /// The error.
        reason: String,
    },
}

/// Reads a file's text.
///
/// # Errors
/// The kernel's error.
pub fn text(path: &Path) -> io::Result<String> {
    // If a FIFO has this name, opening it must fail instead of wait.
    let file = File::options().read(true).custom_flags(libc::O_NONBLOCK).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no ordinary file"));
    }
    let mut text = String::new();
    file.take(MAX_LEN as u64 + 1).read_to_string(&mut text)?;
    Ok(text)
}

/// Reads the terms for all clients, and the rules.
///
/// # Errors
/// [`FileError::Text`].
pub fn parse(text: &str) -> Result<(Terms, Vec<Rule>), FileError> {
    if text.len() > MAX_LEN {
        return Err(io::Error::other(format!("it has more than {MAX_LEN} bytes")).into());
    }
    let at = |span: Option<Range<usize>>, reason: &str| FileError::Text {
        line: line(text, span.map_or(0, |span| span.start)),
        reason: reason.trim_end().replace('\n', "; "),
    };
    let wrong = |error: &toml::de::Error| at(error.span(), error.message());
    let mut top = DeTable::parse(text).map_err(|e| wrong(&e))?;
    let mut rules = Vec::new();
    if let Some(all) = top.get_mut().remove("rule") {
        let span = all.span();
        let DeValue::Array(all) = all.into_inner() else {
            return Err(at(Some(span), "rules begin with [[rule]]"));
        };
        if all.len() > MAX_RULES {
            return Err(at(Some(span), &format!("there are more than {MAX_RULES} rules")));
        }
        for one in all {
            let span = one.span();
            let DeValue::Table(table) = one.into_inner() else {
                return Err(at(Some(span), "rules begin with [[rule]]"));
            };
            let rule = rule(Spanned::new(span.clone(), table))
                .map_err(|e| at(e.span().or(Some(span.clone())), e.message()))?;
            if rule.who.is_empty() {
                let keys = ClientRule::KEYS.join(", ");
                let reason = format!(
                    "the rule says of whom with none of {keys}; what holds for \
                                      all stands in front of the first [[rule]]"
                );
                return Err(at(Some(span), &reason));
            }
            rules.push(Rule { line: line(text, span.start), ..rule });
        }
    }
    let terms = Terms::deserialize(Deserializer::from(top)).map_err(|e| wrong(&e))?;
    Ok((terms, rules))
}

/// The part of a rule that is neither a condition nor a term.
#[derive(Deserialize)]
struct Title {
    name: Option<String>,
}

/// Sorts the keys of a rule: its name, its conditions, its terms.
fn rule(table: Spanned<DeTable<'_>>) -> Result<Rule, toml::de::Error> {
    let span = table.span();
    let (mut name, mut who, mut terms) = (DeTable::new(), DeTable::new(), DeTable::new());
    for (key, value) in table.into_inner() {
        let sort = match key.get_ref().as_ref() {
            "name" => &mut name,
            key if ClientRule::KEYS.contains(&key) => &mut who,
            _ => &mut terms,
        };
        sort.insert(key, value);
    }
    let of = |table| Deserializer::from(Spanned::new(span.clone(), table));
    let Title { name } = Title::deserialize(of(name))?;
    let who = ClientRule::deserialize(of(who))?;
    let terms = Terms::deserialize(of(terms))?;
    Ok(Rule { name, line: 0, who, terms })
}

/// The line of a position in a text, counted from 1.
fn line(text: &str, place: usize) -> usize {
    let before = text.bytes().take(place);
    before.filter(|byte| *byte == b'\n').count().saturating_add(1)
}
