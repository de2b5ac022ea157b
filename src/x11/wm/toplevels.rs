//! Toplevels: how windows become one, what the host is told of their properties, and the host's
//! configurations.

use super::decisions::Decision;
use super::iconify::IconWish;
use super::moves::from_origin;
use super::properties::WindowType;
use super::sizing::Sizing;
use super::{Env, Wm};
use crate::policy::shown;
use crate::session::Fault;
use crate::x11::property::Property;
use crate::x11::role::{Aura, Configure, Role, Toplevel, ToplevelStates};

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
        self.tell_shell(id, env)?;
        self.describe(id, env)?;
        let Some(window) = self.windows.get(&id) else { return Ok(()) };
        if window.is_managed() && self.settings.moves(window.properties.subject()) {
            self.allow_placing(id, env)?;
        }
        let Some(window) = self.windows.get(&id) else { return Ok(()) };
        let (states, iconic) = (window.states, window.properties.hints.iconic);
        let output = self.chosen_output(window).map_or(0, |output| env.host.of_client(output));
        if let Some(toplevel) = window.toplevel() {
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
            // All events of the host about a window come after its first commit.
            window.icon_wish = if iconic { IconWish::Known } else { IconWish::None };
        }
        // The host may have given a program that it started a token.
        match self.windows.get(&id).and_then(|window| window.properties.startup_id()) {
            Some(token) => self.activate_with(id, token, env),
            None => Ok(()),
        }
    }

    /// Handles `xdg_toplevel.configure`.
    pub fn toplevel_configure(&mut self, object: u32, size: (u32, u32), states: &[u8]) {
        if let Some(Role::Toplevel(toplevel)) = self.role_of(object) {
            toplevel.coming = Configure { size, states: ToplevelStates::read(states), place: None };
        }
    }

    /// Handles `xdg_surface.configure`: everything that came before it takes effect.
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
            Some(Role::Popup(_)) => self.popup_configured(id, serial, env)?,
            Some(Role::Toplevel(toplevel)) => {
                let next = toplevel.coming;
                if next.states.activated {
                    self.activated(id);
                }
                self.decide_for_host(id, Decision::Configure { serial, next }, env)?;
            }
        }
        Ok(())
    }

    /// The window's properties are known as its client had set them before the host configured it.
    pub(super) fn configure_decided(
        &mut self,
        id: u32,
        serial: u32,
        mut next: Configure,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let Some(toplevel) = window.toplevel_mut() else { return Ok(()) };
        let place = toplevel.aura.as_mut().and_then(Aura::take_next);
        next.place = place.map(|place| from_origin(place, env));
        self.decide_size(id, env, |sizing, habits, scene, effects| {
            sizing.configured(serial, next, habits, scene, effects);
        })?;
        self.follow_states(id, next.states, env);
        Ok(())
    }
}

impl Wm {
    /// Tells the host all properties of a new toplevel.
    pub(super) fn describe(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(window) = self.windows.get(&id) else { return Ok(()) };
        let (properties, is_modal) = (&window.properties, window.states.modal);
        let belongs = properties.transient_for.is_some() || properties.is(WindowType::Dialog);
        let has_icon = !properties.icon.is_empty();
        for (property, is_said) in [
            (Property::MotifHints, true),
            (Property::WmNormalHints, true),
            (Property::NetWmName, true),
            (Property::WmClass, true),
            (Property::WmTransientFor, belongs),
            (Property::GtkThemeVariant, true),
            (Property::NetWmIcon, has_icon),
            (Property::WmHints, true),
        ] {
            if is_said {
                self.tell_property(id, property, env)?;
            }
        }
        self.tell_actions(id, env);
        if is_modal { self.tell_modal(id, env) } else { Ok(()) }
    }

    /// Handles a changed property.
    pub(super) fn update(
        &mut self,
        id: u32,
        property: Property,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        if property == Property::NetWmWindowOpacity {
            return self.tell_opacity(id, env);
        }
        match self.windows.get(&id).and_then(|window| window.role.as_ref()) {
            Some(Role::Popup(_)) if property == Property::GtkFrameExtents => {
                return self.popup_moved(id, env);
            }
            Some(Role::Toplevel(_)) => {}
            _ => return Ok(()),
        }
        self.tell_property(id, property, env)?;
        // The client's shadow affects the frame.
        if property == Property::GtkFrameExtents {
            self.tell_property(id, Property::MotifHints, env)?;
            self.tell_property(id, Property::WmNormalHints, env)?;
        }
        if [Property::MotifHints, Property::WmNormalHints].contains(&property) {
            self.tell_actions(id, env);
        }
        if [Property::WmName, Property::NetWmName, Property::GtkThemeVariant].contains(&property) {
            self.draw_frame(id, env)?;
        }
        Ok(())
    }

    /// Tells the host one property of a toplevel.
    fn tell_property(
        &mut self,
        id: u32,
        property: Property,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let Some(Role::Toplevel(toplevel)) = &mut window.role else { return Ok(()) };
        let properties = &window.properties;
        match property {
            Property::WmName | Property::NetWmName => {
                let prefix = &self.settings.policy.title_prefix;
                let title = properties.title().unwrap_or_default();
                toplevel.set_title(&shown(prefix, title), &mut env.host);
            }
            Property::WmClass => {
                self.tell_app_id(id, env);
                self.tell_quirks(id, env);
            }
            Property::ApplicationNumber => self.tell_app_id(id, env),
            Property::NetStartupId | Property::LeaderStartupId => self.tell_startup_id(id, env),
            Property::SteamGame => self.tell_quirks(id, env),
            Property::WmTransientFor => self.tell_parent(id, env),
            Property::WmClientLeader | Property::NetWmWindowType => {
                if properties.transient_for.is_none() {
                    self.tell_parent(id, env);
                }
                if property == Property::WmClientLeader && env.host.is_chromeos() {
                    self.tell_app_id(id, env);
                }
            }
            Property::WmNormalHints => {
                self.tell_aspect(id, env);
                self.tell_limits(id, env)?;
            }
            Property::WmHints if properties.hints.urgent => self.ask_for_attention(id, env)?,
            Property::XwaylandRandrEmuMonitorRects => {
                self.decide_size(id, env, Sizing::screen_emulated)?;
            }
            Property::NetWmIcon => {
                toplevel.set_icon(&properties.icon, env.memory, &mut env.host)?;
            }
            Property::MotifHints => self.tell_decoration(id, env)?,
            Property::GtkThemeVariant => {
                toplevel.set_dark(properties.dark);
                self.tell_decoration(id, env)?;
            }
            _ => {}
        }
        Ok(())
    }
}

impl Wm {
    /// Reports the features that rules switch on for a window, if they have changed: in the log,
    /// and as the property `SOMMELIER_QUIRK_APPLIED` with the features' names, separated by commas.
    pub(super) fn tell_quirks(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        let subject = window.properties.subject();
        let names: Vec<_> = self.settings.quirks.names(subject).collect();
        let names = names.join(",");
        if names == window.quirks {
            return;
        }
        let atom = env.x.atoms().SOMMELIER_QUIRK_APPLIED;
        if names.is_empty() {
            env.x.remove_property(id, atom);
        } else {
            let game = subject.game.map(|game| format!(" of game {game}")).unwrap_or_default();
            tracing::info!("X11 window {id:#x} ({}){game}: {names}", subject.class);
            env.x.set_text(id, atom, &names);
        }
        window.quirks = names;
    }
}
