//! The host's side of a window's size: what it wants, what it was told, and what it shows.

use super::Size;
use super::answer::{Demand, Habits};
use super::configures::{Answer, Configures};
use super::effect::Effect;
use super::scene::Scene;
use crate::x11::role::{Configure, WindowFit, Margins, ToplevelStates};

/// See the module. All is as it is at first again when the window's role goes.
#[derive(Debug, Default)]
pub struct AtHost {
    /// The host has configured it at all.
    pub is_configured: bool,
    /// What it has configured last.
    pub last: Configure,
    /// The size that it last wanted the surface to have, in its units; `None`: it has left
    /// that to the client.
    pub room: Option<Size>,
    /// What was not acknowledged.
    pub configures: Configures,
    /// How the surface is shown, if not at its own size.
    pub fit: Option<WindowFit>,
    /// The size at which it is shown then.
    told_fit: Option<Size>,
    /// Where the window is in the surface as it is shown.
    pub margins: Margins,
    /// The states that what is shown follows, and the window's size that came with them.
    followed: (ToplevelStates, Option<Size>),
    /// The window's place and size in the surface as the host was told; `None`: it is all of it.
    geometry: Option<[u32; 4]>,
    /// Its least and its most size in X pixels, and as the host was told.
    limits: [Size; 2],
    told_limits: [Size; 2],
}

impl AtHost {
    /// Whether what is shown must have a size of the host's.
    pub fn is_bound(&self) -> bool {
        let (states, size) = self.followed;
        states.binds_size() && size.is_some()
    }

    /// Whether the user may change its size as it is shown.
    pub fn is_resizable(&self) -> bool {
        let [min, max] = self.limits;
        let is_fixed = min == max && max.0 > 0 && max.1 > 0;
        !is_fixed && !self.followed.0.binds_size()
    }

    /// How the surface is to be shown in the end, if not at its own size.
    pub fn expected_fit(&self) -> Option<WindowFit> {
        self.configures.last().map_or(self.fit, |last| last.fit)
    }

    /// The answer to what the host has configured last is another one now.
    pub fn answer_anew(&mut self, size: Size, fit: Option<WindowFit>) {
        if !self.configures.answer_anew(size, fit) {
            self.fit = fit;
        }
    }

    /// The size at the host of a surface of so many pixels.
    pub fn size_of(&self, surface: Size, scene: &Scene) -> Size {
        self.fit.map_or_else(|| scene.units.size(surface), |fit| fit.size(surface))
    }

    /// Content of that size comes with the next commit: what it follows is acknowledged, and
    /// the window is what it is then.
    pub fn follow(&mut self, surface: Size, scene: &Scene, effects: &mut Vec<Effect>) {
        if let Some((serial, Answer { states, window, fit, .. })) = self.configures.follow(surface)
        {
            (self.fit, self.followed) = (fit, (states, window));
            effects.extend(serial.map(Effect::Acknowledge));
            self.arrange(scene, effects);
        }
        self.set_geometry(surface, scene, effects);
    }

    /// What is shown may be what the host wants already: it is told so.
    pub fn follow_shown(&mut self, scene: &Scene, effects: &mut Vec<Effect>) {
        if self.configures.last().is_some_and(|answer| answer.size == scene.shown) {
            self.follow(scene.shown, scene, effects);
            let before = self.told_fit;
            self.show_at(scene.shown, effects);
            // All who see Xwayland's commits are to see one that changes how it is shown.
            let is_fitted_anew = self.told_fit != before;
            effects.push(if is_fitted_anew { Effect::CommitAgain } else { Effect::Commit });
        }
    }

    /// A surface of so many pixels is shown at its own size or at another one, if that is news.
    pub fn show_at(&mut self, surface: Size, effects: &mut Vec<Effect>) {
        let size = self.fit.map(|fit| fit.size(surface));
        if std::mem::replace(&mut self.told_fit, size) != size {
            effects.push(Effect::Fit(size));
        }
    }

    /// Shadow and frame are what they are to be in the states that are shown.
    pub fn arrange(&mut self, scene: &Scene, effects: &mut Vec<Effect>) {
        let (states, _) = self.followed;
        self.margins = scene.margins(states);
        effects.push(Effect::Frame(scene.is_framed_in(states)));
    }

    /// Says which part of a surface of that size the window is, if that is news. Hosts end the
    /// session of a client whose window has another size than the states demand that it has
    /// acknowledged (weston), so that comes first, whatever is shown.
    pub fn set_geometry(&mut self, surface: Size, scene: &Scene, effects: &mut Vec<Effect>) {
        if surface.0 == 0 {
            return;
        }
        let Margins { left, top, .. } = self.margins;
        let (x, y) = scene.units.place((left, top));
        // Nothing but a frame is around what is fitted.
        let own = match self.fit {
            Some(fit) => {
                let (width, height) = fit.size(surface);
                (width, height.saturating_add_signed(y.saturating_neg()))
            }
            None => scene.units.size(self.margins.window(surface)),
        };
        let (width, height) = match self.followed {
            (states, Some(size)) if states.fullscreen => (own.0.min(size.0), own.1.min(size.1)),
            (states, Some(size)) if states.maximized => size,
            _ => own,
        };
        let geometry = [x.cast_unsigned(), y.cast_unsigned(), width, height];
        // Without one, hosts take all of the surface.
        let whole = self.size_of(surface, scene);
        let is_all = self.geometry.is_none() && geometry == [0, 0, whole.0, whole.1];
        if is_all || self.geometry == Some(geometry) {
            return;
        }
        self.geometry = Some(geometry);
        effects.push(Effect::Geometry(geometry));
    }

    /// Says how small and how large the window may be, if that is news.
    pub fn set_limits(
        &mut self,
        size: Size,
        habits: &Habits,
        scene: &Scene,
        effects: &mut Vec<Effect>,
    ) {
        let comes_fitted = self.configures.last().is_some_and(|last| last.fit.is_some());
        self.limits = habits.limits(size, self.fit.is_some() || comes_fitted);
        let margins = scene.margins(ToplevelStates::default());
        let told = self.limits.map(|size| {
            let (width, height) = scene.units.size(margins.window(size));
            (if size.0 == 0 { 0 } else { width }, if size.1 == 0 { 0 } else { height })
        });
        if std::mem::replace(&mut self.told_limits, told) != told {
            // It holds from the next commit on.
            effects.extend([Effect::Limits(told), Effect::CommitAgain]);
        }
    }

    /// What the host wants now, and how it is to be shown. `insists`: the size that its client
    /// has insisted on.
    pub fn demand(&self, wanted: Size, room: Option<Size>, insists: Option<Size>) -> Demand {
        Demand { states: self.last.states, wanted, room, before: None, insists }
    }
}
