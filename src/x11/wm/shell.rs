//! Windows as the host's toplevels: what it says of them.

use wayland_client::protocol::wl_surface;

use super::decisions::Decision;
use super::fit::{Asked, can_fit};
use super::moves::corner;
use super::properties::Property;
use super::states::WmState;
use super::window::Window;
use super::{Env, Rect, Wm};
use crate::session::Fault;
use crate::x11::role::{Aura, Margins, Role, Toplevel, ToplevelStates};
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
        if let Some(toplevel) = window.role.as_ref().and_then(Role::toplevel) {
            if states.is_maximized() {
                toplevel.maximize(true, &mut env.host);
            }
            if states.fullscreen {
                toplevel.fullscreen(true, &mut env.host);
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
        let screen = self.screen().size();
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let (framed, managed) = (window.wants_frame(), window.is_managed());
        let Some(Role::Toplevel(toplevel)) = &mut window.role else { return Ok(()) };
        let (size, states) = toplevel.next;
        let first = !std::mem::replace(&mut toplevel.configured, true);
        let before = std::mem::replace(&mut toplevel.states, states);
        toplevel.arrange(&mut env.host)?;
        let now = self.resizes.next(id).unwrap_or(window.rect);
        let was_bound = before.binds_size() || before.tiled;
        let is_bound = states.binds_size() || states.tiled;
        if is_bound && !was_bound {
            window.floating = Some(now);
        }
        let ignored =
            self.settings.ignore_stateless && !first && states == ToplevelStates::default();
        if let Some(room) = toplevel.room_for(size).filter(|_| !ignored) {
            toplevel.room = Some(room);
        }
        let wanted = match size {
            _ if ignored => now.size(),
            (0, _) | (_, 0) if was_bound && !is_bound => {
                window.floating.map_or(now.size(), |rect| rect.size())
            }
            (0, _) | (_, 0) => now.size(),
            size => toplevel.margins.surface(env.host.size_in_pixels(size)),
        };
        if !is_bound {
            (window.floating, window.insists) = (None, None);
        }
        let asked = Asked {
            properties: &window.properties,
            states,
            wanted,
            room: toplevel.room_for(size).filter(|_| !ignored),
            before: toplevel.fit.filter(|_| !was_bound),
            insists: window.insists,
            wants_fullscreen: window.wants_fullscreen,
            framed,
            screen,
            managed,
            // A client with shadows of its own knows how to follow; where a window of another
            // shape takes input, the host knows in its own size only.
            can_fit: toplevel.shadow == Margins::default()
                && window.shape.is_rectangle()
                && can_fit(&env.host, &self.settings),
        };
        let (wanted, fit) = asked.answer(&self.settings);
        let rect = match toplevel.aura.as_mut().and_then(Aura::take_next) {
            Some(place) => {
                let (x, y) = corner(toplevel, place, env);
                now.at(x, y).sized(wanted)
            }
            None => place(now, wanted, states, self.root.map(|root| root.rect())),
        };
        let was_fitted = toplevel.fit.is_some();
        toplevel.configures.add(serial, wanted, fit);
        let (surface, host_surface) = (window.surface, toplevel.surface);
        let shown = surface.map(|surface| env.surfaces.size(surface)).unwrap_or_default();
        let settled = !self.resizes.is_under_way(id);
        if let Some(surface) = surface.filter(|_| shown == wanted && settled) {
            toplevel.ack(shown, &mut env.host);
            let size = toplevel.fit.map(|fit| fit.size(shown));
            let changed = env.host.context.fits.set(surface, size);
            let commit = wl_surface::REQ_COMMIT_OPCODE;
            match env.surfaces.is_within_frame(surface, env.host.context.objects) {
                true => {}
                // All who see Xwayland's commits are to see that one.
                false if changed => env.host.context.as_client.make(surface, commit, |r| r),
                false => env.host.request(host_surface, commit, |request| request),
            }
        }
        toplevel.draw_frame(shown, env.memory, &mut env.host)?;
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
        if was_fitted != fit.is_some() {
            self.update(id, Property::WmNormalHints, env)?;
        }
        self.note_role(id);
        if first {
            self.show_waiting(env)?;
        }
        Ok(())
    }

    /// A window's shadow or frame has changed: what fills the host's screen does so still.
    pub(super) fn refit(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        let Some(Role::Toplevel(toplevel)) = &mut window.role else { return };
        let (size, states) = toplevel.next;
        let is_bound = toplevel.configured && states.binds_size() && toplevel.fit.is_none();
        if !is_bound || size.0 == 0 || size.1 == 0 {
            return;
        }
        let now = self.resizes.next(id).unwrap_or(window.rect);
        let wanted = toplevel.margins.surface(env.host.size_in_pixels(size));
        toplevel.configures.refit(now.size(), wanted);
        self.resize(id, now.sized(wanted), env);
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
        if let Role::Toplevel(toplevel) = role {
            toplevel.ack(size, &mut env.host);
            toplevel.set_geometry(size, &mut env.host);
            toplevel.draw_frame(size, env.memory, &mut env.host)?;
            if size.0 > 0 && !std::mem::replace(&mut toplevel.has_content, true) {
                self.appeared.insert(id);
            }
        }
        Self::fit(role, (surface, size), env);
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

/// Where a window of that size is on the X screen. What fills the host's screen starts
/// at the X screen's corner; others stay where they are, but within it if they can.
fn place(now: Rect, size: (u32, u32), states: ToplevelStates, screen: Option<Rect>) -> Rect {
    let rect = now.sized(size);
    if states.binds_size() {
        return rect.at(0, 0);
    }
    let Some(screen) = screen.filter(|_| now.size() != size) else { return rect };
    let within = |at: i32, size: u32, all: u32| {
        let most = i64::from(all) - i64::from(size);
        if at >= 0 && i64::from(at) > most { i32::try_from(most.max(0)).unwrap_or(at) } else { at }
    };
    rect.at(within(rect.x, size.0, screen.width), within(rect.y, size.1, screen.height))
}
