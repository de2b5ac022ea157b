//! Telling the host about a window's properties.

use super::properties::WindowType;
use super::sizing::Sizing;
use super::{Env, Wm, icon};
use crate::policy::shown;
use crate::session::Fault;
use crate::x11::property::Property;
use crate::x11::role::Role;

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
                let icon = icon::best(&properties.icon);
                toplevel.set_icon(icon.as_ref(), env.memory, &mut env.host)?;
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
