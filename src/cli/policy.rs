//! The options that restrict what clients and the host may see and do, and `carafe policy`.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::num::NonZeroU32;
use std::path::PathBuf;

use super::commands::POLICY;
use super::{Arguments, Invocation, UsageError};
use crate::policy::{Directions, InterfaceName, Limits, Prefix, Rules, Terms};

const INTERFACE_NAMES: &str = "interface names, like wl_drm,wl_shm";
const VERSIONS: &str = "interfaces and versions, like wl_seat=5,wl_output=3";
const LIMITS: &str = "limits of docs/limits.md, like surfaces=1000,pools=100";
/// The last version of `wl_compositor` whose surfaces have no `damage_buffer`.
const WITHOUT_DAMAGE_BUFFER: NonZeroU32 = NonZeroU32::MIN.saturating_add(2);
const WAYS: &str = "both, guest-to-host, host-to-guest or none";

/// The subcommands of `carafe policy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyOptions {
    /// Check a file.
    Check(PathBuf),
    /// Explain what a process may do.
    Why {
        /// The process.
        pid: i32,
        /// The rules to apply.
        rules: Box<Rules>,
    },
}

/// Reads what follows `policy`.
pub(super) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Invocation, UsageError> {
    let mut given = Arguments::default();
    // Options may be before, between and after the two words.
    let (mut words, mut rest) = (Vec::new(), args.into_iter().collect::<Vec<_>>());
    while !rest.is_empty() {
        given.read(rest, POLICY.options).map_err(|e| UsageError::Policy(e.to_string()))?;
        rest = std::mem::take(&mut given.command);
        if !rest.is_empty() {
            words.push(rest.remove(0));
        }
    }
    if given.help {
        return Ok(Invocation::Help(POLICY.help()));
    }
    let wrong = |what: String| Err(UsageError::Policy(what));
    if let Some((name, nearest)) = given.unknown.first() {
        return wrong(format!("unknown option {name}{}", super::nearest::meant(*nearest)));
    }
    let [word, operand] = &words[..] else {
        return wrong("expected `check FILE` or `why PID`".into());
    };
    let options = match word.to_str() {
        Some("check") => PolicyOptions::Check(operand.into()),
        Some("why") => {
            let pid = operand.to_str().and_then(|pid| pid.parse().ok()).filter(|pid| *pid > 0);
            let Some(pid) = pid else {
                return wrong("why: expected the number of a process".into());
            };
            PolicyOptions::Why { pid, rules: Box::new(rules(&given)?) }
        }
        _ => return wrong("expected `check FILE` or `why PID`".into()),
    };
    Ok(Invocation::Policy(Box::new(options)))
}

/// The rules of the options, and of the file that they name.
///
/// # Errors
/// [`UsageError::BadValue`], [`UsageError::PolicyFile`].
pub fn rules(given: &Arguments) -> Result<Rules, UsageError> {
    let options = terms(given)?;
    let Some(path) = given.path("policy") else { return Ok(Rules::new(options)) };
    Rules::read(options, path.clone())
        .map_err(|e| UsageError::PolicyFile { path, reason: e.to_string() })
}

fn terms(given: &Arguments) -> Result<Terms, UsageError> {
    Ok(Terms {
        confine: given.has("confine").then_some(true),
        allow_privileged: names(given, "allow-privileged")?,
        deny_globals: names(given, "deny-globals")?,
        allow_globals: names(given, "allow-globals")?,
        max_versions: all_max_versions(given)?,
        clipboard: ways(given, "clipboard")?,
        primary: ways(given, "primary")?,
        dnd: ways(given, "dnd")?,
        title_prefix: prefix(given, "title-prefix")?,
        app_id_prefix: prefix(given, "app-id-prefix")?,
        limits: limits(given)?,
        ..Terms::default()
    })
}

fn bad(option: &'static str, value: &OsStr, wanted: &'static str) -> UsageError {
    UsageError::bad_value(option, value, wanted)
}

fn name(text: &str) -> Option<InterfaceName> {
    text.trim().to_owned().try_into().ok()
}

fn names(
    given: &Arguments,
    option: &'static str,
) -> Result<Option<Vec<InterfaceName>>, UsageError> {
    let Some(value) = given.get(option) else { return Ok(None) };
    let names: Option<Vec<_>> = value.to_string_lossy().split(',').map(name).collect();
    names.map(Some).ok_or_else(|| bad(option, value, INTERFACE_NAMES))
}

fn max_versions(
    given: &Arguments,
) -> Result<Option<BTreeMap<InterfaceName, NonZeroU32>>, UsageError> {
    let Some(value) = given.get("max-versions") else { return Ok(None) };
    let pair = |text: &str| {
        let (interface, version) = text.split_once('=')?;
        Some((name(interface)?, version.trim().parse().ok()?))
    };
    let pairs: Option<_> = value.to_string_lossy().split(',').map(pair).collect();
    pairs.map(Some).ok_or_else(|| bad("max-versions", value, VERSIONS))
}

/// `--max-versions` and `--no-support-damage-buffer`
fn all_max_versions(
    given: &Arguments,
) -> Result<Option<BTreeMap<InterfaceName, NonZeroU32>>, UsageError> {
    let versions = max_versions(given)?;
    // The variable has the opposite meaning: 1 asks for the newer version.
    let is_old = given.get("no-support-damage-buffer").is_some_and(|value| value != "1");
    let Some(compositor) = name("wl_compositor").filter(|_| is_old) else { return Ok(versions) };
    let mut versions = versions.unwrap_or_default();
    let most = versions.entry(compositor).or_insert(WITHOUT_DAMAGE_BUFFER);
    *most = (*most).min(WITHOUT_DAMAGE_BUFFER);
    Ok(Some(versions))
}

fn limits(given: &Arguments) -> Result<Option<Limits>, UsageError> {
    let Some(value) = given.get("limits") else { return Ok(None) };
    let pair = |text: &str| {
        let (name, most) = text.split_once('=')?;
        Some((name.trim().to_owned(), most.trim().parse::<u64>().ok()?))
    };
    let pairs: Option<BTreeMap<_, _>> = value.to_string_lossy().split(',').map(pair).collect();
    let limits = pairs.and_then(|pairs| Limits::try_from(pairs).ok());
    limits.map(Some).ok_or_else(|| bad("limits", value, LIMITS))
}

fn ways(given: &Arguments, option: &'static str) -> Result<Option<Directions>, UsageError> {
    let Some(value) = given.get(option) else { return Ok(None) };
    let ways = value.to_str().and_then(Directions::find);
    ways.map(Some).ok_or_else(|| bad(option, value, WAYS))
}

fn prefix(given: &Arguments, option: &'static str) -> Result<Option<Prefix>, UsageError> {
    let Some(value) = given.get(option) else { return Ok(None) };
    let wanted = "a text in UTF-8 of less than 4000 bytes";
    let prefix = value.to_str().and_then(|text| text.to_owned().try_into().ok());
    prefix.map(Some).ok_or_else(|| bad(option, value, wanted))
}
