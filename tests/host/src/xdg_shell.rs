//! `xdg_wm_base`: windows in a cascade, the newest on top and focused.

use std::sync::Mutex;

use smithay::reexports::wayland_protocols::xdg::decoration::zv1::server::zxdg_toplevel_decoration_v1::Mode;
use smithay::reexports::wayland_protocols::xdg::shell::server::xdg_toplevel::{ResizeEdge, State};
use smithay::reexports::wayland_protocols::xdg::shell::server::{
    xdg_surface, xdg_toplevel, xdg_wm_base,
};
use smithay::reexports::wayland_server::Resource;
use smithay::reexports::wayland_server::protocol::wl_output::WlOutput;
use smithay::reexports::wayland_server::protocol::wl_seat::WlSeat;
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
use smithay::utils::{Logical, Point, Rectangle, Serial};
use smithay::wayland::compositor::with_states;
use smithay::wayland::foreign_toplevel_list::ForeignToplevelHandle;
use smithay::wayland::shell::xdg::decoration::XdgDecorationHandler;
use smithay::wayland::shell::xdg::{
    PopupSurface, PositionerState, SurfaceCachedState, ToplevelState, ToplevelSurface, XdgShellHandler,
    XdgShellState, XdgToplevelSurfaceData,
};
use smithay::delegate_xdg_decoration;

use crate::exo::{Widget, said};
use crate::host::Host;
use crate::surface;

/// The place of the first window, and how far the next one is from it, both ways.
const FIRST: i32 = 20;
const STEP: i32 = 40;
/// After this many windows, the cascade starts again.
const CASCADE: usize = 8;

/// All edges of a tiled window.
const TILED: [State; 4] =
    [State::TiledLeft, State::TiledRight, State::TiledTop, State::TiledBottom];

/// An `xdg_toplevel`.
#[derive(Debug)]
pub struct Window {
    /// The toplevel.
    pub toplevel: ToplevelSurface,
    /// Where its window geometry is on the screen.
    pub place: Point<i32, Logical>,
    /// Whether it has shown anything.
    pub mapped: bool,
    /// Its handle for other clients.
    pub listed: Option<ForeignToplevelHandle>,
    /// Its client's latest request of this kind: `move`, `resize EDGES`, `menu X Y`, `minimize`.
    /// Only `minimize` has an effect.
    pub asked: String,
    /// Its parent, which is mapped: other windows have no children.
    pub parent: Option<ToplevelSurface>,
    /// What it has become at Exo, with its first buffer.
    pub widget: Option<Widget>,
    /// Its place when it is neither maximized nor fullscreen.
    normal_place: Point<i32, Logical>,
}

/// The window geometry of a surface: the one that was set, or its size.
pub fn geometry(surface: &WlSurface) -> Rectangle<i32, Logical> {
    with_states(surface, |states| {
        let set = states.cached_state.get::<SurfaceCachedState>().current().geometry;
        set.unwrap_or_else(|| Rectangle::from_size(surface::of(states).size))
    })
}

impl Window {
    /// Its window geometry.
    pub fn geometry(&self) -> Rectangle<i32, Logical> {
        geometry(self.toplevel.wl_surface())
    }

    /// The error in its window geometry, by the rules of the strictest hosts (weston: the
    /// acknowledged states; Mutter: the limits). The error's object should be another one, which
    /// smithay does not expose.
    fn breach(&self) -> Option<(u32, String)> {
        let (ToplevelState { size, states, .. }, is) =
            (self.toplevel.current_state(), self.geometry().size);
        let limits = with_states(self.toplevel.wl_surface(), |states| {
            let shell = *states.cached_state.get::<SurfaceCachedState>().current();
            (shell.min_size, shell.max_size)
        });
        let (min, max) = limits;
        let crosses = |min: i32, max: i32| min < 0 || max < 0 || max > 0 && min > max;
        if is.w <= 0 || is.h <= 0 {
            return Some((xdg_surface::Error::InvalidSize as u32, format!("geometry {is:?}")));
        }
        if crosses(min.w, max.w) || crosses(min.h, max.h) {
            let text = format!("smallest size {min:?}, largest {max:?}");
            return Some((xdg_toplevel::Error::InvalidSize as u32, text));
        }
        let acked = size?;
        let small = states.contains(State::Maximized) && is != acked;
        let large = states.contains(State::Fullscreen) && (is.w > acked.w || is.h > acked.h);
        let text = || format!("geometry {is:?}, but {acked:?} was acknowledged ({states:?})");
        let error = xdg_wm_base::Error::InvalidSurfaceState as u32;
        (small || large).then(|| (error, text()))
    }

    /// Its application id, and its title.
    fn all_names(&self) -> (String, String) {
        with_states(self.toplevel.wl_surface(), |states| {
            let data = states.data_map.get::<XdgToplevelSurfaceData>().map(Mutex::lock);
            let Some(Ok(data)) = data else { return Default::default() };
            (data.app_id.clone().unwrap_or_default(), data.title.clone().unwrap_or_default())
        })
    }

    /// The same with its program's own id, whatever form `ChromeOS` wants it in. What must have no id
    /// there has its title instead.
    pub fn names(&self) -> (String, String) {
        let (app_id, title) = self.all_names();
        if app_id.is_empty() && self.widget.is_some() {
            return (title.clone(), title);
        }
        let own = crate::exo::own_id(&app_id).map(str::to_owned);
        (own.unwrap_or(app_id), title)
    }

    /// Its states and size, as last configured.
    pub fn states(&self) -> Vec<String> {
        self.toplevel.with_pending_state(|state| {
            let states: Vec<State> = state.states.clone().into();
            states.iter().map(|state| format!("{state:?}").to_lowercase()).collect()
        })
    }

    /// Whether its client has acknowledged all that was configured.
    pub fn is_heard(&self) -> bool {
        with_states(self.toplevel.wl_surface(), |states| {
            let attributes = states.data_map.get::<XdgToplevelSurfaceData>();
            let attributes = attributes.and_then(|attributes| attributes.lock().ok());
            attributes.is_some_and(|attributes| attributes.pending_configures().is_empty())
        })
    }

    /// Moves it.
    pub fn put(&mut self, place: Point<i32, Logical>) {
        (self.place, self.normal_place) = (place, place);
    }

    /// Gives it an area of its own among others.
    pub fn tile(&mut self, area: Rectangle<i32, Logical>) {
        self.place = area.loc;
        self.toplevel.with_pending_state(|pending| {
            pending.size = Some(area.size);
            for edge in TILED {
                pending.states.set(edge);
            }
        });
        self.toplevel.send_pending_configure();
    }

    /// Ends the tiling.
    pub fn untile(&mut self) {
        self.toplevel.with_pending_state(|pending| {
            for edge in TILED {
                pending.states.unset(edge);
            }
        });
    }

    /// Gives it a state and an area, or takes the state away.
    fn fill(&mut self, state: State, area: Option<Rectangle<i32, Logical>>) {
        self.place = area.map_or(self.normal_place, |area| area.loc);
        self.toplevel.with_pending_state(|pending| {
            pending.size = area.map(|area| area.size);
            if area.is_some() {
                pending.states.set(state);
            } else {
                pending.states.unset(state);
            }
        });
        if self.toplevel.is_initial_configure_sent() {
            self.toplevel.send_configure();
        }
    }
}

impl Host {
    /// The window of a toplevel.
    pub fn window_mut(&mut self, toplevel: &ToplevelSurface) -> Option<&mut Window> {
        self.windows.iter_mut().find(|window| window.toplevel == *toplevel)
    }

    /// Lets a window fill the requested screen, or else the one it is on.
    fn fill(&mut self, toplevel: &ToplevelSurface, state: State, output: Option<&WlOutput>) {
        let Some(window) = self.windows.iter().find(|window| window.toplevel == *toplevel) else {
            return;
        };
        let asked = output.and_then(|output| self.screens().find(|s| s.output.owns(output)));
        let area = asked.unwrap_or_else(|| self.screen_at(window.place)).layout.area();
        if let Some(window) = self.window_mut(toplevel) {
            window.fill(state, Some(area));
        }
    }

    /// Ends a state that filled the screen.
    pub fn unfill(&mut self, toplevel: &ToplevelSurface, state: State) {
        if let Some(window) = self.window_mut(toplevel) {
            window.fill(state, None);
        }
    }

    /// Puts a window on top and gives it the keyboard.
    pub fn raise(&mut self, toplevel: &ToplevelSurface) {
        toplevel.with_pending_state(|state| state.states.unset(State::Suspended));
        let at = self.windows.iter().position(|window| window.toplevel == *toplevel);
        if let Some(at) = at {
            let window = self.windows.remove(at);
            self.windows.push(window);
        }
        self.focus_top();
    }

    /// Gives the keyboard to the window on top.
    pub fn focus_top(&mut self) {
        let is_seen = |window: &&Window| {
            let hidden = |state: &ToplevelState| state.states.contains(State::Suspended);
            let can_activate = window.widget.as_ref().is_none_or(|widget| widget.can_activate);
            window.mapped
                && can_activate
                && !window.toplevel.with_pending_state(|state| hidden(state))
        };
        let top = self.windows.iter().rev().find(is_seen);
        let top = top.map(|window| window.toplevel.clone());
        for window in &self.windows {
            let is_top = top.as_ref() == Some(&window.toplevel);
            window.toplevel.with_pending_state(|state| {
                if is_top {
                    state.states.set(State::Activated);
                } else {
                    state.states.unset(State::Activated);
                }
            });
            if window.toplevel.is_initial_configure_sent() {
                window.toplevel.send_pending_configure();
            }
        }
        let launcher = self.layers.iter().rev().find(|panel| panel.has_keyboard);
        let launcher = launcher.map(|panel| panel.surface.wl_surface().clone());
        self.focus_keyboard(launcher.or(top.map(|toplevel| toplevel.wl_surface().clone())));
    }

    /// Handles a commit, which may map or unmap a window.
    pub fn shell_commit(&mut self, surface: &WlSurface) {
        let has_content = surface::with(surface, |surface| surface.picture.is_some());
        // Content needs an acknowledged configuration, which smithay does not check.
        if let Some(popup) = self.popups.iter().find(|popup| popup.wl_surface() == surface) {
            if has_content && !popup.ensure_configured() {
                return;
            }
            if !popup.is_initial_configure_sent() {
                // This only fails for a popup that was configured already.
                let _ = popup.send_configure();
            }
        }
        let Some(window) = self.windows.iter_mut().find(|w| w.toplevel.wl_surface() == surface)
        else {
            return;
        };
        if has_content && !window.toplevel.ensure_configured() {
            return;
        }
        if !window.toplevel.is_initial_configure_sent() {
            window.toplevel.send_configure();
        }
        let acked = window.toplevel.current_state().size;
        let is_misfit = has_content && acked.is_some_and(|size| size != window.geometry().size);
        if is_misfit {
            surface::with(surface, |surface| surface.counts.misfits += 1);
        }
        if has_content && let Some((error, text)) = window.breach() {
            window.toplevel.xdg_toplevel().post_error(error, text);
            return;
        }
        if window.mapped == has_content {
            return;
        }
        window.mapped = has_content;
        let toplevel = window.toplevel.clone();
        self.list_toplevels();
        if has_content {
            self.make_widget(&toplevel);
            self.raise(&toplevel);
        } else {
            self.orphan(&toplevel);
            toplevel.reset_initial_configure_sent();
            self.focus_top();
        }
    }

    /// Handles the unmapping of a window: its children get its parent.
    fn orphan(&mut self, toplevel: &ToplevelSurface) {
        let heir = self.window_mut(toplevel).and_then(|window| window.parent.clone());
        for window in &mut self.windows {
            if window.parent.as_ref() == Some(toplevel) {
                window.parent.clone_from(&heir);
            }
        }
    }

    /// Dismisses all popups, with and without grabs.
    pub fn dismiss_all(&mut self) {
        for popup in self.popups.iter().rev() {
            popup.send_popup_done();
        }
        self.grabs.clear();
        self.focus_top();
    }

    /// Closes the popups with grabs, after a click elsewhere.
    pub fn dismiss_popups(&mut self) {
        for popup in self.popups.iter().rev().filter(|popup| self.grabs.contains(popup)) {
            popup.send_popup_done();
        }
        self.grabs.clear();
        self.focus_top();
    }

    /// Where a popup may be, relative to its parent's window geometry.
    fn room_for(&self, popup: &PopupSurface) -> Rectangle<i32, Logical> {
        let mut origin = Point::default();
        let mut parent = popup.get_parent_surface();
        while let Some(surface) = parent {
            if let Some(popup) = self.popups.iter().find(|p| *p.wl_surface() == surface) {
                origin += popup.with_pending_state(|state| state.geometry.loc);
                parent = popup.get_parent_surface();
                continue;
            }
            let window = self.windows.iter().find(|w| *w.toplevel.wl_surface() == surface);
            let layer = self.layers.iter().find(|l| *l.surface.wl_surface() == surface);
            let place = window.map(|window| window.place);
            origin += place
                .or_else(|| layer.map(|layer| layer.place(self.screen.logical_size())))
                .unwrap_or_default();
            break;
        }
        let mut room = self.screen_at(origin).layout.area();
        room.loc -= origin;
        room
    }

    fn place_popup(&self, popup: &PopupSurface, positioner: PositionerState) {
        let room = self.room_for(popup);
        popup.with_pending_state(|state| {
            state.geometry = positioner.get_unconstrained_geometry(room);
            state.positioner = positioner;
        });
    }
}

impl Host {
    fn note(&mut self, toplevel: &ToplevelSurface, asked: String) {
        if let Some(window) = self.window_mut(toplevel) {
            window.asked = asked;
        }
    }
}

impl XdgShellHandler for Host {
    fn xdg_shell_state(&mut self) -> &mut XdgShellState {
        &mut self.protocols.xdg_shell
    }

    fn new_toplevel(&mut self, toplevel: ToplevelSurface) {
        let taken = |place: &Point<i32, Logical>| self.windows.iter().any(|w| w.place == *place);
        let places = (0..CASCADE as i32).map(|n| Point::from((FIRST + n * STEP, FIRST + n * STEP)));
        let place = { places }.find(|place| !taken(place)).unwrap_or((FIRST, FIRST).into());
        let bounds = self.screen.logical_size();
        toplevel.with_pending_state(|state| state.bounds = Some(bounds));
        self.windows.push(Window {
            toplevel,
            place,
            mapped: false,
            listed: None,
            asked: String::new(),
            parent: None,
            widget: None,
            normal_place: place,
        });
    }

    fn app_id_changed(&mut self, toplevel: ToplevelSurface) {
        if let Some(window) = self.window_mut(&toplevel) {
            let id = window.all_names().0;
            said(toplevel.wl_surface(), |said| said.application_id = Some(id));
        }
        self.list_toplevels();
    }

    fn title_changed(&mut self, _toplevel: ToplevelSurface) {
        self.list_toplevels();
    }

    fn parent_changed(&mut self, toplevel: ToplevelSurface) {
        let parent = toplevel.parent();
        let shown = self.windows.iter().filter(|window| window.mapped);
        let mut shown = shown.map(|window| window.toplevel.clone());
        let parent = shown.find(|other| Some(other.wl_surface()) == parent.as_ref());
        if let Some(window) = self.window_mut(&toplevel) {
            window.parent = parent;
        }
    }

    fn toplevel_destroyed(&mut self, toplevel: ToplevelSurface) {
        self.orphan(&toplevel);
        if let Some(window) = self.window_mut(&toplevel) {
            window.mapped = false;
        }
        self.list_toplevels();
        self.windows.retain(|window| window.toplevel != toplevel);
        self.focus_top();
        self.refocus_pointer();
    }

    fn new_popup(&mut self, popup: PopupSurface, positioner: PositionerState) {
        self.place_popup(&popup, positioner);
        self.popups.push(popup);
    }

    fn popup_destroyed(&mut self, popup: PopupSurface) {
        self.popups.retain(|known| *known != popup);
        let had_grab = self.grabs.contains(&popup);
        self.grabs.retain(|known| *known != popup);
        if had_grab {
            match self.grabs.last().map(|popup| popup.wl_surface().clone()) {
                Some(surface) => self.focus_keyboard(Some(surface)),
                None => self.focus_top(),
            }
        }
        self.refocus_pointer();
    }

    fn grab(&mut self, popup: PopupSurface, _seat: WlSeat, _serial: Serial) {
        self.focus_keyboard(Some(popup.wl_surface().clone()));
        self.grabs.push(popup);
    }

    fn reposition_request(&mut self, popup: PopupSurface, positioner: PositionerState, token: u32) {
        self.place_popup(&popup, positioner);
        popup.send_repositioned(token);
    }

    fn maximize_request(&mut self, toplevel: ToplevelSurface) {
        self.fill(&toplevel, State::Maximized, None);
    }

    fn unmaximize_request(&mut self, toplevel: ToplevelSurface) {
        self.unfill(&toplevel, State::Maximized);
    }

    fn fullscreen_request(&mut self, toplevel: ToplevelSurface, output: Option<WlOutput>) {
        self.fill(&toplevel, State::Fullscreen, output.as_ref());
    }

    fn unfullscreen_request(&mut self, toplevel: ToplevelSurface) {
        self.unfill(&toplevel, State::Fullscreen);
    }

    /// Hides it until it is raised; the next window gets the keyboard.
    fn minimize_request(&mut self, toplevel: ToplevelSurface) {
        self.note(&toplevel, "minimize".to_owned());
        let Some(at) = self.windows.iter().position(|window| window.toplevel == toplevel) else {
            return;
        };
        toplevel.with_pending_state(|state| {
            state.states.set(State::Suspended);
            state.states.unset(State::Activated);
        });
        let window = self.windows.remove(at);
        self.windows.insert(0, window);
        self.focus_top();
        if toplevel.is_initial_configure_sent() {
            toplevel.send_pending_configure();
        }
    }

    fn move_request(&mut self, toplevel: ToplevelSurface, _seat: WlSeat, _serial: Serial) {
        self.note(&toplevel, "move".to_owned());
    }

    fn resize_request(
        &mut self,
        toplevel: ToplevelSurface,
        _seat: WlSeat,
        _serial: Serial,
        edges: ResizeEdge,
    ) {
        self.note(&toplevel, format!("resize {edges:?}"));
    }

    fn show_window_menu(
        &mut self,
        toplevel: ToplevelSurface,
        _seat: WlSeat,
        _serial: Serial,
        location: Point<i32, Logical>,
    ) {
        self.note(&toplevel, format!("menu {} {}", location.x, location.y));
    }
}

/// The host is responsible for decorations, but draws none, so that windows show only their
/// clients' pixels.
impl XdgDecorationHandler for Host {
    fn new_decoration(&mut self, toplevel: ToplevelSurface) {
        toplevel.with_pending_state(|state| state.decoration_mode = Some(Mode::ServerSide));
    }

    fn request_mode(&mut self, toplevel: ToplevelSurface, _mode: Mode) {
        if toplevel.is_initial_configure_sent() {
            toplevel.send_configure();
        }
    }

    fn unset_mode(&mut self, toplevel: ToplevelSurface) {
        self.request_mode(toplevel, Mode::ServerSide);
    }
}

delegate_xdg_decoration!(Host);
