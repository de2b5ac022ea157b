//! What a window says of itself, told to the host.

use super::properties::Property;
use super::{Env, Wm, icon};
use crate::session::Fault;
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
        let parent = self.parent_of(id);
        let Some(window) = self.windows.get(&id) else { return Ok(()) };
        let properties = &window.properties;
        let Some(Role::Toplevel(toplevel)) = &window.role else { return Ok(()) };
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
            Property::WmTransientFor => {
                let parent = parent.and_then(|parent| self.windows.get(&parent));
                let parent = parent.and_then(|parent| parent.role.as_ref()?.toplevel());
                toplevel.set_parent(parent, &mut env.host);
            }
            Property::WmNormalHints if window.is_managed() => {
                let screen = self.screen().size();
                let (min, max) = window.bounds(toplevel, screen, &self.settings);
                if let Some(toplevel) = self.toplevel_mut(id) {
                    toplevel.set_bounds(min, max, &mut env.host);
                }
                self.tell_actions(id, env);
                self.draw_frame(id, env)?;
            }
            Property::GtkFrameExtents => {
                let margins = properties.frame_extents.map(Margins::of_shadow).unwrap_or_default();
                if let Some(toplevel) = self.toplevel_mut(id) {
                    toplevel.shadow = margins;
                    toplevel.arrange(&mut env.host)?;
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
                self.arrange_frame(id, env)?;
                self.refit(id, env);
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

    /// The managed window that a window belongs to, if it is there; a circle of windows
    /// that belong to each other has none.
    fn parent_of(&self, id: u32) -> Option<u32> {
        let first = self.windows.get(&id)?.properties.transient_for?;
        if self.stands_for_group(first, id) {
            return self.main_of_group(id);
        }
        let mut next = Some(first);
        for _ in 0..=self.mapped.len() {
            let Some(parent) = next else { return Some(first) };
            if parent == id {
                return None;
            }
            next = self.windows.get(&parent).and_then(|w| w.properties.transient_for);
        }
        None
    }
    /// Whether what a window is said to belong to stands for all windows of its group: the
    /// root window (ICCCM 4.1.2.6), or the group's leader where that is never shown (Qt).
    fn stands_for_group(&self, of: u32, id: u32) -> bool {
        let Some(window) = self.windows.get(&id) else { return false };
        let leaders = [self.root.map(|root| root.window), window.properties.hints.group]
            .into_iter()
            .chain([window.properties.leader]);
        leaders.flatten().any(|leader| leader == of) && !self.mapped.contains(&of)
    }

    /// The window of another one's group that was mapped last and belongs to none itself.
    fn main_of_group(&self, id: u32) -> Option<u32> {
        let window = self.windows.get(&id)?;
        let is_main = |other: &&u32| {
            let Some(main) = self.windows.get(other).filter(|main| main.id != id) else {
                return false;
            };
            let (one, other) = (&window.properties, &main.properties);
            let same_group = one.hints.group.is_some() && one.hints.group == other.hints.group;
            let same_leader = one.leader.is_some() && one.leader == other.leader;
            other.transient_for.is_none() && (same_group || same_leader)
        };
        self.mapped.iter().rev().find(is_main).copied()
    }
}
