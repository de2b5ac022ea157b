//! The options that restrict what clients and the host may see and do.

use std::sync::Arc;

use super::{Arguments, UsageError};
use crate::protocol::Tables;
use crate::session::GlobalRule;
use crate::sharing::{Policy, Sharing};
use crate::wire::MAX_STRING;

/// Globals without which hardly any client shows a window.
const BASELINE: [&str; 5] = ["wl_compositor", "wl_shm", "xdg_wm_base", "wl_seat", "wl_output"];

const NAMES: &str = "interface names, like wl_drm,wl_shm";
const VERSIONS: &str = "interfaces and versions, like wl_seat=5,wl_output=3";
const WAYS: &str = "both, guest-to-host, host-to-guest or none";

/// Reads the options. Adds warnings about values that are likely mistakes.
///
/// # Errors
/// [`UsageError::BadValue`].
pub fn policy(given: &mut Arguments) -> Result<Policy, UsageError> {
    let clipboard = sharing(given, "clipboard")?.unwrap_or_default();
    let rule = GlobalRule {
        denied: names(given, "deny-globals")?.unwrap_or_default(),
        allowed: names(given, "allow-globals")?,
        max_versions: max_versions(given)?,
    };
    warn(&rule, &mut given.warnings);
    Ok(Policy {
        globals: Arc::new(rule),
        clipboard,
        primary: sharing(given, "primary")?.unwrap_or(clipboard),
        dnd: sharing(given, "dnd")?.unwrap_or_default(),
        title_prefix: text(given, "title-prefix")?,
        app_id_prefix: text(given, "app-id-prefix")?,
    })
}

/// Warns about values that are likely mistakes.
fn warn(rule: &GlobalRule, warnings: &mut Vec<String>) {
    let missing: Vec<_> = BASELINE.into_iter().filter(|name| !rule.allows(name)).collect();
    if !missing.is_empty() {
        let missing = missing.join(", ");
        warnings.push(format!(
            "clients that need {missing} may show no windows: --deny-globals or --allow-globals \
             keeps this from them"
        ));
    }
    let versioned = rule.max_versions.iter().map(|(name, _)| name);
    let named = rule.denied.iter().chain(rule.allowed.iter().flatten()).chain(versioned);
    for name in named.filter(|name| Tables::get().find(name).is_none()) {
        warnings.push(format!("carafe does not know the interface {name}: check its spelling"));
    }
}

fn bad(option: &'static str, value: &str, wanted: &'static str) -> UsageError {
    UsageError::BadValue { option, value: value.to_owned(), wanted }
}

fn names(given: &Arguments, option: &'static str) -> Result<Option<Vec<String>>, UsageError> {
    let Some(value) = given.get(option) else { return Ok(None) };
    let value = value.to_string_lossy();
    let names: Option<Vec<_>> = value.split(',').map(name).collect();
    names.map(Some).ok_or_else(|| bad(option, &value, NAMES))
}

fn name(text: &str) -> Option<String> {
    let is_name =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let text = text.trim();
    (!text.is_empty() && is_name(text)).then(|| text.to_owned())
}

fn max_versions(given: &Arguments) -> Result<Vec<(String, u32)>, UsageError> {
    let Some(value) = given.get("max-versions") else { return Ok(Vec::new()) };
    let value = value.to_string_lossy();
    let pair = |text: &str| {
        let (interface, version) = text.split_once('=')?;
        let version = version.trim().parse().ok().filter(|version| *version > 0)?;
        Some((name(interface)?, version))
    };
    let pairs: Option<_> = value.split(',').map(pair).collect();
    pairs.ok_or_else(|| bad("max-versions", &value, VERSIONS))
}

fn sharing(given: &Arguments, option: &'static str) -> Result<Option<Sharing>, UsageError> {
    let Some(value) = given.get(option) else { return Ok(None) };
    let (to_guest, to_host) = match value.to_str() {
        Some("both") => (true, true),
        Some("guest-to-host") => (false, true),
        Some("host-to-guest") => (true, false),
        Some("none") => (false, false),
        _ => return Err(bad(option, &value.to_string_lossy(), WAYS)),
    };
    Ok(Some(Sharing { to_guest, to_host }))
}

fn text(given: &Arguments, option: &'static str) -> Result<String, UsageError> {
    let value = given.get(option).unwrap_or_default();
    let text = value.to_str().filter(|text| text.len() < MAX_STRING && !text.contains('\0'));
    let wanted = "a text in UTF-8 of less than 4000 bytes";
    text.map(str::to_owned).ok_or_else(|| bad(option, &value.to_string_lossy(), wanted))
}
