//! `carafe policy`: explains policies.

#[cfg(test)]
mod tests;

use std::fmt::Write;

use crate::cli::PolicyOptions;
use crate::observe::log::escaped;
use crate::peer;
use crate::policy::{Policy, Rules, Sharing, Terms};
use crate::session::{GlobalRule, GlobalSet};

/// The answer to print.
///
/// # Errors
/// When the file has a mistake, or there is no such process.
pub fn answer(options: &PolicyOptions) -> Result<String, String> {
    match options {
        PolicyOptions::Check(path) => {
            let rules = Rules::read(Terms::default(), path.clone());
            let rules = rules.map_err(|e| format!("{}: {e}", path.display()))?;
            let mut doubts = String::new();
            for doubt in rules.doubts() {
                let _ = writeln!(doubts, "note: {doubt}");
            }
            Ok(format!("{doubts}{} is correct: {}\n", path.display(), count(rules.count())))
        }
        PolicyOptions::Why { pid, rules } => {
            let gone = || format!("cannot find process {pid}");
            let client = peer::of_process(*pid).ok_or_else(gone)?;
            let name = peer::name(*pid).unwrap_or_default();
            let rule = rules.rule(&client);
            let because = match rule {
                None => "no rule matches it, so the settings for all clients apply".to_owned(),
                Some(rule) => {
                    let name = rule.name.as_deref().unwrap_or("without a name");
                    format!("the rule in line {} ({}) applies", rule.line, escaped(name))
                }
            };
            let mut facts = String::new();
            for line in client.to_string().lines() {
                let _ = writeln!(facts, "{}", escaped(line));
            }
            let terms = rules.terms(rule);
            let gets = words(&terms.policy(false), &terms.policy(true));
            Ok(format!("process {pid} ({name})\n{facts}{because}\n{gets}"))
        }
    }
}

fn count(rules: usize) -> String {
    match rules {
        0 => "it has no rules for single clients".into(),
        1 => "it has one rule".into(),
        more => format!("it has {more} rules"),
    }
}

/// What a policy allows a client, on a socket and behind a virtual device.
fn words(socket: &Policy, device: &Policy) -> String {
    let mut text = String::new();
    let mut line = |name: &str, what: &str| {
        let _ = writeln!(text, "  {name:14}{}", escaped(what));
    };
    line("globals", &globals(&socket.globals));
    let (here, there) = (privileged(&socket.globals), privileged(&device.globals));
    if here == there {
        line("privileged", &here);
    } else {
        line("privileged", &format!("{here}; behind a virtual device: {there}"));
    }
    for (interface, version) in &socket.globals.max_versions {
        line("version", &format!("{interface} at most {version}"));
    }
    line("clipboard", &sharing(socket.clipboard));
    line("primary", &sharing(socket.primary));
    line("dnd", &sharing(socket.dnd));
    if let Some(formats) = &socket.formats {
        let name = |format: &u32| String::from_utf8_lossy(&format.to_le_bytes()).into_owned();
        line("dma-bufs", &formats.iter().map(name).collect::<Vec<_>>().join(", "));
    }
    for (name, prefix) in
        [("title-prefix", &socket.title_prefix), ("app-id-prefix", &socket.app_id_prefix)]
    {
        if !prefix.is_empty() {
            line(name, prefix);
        }
    }
    text
}

fn globals(rule: &GlobalRule) -> String {
    let denied = rule.denied.join(", ");
    match (&rule.allowed, rule.denied.is_empty()) {
        (None, true) => "all ordinary ones".into(),
        (None, false) => format!("all ordinary ones, but not {denied}"),
        (Some(allowed), true) => format!("only {}", allowed.join(", ")),
        (Some(allowed), false) => format!("only {}, but not {denied}", allowed.join(", ")),
    }
}

fn privileged(rule: &GlobalRule) -> String {
    match (&rule.allowed, &rule.privileged) {
        (Some(_), _) => "those that the list above names".into(),
        (None, GlobalSet::All) => "all".into(),
        (None, GlobalSet::Named(named)) if named.is_empty() => "none".into(),
        (None, GlobalSet::Named(named)) => format!("only {}", named.join(", ")),
    }
}

fn sharing(sharing: Sharing) -> String {
    let ways = match (sharing.to_guest, sharing.to_host) {
        (true, true) => "both directions",
        (true, false) => "host to guest",
        (false, true) => "guest to host",
        (false, false) => "none",
    };
    match sharing.limit {
        Some(limit) => format!("{ways}, at most {limit} bytes per transfer"),
        None => ways.into(),
    }
}
