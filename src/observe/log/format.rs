//! The lines of events and of other texts.

use std::fmt::Write;

use tracing::Level;

/// Escapes control characters, so that the text stays on one line and does nothing to a terminal.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '"' | '\'' | '\\') {
            out.push(letter);
        } else {
            // Formatting into memory does not fail.
            let _ = write!(out, "{}", letter.escape_debug());
        }
    }
    out
}

/// An event's first line.
pub fn line(level: Level, text: &str, has_colours: bool) -> String {
    let colour = match level {
        Level::ERROR => 31,
        Level::WARN => 33,
        Level::INFO => 32,
        _ => 34,
    };
    let text = escaped(text);
    if has_colours {
        format!("\x1b[{colour}m{level:>5}\x1b[0m {text}\n")
    } else {
        format!("{level:>5} {text}\n")
    }
}

/// Whole lines, each after `indent`.
pub fn lines(text: &str, indent: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        // Formatting into memory does not fail.
        let _ = writeln!(out, "{indent}{}", escaped(line));
    }
    out
}
