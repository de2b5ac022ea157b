//! Windows that show a drag icon. They follow the pointer at the host, so the window manager gives
//! them no role (see `x11/selection/dnd`).

use super::Wm;
use super::properties::WindowType;
use super::window::{Life, Window, is_of_same_client};
use crate::x11::geometry::Rect;
use crate::x11::seat::Seat;

impl Window {
    /// Whether it shows the icon of a drag that its program has at the host. GTK sets a type for
    /// it. Qt uses a tooltip, so every tooltip of a dragging program counts.
    pub(super) fn is_drag_icon(&self, seat: &Seat) -> bool {
        let drags = seat.dragged_by != 0 && is_of_same_client(seat.dragged_by, self.id);
        let may_be = self.override_redirect && seat.may_drag && self.role.is_none();
        may_be && (self.properties.is(WindowType::Dnd) || drags && !self.properties.is_menu())
    }
}

impl Wm {
    /// The drag icon's window, once it has a surface: the one that was mapped last. Returns the
    /// surface, by the client's id.
    pub fn drag_icon(&self, seat: &Seat) -> Option<u32> {
        let shown = |window: &&Window| window.life == Life::Mapped && window.is_known();
        let of_drag = |window: &&Window| {
            window.is_drag_icon(seat) && is_of_same_client(seat.dragged_by, window.id)
        };
        let icons = self.windows.values().filter(shown).filter(of_drag);
        icons.filter(|window| window.surface.is_some()).max_by_key(|w| w.mapped_at)?.surface
    }

    /// The place on the screen of a surface's window.
    pub fn place_of_surface(&self, surface: u32) -> Option<Rect> {
        self.place_of(self.window_of(surface)?)
    }
}
