//! Carries out the effects that [`sizing`](super::sizing) lists after a change of a window's size.

use super::sizing::{Effect, Habits, Scene, Sizing};
use super::{Env, Wm};
use crate::session::Fault;

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
