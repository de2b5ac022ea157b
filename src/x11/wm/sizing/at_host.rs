//! The host's side of a window's size: what the host wants, what it was told, what it shows, and the
//! configurations that are not acknowledged yet.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use super::Effect;
use super::WindowSize;
use super::inputs::{Demand, Habits, Scene};
use crate::x11::geometry::{Margins, WindowFit};
use crate::x11::role::{Configure, ToplevelStates};

/// The host's view of a window. It is reset when the window loses its role.
#[derive(Debug, Default)]
pub struct AtHost {
    /// Whether the host has configured it.
    pub is_configured: bool,
    /// The last configuration.
    pub last: Configure,
    /// The last size that the host wanted for the surface, in host units; `None` if it left that to
    /// the client.
    pub room: Option<WindowSize>,
    /// The configurations that are not acknowledged yet.
    pub configures: Configures,
    /// How the surface is scaled, if it is.
    pub fit: Option<WindowFit>,
    /// The size at which it is shown then, as the host was told.
    told_fit: Option<WindowSize>,
    /// The margins of what is shown now.
    pub margins: Margins,
    /// The states of what is shown, and the window's size that came with them.
    followed: (ToplevelStates, Option<WindowSize>),
    /// The window geometry that the host was told; `None` for the whole surface.
    geometry: Option<[u32; 4]>,
    /// Its smallest and largest size in X pixels, and as the host was told.
    limits: [WindowSize; 2],
    told_limits: [WindowSize; 2],
}

impl AtHost {
    /// Whether the window must have the host's size, in the states that are shown.
    pub fn is_bound(&self) -> bool {
        let (states, size) = self.followed;
        states.binds_size() && size.is_some()
    }

    /// Whether the user may resize it, in the states that are shown.
    pub fn is_resizable(&self) -> bool {
        let [min, max] = self.limits;
        let is_fixed = min == max && max.0 > 0 && max.1 > 0;
        !is_fixed && !self.followed.0.binds_size()
    }

    /// How the surface will be scaled when all configurations are followed.
    pub fn expected_fit(&self) -> Option<WindowFit> {
        self.configures.last().map_or(self.fit, |last| last.fit)
    }

    /// Changes the answer to the last configuration.
    pub fn answer_anew(&mut self, size: WindowSize, fit: Option<WindowFit>) {
        if !self.configures.answer_anew(size, fit) {
            // No configuration waits, so the new answer applies at once.
            self.fit = fit;
        }
    }

    /// The host size of a surface of this size in pixels.
    pub fn size_of(&self, surface: WindowSize, scene: &Scene) -> WindowSize {
        self.fit.map_or_else(|| scene.units.size(surface), |fit| fit.size(surface))
    }

    /// Content of this size comes with the next commit: the configuration that it follows is
    /// acknowledged, and its states take effect.
    pub fn follow(&mut self, surface: WindowSize, scene: &Scene, effects: &mut Vec<Effect>) {
        if let Some((serial, Answer { states, window, fit, .. })) = self.configures.follow(surface)
        {
            (self.fit, self.followed) = (fit, (states, window));
            effects.extend(serial.map(Effect::Acknowledge));
            self.arrange(scene, effects);
        }
        self.set_geometry(surface, scene, effects);
    }

    /// If what is shown is already what the host wants, the host is told.
    pub fn follow_shown(&mut self, scene: &Scene, effects: &mut Vec<Effect>) {
        if self.configures.last().is_some_and(|answer| answer.size == scene.shown) {
            self.follow(scene.shown, scene, effects);
            let before = self.told_fit;
            self.show_at(scene.shown, effects);
            // All handlers of Xwayland's commits must see a commit that changes the scaling.
            let is_fitted_anew = self.told_fit != before;
            effects.push(if is_fitted_anew { Effect::CommitAgain } else { Effect::Commit });
        }
    }

    /// Sets the size at which the host shows a surface, if it has changed.
    pub fn show_at(&mut self, surface: WindowSize, effects: &mut Vec<Effect>) {
        let size = self.fit.map(|fit| fit.size(surface));
        if std::mem::replace(&mut self.told_fit, size) != size {
            effects.push(Effect::Fit(size));
        }
    }

    /// Sets shadow and frame for the states that are shown.
    pub fn arrange(&mut self, scene: &Scene, effects: &mut Vec<Effect>) {
        let (states, _) = self.followed;
        self.margins = scene.margins(states);
        effects.push(Effect::Frame(scene.is_framed_in(states)));
    }

    /// Tells the host the window geometry in a surface of this size, if it has changed. Hosts such
    /// as weston disconnect a client if its window's size contradicts the states that it has
    /// acknowledged. So this comes first, whatever is shown.
    pub fn set_geometry(&mut self, surface: WindowSize, scene: &Scene, effects: &mut Vec<Effect>) {
        // Without content, there is nothing to describe.
        if surface.0 == 0 {
            return;
        }
        let Margins { left, top, .. } = self.margins;
        let (x, y) = scene.units.place((left, top));
        // A scaled window has no shadow; only a frame may be around it.
        let own = match self.fit {
            Some(fit) => {
                let (width, height) = fit.size(surface);
                (width, height.saturating_add_signed(y.saturating_neg()))
            }
            None => scene.units.size(self.margins.window(surface)),
        };
        // xdg-shell: a fullscreen window may be smaller than the host's size but not larger, and a
        // maximized one must match it.
        let (width, height) = match self.followed {
            (states, Some(size)) if states.fullscreen => (own.0.min(size.0), own.1.min(size.1)),
            (states, Some(size)) if states.maximized => size,
            _ => own,
        };
        let geometry = [x.cast_unsigned(), y.cast_unsigned(), width, height];
        // Without a geometry, hosts take the whole surface.
        let whole = self.size_of(surface, scene);
        let is_all = self.geometry.is_none() && geometry == [0, 0, whole.0, whole.1];
        if is_all || self.geometry == Some(geometry) {
            return;
        }
        self.geometry = Some(geometry);
        effects.push(Effect::Geometry(geometry));
    }

    /// Tells the host the smallest and largest size, if they have changed.
    pub fn set_limits(
        &mut self,
        size: WindowSize,
        habits: &Habits,
        scene: &Scene,
        effects: &mut Vec<Effect>,
    ) {
        let comes_fitted = self.configures.last().is_some_and(|last| last.fit.is_some());
        self.limits = habits.limits(size, self.fit.is_some() || comes_fitted);
        let margins = scene.margins(ToplevelStates::default());
        let told = self.limits.map(|size| {
            let (width, height) = scene.units.size(margins.window(size));
            // 0 means no limit, so margins must not change it.
            (if size.0 == 0 { 0 } else { width }, if size.1 == 0 { 0 } else { height })
        });
        if std::mem::replace(&mut self.told_limits, told) != told {
            // They take effect with the next commit.
            effects.extend([Effect::Limits(told), Effect::CommitAgain]);
        }
    }

    /// What the host wants now, and how the window is scaled so far. `insists`: the size on which
    /// its client has insisted.
    pub fn demand(
        &self,
        wanted: WindowSize,
        room: Option<WindowSize>,
        insists: Option<WindowSize>,
    ) -> Demand {
        Demand { states: self.last.states, wanted, room, before: None, insists }
    }
}

/// Bound on the waiting configurations. A client that follows none of so many will not follow an
/// older one.
const MAX_WAITING_CONFIGURES: usize = 64;

/// How a window answers a configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The states.
    pub states: ToplevelStates,
    /// The window's size that the host wants, in host units; `None` if it leaves that to the
    /// client.
    pub window: Option<WindowSize>,
    /// The size that its surface will have, in X pixels.
    pub size: WindowSize,
    /// How the surface will be scaled, if it will be.
    pub fit: Option<WindowFit>,
}

/// The waiting configurations.
#[derive(Debug, Default)]
pub struct Configures {
    /// The oldest first, each with its serial. A client may draw any of them, not only the last
    /// one. An entry without a serial is a new answer to a configuration that was acknowledged
    /// before.
    waiting: VecDeque<(Option<u32>, Answer)>,
    /// Whether any was acknowledged.
    acked: bool,
}

impl Configures {
    /// Adds a configuration; `None` for a new answer to an earlier one.
    pub fn add(&mut self, serial: Option<u32>, answer: Answer) {
        if self.waiting.len() >= MAX_WAITING_CONFIGURES {
            self.waiting.pop_front();
        }
        self.waiting.push_back((serial, answer));
    }

    /// Changes the answer to the last waiting configuration; `false` if none waits.
    pub fn answer_anew(&mut self, size: WindowSize, fit: Option<WindowFit>) -> bool {
        let last = self.waiting.back_mut();
        last.map(|(_, last)| (last.size, last.fit) = (size, fit)).is_some()
    }

    /// The last answer that is waited for; `None` if what is shown is the answer.
    pub fn last(&self) -> Option<Answer> {
        self.waiting.back().map(|(_, answer)| *answer)
    }

    /// Content of this size comes. Returns the answer that it follows, and the serial to
    /// acknowledge before the content. The first content always comes with a serial.
    pub fn follow(&mut self, size: WindowSize) -> Option<(Option<u32>, Answer)> {
        let fitting = self.waiting.iter().rposition(|(_, answer)| answer.size == size);
        let first = || self.waiting.len().checked_sub(1).filter(|_| !self.acked);
        let place = fitting.or_else(first)?;
        let followed = self.waiting.drain(..=place);
        let (serial, answer) = followed.reduce(|(before, _), (serial, answer)| {
            // A new answer acknowledges the configuration that it belongs to.
            (serial.or(before), answer)
        })?;
        self.acked |= serial.is_some();
        Some((serial, answer))
    }
}
