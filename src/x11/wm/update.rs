//! What a window says of itself, told to the host.

use super::{Env, Wm, icon};
use crate::session::Fault;
use crate::x11::property::Property;
use crate::x11::role::{Margins, Role};

impl Wm {
    /// Tells the host all about a new toplevel.
    pub(super) fn describe(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        for property in [
            Property::GtkFrameExtents,
            Property::NetWmName,
            Property::WmClass,
            Property::WmTransientFor,
            Property::WmNormalHints,
            Property::MotifHints,
            Property::GtkThemeVariant,
            Property::NetWmIcon,
            Property::WmHints,
        ] {
            self.update(id, property, env)?;
        }
        Ok(())
    }

    /// Tells the host what a property says now.
    pub(super) fn update(
        &mut self,
        id: u32,
        property: Property,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        if property == Property::NetWmWindowOpacity {
            return self.tell_opacity(id, env);
        }
        let Some(window) = self.windows.get(&id) else { return Ok(()) };
        let properties = &window.properties;
        let toplevel = match &window.role {
            Some(Role::Toplevel(toplevel)) => toplevel,
            Some(Role::Popup(_)) if property == Property::GtkFrameExtents => {
                return self.popup_moved(id, env);
            }
            _ => return Ok(()),
        };
        match property {
            Property::WmName | Property::NetWmName => {
                let prefix = &self.settings.policy.title_prefix;
                let title = properties.title().unwrap_or_default();
                let title = format!("{prefix}{title}");
                if let Some(toplevel) = self.toplevel_mut(id) {
                    toplevel.set_title(&title, &mut env.host);
                }
                self.draw_frame(id, env)?;
            }
            Property::WmClass => {
                let class = &properties.class;
                let name = if class.is_empty() { &properties.instance } else { class };
                let prefix = &self.settings.policy.app_id_prefix;
                toplevel.set_app_id(&format!("{prefix}{name}"), &mut env.host);
                self.tell_quirks(id, env);
            }
            Property::SteamGame => self.tell_quirks(id, env),
            Property::WmTransientFor => self.tell_parent(id, env),
            Property::WmClientLeader | Property::NetWmWindowType
                if properties.transient_for.is_none() =>
            {
                self.tell_parent(id, env);
            }
            Property::WmNormalHints => {
                let (min, max) = if window.is_managed() {
                    window.bounds(toplevel, self.screen_of(id).size(), &self.settings)
                } else {
                    // A host that arranges windows itself leaves alone what has one size only.
                    let is_free = window.wants_fullscreen;
                    let size = if is_free { (0, 0) } else { window.rect.size() };
                    (size, size)
                };
                let surface = window.surface;
                let toplevel = self.toplevel_mut(id);
                let news =
                    toplevel.is_some_and(|toplevel| toplevel.set_bounds(min, max, &mut env.host));
                if let Some(surface) = surface.filter(|_| news) {
                    env.surfaces.commit_again(surface, env.host.context);
                }
                self.tell_actions(id, env);
                self.draw_frame(id, env)?;
            }
            Property::GtkFrameExtents => {
                let margins = properties.frame_extents.map(Margins::of_shadow).unwrap_or_default();
                if let Some(toplevel) = self.toplevel_mut(id) {
                    toplevel.shadow = margins;
                }
                // Who draws shadows draws a frame too.
                self.update(id, Property::MotifHints, env)?;
                self.update(id, Property::WmNormalHints, env)?;
            }
            Property::WmHints if properties.hints.urgent => self.ask_for_attention(id, env)?,
            Property::XwaylandRandrEmuMonitorRects => self.screen_pretended(id, env),
            Property::NetWmIcon => {
                let icon = icon::best(&properties.icon);
                self.set_icon(id, icon.as_ref(), env)?;
            }
            Property::MotifHints => {
                let wanted = window.wants_frame();
                self.tell_actions(id, env);
                if let Some(toplevel) = self.toplevel_mut(id) {
                    toplevel.decorate(wanted, &mut env.host)?;
                }
                self.refit(id, env)?;
            }
            Property::GtkThemeVariant => {
                let dark = properties.dark;
                if let Some(toplevel) = self.toplevel_mut(id) {
                    toplevel.set_dark(dark);
                }
                self.draw_frame(id, env)?;
            }
            _ => {}
        }
        Ok(())
    }
}
