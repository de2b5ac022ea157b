//! The parents of windows (ICCCM 4.1.2.6, EWMH), and telling the host.

use wayland_client::protocol::wl_surface;

use super::properties::WindowType;
use super::window::{Window, is_of_same_client};
use super::{Env, Wm};
use crate::session::Fault;

impl Wm {
    /// Tells the host the parent of a toplevel.
    pub(super) fn tell_parent(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get(&id) else { return };
        let properties = &window.properties;
        if properties.transient_for.is_some() || properties.is(WindowType::Dialog) {
            self.dependents.insert(id);
        } else {
            self.dependents.remove(&id);
        }
        let parent = self.parent_of(id).and_then(|parent| self.windows.get(&parent));
        if let (Some(toplevel), Some(surface)) = (self.toplevel(id), window.surface) {
            toplevel.set_parent(parent.and_then(Window::toplevel), &mut env.host);
            env.host.set_parent(surface, parent.and_then(|parent| parent.surface));
        }
        self.tell_place_on_parent(id, env);
    }

    /// Tells the host some parents again. For the host, only a window that is shown can be a
    /// parent, and when it is hidden, its children lose it. So carafe repeats the parents once the
    /// host has content of them. A tiling host may have made a child a tile by then; it reconsiders
    /// that only for a new window.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub(super) fn settle_parents(&mut self, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let appeared = std::mem::take(&mut self.appeared);
        if appeared.is_empty() {
            return Ok(());
        }
        let is_child = |id: &u32| self.parent_of(*id).is_some_and(|id| appeared.contains(&id));
        let children: Vec<u32> = self.dependents.iter().copied().filter(is_child).collect();
        for child in children {
            if let Some(toplevel) = self.toplevel(child).filter(|_| env.host.is_chromeos()) {
                // It has ignored the parent, but may not look at the same one twice.
                toplevel.set_parent(None, &mut env.host);
            }
            self.tell_parent(child, env);
            if self.is_tile(child) {
                self.await_frame(child, env)?;
            }
        }
        Ok(())
    }

    fn is_tile(&self, id: u32) -> bool {
        self.windows.get(&id).is_some_and(|window| window.sizing.states().tiled)
    }

    /// Asks the host to report when it has shown a tile's last frame. Xwayland draws no further
    /// frame before that, and the host never reports it for a window that is gone.
    fn await_frame(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(window) = self.windows.get(&id) else { return Ok(()) };
        let (Some(surface), None) = (window.surface, window.remake_after) else { return Ok(()) };
        let Some(host_surface) = self.toplevel(id).map(|toplevel| toplevel.surface) else {
            return Ok(());
        };
        let callback = env.host.make("wl_callback", 1)?;
        env.host.request(host_surface, wl_surface::REQ_FRAME_OPCODE, |r| r.uint(callback));
        // If Xwayland is about to commit, its own commit carries the request.
        if !env.surfaces.is_within_frame(surface, env.host.context) {
            env.host.request(host_surface, wl_surface::REQ_COMMIT_OPCODE, |request| request);
        }
        if let Some(window) = self.windows.get_mut(&id) {
            window.remake_after = Some(callback);
        }
        Ok(())
    }

    /// Handles that the host has shown a tile's last frame.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub(super) fn frame_shown(
        &mut self,
        callback: u32,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let mut windows = self.windows.values_mut();
        let Some(window) = windows.find(|window| window.remake_after == Some(callback)) else {
            return Ok(());
        };
        window.remake_after = None;
        let id = window.id;
        // If that has changed meanwhile, it need not be made anew.
        if self.is_tile(id) && self.parent_of(id).is_some() {
            self.remake_role(id, env)?;
        }
        Ok(())
    }

    /// Makes a tile a new window at the host, with the size that it had before.
    fn remake_role(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(window) = self.windows.get(&id) else { return Ok(()) };
        let (surface, before) = (window.surface, window.rect().size());
        self.change_size(id, env, |sizing, _, effects| sizing.restore_own_rect(effects))?;
        self.drop_role(id, env);
        let is_changed = self.place_of(id).is_some_and(|rect| rect.size() != before);
        if let Some(surface) = surface.filter(|_| is_changed) {
            env.surfaces.forget_content(surface, env.host.context);
        }
        self.show(id, env)
    }

    /// The toplevel that is a window's parent. If a dialog names none, or one that is not shown,
    /// its group's main window is.
    pub(super) fn parent_of(&self, id: u32) -> Option<u32> {
        let window = self.windows.get(&id)?;
        match window.properties.transient_for {
            Some(of) if self.stands_for_group(of, window) => self.main_of_group(window),
            Some(_) if self.is_in_circle(window) => None,
            Some(_) => self.nearest_shown(window),
            None if window.properties.is(WindowType::Dialog) => {
                self.main_of_group(window).or_else(|| self.main_of_client(window))
            }
            None => None,
        }
    }

    /// The window's parent, that one's parent, and so on.
    fn ancestors(&self, window: &Window) -> impl Iterator<Item = u32> {
        let parent = |id: &u32| self.windows.get(id)?.properties.transient_for;
        let all = std::iter::successors(window.properties.transient_for, parent);
        // A circle that does not contain the window itself never ends.
        all.take(self.mapped.len().saturating_add(1))
    }

    fn is_in_circle(&self, window: &Window) -> bool {
        self.ancestors(window).any(|ancestor| ancestor == window.id)
    }

    fn nearest_shown(&self, window: &Window) -> Option<u32> {
        let shown = |id: u32| {
            let on = self.toplevel_under(id).unwrap_or(id);
            self.toplevel(on).map(|_| on)
        };
        self.ancestors(window).find_map(shown).filter(|on| *on != window.id)
    }

    /// Whether a parent stands for all windows of the group: it is the root window, or a group
    /// leader that is never shown (Qt).
    fn stands_for_group(&self, of: u32, window: &Window) -> bool {
        let properties = &window.properties;
        let root = self.root.map(|root| root.window);
        let leaders = [root, properties.hints.group, properties.leader];
        leaders.into_iter().flatten().any(|leader| leader == of) && !self.mapped.contains(&of)
    }

    /// The main window of a window's group that was mapped last.
    fn main_of_group(&self, window: &Window) -> Option<u32> {
        let one = &window.properties;
        let is_of_group = |other: &Window| {
            let other = &other.properties;
            let same_group = one.hints.group.is_some() && one.hints.group == other.hints.group;
            let same_leader = one.leader.is_some() && one.leader == other.leader;
            same_group || same_leader
        };
        self.newest_main(window, is_of_group)
    }

    /// The main window of a window's client that was mapped last, if the window names no group.
    fn main_of_client(&self, window: &Window) -> Option<u32> {
        let names_group =
            window.properties.hints.group.is_some() || window.properties.leader.is_some();
        let is_of_client = |other: &Window| is_of_same_client(other.id, window.id);
        if names_group { None } else { self.newest_main(window, is_of_client) }
    }

    /// The main window that was mapped last: one that is shown and has no parent itself.
    fn newest_main(&self, window: &Window, may_be: impl Fn(&Window) -> bool) -> Option<u32> {
        let is_main = |id: &&u32| {
            let other = self.windows.get(id).filter(|other| other.id != window.id && may_be(other));
            other.is_some_and(|other| {
                let belongs = other.properties.transient_for.is_some()
                    || other.properties.is(WindowType::Dialog);
                other.toplevel().is_some() && !belongs
            })
        };
        self.mapped.iter().rev().find(is_main).copied()
    }
}
