//! `_NET_WM_SYNC_REQUEST` (EWMH): asking clients to report when they have drawn a size.
//!
//! carafe uses only the basic counter. Programs that have the extended one too (GTK, Chromium)
//! answer with the one that they were asked for. With the extended one they would also wait for
//! `_NET_WM_FRAME_DRAWN` after each frame.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use x11rb_protocol::protocol::sync::{ALARMSTATE, AlarmNotifyEvent};

use super::sizing::Sizing;
use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::server::{ClientMessage, Server};

/// The longest time that a client may take to draw a size.
const DRAWING: Duration = Duration::from_secs(1);

/// The longest time that the X server may take to show it: hosts do not ask for frames of windows
/// that nobody sees.
const SHOWING: Duration = Duration::from_millis(250);

/// What a window waits for.
#[derive(Debug)]
struct SyncWait {
    /// The alarm for the client's counter; `None` once the counter has the value.
    alarm: Option<Alarm>,
    /// When the wait ends in any case; `None` if nothing is awaited.
    until: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Alarm {
    id: u32,
    value: i64,
}

/// The state of all requests.
#[derive(Default)]
pub struct SyncRequests {
    /// The waits, by window.
    waits: HashMap<u32, SyncWait>,
    /// The value for the last request.
    last: i64,
    /// The ids of alarms that can be used again.
    spare: Vec<u32>,
}

impl SyncRequests {
    /// The client of a window has drawn; the host should get that soon.
    pub fn await_content(&mut self, window: u32) {
        if let Some(wait) = self.waits.get_mut(&window) {
            wait.until = Some(Instant::now() + SHOWING);
        }
    }

    /// A window waits for nothing any more.
    pub fn forget(&mut self, window: u32, x: &mut dyn Server) {
        if let Some(alarm) = self.waits.remove(&window).and_then(|wait| wait.alarm) {
            self.free(alarm, x);
        }
    }

    fn free(&mut self, alarm: Alarm, x: &mut dyn Server) {
        x.forget_alarm(alarm.id);
        self.spare.push(alarm.id);
    }

    /// Takes the window whose client has drawn. Its alarm can be used again.
    fn take(&mut self, alarm: Alarm, x: &mut dyn Server) -> Option<u32> {
        let mut waits = self.waits.iter_mut();
        let (id, wait) = waits.find(|(_, wait)| wait.alarm == Some(alarm))?;
        let id = *id;
        wait.alarm = None;
        self.free(alarm, x);
        Some(id)
    }

    /// Takes a window that has waited too long, if there is one.
    fn take_late(&mut self, now: Instant) -> Option<u32> {
        let is_late = |wait: &SyncWait| wait.until.is_some_and(|until| until <= now);
        let (id, wait) = self.waits.iter_mut().find(|(_, wait)| is_late(wait))?;
        wait.until = None;
        Some(*id)
    }
}

impl Wm {
    /// Asks a window's client to report when it has drawn the next size.
    pub(super) fn ask_to_draw(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        let Some(counter) = window.sync_counter() else { return window.sizing.was_not_asked() };
        let alarm = self.sync_requests.spare.pop().unwrap_or_else(|| env.x.new_id());
        if alarm == 0 {
            return window.sizing.was_not_asked();
        }
        self.sync_requests.last += 1;
        let value = self.sync_requests.last;
        env.x.await_counter(alarm, counter, value);
        Self::allow_commits(id, false, env);
        let atoms = *env.x.atoms();
        let [low, high] = [value, value >> 32].map(|half| (half & 0xffff_ffff).unsigned_abs());
        let halves = [low, high].map(|half| u32::try_from(half).unwrap_or_default());
        let data = [atoms._NET_WM_SYNC_REQUEST, self.focus.time, halves[0], halves[1], 0];
        env.x.tell(ClientMessage { window: id, kind: atoms.WM_PROTOCOLS, data });
        let alarm = Some(Alarm { id: alarm, value });
        self.sync_requests
            .waits
            .insert(id, SyncWait { alarm, until: Some(Instant::now() + DRAWING) });
    }

    /// Handles that a client has drawn: its counter has reached the value.
    pub(super) fn counted(
        &mut self,
        event: &AlarmNotifyEvent,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        if event.state == ALARMSTATE::DESTROYED {
            return Ok(());
        }
        let value = i64::from(event.alarm_value.hi) << 32 | i64::from(event.alarm_value.lo);
        match self.sync_requests.take(Alarm { id: event.alarm, value }, env.x) {
            Some(id) => self.change_size(id, env, Sizing::drawn),
            None => Ok(()),
        }
    }

    /// When [`Wm::time_is_up`] must be called; `None` for never.
    pub fn deadline(&self) -> Option<Instant> {
        self.sync_requests.waits.values().filter_map(|wait| wait.until).min()
    }

    /// Ends the waits that have taken too long.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn time_is_up(&mut self, now: Instant, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        while let Some(id) = self.sync_requests.take_late(now) {
            self.change_size(id, env, Sizing::time_is_up)?;
        }
        Ok(())
    }
}
