//! The command line of `carafe stats`.

use std::ffi::OsString;

use lexopt::Arg;

use super::commands::STATS;
use super::nearest::meant;
use super::nearest::nearest;
use super::{Invocation, UsageError};

/// The options of `carafe stats`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatsOptions {
    /// The socket of the watched carafe's clients.
    pub socket: Option<OsString>,
    /// How long to watch; for ever if `None`.
    pub seconds: Option<u64>,
    /// Whether to print JSON instead of a table.
    pub json: bool,
}

/// Reads the words after `stats`.
pub(super) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Invocation, UsageError> {
    let mut options = StatsOptions::default();
    let mut parser = lexopt::Parser::from_args(args);
    let wrong = |e: lexopt::Error| UsageError::Stats(e.to_string());
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Arg::Long("socket") => options.socket = Some(parser.value().map_err(wrong)?),
            Arg::Long("seconds") => {
                let value = parser.value().map_err(wrong)?;
                let seconds = value.to_str().and_then(|text| text.parse().ok());
                let Some(seconds @ 1..) = seconds else {
                    let value = value.to_string_lossy();
                    let text = format!("--seconds={value}: expected a number, 1 or more");
                    return Err(UsageError::Stats(text));
                };
                options.seconds = Some(seconds);
            }
            Arg::Long("once") => options.seconds = Some(1),
            Arg::Long("json") => options.json = true,
            Arg::Short('h') | Arg::Long("help") => return Ok(Invocation::Help(STATS.help())),
            Arg::Long(name) => {
                let near = nearest(name, STATS.options);
                return Err(UsageError::Stats(format!("unknown option --{name}{}", meant(near))));
            }
            other => return Err(wrong(other.unexpected())),
        }
    }
    Ok(Invocation::Stats(options))
}
