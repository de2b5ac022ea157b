//! Requests of clients and pagers to move or resize a window, and what becomes of them.

use super::{Effect, Habits, Scene, Sizing, WindowFit};
use crate::x11::geometry::{MAX_SIZE, Rect};
use crate::x11::wm::properties::Gravity;

/// A place and size; what is `None` does not change.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlaceRequest {
    pub x: Option<i32>,
    pub y: Option<i32>,
    pub width: Option<u32>,
    pub height: Option<u32>,
    /// The point that stays in place if only the size is given; `None` for that of the window's
    /// hints.
    pub gravity: Option<Gravity>,
}

impl PlaceRequest {
    /// The window's new rectangle; `gravity` is that of its hints.
    pub fn rect(&self, before: Rect, gravity: Gravity) -> Rect {
        let width = self.width.unwrap_or(before.width).clamp(1, MAX_SIZE);
        let height = self.height.unwrap_or(before.height).clamp(1, MAX_SIZE);
        let grown = |now: u32, then: u32| now.cast_signed().saturating_sub(then.cast_signed());
        let gravity = self.gravity.unwrap_or(gravity);
        let (dx, dy) = gravity.shift(grown(width, before.width), grown(height, before.height));
        Rect {
            x: self.x.unwrap_or(before.x.saturating_add(dx)),
            y: self.y.unwrap_or(before.y.saturating_add(dy)),
            width,
            height,
        }
    }
}

impl Sizing {
    /// The place and size that a client asks for; `gravity` is that of its hints.
    pub fn requested(&self, request: &PlaceRequest, gravity: Gravity) -> Rect {
        request.rect(self.last_rect(), gravity)
    }

    /// Its client wants this place and size. If the host has placed the window, the host decides;
    /// but it need not know which size the client sees.
    pub fn asked(
        &mut self,
        mut rect: Rect,
        is_mapped: bool,
        habits: &Habits,
        scene: &Scene,
        effects: &mut Vec<Effect>,
    ) {
        let (before, at_server) = (self.last_rect(), self.rect);
        let states = self.states();
        if states.is_placed() {
            // It keeps the host's size, unless it may be scaled: then the client gets its size, and
            // the picture is scaled.
            let insists = habits.may_fit() && rect.size() != before.size();
            if let Some(room) = self.host.room.filter(|_| insists) {
                self.insists = Some(rect.size());
                let fit = WindowFit { room, fill: states.must_be_filled() };
                self.host.answer_anew(rect.size(), Some(fit));
            } else {
                rect = rect.sized(before.size());
            }
            // Such a window also keeps its place.
            if states.binds_size() {
                rect = rect.at(before.x, before.y);
            }
        } else {
            // The client's size is now the answer to what the host wanted.
            self.host.answer_anew(rect.size(), self.host.expected_fit());
        }
        let rect = scene.kept(rect);
        if self.is_under_way() {
            self.resize(rect, scene, effects);
        } else {
            self.move_at_once(rect, scene, effects);
        }
        // A request that changes nothing needs an answer too (ICCCM 4.1.5).
        effects.extend((is_mapped && rect == at_server).then_some(Effect::TellPlace(rect)));
        if rect != before {
            self.place_at_host(scene, effects);
        }
    }

    /// Its client has placed it. It gets the same place at the host, unless the host has placed it
    /// itself.
    pub fn place_at_host(&self, scene: &Scene, effects: &mut Vec<Effect>) {
        let states = self.states();
        // In these states the host places the window itself.
        if !scene.is_placed_by_client || states.binds_size() || states.resizing {
            return;
        }
        let (size, margins) = (self.rect.size(), self.host.margins);
        let corner =
            (self.rect.x.saturating_add(margins.left), self.rect.y.saturating_add(margins.top));
        let (x, y) = scene.units.place(corner);
        let (width, height) = match self.host.fit {
            Some(fit) => fit.size(size),
            None => scene.units.size(margins.window(size)),
        };
        effects.push(Effect::PlaceAtHost(Rect { x, y, width, height }));
    }

    /// Its client is about to end a state in which the host has placed it, and wants this size
    /// after that.
    pub fn set_own_rect(&mut self, rect: Rect) {
        self.own = Some(rect);
    }
}
