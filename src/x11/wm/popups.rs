//! Menus, tooltips and the like: windows that their clients place themselves.

use super::properties::Kind;
use super::window::Life;
use super::{Env, Rect, Wm};
use crate::session::Fault;
use crate::x11::role::{Place, Popup, Role};
use crate::x11::seat::Seat;

impl Wm {
    /// The window that a popup is on. What it says it belongs to comes first; else the
    /// window that the user works in; else the one that was mapped last.
    pub(super) fn parent_of_popup(&self, id: u32, seat: &Seat) -> Option<u32> {
        let window = self.windows.get(&id)?;
        let mut named = window.properties.transient_for;
        for _ in 0..8 {
            let Some(parent) = named.filter(|parent| *parent != id) else { break };
            if self.is_parent(parent) {
                return Some(parent);
            }
            // It may belong to another menu.
            let parent = self.windows.get(&parent);
            named = parent.and_then(|parent| match &parent.role {
                Some(Role::Popup(popup)) => Some(popup.parent),
                _ => parent.properties.transient_for,
            });
        }
        let used = [seat.last.map_or(0, |deed| deed.surface), seat.under_pointer, seat.keyboard];
        let used = used.into_iter().filter_map(|surface| self.window_of(surface));
        let used = used.filter_map(|id| match &self.windows.get(&id)?.role {
            Some(Role::Popup(popup)) => Some(popup.parent),
            _ => Some(id),
        });
        let newest = self.mapped.iter().rev().copied();
        used.chain(newest).find(|parent| *parent != id && self.is_parent(*parent))
    }

    /// Whether popups can be on a window: it is a toplevel that the host has configured.
    fn is_parent(&self, id: u32) -> bool {
        let role = self.windows.get(&id).and_then(|window| window.role.as_ref());
        role.and_then(Role::toplevel).is_some_and(|toplevel| toplevel.configured)
    }

    fn popup_place(&self, id: u32, parent: u32) -> Option<Place> {
        let (window, parent) = (self.windows.get(&id)?, self.windows.get(&parent)?);
        let border = window.border.saturating_mul(2);
        let rect = Rect {
            x: window.rect.x.saturating_sub(parent.rect.x),
            y: window.rect.y.saturating_sub(parent.rect.y),
            width: window.rect.width.saturating_add(border),
            height: window.rect.height.saturating_add(border),
        };
        Some(Place {
            parent: parent.role.as_ref()?.xdg_surface(),
            parent_size: parent.rect.size(),
            rect,
            may_slide: !window.properties.is(Kind::Dnd),
        })
    }

    /// Makes a window a popup.
    pub(super) fn show_popup(
        &mut self,
        id: u32,
        parent: u32,
        surface: u32,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(place) = self.popup_place(id, parent) else { return Ok(()) };
        let Some(popup) = Popup::make(surface, parent, place, &mut env.host)? else {
            return Ok(());
        };
        popup.commit(&mut env.host);
        if let Some(window) = self.windows.get_mut(&id) {
            window.role = Some(Role::Popup(popup));
        }
        self.note_role(id);
        Ok(())
    }

    /// The host has placed a popup: the X server is told, so that both agree on what is
    /// under the pointer.
    pub(super) fn popup_configured(&mut self, id: u32, serial: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        let Some(Role::Popup(popup)) = &mut window.role else { return };
        popup.ack(serial, &mut env.host);
        let placed =
            popup.next.take().filter(|(x, y)| (*x, *y) != (popup.wanted.x, popup.wanted.y));
        let parent = popup.parent;
        let surface = window.surface;
        if let Some((x, y)) = placed
            && let Some(parent) = self.windows.get(&parent).map(|parent| parent.rect)
            && let Some(window) = self.windows.get_mut(&id)
        {
            let rect = window.rect.at(parent.x.saturating_add(x), parent.y.saturating_add(y));
            window.rect = rect;
            if let Some(Role::Popup(popup)) = &mut window.role {
                popup.wanted = popup.wanted.at(x, y);
            }
            env.x.configure(id, rect);
        }
        if let Some(surface) = surface {
            env.surfaces.open(surface, env.host.context);
        }
    }

    /// The client has moved or resized a popup.
    pub(super) fn popup_moved(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(Role::Popup(popup)) = self.windows.get(&id).and_then(|w| w.role.as_ref()) else {
            return Ok(());
        };
        let (parent, wanted) = (popup.parent, popup.wanted);
        let Some(place) = self.popup_place(id, parent).filter(|place| place.rect != wanted) else {
            return Ok(());
        };
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let Some(Role::Popup(popup)) = &mut window.role else { return Ok(()) };
        if popup.configured && !popup.reposition(place, &mut env.host)? {
            // An old host: the popup is made anew.
            self.drop_role(id, env);
            self.show(id, env)?;
        }
        Ok(())
    }

    /// `xdg_popup.popup_done`: the host has closed a popup.
    ///
    /// # Errors
    /// [`Fault::Resources`] when there are too many objects at the host.
    pub fn popup_done(&mut self, object: u32, env: &mut Env<'_, '_>) {
        if let Some(id) = self.by_object.get(&object).copied() {
            self.drop_role(id, env);
        }
    }

    /// Ends the popups that are on a window, the newest first.
    pub(super) fn drop_popups_of(&mut self, parent: u32, env: &mut Env<'_, '_>) {
        let on_it = |window: &&super::Window| {
            matches!(&window.role, Some(Role::Popup(popup)) if popup.parent == parent)
                && window.life == Life::Mapped
        };
        let mut popups: Vec<_> =
            self.windows.values().filter(on_it).map(|w| (w.mapped_at, w.id)).collect();
        popups.sort_unstable_by(|a, b| b.cmp(a));
        for (_, id) in popups {
            self.drop_role(id, env);
        }
    }
}
