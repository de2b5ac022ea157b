//! The expensive observations, which exist only while somebody asks for them.

use wayland_client::protocol::{wl_buffer, wl_callback, wl_surface};

use serde::{Deserialize, Serialize};

use super::clock;
use super::frame_times::{Frames, PeriodStats, SurfaceStats};
use super::spans::{SPANS_LEN, Span, Spans, Work};
use super::timing::{Action, TIMING_LEN, TimedAction, TimingRing};
use crate::protocol::{InterfaceId, Tables};
use crate::wire::Header;

/// What to watch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WatchOptions {
    /// Frames and queues, for a table or sommelier's statistics.
    pub stats: bool,
    /// Each attach, commit and release, for sommelier's timing file.
    pub timing: bool,
    /// The work that is done, for a trace.
    pub spans: bool,
}

impl WatchOptions {
    /// Whether anything is to be watched.
    pub fn any(self) -> bool {
        self.stats || self.timing || self.spans
    }
}

/// What waits in a session, in bytes and descriptors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Depth {
    /// Bytes that were read and not yet sent on, and carafe's own messages.
    pub bytes: u64,
    /// Descriptors.
    pub fds: u64,
}

impl Depth {
    /// The maximum of each number.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self { bytes: self.bytes.max(other.bytes), fds: self.fds.max(other.fds) }
    }
}

/// What waits in one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Depths {
    /// After the last send.
    pub now: Depth,
    /// The maximum since watching began.
    pub most: Depth,
}

impl Depths {
    fn note(&mut self, now: Depth) {
        *self = Self { now, most: self.most.max(now) };
    }
}

/// The watched interfaces.
struct Interfaces {
    surface: Option<InterfaceId>,
    callback: Option<InterfaceId>,
    buffer: Option<InterfaceId>,
}

/// A session under observation.
pub struct Watch {
    interfaces: Interfaces,
    frames: Frames,
    timing: Option<TimingRing>,
    spans: Option<Spans>,
    to_host: Depths,
    to_client: Depths,
    /// When the newest batch was read.
    read_at: u64,
}

impl Watch {
    /// Starts to watch.
    pub fn new(tables: &Tables, wanted: WatchOptions) -> Self {
        let [surface, callback, buffer] = Self::INTERFACES.map(|name| tables.find(name));
        Self {
            interfaces: Interfaces { surface, callback, buffer },
            frames: Frames::default(),
            timing: wanted.timing.then(|| TimingRing::new(TIMING_LEN)),
            spans: wanted.spans.then(|| Spans::new(SPANS_LEN)),
            to_host: Depths::default(),
            to_client: Depths::default(),
            read_at: clock::now(),
        }
    }

    /// The interfaces whose messages [`Watch`] must see one by one.
    pub const INTERFACES: [&'static str; 3] = ["wl_surface", "wl_callback", "wl_buffer"];

    /// Notes that a batch of messages was read.
    pub fn read(&mut self) {
        self.read_at = clock::now();
    }

    /// Notes a request of the client, with the client's ids.
    pub fn request(&mut self, header: Header, interface: InterfaceId, body: &[u8]) {
        let id = header.object;
        let word = || body.first_chunk().map_or(0, |bytes| u32::from_ne_bytes(*bytes));
        if Some(interface) == self.interfaces.surface {
            match header.opcode {
                wl_surface::REQ_ATTACH_OPCODE => {
                    let buffer = word();
                    self.frames.attach(id, buffer);
                    if buffer != 0 {
                        self.time(Action::Attach { surface: id, buffer });
                    }
                }
                wl_surface::REQ_FRAME_OPCODE => self.frames.callback(id, word()),
                wl_surface::REQ_COMMIT_OPCODE => {
                    self.frames.commit(id, self.read_at);
                    self.time(Action::Commit { surface: id });
                }
                wl_surface::REQ_DESTROY_OPCODE => self.frames.destroy(id),
                _ => {}
            }
        } else if Some(interface) == self.interfaces.buffer
            && header.opcode == wl_buffer::REQ_DESTROY_OPCODE
        {
            self.frames.destroy_buffer(id);
        }
    }

    /// Notes an event of the host; the header has the client's id.
    pub fn event(&mut self, header: Header, interface: InterfaceId) {
        let Header { object: id, opcode, .. } = header;
        if Some(interface) == self.interfaces.callback && opcode == wl_callback::EVT_DONE_OPCODE {
            self.frames.done(id);
        } else if Some(interface) == self.interfaces.buffer
            && opcode == wl_buffer::EVT_RELEASE_OPCODE
        {
            self.frames.release(id);
            self.time(Action::Release { buffer: id });
        }
    }

    fn time(&mut self, action: Action) {
        if let Some(timing) = &mut self.timing {
            timing.push(TimedAction { at: self.read_at, action });
        }
    }

    /// Notes a send: whether the queues to the host and to the client are empty now, and what
    /// still waits in them.
    pub fn sent(&mut self, all: (bool, bool), waiting: (Depth, Depth)) {
        self.to_host.note(waiting.0);
        self.to_client.note(waiting.1);
        let commits = self.frames.has_unsent() && all.0;
        let done = self.frames.has_finished() && all.1;
        if !commits && !done {
            return;
        }
        let now = clock::now();
        if commits {
            self.frames.requests_sent(now);
        }
        if done {
            let spans = &mut self.spans;
            self.frames.events_sent(now, |surface, start| {
                if let Some(spans) = spans {
                    spans.push(Span { start, end: now, work: Work::Frame, note: surface });
                }
            });
        }
    }

    /// The time, if spans are kept.
    pub fn span_start(&self) -> Option<u64> {
        self.spans.is_some().then(clock::now)
    }

    /// Keeps a span that ends now; returns its end.
    pub fn span(&mut self, work: Work, start: u64, note: u32) -> Option<u64> {
        let spans = self.spans.as_mut()?;
        let end = clock::now();
        spans.push(Span { start, end, work, note });
        Some(end)
    }

    /// The queues to the host and to the client.
    pub fn depths(&self) -> (Depths, Depths) {
        (self.to_host, self.to_client)
    }

    /// The surfaces, with the latencies since the last call.
    pub fn recent(&mut self) -> Vec<SurfaceStats> {
        self.frames.recent()
    }

    /// The surfaces, with all latencies.
    pub fn all(&mut self) -> Vec<SurfaceStats> {
        self.frames.all()
    }

    /// Ends a period of sommelier's statistics.
    pub fn end_period(&mut self) -> Vec<PeriodStats> {
        self.frames.end_period(clock::now())
    }

    /// The newest events for the timing file.
    pub fn timing(&self) -> Vec<TimedAction> {
        self.timing.as_ref().map(TimingRing::in_order).unwrap_or_default()
    }

    /// The newest spans.
    pub fn spans(&self) -> Vec<Span> {
        self.spans.as_ref().map(Spans::in_order).unwrap_or_default()
    }
}
