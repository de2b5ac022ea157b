//! The doctor's findings, and how they are displayed.

use std::fmt::{self, Write};

use crate::observe::json::JsonString;
use crate::observe::log::escaped;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Everything is as it should be.
    Ok,
    /// Worth knowing; nothing is wrong.
    Note,
    /// Something will not work.
    Warning,
    /// No window will show.
    Error,
}

impl Severity {
    /// Its name in both formats.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The name of the check: a constant word that programs can compare.
    pub check: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The finding in one sentence.
    pub what: String,
    /// What the user should do next, if anything.
    pub next: Option<String>,
    /// A list that belongs to it.
    pub details: Vec<String>,
}

/// All findings, in the order of the checks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    findings: Vec<Finding>,
}

impl Report {
    /// Adds something that is fine.
    pub fn ok(&mut self, check: &'static str, what: impl Into<String>) {
        self.add(Severity::Ok, check, &what.into(), None);
    }

    /// Adds something that is worth knowing.
    pub fn note(&mut self, check: &'static str, what: impl Into<String>, next: impl Into<String>) {
        self.add(Severity::Note, check, &what.into(), Some(next.into()));
    }

    /// Adds something that will not work.
    pub fn warn(&mut self, check: &'static str, what: impl Into<String>, next: impl Into<String>) {
        self.add(Severity::Warning, check, &what.into(), Some(next.into()));
    }

    /// Adds something that keeps windows from showing.
    pub fn error(&mut self, check: &'static str, what: impl Into<String>, next: impl Into<String>) {
        self.add(Severity::Error, check, &what.into(), Some(next.into()));
    }

    fn add(&mut self, severity: Severity, check: &'static str, what: &str, next: Option<String>) {
        // Names of files and programs may hold control characters.
        let next = next.map(|next| escaped(&next));
        self.findings.push(Finding {
            check,
            severity,
            what: escaped(what),
            next,
            details: Vec::new(),
        });
    }

    /// Adds a list to the last finding.
    pub fn details(&mut self, details: Vec<String>) {
        if let Some(last) = self.findings.last_mut() {
            last.details = details;
        }
    }

    /// The findings.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The severity of the worst finding.
    pub fn severity(&self) -> Severity {
        self.findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Ok)
    }

    /// 0 when nothing is wrong, 1 after warnings, 2 after errors. Plugins of monitoring systems
    /// use the same numbers.
    pub fn exit_status(&self) -> u8 {
        match self.severity() {
            Severity::Ok | Severity::Note => 0,
            Severity::Warning => 1,
            Severity::Error => 2,
        }
    }

    /// The report as one JSON object on one line.
    pub fn json(&self) -> String {
        let mut text = format!(
            "{{\"version\":\"{}\",\"severity\":\"{}\",\"findings\":[",
            env!("CARGO_PKG_VERSION"),
            self.severity().name()
        );
        for (n, finding) in self.findings.iter().enumerate() {
            let comma = if n == 0 { "" } else { "," };
            let _ = write!(
                text,
                "{comma}{{\"check\":\"{}\",\"severity\":\"{}\",\"what\":{}",
                finding.check,
                finding.severity.name(),
                JsonString(&finding.what)
            );
            if let Some(next) = &finding.next {
                let _ = write!(text, ",\"next\":{}", JsonString(next));
            }
            if !finding.details.is_empty() {
                let details = finding.details.iter().map(|line| JsonString(line).to_string());
                let details: Vec<String> = details.collect();
                let _ = write!(text, ",\"details\":[{}]", details.join(","));
            }
            text.push('}');
        }
        text.push_str("]}\n");
        text
    }
}

/// Width of the text in columns.
const TEXT_WIDTH: usize = 88;
/// The column in which a finding's text begins.
const INDENT: usize = 10;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            let name = finding.severity.name();
            let mut first = format!("{name:INDENT$}");
            wrap(f, &mut first, finding.check, ": ", &finding.what)?;
            if let Some(next) = &finding.next {
                wrap(f, &mut " ".repeat(INDENT), "next", ": ", next)?;
            }
            let details = match finding.severity {
                // One line is enough for something that is fine; the JSON has the whole list.
                Severity::Ok => first_line(&finding.details),
                _ => finding.details.join(", "),
            };
            if !details.is_empty() {
                wrap(f, &mut " ".repeat(INDENT), "", "", &details)?;
            }
        }
        if self.severity() <= Severity::Note {
            return writeln!(f, "\nNo problems found.");
        }
        let count = |severity: Severity| {
            let count = self.findings.iter().filter(|found| found.severity == severity).count();
            format!("{count} {}{}", severity.name(), if count == 1 { "" } else { "s" })
        };
        writeln!(f, "\n{}, {}", count(Severity::Error), count(Severity::Warning))
    }
}

/// As many details as fit on a line.
fn first_line(details: &[String]) -> String {
    let all = details.join(", ");
    if all.chars().count() <= TEXT_WIDTH - INDENT {
        return all;
    }
    let mut line = String::new();
    for detail in details {
        if line.chars().count() + detail.chars().count() + ", …".len() > TEXT_WIDTH - INDENT {
            break;
        }
        line.push_str(detail);
        line.push_str(", ");
    }
    line.push('…');
    line
}

/// Writes a text in lines of [`TEXT_WIDTH`] columns; `line` holds the start of the first line.
fn wrap(
    f: &mut fmt::Formatter<'_>,
    line: &mut String,
    label: &str,
    colon: &str,
    text: &str,
) -> fmt::Result {
    line.push_str(label);
    line.push_str(colon);
    let mut is_first = true;
    for word in text.split_whitespace() {
        if !is_first && line.chars().count() + 1 + word.chars().count() > TEXT_WIDTH {
            writeln!(f, "{line}")?;
            *line = " ".repeat(INDENT);
            is_first = true;
        }
        if !is_first {
            line.push(' ');
        }
        line.push_str(word);
        is_first = false;
    }
    writeln!(f, "{}", line.trim_end())
}
