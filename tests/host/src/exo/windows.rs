//! Windows (`components/exo/shell_surface_base.cc` and `shell_surface.cc`): what a window is
//! becomes certain with its first buffer.

use std::sync::{Mutex, PoisonError};

use smithay::reexports::wayland_server::Resource;
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
use smithay::utils::Point;
use smithay::wayland::compositor::with_states;
use smithay::wayland::shell::xdg::ToplevelSurface;

use super::Difference;
use crate::host::Host;

/// What a client has said of a surface by `zaura_surface` and `zaura_toplevel`, or by the shell's
/// own requests.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// The application id: the latest one of both protocols.
    pub application_id: Option<String>,
    /// The startup id.
    pub startup_id: Option<String>,
    /// The parent, and the place in it.
    pub parent: Option<(WlSurface, i32, i32)>,
    /// The frame.
    pub frame: Option<&'static str>,
    /// The frame's colours while the window is active, and else.
    pub colours: Option<[u32; 2]>,
    /// How the window is fullscreen: `immersive` or `plain`.
    pub fullscreen_mode: Option<&'static str>,
    /// More that was said, as text: the latest of each kind.
    pub more: Vec<(&'static str, String)>,
    /// What was said too late to have an effect.
    pub late: Vec<&'static str>,
    /// What the client asked for without the permission.
    pub refused: Vec<&'static str>,
    /// Whether the window may be activated by its client once.
    pub permitted: bool,
    /// Whether it has a `zaura_surface`: there may be only one.
    pub is_taken: bool,
}

impl Said {
    /// Notes something that is only shown.
    pub fn note(&mut self, what: &'static str, value: String) {
        self.more.retain(|(known, _)| *known != what);
        self.more.push((what, value));
    }
}

/// What a client has said of a surface.
pub fn said<T>(surface: &WlSurface, f: impl FnOnce(&mut Said) -> T) -> T {
    with_states(surface, |states| {
        let said = states.data_map.get_or_insert_threadsafe(Mutex::<Said>::default);
        f(&mut said.lock().unwrap_or_else(PoisonError::into_inner))
    })
}

/// What a window has become with its first buffer.
#[derive(Clone, Debug)]
pub struct Widget {
    /// `window` or `menu`. A menu stands in for an override-redirect window of X11.
    pub kind: &'static str,
    /// Whether it can get the focus.
    pub can_activate: bool,
    /// Its frame: `none`, `normal` or `shadow`.
    pub frame: &'static str,
    /// The frame's colours, if the client has set them.
    pub colours: Option<[u32; 2]>,
}

impl Host {
    /// Whether what clients say of a window before its first buffer still counts. What does not
    /// is noted.
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

    /// As [`is_in_time`](Self::is_in_time), for the place of a window.
    pub fn may_still_move(&self, surface: &WlSurface) -> bool {
        let always = self.exo.as_ref().is_some_and(|exo| exo.differs(Difference::MovesLater));
        always || self.is_in_time(surface, "set_window_bounds")
    }

    /// Whether a surface has shown a buffer as a window or popup: only then popups may have it
    /// as their parent.
    pub fn has_widget(&self, surface: &WlSurface) -> bool {
        let is_window = |w: &crate::xdg_shell::Window| w.toplevel.wl_surface() == surface;
        let window = self.windows.iter().find(|window| is_window(window));
        let shows = || crate::surface::with(surface, |surface| surface.picture.is_some());
        window.map_or_else(shows, |window| window.widget.is_some())
    }

    /// A window has its first buffer.
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

    /// A client wants to have the focus.
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
