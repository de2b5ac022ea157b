//! The size and place of a window. This type alone owns both, and makes all decisions about them.
//!
//! It takes the wishes of the host, the client and the user, and what is shown, and returns the
//! consequences as a list of [`Effect`]s. It does not act itself, and does not look at a clock.

mod at_host;
mod inputs;
mod place_request;
mod redraw;

#[cfg(test)]
mod tests;

pub use self::inputs::{FitMode, Habits, Scene};
pub use place_request::PlaceRequest;

use self::at_host::{Answer, AtHost};
use self::inputs::Demand;
use self::redraw::Redraw;
use crate::x11::geometry::{Margins, Rect, WindowFit, Zoom};
use crate::x11::role::{Configure, ToplevelStates};

/// Width and height.
pub type WindowSize = (u32, u32);

/// An effect of a change of a window's size: a message to the X server, to the window's client or to
/// the host. Effects are carried out in the order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The X server moves and resizes the window.
    Configure(Rect),
    /// The client is told the window's place, because the server does not tell it.
    TellPlace(Rect),
    /// The client is asked to report when it has drawn the next size. Until then, nothing that it
    /// draws is shown.
    AskToDraw,
    /// What the client has drawn may be shown now.
    AllowCommits,
    /// The host should get what was drawn within a short time.
    AwaitContent,
    /// Nothing is awaited any more.
    StopWaiting,
    /// The configuration with this serial is acknowledged.
    Acknowledge(u32),
    /// The window gets a frame drawn by carafe, or loses it.
    Frame(bool),
    /// The frame is drawn for a surface of this size in X pixels.
    DrawFrame(WindowSize),
    /// The host is told the window geometry.
    Geometry([u32; 4]),
    /// The host is told the smallest and the largest size; zeros for no limit.
    Limits([WindowSize; 2]),
    /// The host is told where the client has put the window, in host units.
    PlaceAtHost(Rect),
    /// From its next commit on, the surface has this size at the host; `None` for its own size.
    Fit(Option<WindowSize>),
    /// The surface is committed, so that its pending state takes effect. No handler sees this
    /// commit.
    Commit,
    /// The surface is committed as if Xwayland had done it.
    CommitAgain,
    /// The surface may show content now: the host has configured it.
    Open,
}

/// The size and place of one window.
#[derive(Debug, Default)]
pub struct Sizing {
    /// The place and size in X, now or soon.
    rect: Rect,
    /// The place and size before the host set them; `None` if the host has not.
    own: Option<Rect>,
    /// The size on which its client has insisted since the host set one.
    insists: Option<WindowSize>,
    /// A resize in which its client takes part.
    redraw: Option<Redraw>,
    host: AtHost,
}

impl Sizing {
    /// For a new window.
    pub fn new(rect: Rect) -> Self {
        Self { rect, ..Self::default() }
    }

    /// The place and size in X, now or soon.
    pub fn rect(&self) -> Rect {
        self.rect
    }

    /// The place and size when nothing is pending any more.
    fn last_rect(&self) -> Rect {
        self.redraw.and_then(|redraw| redraw.next()).unwrap_or(self.rect)
    }

    /// Whether it is between two sizes.
    pub fn is_under_way(&self) -> bool {
        self.redraw.is_some_and(|redraw| redraw.is_under_way())
    }

    /// Whether the host has configured it.
    pub fn is_configured(&self) -> bool {
        self.host.is_configured
    }

    /// The states that the host has put it into.
    pub fn states(&self) -> ToplevelStates {
        self.host.last.states
    }

    /// The margins of what is shown now.
    pub fn margins(&self) -> Margins {
        self.host.margins
    }

    /// Whether the user may resize it, in the states that are shown.
    pub fn is_resizable(&self) -> bool {
        self.host.is_resizable()
    }

    /// How the surface is scaled, if it is.
    pub fn fit(&self) -> Option<WindowFit> {
        self.host.fit
    }

    /// How its pixels map to host units if it is scaled; `None` if it is not.
    pub fn zoom(&self) -> Option<Zoom> {
        let pixels = self.rect.size();
        let fit = self.host.fit.filter(|_| pixels.0 > 0 && pixels.1 > 0)?;
        Some(Zoom { pixels, host: fit.size(pixels) })
    }

    /// The host size of a surface of this size in pixels.
    pub fn size_at_host(&self, surface: WindowSize, scene: &Scene) -> WindowSize {
        self.host.size_of(surface, scene)
    }

    /// The server tells the place of a window that its client places.
    pub fn set_by_server(&mut self, rect: Rect) {
        self.rect = rect;
    }

    /// Places it, whatever it wants.
    pub fn put(&mut self, rect: Rect, effects: &mut Vec<Effect>) {
        if std::mem::replace(&mut self.rect, rect) != rect {
            effects.push(Effect::Configure(rect));
        }
    }

    /// Moves it, because its screen or its parent has moved.
    pub fn shift(
        &mut self,
        by: (i32, i32),
        is_managed: bool,
        scene: &Scene,
        effects: &mut Vec<Effect>,
    ) {
        let next = self.redraw.and_then(|redraw| redraw.next());
        self.rect = self.rect.shifted(by);
        effects.push(Effect::Configure(self.rect));
        effects.extend(is_managed.then_some(Effect::TellPlace(self.rect)));
        // A size that waits for the client moves along.
        if let Some(next) = next {
            self.resize(next.at(self.rect.x, self.rect.y), scene, effects);
        }
    }

    /// The host has moved it.
    pub fn moved_by_host(&mut self, place: (i32, i32), scene: &Scene, effects: &mut Vec<Effect>) {
        let (x, y) = self.corner(place, scene);
        self.move_at_once(self.rect.at(x, y), scene, effects);
    }

    /// The corner in X of a window that the host has placed.
    fn corner(&self, place: (i32, i32), scene: &Scene) -> (i32, i32) {
        let (x, y) = scene.units.place_in_pixels(place);
        let Margins { left, top, .. } = self.host.margins;
        (x.saturating_sub(left), y.saturating_sub(top))
    }

    /// The host configures it.
    pub fn configured(
        &mut self,
        serial: u32,
        configure: Configure,
        habits: &Habits,
        scene: &Scene,
        effects: &mut Vec<Effect>,
    ) {
        let (states, now) = (configure.states, self.last_rect());
        let is_first = !std::mem::replace(&mut self.host.is_configured, true);
        let was_fitted = self.host.fit.is_some();
        let answer = self.answer(configure, is_first, habits, scene);
        let corner = configure.place.map(|place| self.corner(place, scene));
        self.host.configures.add(Some(serial), answer);
        self.follow_shown(scene, effects);
        let rect = now.sized(answer.size);
        let rect = match corner {
            Some((x, y)) => rect.at(x, y),
            None => scene.filling(rect, states),
        };
        if is_first {
            // Waiting for content belongs to an earlier role.
            effects.extend(self.redraw.take().map(|_| Effect::StopWaiting));
            self.move_at_once(rect, scene, effects);
            effects.extend([Effect::AllowCommits, Effect::Open]);
        } else {
            self.resize(rect, scene, effects);
        }
        // The limits depend on whether the window is scaled.
        if is_first || was_fitted != answer.fit.is_some() {
            self.limit(habits, scene, effects);
        }
    }

    /// Decides how the window is shown for the host's configuration.
    fn answer(
        &mut self,
        configure: Configure,
        is_first: bool,
        habits: &Habits,
        scene: &Scene,
    ) -> Answer {
        let (states, now) = (configure.states, self.last_rect());
        let was_placed = self.states().is_placed();
        self.host.last = configure;
        if states.is_placed() {
            // If it has a new role, but the host had placed it before, its own size is still the
            // earlier one.
            self.own.get_or_insert(now);
        }
        let is_stateless = states == ToplevelStates::default();
        let says_nothing = habits.ignores_stateless && !is_first && is_stateless;
        let window = configure.named_size().filter(|_| !says_nothing);
        let room = window.map(|size| scene.room(size, states));
        self.host.room = room.or(self.host.room);
        let wanted = match (window, self.own) {
            (Some(size), _) => scene.surface(size, states),
            // The host leaves the size to the client, which gets its own size back.
            (None, Some(own)) if !says_nothing && !states.is_placed() => own.size(),
            (None, _) => now.size(),
        };
        // The host does not place it any more, so these wishes are over.
        if !states.is_placed() {
            (self.own, self.insists) = (None, None);
        }
        let before = self.host.fit.filter(|_| !was_placed);
        let demand = Demand { before, ..self.host.demand(wanted, room, self.insists) };
        let (size, fit) = habits.answer(&demand);
        Answer { states, window, size, fit }
    }

    /// Its shadow or frame has changed. This takes effect at once, unless the window must have the
    /// host's size. In that case its surface is resized so that the window keeps that size, and the
    /// frame changes together with it.
    pub fn refit(&mut self, scene: &Scene, effects: &mut Vec<Effect>) {
        // The first configuration will set all of this.
        if !self.host.is_configured {
            return;
        }
        if !self.host.is_bound() {
            self.host.arrange(scene, effects);
            self.host.set_geometry(scene.shown, scene, effects);
            effects.extend([Effect::DrawFrame(scene.shown), Effect::CommitAgain]);
        }
        let states = self.states();
        let size = self.host.last.named_size().filter(|_| states.binds_size());
        let Some(size) = size.filter(|_| self.host.expected_fit().is_none()) else { return };
        let now = self.last_rect();
        let wanted = scene.surface(size, states);
        if wanted != now.size() || scene.margins(states) != self.host.margins {
            let answer = Answer { states, window: Some(size), size: wanted, fit: None };
            self.host.configures.add(None, answer);
        }
        self.follow_shown(scene, effects);
        self.resize(now.sized(wanted), scene, effects);
    }

    /// The screen that Xwayland emulates for its client has changed, and with it the answer to the
    /// host's last size.
    pub fn screen_emulated(&mut self, habits: &Habits, scene: &Scene, effects: &mut Vec<Effect>) {
        let Some(room) = self.host.room.filter(|_| self.host.is_configured) else { return };
        let wanted = scene.units.size_in_pixels(room);
        let (size, fit) = habits.answer(&self.host.demand(wanted, Some(room), self.insists));
        self.host.answer_anew(size, fit);
        self.resize(self.last_rect().sized(size), scene, effects);
    }

    /// Tells the host the smallest and largest size.
    pub fn limit(&mut self, habits: &Habits, scene: &Scene, effects: &mut Vec<Effect>) {
        self.host.set_limits(self.rect.size(), habits, scene, effects);
        effects.push(Effect::DrawFrame(scene.shown));
    }

    /// What is shown may already be what the host wants.
    fn follow_shown(&mut self, scene: &Scene, effects: &mut Vec<Effect>) {
        // In the middle of a frame or a redraw, the next commit does this.
        if scene.may_commit && !self.is_under_way() {
            self.host.follow_shown(scene, effects);
        }
        effects.push(Effect::DrawFrame(scene.shown));
    }

    /// Xwayland commits the surface, which will have this size. The configuration that fits it is
    /// acknowledged first.
    pub fn committing(&mut self, surface: WindowSize, scene: &Scene, effects: &mut Vec<Effect>) {
        self.host.follow(surface, scene, effects);
        effects.push(Effect::DrawFrame(surface));
        self.host.show_at(surface, effects);
        if self.redraw.as_mut().is_some_and(|redraw| redraw.shows(surface)) {
            self.redraw_next(scene, effects);
        }
    }

    /// Moves and resizes it without involving its client.
    fn move_at_once(&mut self, rect: Rect, scene: &Scene, effects: &mut Vec<Effect>) {
        let rect = scene.kept(rect);
        let before = self.rect;
        self.put(rect, effects);
        // If only the place changes, ICCCM requires the window manager to tell the client.
        if rect != before && rect.size() == before.size() {
            effects.push(Effect::TellPlace(rect));
        }
    }

    /// The window is withdrawn, or becomes a new window at the host. It gets its own place and size
    /// back, because the host may treat it differently next time.
    pub fn restore_own_rect(&mut self, effects: &mut Vec<Effect>) {
        // If the host has just released it, its own size may be waiting for its client. The states
        // do not help here: the role is often gone by now, because Xwayland destroys the surface
        // over the other connection.
        let rect = self.own.or_else(|| self.redraw.and_then(|redraw| redraw.next()));
        self.forget_requests(effects);
        if let Some(rect) = rect {
            self.put(rect, effects);
        }
    }

    /// The window is gone, and all wishes for it with it.
    pub fn forget_requests(&mut self, effects: &mut Vec<Effect>) {
        effects.extend(self.redraw.take().map(|_| Effect::StopWaiting));
        (self.own, self.insists) = (None, None);
    }

    /// The host's window is gone, and with it the host's wishes and what it was told.
    pub fn lose_role(&mut self) {
        self.host = AtHost::default();
    }
}
