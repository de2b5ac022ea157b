//! The command line of `carafe doctor`.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use super::commands::DOCTOR;
use super::nearest::meant;
use super::{Arguments, Invocation, UsageError, host_options, policy};
use crate::policy::Rules;
use crate::service::HostOptions;

/// The options of `carafe doctor`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoctorOptions {
    /// How carafe would reach the host.
    pub host: HostOptions,
    /// The Xwayland that carafe would run.
    pub xwayland: Option<PathBuf>,
    /// What clients may do.
    pub rules: Rules,
    /// Whether to print JSON instead of text.
    pub json: bool,
}

/// Reads the words after `doctor`, and the environment.
pub(super) fn parse(
    args: impl IntoIterator<Item = OsString>,
    env: impl Fn(&str) -> Option<OsString>,
) -> Result<Invocation, UsageError> {
    let mut given = Arguments::default();
    given.read(args, DOCTOR.options).map_err(|e| UsageError::Doctor(e.to_string()))?;
    if given.help {
        return Ok(Invocation::Help(DOCTOR.help()));
    }
    let unknown = given.unknown.first();
    let unknown = unknown.map(|(name, near)| format!("unknown option {name}{}", meant(*near)));
    let unknown = unknown.or_else(|| {
        given.command.first().map(|word| format!("unexpected word {}", word.to_string_lossy()))
    });
    if let Some(what) = unknown {
        return Err(UsageError::Doctor(what));
    }
    given.read_environment(env);
    Ok(Invocation::Doctor(Box::new(DoctorOptions {
        host: host_options(&given),
        xwayland: given.get("xwayland-path").map(OsStr::to_owned).map(PathBuf::from),
        rules: policy::rules(&given).map_err(|e| UsageError::Doctor(e.to_string()))?,
        json: given.has("json"),
    })))
}
