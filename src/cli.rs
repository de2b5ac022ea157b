//! The command line: sommelier's options and variables, and carafe's own.
//!
//! Options come before the program; a value is written as `--option=value`. An option beats
//! its variable. carafe warns about unknown options and ignores them, as sommelier does, so
//! that units for other versions keep working.

pub mod commands;
mod doctor;
pub mod help;
mod nearest;
pub mod options;
mod policy;
mod scaling;
mod shell;
mod stats;
mod usage_error;
mod x11;

#[cfg(test)]
mod tests;

use std::ffi::{OsStr, OsString};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use lexopt::Arg;
use tracing::level_filters::LevelFilter;

use crate::observe::LogMessages;
use crate::service::{Config, HostOptions, Mode, Stats};
use crate::shortcuts::{self, Shortcuts};
use nearest::meant;
use options::{OPTIONS, OptionEffect, OptionValue, Spec};

pub use doctor::DoctorOptions;
pub use help::{help, version};
pub use policy::PolicyOptions;
pub use stats::StatsOptions;
pub use usage_error::UsageError;

/// What the command line asks for.
#[derive(Debug)]
pub enum Invocation {
    /// Print this text.
    Help(String),
    /// Print the version.
    Version,
    /// Serve clients.
    Run(Box<Run>),
    /// Watch a running carafe.
    Stats(StatsOptions),
    /// Examine this machine.
    Doctor(Box<DoctorOptions>),
    /// Say what a policy means.
    Policy(Box<PolicyOptions>),
}

/// How to serve.
#[derive(Debug)]
pub struct Run {
    /// The service's configuration.
    pub config: Config,
    /// The log's level, if an option sets it.
    pub log_level: Option<LevelFilter>,
    /// Warnings to log once the log has started.
    pub warnings: Vec<String>,
}

/// The options on a command line and in the environment.
#[derive(Default)]
struct Arguments {
    values: Vec<(&'static Spec, OsString)>,
    warnings: Vec<String>,
    /// Unknown options, each with the known option that has the most similar name.
    unknown: Vec<(String, Option<&'static str>)>,
    command: Vec<OsString>,
    help: bool,
    version: bool,
}

impl Arguments {
    /// Reads the words of a command line. It accepts the options of `own` and all of carafe's.
    fn read(
        &mut self,
        args: impl IntoIterator<Item = OsString>,
        own: &'static [Spec],
    ) -> Result<(), UsageError> {
        let mut parser = lexopt::Parser::from_args(args);
        loop {
            let mut nearest = None;
            let found = match parser.next() {
                Ok(Some(Arg::Value(program))) => {
                    self.command.push(program);
                    if let Ok(rest) = parser.raw_args() {
                        self.command.extend(rest);
                    }
                    return Ok(());
                }
                Ok(Some(Arg::Long(name))) => {
                    let spec = own.iter().find(|spec| spec.name == name);
                    let spec = spec.or_else(|| options::long(name));
                    if spec.is_none() {
                        nearest = nearest::nearest(name, own.iter().chain(OPTIONS));
                    }
                    (spec, format!("--{name}"))
                }
                Ok(Some(Arg::Short(letter))) => (options::short(letter), format!("-{letter}")),
                Ok(None) => return Ok(()),
                // The option has a value but takes none; sommelier ignores the value.
                Err(_) => continue,
            };
            let (spec, name) = found;
            let value = parser.optional_value();
            match spec {
                None => self.unknown.push((name, nearest)),
                Some(spec) if spec.name == "help" => self.help = true,
                Some(spec) if spec.name == "version" => self.version = true,
                Some(spec) => match (spec.value, value) {
                    (OptionValue::Required(form), None) => {
                        return Err(UsageError::MissingValue(spec.name, form));
                    }
                    (_, value) => self.values.push((spec, value.unwrap_or_default())),
                },
            }
        }
    }

    /// Adds a warning for each unknown option.
    fn warn_unknown(&mut self) {
        let line = |(name, nearest): &(String, Option<&str>)| {
            format!("unknown option {name} is ignored{}", meant(*nearest))
        };
        self.warnings.extend(self.unknown.iter().map(line));
    }

    /// The error when there is nothing to do.
    fn nothing(&self) -> UsageError {
        match self.unknown.first() {
            Some((name, nearest)) => UsageError::Unknown { name: name.clone(), nearest: *nearest },
            None => UsageError::Nothing,
        }
    }

    /// Adds the variables of options that are not on the command line.
    fn read_environment(&mut self, env: impl Fn(&str) -> Option<OsString>) {
        for spec in OPTIONS {
            let value = spec.env.and_then(&env).filter(|value| !value.is_empty());
            if let Some(value) = value
                && !self.has(spec.name)
            {
                self.values.push((spec, value));
            }
        }
    }

    fn has(&self, name: &str) -> bool {
        self.values.iter().any(|(spec, _)| spec.name == name)
    }

    fn get(&self, name: &str) -> Option<&OsStr> {
        let found = self.values.iter().rev().find(|(spec, _)| spec.name == name);
        found.map(|(_, value)| value.as_os_str())
    }

    fn parsed<T: FromStr>(
        &self,
        option: &'static str,
        wanted: &'static str,
    ) -> Result<Option<T>, UsageError> {
        let Some(value) = self.get(option) else { return Ok(None) };
        let parsed = value.to_str().and_then(|text| text.parse().ok());
        parsed.map(Some).ok_or_else(|| UsageError::bad_value(option, value, wanted))
    }

    /// As `parsed`, for a number that must be in a range.
    fn in_range<T: FromStr + PartialOrd>(
        &self,
        option: &'static str,
        range: RangeInclusive<T>,
        wanted: &'static str,
    ) -> Result<Option<T>, UsageError> {
        let found = self.parsed(option, wanted)?;
        if found.as_ref().is_some_and(|found| !range.contains(found)) {
            let value = self.get(option).unwrap_or_default();
            return Err(UsageError::bad_value(option, value, wanted));
        }
        Ok(found)
    }

    /// An option's path; `None` if it is empty.
    fn path(&self, option: &str) -> Option<PathBuf> {
        self.get(option).filter(|path| !path.is_empty()).map(PathBuf::from)
    }
}

/// Reads a command line (without the program's own name) and the environment.
///
/// # Errors
/// [`UsageError`].
pub fn parse(
    args: impl IntoIterator<Item = OsString>,
    env: impl Fn(&str) -> Option<OsString>,
) -> Result<Invocation, UsageError> {
    let mut args = args.into_iter().peekable();
    // Only the first word is a command: `carafe ./stats` and `carafe -- stats` run programs.
    if args.next_if(|word| word == "stats").is_some() {
        return stats::parse(args);
    }
    if args.next_if(|word| word == "doctor").is_some() {
        return doctor::parse(args, env);
    }
    if args.next_if(|word| word == "policy").is_some() {
        return policy::parse(args);
    }
    let mut given = Arguments::default();
    given.read(args, OPTIONS)?;
    if given.help {
        return Ok(Invocation::Help(help()));
    }
    if given.version {
        return Ok(Invocation::Version);
    }
    given.warn_unknown();
    given.read_environment(env);
    if let Some(features) = x11::features(&given)? {
        return Ok(Invocation::Help(features));
    }
    warn_without_effect(&mut given);

    let rules = policy::rules(&given)?;
    given.warnings.extend(rules.doubts());
    let mode = mode(&given)?;
    let config = Config {
        mode,
        host: HostOptions { transfer_limit: transfer_limit(&given)?, ..host_options(&given) },
        sandbox: !given.has("no-sandbox"),
        log_messages: log_messages(&given)?,
        stats: stats(&given)?,
        sd_notify: given.get("sd-notify").map(|s| s.to_string_lossy().into_owned()),
        exit_with_child: !given.has("no-exit-with-child"),
        cursor_size: scaling::cursor_size(&given)?,
        x11: x11::options(&mut given)?,
        scaling: scaling::scaling(&given)?,
        shortcuts: shortcuts(&mut given),
        shell: shell::options(&given)?,
        rules: Arc::new(rules),
    };
    let log_level = log_level(&given)?;
    Ok(Invocation::Run(Box::new(Run { config, log_level, warnings: given.warnings })))
}

/// The options that say how to reach the host.
fn host_options(given: &Arguments) -> HostOptions {
    HostOptions {
        display: given.get("display").map(OsString::from),
        virtwl_device: given.get("virtwl-device").map(PathBuf::from),
        drm_device: given.get("force-drm-device").or(given.get("drm-device")).map(PathBuf::from),
        force_drm_device: given.has("force-drm-device"),
        only_devices: given.has("virtgpu-channel"),
        transfer_limit: 0,
    }
}

/// `--transfer-limit` in bytes; 0 stands for the default.
fn transfer_limit(given: &Arguments) -> Result<u64, UsageError> {
    let wanted = "a number of MiB, 1 or more";
    let given = given.parsed::<std::num::NonZeroU32>("transfer-limit", wanted)?;
    Ok(given.map_or(0, |mib| u64::from(mib.get()) << 20))
}

/// `--accelerators` and `--windowed-accelerators`. What is wrong in them is left out.
fn shortcuts(given: &mut Arguments) -> Shortcuts {
    let mut read = |option: &str| {
        let list = given.get(option).map(OsStr::to_string_lossy).unwrap_or_default().into_owned();
        let (shortcuts, bad) = shortcuts::parse_list(&list);
        given
            .warnings
            .extend(bad.iter().map(|error| format!("--{option}: {error}; it is left out")));
        shortcuts
    };
    Shortcuts { always: read("accelerators"), windowed: read("windowed-accelerators") }
}

/// Adds a warning for each option or variable that has no effect.
fn warn_without_effect(given: &mut Arguments) {
    for (spec, value) in &given.values {
        let value = value.to_string_lossy();
        if spec.neutral.contains(&value.as_ref()) {
            continue;
        }
        let shown = if value.is_empty() { String::new() } else { format!("={value}") };
        let name = spec.name;
        match spec.effect {
            OptionEffect::Works => {}
            OptionEffect::Never(why) => {
                given.warnings.push(format!("--{name}{shown} has no effect: {why}"));
            }
        }
    }
}

fn mode(given: &Arguments) -> Result<Mode, UsageError> {
    let command = given.command.clone();
    given.parsed::<i32>("client-fd", "the number of an open file descriptor")?;
    let wanted = "the number of an open file descriptor, 3 or more";
    let fd = given.in_range("client-fd", 3..=i32::MAX, wanted)?;
    if let Some(value) = given.get("socket").filter(|value| value.is_empty()) {
        return Err(UsageError::bad_value("socket", value, "a name or a path"));
    }
    match (given.has("parent"), fd) {
        (true, Some(_)) => Err(UsageError::Conflict(
            "--parent and --client-fd exclude each other; leave out one of them",
        )),
        (false, Some(fd)) => Ok(Mode::Client { fd }),
        (true, None) => Ok(Mode::Parent {
            socket: given.get("socket").unwrap_or(OsStr::new("wayland-0")).into(),
            init: command,
        }),
        (false, None) if command.is_empty() => Err(given.nothing()),
        (false, None) => Ok(Mode::Program { command }),
    }
}

fn log_messages(given: &Arguments) -> Result<LogMessages, UsageError> {
    let mut log = LogMessages::default();
    let Some(value) = given.get("log-messages") else { return Ok(log) };
    let value = value.to_string_lossy();
    for side in value.split(',') {
        match side {
            "client" => log.client = true,
            "host" => log.host = true,
            "secrets" => log.secrets = true,
            "" if value.is_empty() => log.client = true,
            _ => {
                return Err(UsageError::BadValue {
                    option: "log-messages",
                    value: value.into_owned(),
                    wanted: "client, host, secrets, or several of them, like client,host",
                });
            }
        }
    }
    Ok(log)
}

fn stats(given: &Arguments) -> Result<Stats, UsageError> {
    let wanted = "a number of seconds from 1 to 86400";
    let seconds = given.in_range("stats-timer", 1..=86_400u32, wanted)?.unwrap_or(60);
    let path = |name| given.path(name);
    Ok(Stats {
        table: given.has("stats"),
        summary: path("stats-summary"),
        log: path("stats-log"),
        timer: Duration::from_secs(seconds.into()),
        timing: path("timing-filename"),
        trace: path("trace-filename"),
    })
}

fn log_level(given: &Arguments) -> Result<Option<LevelFilter>, UsageError> {
    let Some(value) = given.get("log-level") else { return Ok(None) };
    let value = value.to_string_lossy();
    // sommelier's numbers run from -1 (verbose) to 3 (fatal).
    Ok(Some(match value.to_ascii_lowercase().as_str() {
        "trace" => LevelFilter::TRACE,
        "-1" | "debug" => LevelFilter::DEBUG,
        "0" | "info" => LevelFilter::INFO,
        "1" | "warn" => LevelFilter::WARN,
        "2" | "3" | "error" => LevelFilter::ERROR,
        "off" => LevelFilter::OFF,
        _ => {
            return Err(UsageError::BadValue {
                option: "log-level",
                value: value.into_owned(),
                wanted: "trace, debug, info, warn, error, off, or sommelier's -1 to 3",
            });
        }
    }))
}
