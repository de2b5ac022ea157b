//! Windows change their size in step with their clients (`_NET_WM_SYNC_REQUEST`, EWMH):
//! what is half drawn is not shown, and the next size waits until the last one is seen.
//!
//! Only the basic counter is used. Programs that have the extended one too (GTK, Chromium)
//! answer with either, as they are asked; the extended one would have them wait for each
//! frame's `_NET_WM_FRAME_DRAWN` besides.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use x11rb_protocol::protocol::sync::{ALARMSTATE, AlarmNotifyEvent};
use x11rb_protocol::protocol::xproto::AtomEnum;

use super::window::Life;
use super::{Env, Wm};
use crate::x11::rect::Rect;
use crate::x11::server::ClientMessage;

/// How long a client may take to draw a size.
const DRAWING: Duration = Duration::from_secs(1);

/// How long the X server may take to show it: hosts do not ask for frames of windows that
/// nobody sees.
const SHOWING: Duration = Duration::from_millis(250);

/// How far a resize is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The client draws.
    Drawing,
    /// What it has drawn is to be shown.
    Showing,
    /// It has not answered. It is not asked again before it does.
    GivenUp,
}

/// A resize that its client was asked to follow.
#[derive(Debug)]
struct Resize {
    stage: Stage,
    /// When this stage ends, whatever comes.
    until: Instant,
    size: (u32, u32),
    /// The size was shown already.
    shown: bool,
    /// What the window is to have next.
    next: Option<Rect>,
    /// What tells when the client's counter has the value.
    alarm: u32,
    value: i64,
}

/// See the module.
#[derive(Default)]
pub struct Resizes {
    /// By window.
    under_way: HashMap<u32, Resize>,
    /// The last value that a counter was to have.
    last: i64,
    /// Ids of alarms that are free again.
    spare: Vec<u32>,
}

impl Resizes {
    fn awaited(&self, id: u32) -> Option<&Resize> {
        self.under_way.get(&id).filter(|resize| resize.stage != Stage::GivenUp)
    }

    /// Whether a window is between two sizes.
    pub fn is_under_way(&self, id: u32) -> bool {
        self.awaited(id).is_some()
    }

    /// What a window is to have that waits for its client.
    pub fn next(&self, id: u32) -> Option<Rect> {
        self.awaited(id)?.next
    }

    /// When something is to be done even if nobody says anything.
    fn deadline(&self) -> Option<Instant> {
        let all = self.under_way.values().filter(|resize| resize.stage != Stage::GivenUp);
        all.map(|resize| resize.until).min()
    }
}

impl Wm {
    /// Moves and resizes a managed window: at once, or when its client has followed the
    /// last resize.
    pub(super) fn resize(&mut self, id: u32, rect: Rect, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get(&id) else { return };
        let before = window.rect;
        if let Some(resize) = self.resizes.under_way.get_mut(&id)
            && resize.stage != Stage::GivenUp
        {
            resize.next = (rect != before).then_some(rect);
            return;
        }
        if rect.size() != before.size() && window.life == Life::Mapped {
            self.ask_to_follow(id, rect.size(), env);
        }
        self.move_at_once(id, rect, env);
    }

    /// The same without waiting for its client, nor asking it for an answer.
    pub(super) fn move_at_once(&mut self, id: u32, rect: Rect, env: &mut Env<'_, '_>) {
        let rect = self.kept_on_screen(id, rect);
        let Some(window) = self.windows.get_mut(&id) else { return };
        let before = std::mem::replace(&mut window.rect, rect);
        if rect == before {
            return;
        }
        env.x.configure(id, rect);
        // Where only the place is new, the conventions want it told by the manager.
        if rect.size() == before.size() {
            env.x.tell_place(id, rect, window.border);
        }
    }

    /// Asks a window's client to say when it has drawn a size, if it can.
    fn ask_to_follow(&mut self, id: u32, size: (u32, u32), env: &mut Env<'_, '_>) {
        let counter = self.windows.get(&id).and_then(super::Window::sync_counter);
        let Some(counter) = counter.filter(|_| !self.resizes.under_way.contains_key(&id)) else {
            return;
        };
        let alarm = self.resizes.spare.pop().unwrap_or_else(|| env.x.new_id());
        if alarm == 0 {
            return;
        }
        self.resizes.last += 1;
        let value = self.resizes.last;
        env.x.await_counter(alarm, counter, value);
        Self::allow_commits(id, false, env);
        let atoms = *env.x.atoms();
        let [low, high] = [value, value >> 32].map(|half| (half & 0xffff_ffff).unsigned_abs());
        let halves = [low, high].map(|half| u32::try_from(half).unwrap_or_default());
        let data = [atoms._NET_WM_SYNC_REQUEST, self.focus.time, halves[0], halves[1], 0];
        env.x.tell(ClientMessage { window: id, kind: atoms.WM_PROTOCOLS, data });
        let until = Instant::now() + DRAWING;
        let stage = Stage::Drawing;
        let resize = Resize { stage, until, size, shown: false, next: None, alarm, value };
        self.resizes.under_way.insert(id, resize);
    }

    /// Whether Xwayland may show what a window has.
    pub(super) fn allow_commits(id: u32, allowed: bool, env: &mut Env<'_, '_>) {
        let property = env.x.atoms()._XWAYLAND_ALLOW_COMMITS;
        env.x.set_numbers(id, property, AtomEnum::CARDINAL.into(), &[allowed.into()]);
    }

    /// A client has drawn: its counter has the value.
    pub(super) fn counted(&mut self, event: &AlarmNotifyEvent, env: &mut Env<'_, '_>) {
        if event.state == ALARMSTATE::DESTROYED {
            return;
        }
        let value = i64::from(event.alarm_value.hi) << 32 | i64::from(event.alarm_value.lo);
        let of_event = |resize: &Resize| resize.alarm == event.alarm && resize.value == value;
        let mut all = self.resizes.under_way.iter_mut();
        let Some((id, resize)) = all.find(|(_, resize)| of_event(resize)) else { return };
        let id = *id;
        if resize.stage == Stage::Showing {
            return;
        }
        env.x.forget_alarm(resize.alarm);
        self.resizes.spare.push(resize.alarm);
        if resize.stage == Stage::GivenUp {
            self.resizes.under_way.remove(&id);
            return;
        }
        resize.stage = Stage::Showing;
        resize.until = Instant::now() + SHOWING;
        let shown = resize.shown;
        Self::allow_commits(id, true, env);
        if shown {
            self.followed(id, env);
        }
    }

    /// The host gets content of that size for a window.
    pub(super) fn shows(&mut self, id: u32, size: (u32, u32), env: &mut Env<'_, '_>) {
        let Some(resize) = self.resizes.under_way.get_mut(&id) else { return };
        resize.shown |= resize.size == size;
        if resize.shown && resize.stage == Stage::Showing {
            self.followed(id, env);
        }
    }

    /// A resize is done: on to the next.
    fn followed(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let resize = self.resizes.under_way.remove(&id);
        if let Some(next) = resize.and_then(|resize| resize.next) {
            self.resize(id, next, env);
        }
    }

    /// When something is to be done even if nobody says anything; `None`: never.
    pub fn deadline(&self) -> Option<Instant> {
        self.resizes.deadline()
    }

    /// Time has passed.
    pub fn time_is_up(&mut self, now: Instant, env: &mut Env<'_, '_>) {
        let late = |resize: &Resize| resize.stage != Stage::GivenUp && resize.until <= now;
        let all = self.resizes.under_way.iter().filter(|(_, resize)| late(resize));
        for id in all.map(|(id, _)| *id).collect::<Vec<_>>() {
            let Some(resize) = self.resizes.under_way.get_mut(&id) else { continue };
            if resize.stage == Stage::Showing {
                self.followed(id, env);
                continue;
            }
            resize.stage = Stage::GivenUp;
            let next = resize.next.take();
            Self::allow_commits(id, true, env);
            if let Some(next) = next {
                self.resize(id, next, env);
            }
        }
    }

    /// A window is gone, or not to be seen.
    pub(super) fn forget_resize(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let Some(resize) = self.resizes.under_way.remove(&id) else { return };
        if resize.stage != Stage::Showing {
            env.x.forget_alarm(resize.alarm);
            self.resizes.spare.push(resize.alarm);
        }
    }
}
