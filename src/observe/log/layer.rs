//! The texts of `tracing`'s events.

use std::fmt::{self, Write};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::record::LogRecord;
use super::writer::record;

/// The name of the field that holds an event's further lines.
const LINES_FIELD: &str = "lines";

/// The name of the field of an event that is logged only once, whichever sessions say it.
const ONCE: &str = "once";

/// Logs a line for each event, and indented ones for its field `lines`.
pub struct Lines;

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let Fields { line, lines, once } = fields;
        record(LogRecord::event(*event.metadata().level(), line, lines, once));
    }
}

/// The texts of an event.
#[derive(Default)]
struct Fields {
    line: String,
    lines: String,
    once: bool,
}

impl Visit for Fields {
    fn record_bool(&mut self, field: &Field, value: bool) {
        if field.name() == ONCE {
            self.once = value;
        } else {
            self.record_debug(field, &value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = match field.name() {
            "message" => write!(self.line, "{value:?}"),
            LINES_FIELD => write!(self.lines, "{value:?}"),
            name => write!(self.line, " {name}={value:?}"),
        };
    }
}
