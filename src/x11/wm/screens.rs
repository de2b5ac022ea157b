//! The screens as X knows them, and where windows are on them.
//!
//! What lies outside all of X's screens takes no input there, whatever the host shows. So a
//! managed window is kept whole within the X screen that stands for the one that its surface
//! is on, and so are the menus on it. Only where the host lets clients place their windows, it
//! also tells where they are, and that is where they are in X.

use super::window::Window;
use super::{Env, Wm};
use crate::x11::rect::Rect;
use crate::x11::role::{Role, ToplevelStates};

/// Bound on the screens that a surface is on.
const MAX_ENTERED: usize = 64;

/// A screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Its `wl_output`, by the client's id.
    pub output: u32,
    /// Where X has it.
    pub rect: Rect,
}

impl Wm {
    /// There are other screens now, or they are elsewhere: so are the windows.
    pub fn screens_changed(&mut self, screens: Vec<Screen>, env: &mut Env<'_, '_>) {
        if screens == self.screens {
            return;
        }
        self.screens = screens;
        let known = |output: &u32| self.screens.iter().any(|screen| screen.output == *output);
        for window in self.windows.values_mut() {
            window.outputs.retain(known);
            window.output = window.output.filter(known).or(window.outputs.first().copied());
        }
        let mapped: Vec<u32> = self.mapped.iter().copied().collect();
        for id in mapped {
            self.place_anew(id, env);
        }
    }

    /// The host shows a surface on a screen, or no more.
    pub fn surface_entered(
        &mut self,
        surface: u32,
        output: u32,
        entered: bool,
        env: &mut Env<'_, '_>,
    ) {
        let id = self.window_of(surface);
        let Some(window) = id.and_then(|id| self.windows.get_mut(&id)) else { return };
        window.outputs.retain(|on| *on != output);
        if entered && window.outputs.len() < MAX_ENTERED {
            window.outputs.push(output);
        }
        // What lies on several stays where it is in X, and so does what is not seen.
        let stays = window.output.is_some_and(|on| window.outputs.contains(&on));
        if stays || window.outputs.is_empty() {
            return;
        }
        window.output = window.outputs.first().copied();
        let id = window.id;
        self.place_anew(id, env);
    }

    /// A screen by the client's id of its output.
    fn screen_by(&self, output: u32) -> Option<Rect> {
        self.screens.iter().find(|screen| screen.output == output).map(|screen| screen.rect)
    }

    /// The X screen that a window is on: that of its surface; before it has been on any, that
    /// of the window that it belongs to, or else the one that it is mostly on.
    pub(super) fn screen_of(&self, id: u32) -> Rect {
        let Some(window) = self.windows.get(&id) else { return self.home() };
        let on = |window: &Window| window.output.and_then(|output| self.screen_by(output));
        let parent = window.properties.transient_for.and_then(|parent| self.windows.get(&parent));
        on(window).or_else(|| on(parent?)).unwrap_or_else(|| self.screen_for(window.rect).1)
    }

    /// The screen that has most of a rectangle, with the client's id of its output.
    pub(super) fn screen_for(&self, rect: Rect) -> (Option<u32>, Rect) {
        let most = self.screens.iter().rev().max_by_key(|screen| rect.shared(&screen.rect));
        let most = most.filter(|screen| rect.shared(&screen.rect) > 0);
        most.map_or_else(|| (None, self.home()), |most| (Some(most.output), most.rect))
    }

    /// Where a client has put a window that is not shown yet, by the client's id of the
    /// screen's output; `None`: it has left that to the host.
    pub(super) fn chosen_output(&self, window: &Window) -> Option<u32> {
        let is_chosen = !window.is_managed()
            || window.properties.size.positioned
            || self.is_screen(window.rect);
        self.screen_for(window.rect).0.filter(|_| is_chosen)
    }

    /// Whether a point is on any screen.
    pub(super) fn screens_have(&self, x: i32, y: i32) -> bool {
        if self.screens.is_empty() {
            return self.screen().contains(x, y);
        }
        self.screens.iter().any(|screen| screen.rect.contains(x, y))
    }

    /// The screen on which the user works: that of the window that has the keyboard, or had it
    /// last; the first one otherwise.
    pub fn home(&self) -> Rect {
        let focused = self.focus.window().and_then(|id| self.windows.get(&id));
        let output = focused.and_then(|window| window.output).or(self.used);
        let first = || self.screens.first().map(|screen| screen.rect);
        output.and_then(|output| self.screen_by(output)).or_else(first).unwrap_or(self.screen())
    }

    /// Where a window may be that is to be at a place: within its screen, unless its client
    /// places it at the host too, or places it without the window manager.
    pub(super) fn kept_on_screen(&self, id: u32, rect: Rect) -> Rect {
        let Some(window) = self.windows.get(&id) else { return rect };
        let toplevel = window.role.as_ref().and_then(Role::toplevel);
        let is_free = toplevel.is_some_and(|toplevel| toplevel.aura.is_some());
        if is_free || !window.is_managed() { rect } else { rect.within(self.screen_of(id)) }
    }

    /// Where a window is in those states: what fills the host's screen starts at the corner of
    /// its X screen.
    pub(super) fn place_filling(&self, id: u32, rect: Rect, states: ToplevelStates) -> Rect {
        if !states.binds_size() {
            return rect;
        }
        let mut screen = self.screen_of(id);
        let is_shown = self.windows.get(&id).is_some_and(|window| window.output.is_some());
        // Before it is on any, its size says on which it will be.
        if !is_shown && rect.size() != screen.size() {
            let mut screens = self.screens.iter().map(|screen| screen.rect);
            screen = screens.find(|other| other.size() == rect.size()).unwrap_or(screen);
        }
        rect.at(screen.x, screen.y)
    }

    /// A window is on another screen, or its screen is elsewhere.
    fn place_anew(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get(&id) else { return };
        let Some(toplevel) = window.role.as_ref().and_then(Role::toplevel) else { return };
        let (states, screen) = (toplevel.states, self.screen_of(id));
        let is_placed_by_host = toplevel.aura.is_some();
        let is_lost =
            self.screens.iter().all(|screen| window.rect.within(screen.rect) != window.rect);
        let place = match window.is_managed() {
            _ if is_placed_by_host => return,
            true => self.place_filling(id, window.rect, states).within(screen),
            false if is_lost => window.rect.within(screen),
            false => return,
        };
        let by = (place.x.saturating_sub(window.rect.x), place.y.saturating_sub(window.rect.y));
        self.shift(id, by, env);
    }

    /// Moves a window in X, and all that lies on it.
    fn shift(&mut self, id: u32, by: (i32, i32), env: &mut Env<'_, '_>) {
        let next = self.resizes.next(id);
        let Some(window) = self.windows.get_mut(&id).filter(|_| by != (0, 0)) else { return };
        window.rect = window.rect.shifted(by);
        let (rect, border, is_managed) = (window.rect, window.border, window.is_managed());
        env.x.configure(id, rect);
        if is_managed {
            env.x.tell_place(id, rect, border);
        }
        if let Some(next) = next {
            self.resize(id, next.at(rect.x, rect.y), env);
        }
        for popup in self.popups_of(id) {
            self.shift(popup, by, env);
        }
    }

    /// What lies on a window must be on the X screen too, with the window: the host shows it
    /// whole, though it may have moved it to do so.
    pub(super) fn keep_popup_on_screen(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let Some(toplevel) = self.toplevel_under(id) else { return };
        let screen = self.screen_of(toplevel);
        let (Some(popup), Some(window)) = (self.windows.get(&id), self.windows.get(&toplevel))
        else {
            return;
        };
        let is_placed_by_host =
            window.role.as_ref().and_then(Role::toplevel).is_some_and(|t| t.aura.is_some());
        if is_placed_by_host {
            return;
        }
        let border = popup.border.saturating_mul(2);
        let (width, height) = popup.rect.size();
        let whole = popup.rect.sized((width.saturating_add(border), height.saturating_add(border)));
        let place = whole.within(screen);
        let by = (place.x.saturating_sub(whole.x), place.y.saturating_sub(whole.y));
        let moved = window.rect.shifted(by).within(screen);
        let by = (moved.x.saturating_sub(window.rect.x), moved.y.saturating_sub(window.rect.y));
        self.shift(toplevel, by, env);
    }
}
