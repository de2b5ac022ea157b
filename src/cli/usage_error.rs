//! Mistakes in the command line.

use std::ffi::OsStr;
use std::path::PathBuf;

use super::nearest::meant;

/// A mistake in the command line.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum UsageError {
    /// An option without its value.
    #[error("--{0} needs a value: --{0}={1}")]
    MissingValue(&'static str, &'static str),
    /// A value that makes no sense for its option.
    #[error("--{option}={value}: expected {wanted}")]
    BadValue {
        /// The option's name.
        option: &'static str,
        /// The value.
        value: String,
        /// What would be right.
        wanted: &'static str,
    },
    /// A mistake in the command line of `carafe stats`.
    #[error("carafe stats: {0}; `carafe stats --help` shows its options")]
    Stats(String),
    /// A mistake in the command line of `carafe doctor`.
    #[error("carafe doctor: {0}; `carafe doctor --help` shows its options")]
    Doctor(String),
    /// What `carafe policy` does not understand.
    #[error("carafe policy: {0}; `carafe policy --help` shows its options")]
    Policy(String),
    /// A file of `--policy` that cannot be read or understood.
    #[error("--policy: {}: {reason}", path.display())]
    PolicyFile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A file of `--quirks-config` that cannot be read or understood.
    #[error("--quirks-config: cannot use {path}: {reason}")]
    Quirks {
        /// The file.
        path: String,
        /// The reason.
        reason: String,
    },
    /// Options that exclude each other.
    #[error("{0}")]
    Conflict(&'static str),
    /// There is nothing to do, most likely because an option is misspelled.
    #[error("unknown option {name}{}; `carafe --help` shows all options", meant(*nearest))]
    Unknown {
        /// The option as it was given.
        name: String,
        /// The known option with the most similar name.
        nearest: Option<&'static str>,
    },
    /// There is neither a program nor an option that makes one unnecessary.
    #[error(
        "nothing to do: name a program to run, or --parent to listen for clients \
         (`carafe --help` shows all options)"
    )]
    Nothing,
}

impl UsageError {
    /// Makes a [`BadValue`](Self::BadValue).
    pub(super) fn bad_value(option: &'static str, value: &OsStr, wanted: &'static str) -> Self {
        Self::BadValue { option, value: value.to_string_lossy().into_owned(), wanted }
    }

    /// The exit status. The doctor's mistakes have another one, because its statuses up to 2
    /// tell what it found.
    pub fn exit_status(&self) -> u8 {
        if matches!(self, Self::Doctor(_)) { 3 } else { 2 }
    }
}
