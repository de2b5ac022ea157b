//! Menus, tooltips and other windows that their clients place themselves.

use super::properties::WindowType;
use super::window::Window;
use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::geometry::{Rect, Zoom};
use crate::x11::role::{Popup, PopupPlace, Role};

/// Xwayland's key code of Escape.
const ESCAPE_KEY: u8 = 9;

impl Wm {
    /// The popup that has grabbed all input.
    fn grabbing(&self) -> Option<&Window> {
        let grabs = |window: &&Window| matches!(&window.role, Some(Role::Popup(p)) if p.grabs);
        self.windows.values().filter(grabs).max_by_key(|window| window.mapped_at)
    }

    /// Whether the host does not yet show the popup that has all input: another one may have to be
    /// on it.
    pub(super) fn is_menu_opening(&self) -> bool {
        self.grabbing().is_some_and(|open| !open.is_shown())
    }

    /// The place of a popup on its parent.
    fn popup_place(&self, id: u32, parent: u32, env: &Env<'_, '_>) -> Option<PopupPlace> {
        let (window, parent) = (self.windows.get(&id)?, self.windows.get(&parent)?);
        let border = window.border.saturating_mul(2);
        let role = parent.role.as_ref()?;
        let margins = parent.sizing.margins();
        let from =
            |at: i32, parent: i32, margin: i32| at.saturating_sub(parent).saturating_sub(margin);
        let (shadow, own, on) = (window.shadow(), window.rect(), parent.rect());
        let (width, height) = own.size();
        let size = (width.saturating_add(border), height.saturating_add(border));
        let rect = Rect {
            x: from(own.x, on.x, margins.left).saturating_add(shadow.left),
            y: from(own.y, on.y, margins.top).saturating_add(shadow.top),
            ..Rect::default()
        };
        Some(PopupPlace {
            parent: role.as_parent(),
            parent_size: margins.window(on.size()),
            rect: rect.sized(shadow.window(size)),
            shadow,
            zoom: self.zoom_of(parent.id),
            may_slide: !window.properties.is(WindowType::Dnd),
            // It draws none itself, and has its whole rectangle.
            has_shell_shadow: env.host.is_chromeos()
                && !window.has_alpha
                && window.shape.is_rectangle()
                && !window.properties.is(WindowType::Dnd),
        })
    }

    /// How a scaled window's pixels map to host units, for all popups on it; `None` if the window
    /// is not scaled.
    fn zoom_of(&self, id: u32) -> Option<Zoom> {
        self.windows.get(&self.toplevel_under(id)?)?.sizing.zoom()
    }

    /// Makes a window a popup on a toplevel. A menu that the user has opened grabs all input, so
    /// that the host closes it when the user clicks elsewhere. Its parent is then the menu that was
    /// opened before, as xdg-shell requires.
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
        let Some(place) = self.popup_place(id, parent, env) else { return Ok(()) };
        let Some(mut popup) = Popup::make(surface, parent, place, &mut env.host)? else {
            return Ok(());
        };
        if let Some(deed) = deed {
            popup.grab(deed.seat, deed.serial, &mut env.host);
        }
        popup.commit(&mut env.host);
        let parent = self.windows.get(&parent).and_then(|parent| parent.surface);
        if let Some(window) = self.windows.get_mut(&id) {
            window.role = Some(Role::Popup(popup));
            if let Some(surface) = window.surface {
                env.host.set_parent(surface, parent);
            }
        }
        self.note_role(id);
        Ok(())
    }

    /// Handles `xdg_popup.configure`.
    pub fn popup_configure(&mut self, object: u32, place: (i32, i32)) {
        if let Some(Role::Popup(popup)) = self.role_of(object) {
            popup.next = Some(place);
        }
    }

    /// Tells the X server where the host has placed a popup, so that both agree on what is under
    /// the pointer.
    pub(super) fn popup_configured(
        &mut self,
        id: u32,
        serial: u32,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let (is_managed, rect) = (window.is_managed(), window.rect());
        let Some(Role::Popup(popup)) = &mut window.role else { return Ok(()) };
        // As with toplevels, its content was held back until now.
        if is_managed && !popup.configured {
            Self::allow_commits(id, true, env);
        }
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
            let rect = rect.shifted((dx, dy));
            self.change_size(id, env, |sizing, _, effects| sizing.put(rect, effects))?;
        }
        self.keep_popup_on_screen(id, env)?;
        // Both sides agree on the place now, so the content may be shown.
        if let Some(surface) = surface {
            env.surfaces.open(surface, env.host.context);
        }
        Ok(())
    }

    /// Handles that a client has moved or resized a popup.
    pub(super) fn popup_moved(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(Role::Popup(popup)) = self.windows.get(&id).and_then(|w| w.role.as_ref()) else {
            return Ok(());
        };
        let (parent, wanted) = (popup.parent, popup.wanted);
        let Some(place) = self.popup_place(id, parent, env).filter(|place| place.rect != wanted)
        else {
            return Ok(());
        };
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let Some(Role::Popup(popup)) = &mut window.role else { return Ok(()) };
        if popup.configured && !popup.reposition(place, &mut env.host)? {
            // An old host cannot move it, so make a new popup.
            self.drop_role(id, env);
            self.show(id, env)?;
        }
        Ok(())
    }

    /// Handles `xdg_popup.popup_done`: the host does not show a popup any more, mostly because the
    /// user has clicked elsewhere. carafe unmaps the window, so that its client does not believe
    /// that it is still visible. Toolkits close a menu properly only on input of the user, and
    /// there is no message for it. So a popup with a grab gets an Escape key first.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn popup_done(&mut self, object: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(id) = self.by_object.get(&object).copied() else { return Ok(()) };
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let configured = window.is_configured();
        let grabbed = matches!(&window.role, Some(Role::Popup(popup)) if popup.grabs);
        if grabbed && !configured {
            // The host refuses the grab; show the popup without it.
            window.grabs = false;
            self.drop_role(id, env);
            return self.show(id, env);
        }
        self.drop_role(id, env);
        if grabbed {
            env.x.type_key(ESCAPE_KEY);
        }
        env.x.unmap(id);
        Ok(())
    }

    /// The popups whose direct parent is this window, the newest first.
    pub(super) fn popups_of(&self, parent: u32) -> Vec<u32> {
        let on_it = |window: &&Window| matches!(&window.role, Some(Role::Popup(popup)) if popup.parent == parent);
        let popups = self.popups.iter().filter_map(|id| self.windows.get(id));
        let mut popups: Vec<_> = popups.filter(on_it).map(|w| (w.mapped_at, w.id)).collect();
        popups.sort_unstable_by(|a, b| b.cmp(a));
        popups.into_iter().map(|(_, id)| id).collect()
    }
}
