//! Windows as the host's toplevels: what it says of them.

use wayland_client::protocol::wl_surface;

use super::decisions::Decision;
use super::fit::Demand;
use super::moves::corner;
use super::states::WmState;
use super::window::Window;
use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::property::Property;
use crate::x11::role::{Answer, Aura, Role, Toplevel, ToplevelStates};
use crate::x11::settings::Settings;

impl Wm {
    /// Makes a window a toplevel.
    pub(super) fn show_toplevel(
        &mut self,
        id: u32,
        surface: u32,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(toplevel) = Toplevel::make(surface, &mut env.host)? else { return Ok(()) };
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        window.role = Some(Role::Toplevel(Box::new(toplevel)));
        self.note_role(id);
        self.describe(id, env)?;
        self.tell_modal(id, env)?;
        self.let_move(id, env)?;
        let Some(window) = self.windows.get(&id) else { return Ok(()) };
        let (states, iconic) = (window.states, window.properties.hints.iconic);
        let output = self.chosen_output(window).map_or(0, |output| env.host.of_client(output));
        if let Some(toplevel) = window.role.as_ref().and_then(Role::toplevel) {
            if states.is_maximized() {
                toplevel.maximize(true, &mut env.host);
            }
            if states.fullscreen {
                toplevel.fullscreen_on(output, &mut env.host);
            }
            if iconic {
                toplevel.minimize(&mut env.host);
            }
            toplevel.commit(&mut env.host);
        }
        if let Some(window) = self.windows.get_mut(&id) {
            window.wants_icon = iconic;
        }
        // A program that the host has started may have been given its token.
        match self.windows.get(&id).and_then(|window| window.properties.startup_id.clone()) {
            Some(token) => self.activate_with(id, &token, env),
            None => Ok(()),
        }
    }

    /// `xdg_toplevel.configure`.
    pub fn toplevel_configure(&mut self, object: u32, size: (u32, u32), states: &[u8]) {
        if let Some(Role::Toplevel(toplevel)) = self.role_of(object) {
            toplevel.coming = (size, ToplevelStates::read(states));
        }
    }

    /// `xdg_popup.configure`.
    pub fn popup_configure(&mut self, object: u32, place: (i32, i32)) {
        if let Some(Role::Popup(popup)) = self.role_of(object) {
            popup.next = Some(place);
        }
    }

    fn role_of(&mut self, object: u32) -> Option<&mut Role> {
        let id = self.by_object.get(&object)?;
        self.windows.get_mut(id)?.role.as_mut()
    }

    /// `xdg_surface.configure`: all that came before it holds now.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn surface_configure(
        &mut self,
        object: u32,
        serial: u32,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(id) = self.by_object.get(&object).copied() else { return Ok(()) };
        match self.role_of(object) {
            // A layer surface has an event of its own.
            None | Some(Role::Layer(_)) => {}
            Some(Role::Popup(_)) => self.popup_configured(id, serial, env),
            Some(Role::Toplevel(toplevel)) => {
                let next = toplevel.coming;
                self.decide_for_host(id, Decision::Configure { serial, next }, env)?;
            }
        }
        Ok(())
    }

    /// What a window's client has said before the host configured it is known.
    pub(super) fn configure_decided(
        &mut self,
        id: u32,
        serial: u32,
        next: ((u32, u32), ToplevelStates),
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let window = self.windows.get_mut(&id);
        if let Some(Role::Toplevel(toplevel)) = window.and_then(|window| window.role.as_mut()) {
            toplevel.next = next;
        }
        self.toplevel_configured(id, serial, env)
    }

    fn toplevel_configured(
        &mut self,
        id: u32,
        serial: u32,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let screen = self.screen_of(id);
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let now = self.resizes.next(id).unwrap_or(window.rect);
        let Some(Role::Toplevel(toplevel)) = &mut window.role else { return Ok(()) };
        let (size, states) = toplevel.next;
        let first = !std::mem::replace(&mut toplevel.configured, true);
        let before = std::mem::replace(&mut toplevel.states, states);
        let (was_placed, is_placed) = (before.is_placed(), states.is_placed());
        if is_placed {
            // A new role of a window that the host had placed before does not change its own size.
            window.floating.get_or_insert(now);
        }
        let ignored =
            self.settings.ignore_stateless && !first && states == ToplevelStates::default();
        let size = Some(size).filter(|(width, height)| !ignored && *width > 0 && *height > 0);
        let room = size.map(|size| toplevel.room_for(size, states, &env.host));
        toplevel.room = room.or(toplevel.room);
        let wanted = match (size, window.floating) {
            (Some(size), _) => toplevel.filled(size, states, &env.host),
            (None, Some(floating)) if !ignored && !is_placed => floating.size(),
            (None, _) => now.size(),
        };
        if !is_placed {
            (window.floating, window.insists) = (None, None);
        }
        let before = toplevel.fit.filter(|_| !was_placed);
        let was_fitted = toplevel.fit.is_some();
        let demand = Demand { states, wanted, room, before };
        let (wanted, fit) = window.answer(demand, screen.size(), &env.host, &self.settings);
        let Some(Role::Toplevel(toplevel)) = &mut window.role else { return Ok(()) };
        let place = toplevel.aura.as_mut().and_then(Aura::take_next);
        let place = place.map(|place| corner(toplevel, place, env));
        toplevel.configures.add(Some(serial), Answer { states, window: size, size: wanted, fit });
        let surface = window.surface;
        self.follow_shown(id, env)?;
        let rect = match place {
            Some((x, y)) => now.at(x, y).sized(wanted),
            None => self.place_filling(id, now.sized(wanted), states),
        };
        if first {
            self.move_at_once(id, rect, env);
        } else {
            self.resize(id, rect, env);
        }
        let window = self.windows.get_mut(&id);
        let turns = window.and_then(|window| follow_states(window, states, &self.settings));
        if let Some(state) = turns {
            self.set_wm_state(id, state, env);
        }
        self.tell_states(id, env);
        if first {
            Self::allow_commits(id, true, env);
            if let Some(surface) = surface {
                env.surfaces.open(surface, env.host.context);
            }
        }
        if first || was_fitted != fit.is_some() {
            self.update(id, Property::WmNormalHints, env)?;
        }
        if first {
            self.show_waiting(env)?;
        }
        Ok(())
    }

    /// What is shown may be what the host wants already: it is told so. Within a frame of
    /// Xwayland's own, that is done with the frame.
    fn follow_shown(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let settled = !self.resizes.is_under_way(id);
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let (Some(surface), Some(Role::Toplevel(toplevel))) = (window.surface, &mut window.role)
        else {
            return Ok(());
        };
        let shown = env.host.shown_size(surface);
        let wanted = toplevel.configures.last().map(|answer| answer.size);
        let is_whole = !env.surfaces.is_within_frame(surface, env.host.context);
        if wanted == Some(shown) && settled && is_whole {
            toplevel.follow(shown, &mut env.host)?;
            let size = toplevel.fit.map(|fit| fit.size(shown));
            let changed = env.host.context.fits.set(surface, size);
            let (host_surface, commit) = (toplevel.surface, wl_surface::REQ_COMMIT_OPCODE);
            // All who see Xwayland's commits are to see one that changes how it is shown.
            if changed {
                env.host.context.as_client.make(surface, commit, |request| request);
            } else {
                env.host.request(host_surface, commit, |request| request);
            }
        }
        toplevel.draw_frame(shown, env.memory, &mut env.host)?;
        self.note_role(id);
        Ok(())
    }

    /// A window's shadow or frame is another one: that holds at once, unless the window must
    /// have the size that the host has given it. Then its surface becomes so large that it
    /// has it still, and the frame changes with that.
    pub(super) fn refit(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let now = self.resizes.next(id).unwrap_or(window.rect);
        let (Some(surface), Some(Role::Toplevel(toplevel))) = (window.surface, &mut window.role)
        else {
            return Ok(());
        };
        if !toplevel.configured {
            return Ok(());
        }
        let shown = env.host.shown_size(surface);
        if toplevel.is_free() {
            toplevel.arrange(&mut env.host)?;
            toplevel.set_geometry(shown, &mut env.host);
            toplevel.draw_frame(shown, env.memory, &mut env.host)?;
            env.surfaces.commit_again(surface, env.host.context);
        }
        let (size, states) = toplevel.next;
        let is_bound = states.binds_size() && size.0 > 0 && size.1 > 0;
        let expected = toplevel.configures.last().map_or(toplevel.fit, |last| last.fit);
        if !is_bound || expected.is_some() {
            self.note_role(id);
            return Ok(());
        }
        let wanted = toplevel.filled(size, states, &env.host);
        let margins = toplevel.margins_in(states, &env.host);
        if wanted != now.size() || margins != toplevel.margins {
            let answer = Answer { states, window: Some(size), size: wanted, fit: None };
            toplevel.configures.add(None, answer);
        }
        self.follow_shown(id, env)?;
        self.resize(id, now.sized(wanted), env);
        Ok(())
    }

    /// Xwayland commits a surface that will have that size: what fits it is
    /// acknowledged first.
    ///
    /// # Errors
    /// [`Fault::resources`] when there is no memory, or too many objects at the host.
    pub fn committing(
        &mut self,
        surface: u32,
        size: (u32, u32),
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(id) = self.by_surface.get(&surface).copied() else { return Ok(()) };
        let window = self.windows.get_mut(&id);
        let Some(role) = window.and_then(|window| window.role.as_mut()) else { return Ok(()) };
        let mut is_framed_anew = false;
        if let Role::Toplevel(toplevel) = role {
            let had_frame = toplevel.frame.is_some();
            toplevel.follow(size, &mut env.host)?;
            toplevel.draw_frame(size, env.memory, &mut env.host)?;
            is_framed_anew = toplevel.frame.is_some() && !had_frame;
            if size.0 > 0 && !std::mem::replace(&mut toplevel.has_content, true) {
                self.appeared.insert(id);
            }
        }
        Self::fit(role, (surface, size), env);
        if is_framed_anew {
            self.note_role(id);
        }
        self.shows(id, size, env);
        Ok(())
    }

    /// Whether [`committing`](Self::committing) the same size again does nothing.
    pub fn is_steady(&self, surface: u32) -> bool {
        let Some(id) = self.by_surface.get(&surface) else { return false };
        let role = self.windows.get(id).and_then(|window| window.role.as_ref());
        let is_fitted = match role {
            Some(Role::Toplevel(toplevel)) => toplevel.fit.is_some(),
            Some(Role::Popup(popup)) => popup.zoom.is_some(),
            Some(Role::Layer(_)) => false,
            None => true,
        };
        // What is fitted is damaged as a whole.
        !is_fitted && !self.resizes.is_under_way(*id)
    }

    /// `zxdg_toplevel_decoration_v1.configure`.
    pub fn decorated(&mut self, object: u32, by_host: bool) {
        let Some(id) = self.by_object.get(&object) else { return };
        let Some(window) = self.windows.get_mut(id) else { return };
        let wanted = window.wants_frame();
        if let Some(Role::Toplevel(toplevel)) = &mut window.role {
            toplevel.decorated(by_host, wanted);
        }
    }

    /// `xdg_toplevel.close`.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn close_requested(&mut self, object: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        match self.by_object.get(&object).copied() {
            Some(id) => self.decide_for_host(id, Decision::Close, env),
            None => Ok(()),
        }
    }
}

/// Takes over the states that the host has put a window into. Gives `WM_STATE` where that
/// changes.
fn follow_states(
    window: &mut Window,
    states: ToplevelStates,
    settings: &Settings,
) -> Option<WmState> {
    let subject = window.properties.subject();
    window.states.fullscreen =
        states.fullscreen || window.wants_fullscreen && settings.keeps_fullscreen(subject);
    window.states.set_maximized(states.maximized && !settings.hides_maximized(subject));
    window.states.focused = states.activated;
    if states.activated {
        (window.states.attention, window.wants_icon) = (false, false);
    }
    let iconic = window.wants_icon && states.suspended;
    let turns = std::mem::replace(&mut window.states.hidden, iconic) != iconic;
    // A client told that it is iconified stays Iconic until `restored`.
    (turns && window.icon.is_none()).then_some(if iconic {
        WmState::Iconic
    } else {
        WmState::Normal
    })
}
