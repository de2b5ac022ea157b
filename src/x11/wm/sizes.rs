//! The window manager's use of [`sizing`](super::sizing): it collects the facts that decisions about
//! a window's size need, and carries out their effects.

use std::sync::{Arc, Once};

use super::game::is_game;
use super::sizing::{Effect, FitMode, Habits, Scene, Sizing};
use super::window::{Life, Window};
use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::geometry::Margins;
use crate::x11::host::Host;
use crate::x11::settings::Settings;

impl Wm {
    /// Changes the size or place of a window, and carries out the effects.
    pub(super) fn change_size(
        &mut self,
        id: u32,
        env: &mut Env<'_, '_>,
        change: impl FnOnce(&mut Sizing, &Scene, &mut Vec<Effect>),
    ) -> Result<(), Fault> {
        let Some(scene) = self.scene(id, env) else { return Ok(()) };
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let mut effects = std::mem::take(&mut self.effects);
        change(&mut window.sizing, &scene, &mut effects);
        let result = effects.drain(..).try_for_each(|effect| self.act_on(id, effect, &scene, env));
        self.effects = effects;
        result
    }

    /// The same for changes that depend on the window's [`Habits`].
    pub(super) fn decide_size(
        &mut self,
        id: u32,
        env: &mut Env<'_, '_>,
        change: impl FnOnce(&mut Sizing, &Habits, &Scene, &mut Vec<Effect>),
    ) -> Result<(), Fault> {
        let Some(habits) = self.habits(id, env) else { return Ok(()) };
        self.change_size(id, env, |sizing, scene, effects| change(sizing, &habits, scene, effects))
    }

    fn act_on(
        &mut self,
        id: u32,
        effect: Effect,
        scene: &Scene,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        match effect {
            Effect::Configure(rect) => env.x.configure(id, rect),
            Effect::TellPlace(rect) => env.x.tell_place(id, rect, window.border),
            Effect::AskToDraw => self.ask_to_draw(id, env),
            Effect::AllowCommits => Self::allow_commits(id, true, env),
            Effect::AwaitContent => self.sync_requests.await_content(id),
            Effect::StopWaiting => self.sync_requests.forget(id, env.x),
            Effect::Fit(size) => {
                if let Some(surface) = window.surface {
                    env.host.set_fit(surface, size);
                }
            }
            Effect::Commit => {
                if let Some(toplevel) = window.toplevel() {
                    toplevel.commit(&mut env.host);
                }
            }
            Effect::CommitAgain => {
                if let Some(surface) = window.surface {
                    env.surfaces.commit_again(surface, env.host.context);
                }
            }
            Effect::Open => {
                if let Some(surface) = window.surface {
                    env.surfaces.open(surface, env.host.context);
                }
            }
            Effect::Frame(wanted) => self.set_frame(id, wanted, env)?,
            Effect::DrawFrame(surface) => self.draw_frame_for(id, surface, scene, env)?,
            Effect::Acknowledge(serial) => {
                if let Some(toplevel) = window.toplevel() {
                    toplevel.acknowledge(serial, &mut env.host);
                }
            }
            Effect::Geometry(geometry) => {
                if let Some(toplevel) = window.toplevel() {
                    toplevel.set_geometry(geometry, &mut env.host);
                }
            }
            Effect::Limits(limits) => {
                if let Some(toplevel) = window.toplevel() {
                    toplevel.set_limits(limits, &mut env.host);
                }
            }
            Effect::PlaceAtHost(rect) => {
                let rect = rect.shifted(env.host.context.objects.origin());
                if let Some(aura) = window.toplevel_mut().and_then(|t| t.aura.as_mut()) {
                    aura.set_bounds(rect, &mut env.host);
                }
            }
        }
        Ok(())
    }
}

impl Wm {
    /// The surroundings of a window.
    pub(super) fn scene(&self, id: u32, env: &mut Env<'_, '_>) -> Option<Scene> {
        let window = self.windows.get(&id)?;
        let toplevel = window.toplevel();
        let is_placed_by_client = toplevel.is_some_and(|toplevel| toplevel.aura.is_some());
        let surface = window.surface.unwrap_or_default();
        Some(Scene {
            units: env.host.units(),
            shadow: window.shadow(),
            is_framed: toplevel.is_some_and(|toplevel| toplevel.needs_frame(&env.host)),
            screen: self.screen_of(id),
            unseen_on: window.output.is_none().then(|| Arc::clone(&self.screens)),
            is_kept: window.is_managed() && !is_placed_by_client,
            is_placed_by_client,
            can_sync: window.life == Life::Mapped && window.sync_counter().is_some(),
            shown: env.host.shown_size(surface),
            may_commit: !env.surfaces.is_within_frame(surface, env.host.context),
        })
    }

    /// How a window reacts to the sizes that the host wants.
    pub(super) fn habits(&self, id: u32, env: &Env<'_, '_>) -> Option<Habits> {
        let window = self.windows.get(&id)?;
        let (properties, settings) = (&window.properties, &self.settings);
        let subject = properties.subject();
        let can_fit = window.can_fit(&env.host, settings);
        let is_contained = settings.contains(subject) && is_game(properties);
        let mode = if !can_fit || !window.is_managed() {
            FitMode::Follows
        } else if is_contained {
            FitMode::Contained
        } else if settings.fits(subject) {
            FitMode::Keeps
        } else {
            FitMode::Follows
        };
        Some(Habits {
            mode,
            hints: properties.size,
            is_managed: window.is_managed(),
            has_frame: window.wants_frame(),
            wants_fullscreen: window.wants_fullscreen,
            is_contained,
            screen: self.screen_of(id).size(),
            emulated_screen: properties.emulated_screen,
            emulates: settings.emulates_screen(subject),
            corrects: can_fit && settings.corrects_emulation(subject),
            ignores_stateless: settings.ignore_stateless,
        })
    }
}

impl Window {
    /// Whether a window like this can be shown scaled. A client that draws shadows can follow the
    /// host's sizes. If the window has a shape, the host knows its input region only in the
    /// window's own size.
    fn can_fit(&self, host: &Host<'_, '_>, settings: &Settings) -> bool {
        self.shadow() == Margins::default()
            && self.shape.is_rectangle()
            && host_can_fit(host, settings)
    }

    /// The shadow that its client draws.
    pub(super) fn shadow(&self) -> Margins {
        self.properties.frame_extents.map(Margins::of_shadow).unwrap_or_default()
    }
}

/// Whether the host can scale surfaces. If it cannot, although the user wants scaling, this logs a
/// warning, once per process.
fn host_can_fit(host: &Host<'_, '_>, settings: &Settings) -> bool {
    static SAID: Once = Once::new();
    let can = host.offers("wp_viewporter");
    if !can && settings.asks_to_fit() {
        SAID.call_once(|| {
            tracing::warn!(
                "the host has no wp_viewporter: X11 windows are shown at their own size, \
                 whatever --viewport-resize and --quirks-config say"
            );
        });
    }
    can
}

impl Wm {
    /// Tells the host the smallest and largest size of a toplevel, if they have changed.
    pub(super) fn tell_limits(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        if self.toplevel(id).is_none() {
            return Ok(());
        }
        self.decide_size(id, env, Sizing::limit)
    }
}
