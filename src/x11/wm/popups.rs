//! Menus, tooltips and the like: windows that their clients place themselves.

use super::properties::Kind;
use super::window::{Window, is_of_same_client};
use super::{Env, Rect, Wm};
use crate::session::Fault;
use crate::x11::role::{Place, Popup, Role};
use crate::x11::seat::Seat;

/// The key code of Escape, at Xwayland.
const ESCAPE: u8 = 9;

/// Bound on the levels of menus.
const MAX_LEVELS: usize = 64;

impl Wm {
    /// The toplevel that a popup is on. What it says it belongs to comes first; else the
    /// window that the user works in; else the one that was mapped last. Windows of its
    /// own client come before those of others, which only helpers such as input methods
    /// are on.
    pub(super) fn parent_of_popup(&self, id: u32, seat: &Seat) -> Option<u32> {
        let window = self.windows.get(&id)?;
        let mut named = window.properties.transient_for;
        for _ in 0..MAX_LEVELS {
            let Some(parent) = named.filter(|parent| *parent != id) else { break };
            if let Some(toplevel) = self.toplevel_under(parent) {
                return Some(toplevel);
            }
            if self.windows.get(&parent).is_some_and(Window::awaits_toplevel) {
                return None;
            }
            named = self.windows.get(&parent).and_then(|parent| parent.properties.transient_for);
        }
        let used = [seat.last.map_or(0, |deed| deed.surface), seat.under_pointer, seat.keyboard];
        let used = used.into_iter().filter_map(|surface| self.window_of(surface));
        let newest = self.mapped.iter().rev().copied();
        let toplevels = used.chain(newest).filter(|parent| *parent != id);
        let mut toplevels = toplevels.filter_map(|id| self.toplevel_under(id));
        let own = toplevels.clone().find(|parent| is_of_same_client(*parent, id));
        let alone = [Kind::Splash, Kind::Notification, Kind::Dock, Kind::Desktop];
        own.or_else(|| {
            let alone = alone.iter().any(|kind| window.properties.is(*kind));
            if alone || self.awaits_toplevel(id) { None } else { toplevels.next() }
        })
    }

    /// Whether a window of the same client is about to become a toplevel that a popup
    /// may be on.
    pub(super) fn awaits_toplevel(&self, popup: u32) -> bool {
        let mut windows = self.windows.values();
        windows.any(|window| window.awaits_toplevel() && is_of_same_client(window.id, popup))
    }

    /// The toplevel that a window is, or that it is on as a popup, if the host has
    /// configured it.
    pub(super) fn toplevel_under(&self, id: u32) -> Option<u32> {
        let mut next = id;
        for _ in 0..MAX_LEVELS {
            match self.windows.get(&next)?.role.as_ref()? {
                Role::Toplevel(toplevel) => return toplevel.configured.then_some(next),
                Role::Popup(popup) => next = popup.parent,
            }
        }
        None
    }

    /// The popup that has all input now.
    fn grabbing(&self) -> Option<&Window> {
        let grabs = |window: &&Window| matches!(&window.role, Some(Role::Popup(p)) if p.grabs);
        self.windows.values().filter(grabs).max_by_key(|window| window.mapped_at)
    }

    /// Where a popup is on the window that it is on.
    fn popup_place(&self, id: u32, parent: u32) -> Option<Place> {
        let (window, parent) = (self.windows.get(&id)?, self.windows.get(&parent)?);
        let border = window.border.saturating_mul(2);
        let role = parent.role.as_ref()?;
        let margins = role.toplevel().map(|toplevel| toplevel.margins).unwrap_or_default();
        let from =
            |at: i32, parent: i32, margin: i32| at.saturating_sub(parent).saturating_sub(margin);
        let rect = Rect {
            x: from(window.rect.x, parent.rect.x, margins.left),
            y: from(window.rect.y, parent.rect.y, margins.top),
            width: window.rect.width.saturating_add(border),
            height: window.rect.height.saturating_add(border),
        };
        Some(Place {
            parent: role.xdg_surface(),
            parent_size: margins.window(parent.rect.size()),
            rect,
            zoom: self.zoom_of(parent.id),
            may_slide: !window.properties.is(Kind::Dnd),
        })
    }

    /// Makes a window a popup on a toplevel. A menu that the user has opened has all
    /// input, so that the host closes it when something else is clicked; it is then on
    /// the menu that was opened before, as xdg-shell wants it.
    pub(super) fn show_popup(
        &mut self,
        id: u32,
        toplevel: u32,
        surface: u32,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let deed = env.seat.last.filter(|deed| {
            let window = self.window_of(deed.surface);
            window.and_then(|window| self.toplevel_under(window)) == Some(toplevel)
        });
        let window = self.windows.get(&id);
        let mut deed = deed.filter(|_| window.is_some_and(|w| w.grabs && w.properties.is_menu()));
        let mut parent = toplevel;
        if let Some(open) = self.grabbing().filter(|_| deed.is_some()) {
            if self.toplevel_under(open.id) == Some(toplevel) {
                parent = open.id;
            } else {
                deed = None;
            }
        }
        let Some(place) = self.popup_place(id, parent) else { return Ok(()) };
        let Some(mut popup) = Popup::make(surface, parent, place, &mut env.host)? else {
            return Ok(());
        };
        if let Some(deed) = deed {
            popup.grab(deed.seat, deed.serial, &mut env.host);
        }
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
        let (wanted, zoom) = ((popup.wanted.x, popup.wanted.y), popup.zoom);
        let wanted = zoom.map_or_else(|| env.host.place(wanted), |zoom| zoom.place(wanted));
        let placed = popup.next.take().filter(|place| *place != wanted);
        let surface = window.surface;
        if let Some(place) = placed {
            let (x, y) = match zoom {
                Some(zoom) => zoom.place_in_pixels(place),
                None => env.host.place_in_pixels(place),
            };
            let (dx, dy) = (x.saturating_sub(popup.wanted.x), y.saturating_sub(popup.wanted.y));
            popup.wanted = popup.wanted.at(x, y);
            let Rect { x, y, .. } = window.rect;
            window.rect = window.rect.at(x.saturating_add(dx), y.saturating_add(dy));
            env.x.configure(id, window.rect);
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

    /// `xdg_popup.popup_done`: the host has closed a popup, because the user has turned
    /// to something else. Its client is to close it too, for which the conventions know
    /// no message: it gets an Escape.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn popup_done(&mut self, object: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(id) = self.by_object.get(&object).copied() else { return Ok(()) };
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let configured = window.role.as_ref().is_some_and(Role::is_configured);
        let grabbed = matches!(&window.role, Some(Role::Popup(popup)) if popup.grabs);
        if grabbed && !configured {
            // The host does not let it have all input; it is shown all the same.
            window.grabs = false;
            self.drop_role(id, env);
            return self.show(id, env);
        }
        self.drop_role(id, env);
        if grabbed {
            env.x.type_key(ESCAPE);
        }
        Ok(())
    }

    /// The popups that are directly on a window, the newest first.
    pub(super) fn popups_of(&self, parent: u32) -> Vec<u32> {
        let on_it = |window: &&Window| matches!(&window.role, Some(Role::Popup(popup)) if popup.parent == parent);
        let popups = self.popups.iter().filter_map(|id| self.windows.get(id));
        let mut popups: Vec<_> = popups.filter(on_it).map(|w| (w.mapped_at, w.id)).collect();
        popups.sort_unstable_by(|a, b| b.cmp(a));
        popups.into_iter().map(|(_, id)| id).collect()
    }
}
