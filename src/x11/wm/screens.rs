//! The screens as X has them, and the places of windows on them.
//!
//! A window takes no input outside X's screens, whatever the host shows. So carafe keeps a managed
//! window and its menus within the X screen that corresponds to the output of its surface. If the
//! host lets clients place windows, it also tells where they are, and they have the same place in
//! X.

use super::window::Window;
use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::geometry::Rect;

/// Bound on the screens that a surface is on.
const MAX_ENTERED: usize = 64;

/// A screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Its `wl_output`, by the client's id.
    pub output: u32,
    /// Its place in X.
    pub rect: Rect,
}

impl Wm {
    /// Notes that screens have been added, removed or moved. Windows move with them.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn screens_changed(
        &mut self,
        screens: Vec<Screen>,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        if *self.screens == *screens {
            return Ok(());
        }
        self.screens = screens.into();
        let known = |output: &u32| self.screens.iter().any(|screen| screen.output == *output);
        for window in self.windows.values_mut() {
            window.outputs.retain(known);
            window.output = window.output.filter(known).or(window.outputs.first().copied());
        }
        let mapped: Vec<u32> = self.mapped.iter().copied().collect();
        for id in mapped {
            self.place_anew(id, env)?;
        }
        Ok(())
    }

    /// Notes that a surface has entered or left a screen.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn surface_entered(
        &mut self,
        surface: u32,
        output: u32,
        entered: bool,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let id = self.window_of(surface);
        let Some(window) = id.and_then(|id| self.windows.get_mut(&id)) else { return Ok(()) };
        window.outputs.retain(|on| *on != output);
        if entered && window.outputs.len() < MAX_ENTERED {
            window.outputs.push(output);
        }
        // A window on several screens stays where it is in X, and so does one on none.
        let stays = window.output.is_some_and(|on| window.outputs.contains(&on));
        if stays || window.outputs.is_empty() {
            return Ok(());
        }
        window.output = window.outputs.first().copied();
        let id = window.id;
        self.place_anew(id, env)
    }

    /// A screen, by the client's id of its output.
    fn screen_by(&self, output: u32) -> Option<Rect> {
        self.screens.iter().find(|screen| screen.output == output).map(|screen| screen.rect)
    }

    /// The X screen of a window: the one of its surface. A surface that has never been on a screen
    /// counts as on its parent's screen, or on the one that most of its X window is on.
    pub(super) fn screen_of(&self, id: u32) -> Rect {
        let Some(window) = self.windows.get(&id) else { return self.home() };
        let on = |window: &Window| window.output.and_then(|output| self.screen_by(output));
        let parent = window.properties.transient_for.and_then(|parent| self.windows.get(&parent));
        on(window).or_else(|| on(parent?)).unwrap_or_else(|| self.screen_for(window.rect()).1)
    }

    /// The screen that contains most of a rectangle, with the client's id of its output.
    pub(super) fn screen_for(&self, rect: Rect) -> (Option<u32>, Rect) {
        // Of several screens with the same area, the first one counts.
        let most = self.screens.iter().rev().max_by_key(|screen| rect.shared(&screen.rect));
        let most = most.filter(|screen| rect.shared(&screen.rect) > 0);
        most.map_or_else(|| (None, self.home()), |most| (Some(most.output), most.rect))
    }

    /// The screen on which a client has put a window that is not shown yet, by the client's id of
    /// the output; `None` if it leaves that to the host.
    pub(super) fn chosen_output(&self, window: &Window) -> Option<u32> {
        let is_chosen = !window.is_managed()
            || window.properties.size.positioned
            || self.is_screen(window.rect());
        self.screen_for(window.rect()).0.filter(|_| is_chosen)
    }

    /// Whether a point is on any screen.
    pub(super) fn screens_have(&self, x: i32, y: i32) -> bool {
        if self.screens.is_empty() {
            return self.screen().contains(x, y);
        }
        self.screens.iter().any(|screen| screen.rect.contains(x, y))
    }

    /// The screen on which the user works: the one of the window that has the keyboard or had it
    /// last; by default the first one.
    pub fn home(&self) -> Rect {
        let focused = self.focus.window().and_then(|id| self.windows.get(&id));
        let output = focused.and_then(|window| window.output).or(self.used_output);
        let first = || self.screens.first().map(|screen| screen.rect);
        output.and_then(|output| self.screen_by(output)).or_else(first).unwrap_or(self.screen())
    }

    /// Moves a window, because it is on another screen now, or because its screen has moved.
    fn place_anew(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(scene) = self.scene(id, env) else { return Ok(()) };
        let Some(window) = self.windows.get(&id).filter(|window| window.toplevel().is_some())
        else {
            return Ok(());
        };
        let (rect, states) = (window.rect(), window.sizing.states());
        // An override-redirect window is moved only if no screen contains all of it.
        let is_lost = self.screens.iter().all(|screen| rect.within(screen.rect) != rect);
        let place = match window.is_managed() {
            _ if scene.is_placed_by_client => return Ok(()),
            true => scene.filling(rect, states).within(scene.screen),
            false if is_lost => rect.within(scene.screen),
            false => return Ok(()),
        };
        self.shift(id, place.from(rect), env)
    }

    /// Moves a window in X, with all popups on it.
    fn shift(&mut self, id: u32, by: (i32, i32), env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(window) = self.windows.get(&id).filter(|_| by != (0, 0)) else { return Ok(()) };
        let is_managed = window.is_managed();
        self.change_size(id, env, |sizing, scene, effects| {
            sizing.shift(by, is_managed, scene, effects);
        })?;
        for popup in self.popups_of(id) {
            self.shift(popup, by, env)?;
        }
        Ok(())
    }

    /// Moves a window so that a popup on it is on its X screen too. The host always shows a popup
    /// as a whole, and may have moved it for that.
    pub(super) fn keep_popup_on_screen(
        &mut self,
        id: u32,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(toplevel) = self.toplevel_under(id) else { return Ok(()) };
        let screen = self.screen_of(toplevel);
        let (Some(popup), Some(window)) = (self.windows.get(&id), self.windows.get(&toplevel))
        else {
            return Ok(());
        };
        // Its client places the window, so carafe must not move it.
        if window.toplevel().is_some_and(|toplevel| toplevel.aura.is_some()) {
            return Ok(());
        }
        let border = popup.border.saturating_mul(2);
        let (width, height) = popup.rect().size();
        let size = (width.saturating_add(border), height.saturating_add(border));
        let whole = popup.rect().sized(size);
        let by = whole.within(screen).from(whole);
        let moved = window.rect().shifted(by).within(screen);
        self.shift(toplevel, moved.from(window.rect()), env)
    }
}
