//! Traces as Chrome's trace events in JSON. Perfetto (`ui.perfetto.dev`) and Chrome
//! (`chrome://tracing`) can open them.

use std::fmt::{self, Write};

use super::clock;
use super::json::JsonString;
use super::spans::{Span, Work};
use crate::protocol::Tables;

/// Spans of all sessions, a track for each.
#[derive(Debug, Default)]
pub struct Trace {
    tracks: Vec<Track>,
}

#[derive(Clone, Debug)]
struct Track {
    session: u64,
    name: String,
    spans: Vec<Span>,
}

/// Bound on the spans of all sessions.
const MAX_SPANS: usize = 262_144;

impl Trace {
    /// Adds a session's spans. If there are too many, the sessions that were added first are
    /// dropped.
    pub fn add(&mut self, session: u64, name: String, spans: Vec<Span>) {
        if spans.is_empty() {
            return;
        }
        self.tracks.push(Track { session, name, spans });
        self.trim();
    }

    fn trim(&mut self) {
        while self.tracks.iter().map(|track| track.spans.len()).sum::<usize>() > MAX_SPANS {
            self.tracks.remove(0);
        }
    }

    /// Removes a session's spans.
    pub fn remove(&mut self, session: u64) {
        self.tracks.retain(|track| track.session != session);
    }

    /// Adds the spans of another trace.
    pub fn merge(&mut self, other: &Self) {
        self.tracks.extend_from_slice(&other.tracks);
        self.trim();
    }

    /// The file's text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Formatting into memory does not fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> fmt::Result {
        let pid = std::process::id();
        writeln!(
            text,
            "{{\"displayTimeUnit\":\"ms\",\"metadata\":{{\"program\":\"carafe {}\",\
             \"clock\":\"CLOCK_MONOTONIC\",\"boottime_ahead_ns\":{},\"realtime_ahead_ns\":{}}},\
             \"traceEvents\":[",
            env!("CARGO_PKG_VERSION"),
            clock::boot_time_ahead(),
            clock::time_of_day_ahead(),
        )?;
        write!(
            text,
            "{{\"ph\":\"M\",\"pid\":{pid},\"tid\":0,\"name\":\"process_name\",\"args\":{{\"name\":\"carafe\"}}}}"
        )?;
        for Track { session, name, spans } in &self.tracks {
            let name = JsonString(name);
            write!(
                text,
                ",\n{{\"ph\":\"M\",\"pid\":{pid},\"tid\":{session},\"name\":\"thread_name\",\"args\":{{\"name\":{name}}}}}"
            )?;
            for (number, span) in spans.iter().enumerate() {
                let place = format_args!("\"pid\":{pid},\"tid\":{session}");
                write_span(text, &place, *session, number, *span)?;
            }
        }
        text.push_str("\n]}\n");
        Ok(())
    }
}

fn write_span(
    text: &mut String,
    place: &fmt::Arguments<'_>,
    session: u64,
    number: usize,
    span: Span,
) -> fmt::Result {
    let Span { start, end, work, note } = span;
    let begins = Microseconds(start);
    let (name, what) = match work {
        Work::Read => ("read", "bytes"),
        Work::Forward => ("forward", "bytes"),
        Work::Copy => ("copy", "bytes"),
        Work::Send => ("send", "bytes"),
        Work::Handle => {
            let interface = Tables::get().iter().nth(note as usize).map_or("", |i| i.name);
            let interface = JsonString(interface);
            let lasts = Microseconds(end.saturating_sub(start));
            return write!(
                text,
                ",\n{{\"ph\":\"X\",{place},\"ts\":{begins},\"dur\":{lasts},\"name\":\"handle\",\
                 \"args\":{{\"interface\":{interface}}}}}"
            );
        }
        Work::Frame => {
            // Asynchronous events, because frames overlap.
            let id = format_args!("\"cat\":\"frame\",\"id\":\"{session}.{number}\"");
            let name = format_args!("\"name\":\"frame of surface {note}\"");
            let ends = Microseconds(end);
            write!(text, ",\n{{\"ph\":\"b\",{place},{id},{name},\"ts\":{begins}}}")?;
            return write!(text, ",\n{{\"ph\":\"e\",{place},{id},{name},\"ts\":{ends}}}");
        }
    };
    let lasts = Microseconds(end.saturating_sub(start));
    write!(
        text,
        ",\n{{\"ph\":\"X\",{place},\"ts\":{begins},\"dur\":{lasts},\"name\":\"{name}\",\
         \"args\":{{\"{what}\":{note}}}}}"
    )
}

/// Nanoseconds, displayed as the format wants them: in microseconds with three decimals.
struct Microseconds(u64);

impl fmt::Display for Microseconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1000, self.0 % 1000)
    }
}

#[cfg(test)]
mod tests;
