//! Windows (`components/exo/shell_surface_base.cc` and `shell_surface.cc`): the kind of a window is
//! fixed by its first buffer.

use std::sync::{Mutex, PoisonError};

use smithay::reexports::wayland_server::Resource;
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
use smithay::utils::Point;
use smithay::wayland::compositor::with_states;
use smithay::wayland::shell::xdg::ToplevelSurface;

use super::Difference;
use crate::host::Host;

/// The properties that a client has set for a surface with `zaura_surface`, `zaura_toplevel` or the
/// shell.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// The application id: the last one from either protocol.
    pub application_id: Option<String>,
    /// The startup id.
    pub startup_id: Option<String>,
    /// The parent, and the position in it.
    pub parent: Option<(WlSurface, i32, i32)>,
    /// The frame.
    pub frame: Option<&'static str>,
    /// The colours of the frame, active and inactive.
    pub colours: Option<[u32; 2]>,
    /// The kind of fullscreen: `immersive` or `plain`.
    pub fullscreen_mode: Option<&'static str>,
    /// Other properties, as text: the last value of each.
    pub more: Vec<(&'static str, String)>,
    /// The properties that were set too late to have an effect.
    pub late: Vec<&'static str>,
    /// The requests that the client made without the permission.
    pub refused: Vec<&'static str>,
    /// Whether the client may activate the window once.
    pub permitted: bool,
    /// Whether it has a `zaura_surface`; only one is allowed.
    pub is_taken: bool,
}

impl Said {
    /// Notes a property that only the report shows.
    pub fn note(&mut self, what: &'static str, value: String) {
        self.more.retain(|(known, _)| *known != what);
        self.more.push((what, value));
    }
}

/// Gives access to a surface's properties.
pub fn said<T>(surface: &WlSurface, f: impl FnOnce(&mut Said) -> T) -> T {
    with_states(surface, |states| {
        let said = states.data_map.get_or_insert_threadsafe(Mutex::<Said>::default);
        f(&mut said.lock().unwrap_or_else(PoisonError::into_inner))
    })
}

/// The result of a window's first buffer.
#[derive(Clone, Debug)]
pub struct Widget {
    /// `window` or `menu`. Menus are override-redirect windows of X11.
    pub kind: &'static str,
    /// Whether it can get the focus.
    pub can_activate: bool,
    /// Its frame: `none`, `normal` or `shadow`.
    pub frame: &'static str,
    /// The colours of the frame, if the client has set them.
    pub colours: Option<[u32; 2]>,
}

impl Host {
    /// Whether a property still counts, because the window has had no buffer yet. If not, this
    /// notes it.
    pub fn is_in_time(&self, surface: &WlSurface, what: &'static str) -> bool {
        if self.exo.is_none() {
            return true;
        }
        let shown = self.windows.iter().find(|w| w.toplevel.wl_surface() == surface);
        let shown = shown.is_some_and(|window| window.widget.is_some());
        if shown {
            said(surface, |said| said.late.push(what));
        }
        !shown
    }

    /// The same as [`is_in_time`](Self::is_in_time), for a window's position.
    pub fn may_still_move(&self, surface: &WlSurface) -> bool {
        let always = self.exo.as_ref().is_some_and(|exo| exo.differs(Difference::MovesLater));
        always || self.is_in_time(surface, "set_window_bounds")
    }

    /// Whether a surface has shown a buffer as a window or popup. Only then can popups have it as
    /// their parent.
    pub fn has_widget(&self, surface: &WlSurface) -> bool {
        let is_window = |w: &crate::xdg_shell::Window| w.toplevel.wl_surface() == surface;
        let window = self.windows.iter().find(|window| is_window(window));
        let shows = || crate::surface::with(surface, |surface| surface.picture.is_some());
        window.map_or_else(shows, |window| window.widget.is_some())
    }

    /// Makes a widget of a window that has got its first buffer.
    pub fn make_widget(&mut self, toplevel: &ToplevelSurface) {
        if self.exo.is_none() {
            return;
        }
        let surface = toplevel.wl_surface();
        let said = said(surface, |said| said.clone());
        let parent =
            said.parent.filter(|(parent, ..)| parent.is_alive() && self.has_widget(parent));
        let Some(window) = self.window_mut(toplevel).filter(|window| window.widget.is_none())
        else {
            return;
        };
        let has_parent = window.parent.is_some() || parent.is_some();
        let is_menu = has_parent && said.application_id.is_none();
        window.widget = Some(Widget {
            kind: if is_menu { "menu" } else { "window" },
            can_activate: !is_menu,
            frame: said.frame.unwrap_or("none"),
            colours: said.colours,
        });
        if let Some((parent, x, y)) = parent {
            let beside = self.windows.iter().find(|w| *w.toplevel.wl_surface() == parent);
            if let Some(place) = beside.map(|window| window.place)
                && let Some(window) = self.window_mut(toplevel)
            {
                window.put(place + Point::from((x, y)));
            }
        }
    }

    /// Handles that a client wants the focus.
    pub fn activate_by_client(&mut self, surface: &WlSurface) {
        let always = self.exo.as_ref().is_none_or(|exo| exo.differs(Difference::ActivatesAlways));
        let permitted = said(surface, |said| std::mem::take(&mut said.permitted));
        let window = self.windows.iter().find(|w| w.toplevel.wl_surface() == surface);
        let toplevel = window.filter(|w| w.mapped).map(|window| window.toplevel.clone());
        match toplevel.filter(|_| always || permitted) {
            Some(toplevel) => self.raise(&toplevel),
            None => said(surface, |said| said.refused.push("activate")),
        }
    }
}
