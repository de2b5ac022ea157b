//! Sessions and their surfaces as a table for users, or as a line of JSON for programs.

use std::fmt::{self, Write};

use super::clock;
use super::frame_times::SurfaceStats;
use super::histogram::Percentiles;
use super::json::JsonString;
use super::snapshot::Snapshot;
use super::watch::{Depth, Depths};

/// One session in a table.
pub struct Table<'a> {
    /// The session now.
    pub now: &'a Snapshot,
    /// The time that the numbers cover.
    pub over: TableSpan<'a>,
}

/// The time that the numbers of a table cover.
#[derive(Clone, Copy)]
pub enum TableSpan<'a> {
    /// The whole session: totals.
    All,
    /// The time since this snapshot, or since the session's start: numbers per second.
    Since(Option<&'a Snapshot>),
}

/// The headings of a client's line and of a surface's line; 80 characters wide, like terminals.
const HEADS: &str = "\
client                          requests   events KiB→host KiB→client  fds
  surface frames    fps longest →host 50%    99% →done 50%    99%     max held
";

/// Width of a client's name: 15 letters, which is the longest name that the kernel keeps, and
/// the process's id.
const NAME_WIDTH: usize = 30;

/// All sessions as a table with a title; times are in milliseconds.
pub fn table(title: &str, sessions: &[Table<'_>]) -> String {
    let mut text = format!("{title}\n{HEADS}");
    for session in sessions {
        // Formatting into memory does not fail.
        let _ = session.write(&mut text);
    }
    text
}

/// All sessions as one line of JSON; times are in nanoseconds, counters since the
/// sessions' start.
pub fn json(sessions: &[Table<'_>]) -> String {
    let mut text = format!("{{\"at\":{},\"sessions\":[", clock::now());
    for (n, session) in sessions.iter().enumerate() {
        text.push_str(if n > 0 { "," } else { "" });
        // Formatting into memory does not fail.
        let _ = session.json(&mut text);
    }
    text.push_str("]}\n");
    text
}

impl Table<'_> {
    fn before(&self) -> Option<&Snapshot> {
        match self.over {
            TableSpan::All => None,
            TableSpan::Since(before) => before,
        }
    }

    /// The seconds that the numbers cover; `None` for totals.
    #[expect(clippy::cast_precision_loss, reason = "statistics")]
    fn seconds(&self) -> Option<f64> {
        let TableSpan::Since(before) = self.over else { return None };
        let since = before.map_or(self.now.since, |before| before.at);
        Some((self.now.at.saturating_sub(since) as f64 / 1e9).max(0.001))
    }

    /// How many messages crossed in that time.
    pub fn messages(&self) -> u64 {
        self.difference(|s| s.counters.requests.saturating_add(s.counters.events))
    }

    fn difference(&self, counter: impl Fn(&Snapshot) -> u64) -> u64 {
        counter(self.now).saturating_sub(self.before().map_or(0, counter))
    }

    /// A counter per second, or its total.
    #[expect(clippy::cast_precision_loss, reason = "statistics")]
    fn rate(&self, counter: impl Fn(&Snapshot) -> u64) -> f64 {
        self.difference(counter) as f64 / self.seconds().unwrap_or(1.0)
    }

    fn surface_before(&self, id: u32) -> Option<&SurfaceStats> {
        self.before()?.surfaces.iter().find(|surface| surface.id == id && !surface.gone)
    }

    /// New frames of a surface, and their rate.
    #[expect(clippy::cast_precision_loss, reason = "statistics")]
    fn frames(&self, surface: &SurfaceStats) -> (u64, f64) {
        let before = self.surface_before(surface.id).map_or(0, |before| before.frames);
        let frames = surface.frames.saturating_sub(before);
        (frames, self.seconds().map_or(surface.fps, |seconds| frames as f64 / seconds))
    }

    /// The surfaces to show. A destroyed surface is shown per second only while it has new
    /// frames.
    fn surfaces(&self) -> impl Iterator<Item = &SurfaceStats> {
        let all = matches!(self.over, TableSpan::All);
        let shown = move |s: &&SurfaceStats| all || !s.gone || s.to_host.count > 0;
        self.now.surfaces.iter().filter(shown)
    }

    fn write(&self, text: &mut String) -> fmt::Result {
        writeln!(
            text,
            "{:<NAME_WIDTH$} {:>9.0} {:>8.0} {:>8.1} {:>10.1} {:>4.0}",
            name(&self.now.name),
            self.rate(|s| s.counters.requests),
            self.rate(|s| s.counters.events),
            self.rate(|s| s.counters.request_bytes) / 1024.0,
            self.rate(|s| s.counters.event_bytes) / 1024.0,
            self.rate(|s| s.counters.fds),
        )?;
        let (to_host, to_client) = self.now.depths;
        for (side, Depths { now, most }) in [("host", to_host), ("client", to_client)] {
            if most != Depth::default() {
                let (bytes, fds) = (now.bytes, now.fds);
                write!(text, "  waits for the {side}: {bytes} bytes, {fds} fds")?;
                writeln!(text, " (at most {}, {})", most.bytes, most.fds)?;
            }
        }
        if self.now.counters.bytes_copied > 0 {
            let copied = self.rate(|s| s.counters.bytes_copied) / 1024.0;
            let lacking = self.rate(|s| s.counters.bytes_lacking) / 1024.0;
            writeln!(text, "  copied: {copied:.1} KiB of {lacking:.1} KiB that changed")?;
        }
        for surface in self.surfaces() {
            let (frames, fps) = self.frames(surface);
            let (host, done) = (surface.to_host, surface.to_done);
            writeln!(
                text,
                "  {:<7} {:>6} {:>6.1} {:>7} {:>9} {:>6} {:>9} {:>6} {:>7} {:>4}",
                format!("{}{}", surface.id, if surface.gone { " gone" } else { "" }),
                frames,
                fps,
                Milliseconds(surface.longest),
                At(host, host.p50),
                At(host, host.p99),
                At(done, done.p50),
                At(done, done.p99),
                At(done, done.max),
                surface.attached.saturating_sub(surface.released),
            )?;
        }
        Ok(())
    }

    fn json(&self, text: &mut String) -> fmt::Result {
        let Snapshot { session, name, at, counters, depths, .. } = self.now;
        let (to_host, to_client) = depths;
        write!(text, "{{\"session\":{session},\"name\":{},\"at\":{at}", JsonString(name))?;
        for (name, value) in [
            ("requests", counters.requests),
            ("events", counters.events),
            ("commits", counters.frames),
            ("fds", counters.fds),
            ("request_bytes", counters.request_bytes),
            ("event_bytes", counters.event_bytes),
            ("bytes_lacking", counters.bytes_lacking),
            ("bytes_copied", counters.bytes_copied),
        ] {
            write!(text, ",\"{name}\":{value}")?;
        }
        for (name, depths) in [("to_host", to_host), ("to_client", to_client)] {
            let (now, most) = (depth(depths.now), depth(depths.most));
            write!(text, ",\"{name}\":{{\"now\":{now},\"most\":{most}}}")?;
        }
        text.push_str(",\"surfaces\":[");
        for (n, surface) in self.surfaces().enumerate() {
            text.push_str(if n > 0 { "," } else { "" });
            self.surface_json(text, surface)?;
        }
        text.push_str("]}");
        Ok(())
    }

    fn surface_json(&self, text: &mut String, surface: &SurfaceStats) -> fmt::Result {
        let (_, fps) = self.frames(surface);
        write!(text, "{{\"id\":{},\"gone\":{},\"fps\":{fps:.2}", surface.id, surface.gone)?;
        for (name, value) in [
            ("commits", surface.commits),
            ("frames", surface.frames),
            ("attached", surface.attached),
            ("released", surface.released),
            ("longest", surface.longest),
        ] {
            write!(text, ",\"{name}\":{value}")?;
        }
        let times = [("commit_to_host", surface.to_host), ("commit_to_done", surface.to_done)];
        for (name, Percentiles { count, p50, p90, p99, max }) in times {
            write!(
                text,
                ",\"{name}\":{{\"count\":{count},\"p50\":{p50},\"p90\":{p90},\"p99\":{p99},\
                 \"max\":{max}}}"
            )?;
        }
        text.push('}');
        Ok(())
    }
}

fn depth(Depth { bytes, fds }: Depth) -> String {
    format!("{{\"bytes\":{bytes},\"fds\":{fds}}}")
}

/// A session's name, cut to the column's width: `7 (foot 4242)`.
fn name(name: &str) -> String {
    name.strip_prefix("session ").unwrap_or(name).chars().take(NAME_WIDTH).collect()
}

/// A time; `-` if none was recorded.
struct At(Percentiles, u64);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.count == 0 { f.pad("-") } else { Milliseconds(self.1).fmt(f) }
    }
}

/// Nanoseconds as milliseconds.
struct Milliseconds(u64);

impl fmt::Display for Milliseconds {
    #[expect(clippy::cast_precision_loss, reason = "statistics")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.0 as f64 / 1e6;
        f.pad(&if time < 10.0 { format!("{time:.3}") } else { format!("{time:.1}") })
    }
}

#[cfg(test)]
mod tests;
