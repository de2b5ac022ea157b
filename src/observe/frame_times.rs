//! Frames and their latency for each surface, by the client's ids.
//!
//! Times are those of whole reads and sends: a message arrives when its batch is read, and
//! is delivered when the whole batch has been sent. Everything is bounded; surfaces,
//! callbacks and buffers beyond a bound are not watched.

use serde::{Deserialize, Serialize};

use super::fps::Fps;
use super::histogram::{Latencies, Percentiles};

/// Bound on the watched surfaces of one session.
pub const MAX_SURFACES: usize = 32;

/// Bound on the outstanding frame callbacks of one session.
const MAX_CALLBACKS: usize = 256;

/// Bound on the buffers of one session whose surface is known.
const MAX_BUFFERS: usize = 256;

/// The frames of one session.
pub struct Frames {
    surfaces: Vec<SurfaceFrames>,
    callbacks: Vec<Callback>,
    buffers: Vec<Attachment>,
    /// Frames whose `done` is about to be sent: surface, time of the commit.
    finished: Vec<(usize, u64)>,
    /// Whether commits are about to be sent.
    unsent: bool,
}

struct SurfaceFrames {
    id: u32,
    /// The client destroyed it.
    gone: bool,
    /// A buffer was attached since the last commit.
    has_content: bool,
    commits: u64,
    frames: u64,
    attached: u64,
    released: u64,
    first_frame: u64,
    last_frame: u64,
    /// Longest time between two frames: since the last report, and in all.
    longest: [u64; 2],
    /// Commits of the batch that is about to be sent, and when it was read.
    unsent: u32,
    read_at: u64,
    to_host: Latencies,
    to_done: Latencies,
    fps: Fps,
    period: Period,
}

/// The numbers for sommelier's files, which start again with each report.
#[derive(Default)]
struct Period {
    fps: Fps,
    frames: u64,
    first_frame: u64,
}

struct Callback {
    id: u32,
    surface: usize,
    /// When the commit arrived to which it belongs.
    committed: Option<u64>,
}

struct Attachment {
    buffer: u32,
    surface: usize,
}

/// The statistics of a surface.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SurfaceStats {
    /// Its id at the client.
    pub id: u32,
    /// Whether the client destroyed it.
    pub gone: bool,
    /// All commits.
    pub commits: u64,
    /// Commits that brought a new buffer: frames.
    pub frames: u64,
    /// The mean rate of frames since the first one.
    pub fps: f64,
    /// Buffers attached.
    pub attached: u64,
    /// Buffers that the host gave back.
    pub released: u64,
    /// Longest time between two frames in nanoseconds.
    pub longest: u64,
    /// The time from the commit's arrival until it was sent to the host.
    pub to_host: Percentiles,
    /// The time from the commit's arrival until its frame callback's `done` was sent to
    /// the client.
    pub to_done: Percentiles,
}

/// A surface's frames over one period of sommelier's statistics.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PeriodStats {
    /// The surface's id at the client.
    pub surface: u32,
    /// Frames since the surface was first seen.
    pub total: u64,
    /// Nanoseconds since its first frame.
    pub total_time: u64,
    /// Frames in this period.
    pub frames: u64,
    /// Nanoseconds since this period's first frame.
    pub time: u64,
    /// Their rates.
    pub fps: Fps,
}

impl Default for Frames {
    fn default() -> Self {
        Self {
            surfaces: Vec::with_capacity(MAX_SURFACES),
            callbacks: Vec::with_capacity(MAX_CALLBACKS),
            buffers: Vec::with_capacity(MAX_BUFFERS),
            finished: Vec::with_capacity(MAX_CALLBACKS),
            unsent: false,
        }
    }
}

impl Frames {
    /// Notes a `wl_surface.attach`; `buffer` is 0 if it removes the content.
    pub fn attach(&mut self, surface: u32, buffer: u32) {
        let Some(index) = self.find(surface) else { return };
        if let Some(surface) = self.surfaces.get_mut(index) {
            surface.has_content = buffer != 0;
            surface.attached += u64::from(buffer != 0);
        }
        if buffer == 0 {
            return;
        }
        if let Some(known) = self.buffers.iter_mut().find(|known| known.buffer == buffer) {
            known.surface = index;
        } else if self.buffers.len() < MAX_BUFFERS {
            self.buffers.push(Attachment { buffer, surface: index });
        }
    }

    /// Notes a `wl_surface.frame`.
    pub fn callback(&mut self, surface: u32, id: u32) {
        let Some(surface) = self.find(surface) else { return };
        // If the id is known, the client uses it again for a new callback.
        self.callbacks.retain(|callback| callback.id != id);
        if self.callbacks.len() < MAX_CALLBACKS {
            self.callbacks.push(Callback { id, surface, committed: None });
        }
    }

    /// Notes a `wl_surface.commit` that was read at `now`.
    pub fn commit(&mut self, surface: u32, now: u64) {
        let Some(index) = self.find(surface) else { return };
        for callback in &mut self.callbacks {
            if callback.surface == index && callback.committed.is_none() {
                callback.committed = Some(now);
            }
        }
        if let Some(surface) = self.surfaces.get_mut(index) {
            surface.commit(now);
            self.unsent = true;
        }
    }

    /// Notes a `wl_surface.destroy`. The surface's numbers stay until their place is needed.
    pub fn destroy(&mut self, surface: u32) {
        let index = self.surfaces.iter().position(|s| s.id == surface && !s.gone);
        let Some(index) = index else { return };
        if let Some(surface) = self.surfaces.get_mut(index) {
            surface.gone = true;
        }
        self.callbacks.retain(|callback| callback.surface != index);
        self.buffers.retain(|attached| attached.surface != index);
    }

    /// Notes a `wl_buffer.release`.
    pub fn release(&mut self, buffer: u32) {
        let attached = self.buffers.iter().find(|attached| attached.buffer == buffer);
        if let Some(surface) = attached.and_then(|a| self.surfaces.get_mut(a.surface)) {
            surface.released += 1;
        }
    }

    /// Notes a `wl_buffer.destroy`.
    pub fn destroy_buffer(&mut self, buffer: u32) {
        self.buffers.retain(|attached| attached.buffer != buffer);
    }

    /// Notes a `wl_callback.done`.
    pub fn done(&mut self, id: u32) {
        let Some(index) = self.callbacks.iter().position(|c| c.id == id) else { return };
        let callback = self.callbacks.swap_remove(index);
        if let Some(committed) = callback.committed
            && self.finished.len() < MAX_CALLBACKS
        {
            self.finished.push((callback.surface, committed));
        }
    }

    /// Whether [`requests_sent`](Self::requests_sent) has something to note.
    pub fn has_unsent(&self) -> bool {
        self.unsent
    }

    /// Notes that all commits until now were sent to the host.
    pub fn requests_sent(&mut self, now: u64) {
        self.unsent = false;
        for surface in self.surfaces.iter_mut().filter(|s| s.unsent > 0) {
            let commits = std::mem::take(&mut surface.unsent);
            surface.to_host.record(now.saturating_sub(surface.read_at), commits);
        }
    }

    /// Whether [`events_sent`](Self::events_sent) has something to note.
    pub fn has_finished(&self) -> bool {
        !self.finished.is_empty()
    }

    /// Notes that all `done` events until now were sent to the client. `each` gets the surface
    /// and the time of the commit of each frame that ended with them.
    pub fn events_sent(&mut self, now: u64, mut each: impl FnMut(u32, u64)) {
        for (surface, committed) in self.finished.drain(..) {
            if let Some(surface) = self.surfaces.get_mut(surface) {
                surface.to_done.record(now.saturating_sub(committed), 1);
                each(surface.id, committed);
            }
        }
    }

    /// All surfaces, with the latencies since the last call.
    pub fn recent(&mut self) -> Vec<SurfaceStats> {
        let show = |surface: &mut SurfaceFrames| {
            let (to_host, to_done) = (surface.to_host.take_recent(), surface.to_done.take_recent());
            let [recent, _] = &mut surface.longest;
            let longest = std::mem::take(recent);
            SurfaceStats { longest, ..surface.stats(to_host, to_done) }
        };
        self.surfaces.iter_mut().map(show).collect()
    }

    /// All surfaces, with the latencies since their start.
    pub fn all(&mut self) -> Vec<SurfaceStats> {
        let show = |surface: &mut SurfaceFrames| {
            let (to_host, to_done) = (surface.to_host.all(), surface.to_done.all());
            surface.stats(to_host, to_done)
        };
        self.surfaces.iter_mut().map(show).collect()
    }

    /// Ends a period; returns the surfaces that had frames in it.
    pub fn end_period(&mut self, now: u64) -> Vec<PeriodStats> {
        let ended = |surface: &mut SurfaceFrames| {
            let period = std::mem::take(&mut surface.period);
            (period.frames > 0).then(|| PeriodStats {
                surface: surface.id,
                total: surface.frames,
                total_time: now.saturating_sub(surface.first_frame),
                frames: period.frames,
                time: now.saturating_sub(period.first_frame),
                fps: period.fps,
            })
        };
        self.surfaces.iter_mut().filter_map(ended).collect()
    }

    /// The index of a surface. A new surface is added if there is room.
    fn find(&mut self, id: u32) -> Option<usize> {
        if let Some(index) = self.surfaces.iter().position(|s| s.id == id && !s.gone) {
            return Some(index);
        }
        if self.surfaces.len() < MAX_SURFACES {
            self.surfaces.push(SurfaceFrames::new(id));
            return Some(self.surfaces.len() - 1);
        }
        // Take the place of the destroyed surface with the fewest frames.
        let gone = self.surfaces.iter().enumerate().filter(|(_, surface)| surface.gone);
        let (index, _) = gone.min_by_key(|(_, surface)| surface.frames)?;
        self.finished.retain(|(surface, _)| *surface != index);
        *self.surfaces.get_mut(index)? = SurfaceFrames::new(id);
        Some(index)
    }
}

impl SurfaceFrames {
    fn new(id: u32) -> Self {
        Self {
            id,
            gone: false,
            has_content: false,
            commits: 0,
            frames: 0,
            attached: 0,
            released: 0,
            first_frame: 0,
            last_frame: 0,
            longest: [0; 2],
            unsent: 0,
            read_at: 0,
            to_host: Latencies::default(),
            to_done: Latencies::default(),
            fps: Fps::default(),
            period: Period::default(),
        }
    }

    fn commit(&mut self, now: u64) {
        self.commits += 1;
        self.unsent += 1;
        self.read_at = now;
        if !std::mem::take(&mut self.has_content) {
            return;
        }
        if self.frames == 0 {
            self.first_frame = now;
        } else {
            // As in sommelier, a period does not count the first frame: it has no distance to
            // a previous one.
            let distance = now.saturating_sub(self.last_frame);
            self.longest = self.longest.map(|longest| longest.max(distance));
            self.fps.add(distance);
            if self.period.frames == 0 {
                self.period.first_frame = now;
            }
            self.period.frames += 1;
            self.period.fps.add(distance);
        }
        self.frames += 1;
        self.last_frame = now;
    }

    #[expect(clippy::cast_precision_loss, reason = "statistics")]
    fn stats(&self, to_host: Percentiles, to_done: Percentiles) -> SurfaceStats {
        let time = self.last_frame.saturating_sub(self.first_frame);
        SurfaceStats {
            id: self.id,
            gone: self.gone,
            commits: self.commits,
            frames: self.frames,
            fps: if time == 0 { 0.0 } else { (self.frames - 1) as f64 * 1e9 / time as f64 },
            attached: self.attached,
            released: self.released,
            longest: self.longest[1],
            to_host,
            to_done,
        }
    }
}

#[cfg(test)]
mod tests;
