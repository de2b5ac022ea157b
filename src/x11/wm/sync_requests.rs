//! `_NET_WM_SYNC_REQUEST` (EWMH): clients are asked to say when they have drawn a size.
//!
//! Only the basic counter is used. Programs that have the extended one too (GTK, Chromium)
//! answer with either, as they are asked; the extended one would have them wait for each
//! frame's `_NET_WM_FRAME_DRAWN` besides.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use x11rb_protocol::protocol::sync::{ALARMSTATE, AlarmNotifyEvent};

use super::sizing::Sizing;
use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::server::{ClientMessage, Server};

/// How long a client may take to draw a size.
const DRAWING: Duration = Duration::from_secs(1);

/// How long the X server may take to show it: hosts do not ask for frames of windows that
/// nobody sees.
const SHOWING: Duration = Duration::from_millis(250);

/// What a window waits for.
#[derive(Debug)]
struct SyncWait {
    /// What tells when the client's counter has the value; `None`: it has it.
    alarm: Option<Alarm>,
    /// When it is no longer waited for, whatever comes; `None`: it is not.
    until: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Alarm {
    id: u32,
    value: i64,
}

/// See the module.
#[derive(Default)]
pub struct SyncRequests {
    /// By window.
    waits: HashMap<u32, SyncWait>,
    /// The last value that a counter was to have.
    last: i64,
    /// Ids of alarms that are free again.
    spare: Vec<u32>,
}

impl SyncRequests {
    /// The client of a window has drawn: the host is to get that soon.
    pub fn await_content(&mut self, window: u32) {
        if let Some(wait) = self.waits.get_mut(&window) {
            wait.until = Some(Instant::now() + SHOWING);
        }
    }

    /// A window waits for nothing.
    pub fn forget(&mut self, window: u32, x: &mut dyn Server) {
        if let Some(alarm) = self.waits.remove(&window).and_then(|wait| wait.alarm) {
            self.free(alarm, x);
        }
    }

    fn free(&mut self, alarm: Alarm, x: &mut dyn Server) {
        x.forget_alarm(alarm.id);
        self.spare.push(alarm.id);
    }

    /// The window whose client has drawn. Its alarm is free again.
    fn take(&mut self, alarm: Alarm, x: &mut dyn Server) -> Option<u32> {
        let mut waits = self.waits.iter_mut();
        let (id, wait) = waits.find(|(_, wait)| wait.alarm == Some(alarm))?;
        let id = *id;
        wait.alarm = None;
        self.free(alarm, x);
        Some(id)
    }

    /// A window that has waited long enough, if any has.
    fn take_late(&mut self, now: Instant) -> Option<u32> {
        let is_late = |wait: &SyncWait| wait.until.is_some_and(|until| until <= now);
        let (id, wait) = self.waits.iter_mut().find(|(_, wait)| is_late(wait))?;
        wait.until = None;
        Some(*id)
    }
}

impl Wm {
    /// Asks a window's client to say when it has drawn the size that comes next.
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

    /// A client has drawn: its counter has the value.
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

    /// When something is to be done even if nobody says anything; `None`: never.
    pub fn deadline(&self) -> Option<Instant> {
        self.sync_requests.waits.values().filter_map(|wait| wait.until).min()
    }

    /// Time has passed.
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
