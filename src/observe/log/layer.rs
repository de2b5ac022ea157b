//! Formatting events of `tracing` as lines.

use std::fmt::{self, Write};
use std::io::IsTerminal;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::{escaped, sink};

/// The name of the field that holds an event's further lines.
const LINES: &str = "lines";

/// Writes a line for each event, and indented ones for its field `lines`.
pub struct Lines {
    has_colours: bool,
}

impl Lines {
    /// Uses colours if standard error is a terminal.
    pub fn new() -> Self {
        Self { has_colours: std::io::stderr().is_terminal() }
    }

    fn head(&self, level: Level) -> String {
        let colour = match level {
            Level::ERROR => 31,
            Level::WARN => 33,
            Level::INFO => 32,
            _ => 34,
        };
        if self.has_colours {
            format!("\x1b[{colour}m{level:>5}\x1b[0m")
        } else {
            format!("{level:>5}")
        }
    }
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let level = *event.metadata().level();
        let line = format!("{} {}\n", self.head(level), escaped(&fields.line));
        let mut more = String::new();
        for line in fields.lines.lines() {
            // Formatting into memory does not fail.
            let _ = writeln!(more, "  {}", escaped(line));
        }
        sink::write_event(level, line, &more);
    }
}

/// The texts of an event.
#[derive(Default)]
struct Fields {
    line: String,
    lines: String,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = match field.name() {
            "message" => write!(self.line, "{value:?}"),
            LINES => write!(self.lines, "{value:?}"),
            name => write!(self.line, " {name}={value:?}"),
        };
    }
}
