//! Clients that want another place or size, or to be above or below others.

use x11rb_protocol::protocol::xproto::{ConfigWindow, ConfigureRequestEvent, StackMode};

use super::properties::Gravity;
use super::window::{Life, Window};
use super::{Env, Wm};
use crate::x11::rect::Rect;
use crate::x11::role::{Fit, Role};

/// No window is larger: the protocol's numbers have 16 bits.
const MOST: u32 = 0x7fff;

/// A place and size that a client asks for; what it does not name stays.
struct Asked {
    x: Option<i32>,
    y: Option<i32>,
    width: Option<u32>,
    height: Option<u32>,
    /// What stays in place where only the size is named; `None`: as the window's hints say.
    gravity: Option<Gravity>,
}

impl Asked {
    fn rect(&self, before: Rect, gravity: Gravity) -> Rect {
        let width = self.width.unwrap_or(before.width).clamp(1, MOST);
        let height = self.height.unwrap_or(before.height).clamp(1, MOST);
        let grown = |now: u32, then: u32| now.cast_signed().saturating_sub(then.cast_signed());
        let gravity = self.gravity.unwrap_or(gravity);
        let (dx, dy) = gravity.shift(grown(width, before.width), grown(height, before.height));
        Rect {
            x: self.x.unwrap_or(before.x.saturating_add(dx)),
            y: self.y.unwrap_or(before.y.saturating_add(dy)),
            width,
            height,
        }
    }
}

impl Wm {
    /// A client wants one of its managed windows elsewhere, or of another size.
    pub(super) fn configure_requested(
        &mut self,
        request: &ConfigureRequestEvent,
        env: &mut Env<'_, '_>,
    ) {
        let id = request.window;
        let Some(window) = self.windows.get(&id) else { return };
        let has = |what| request.value_mask.contains(what);
        if has(ConfigWindow::BORDER_WIDTH) && window.life == Life::Withdrawn {
            env.x.set_border(id, request.border_width.into());
        }
        let asked = Asked {
            x: has(ConfigWindow::X).then(|| request.x.into()),
            y: has(ConfigWindow::Y).then(|| request.y.into()),
            width: has(ConfigWindow::WIDTH).then(|| request.width.into()),
            height: has(ConfigWindow::HEIGHT).then(|| request.height.into()),
            gravity: None,
        };
        self.place_as_asked(id, &asked, env);
        if has(ConfigWindow::STACK_MODE) {
            let sibling = has(ConfigWindow::SIBLING).then_some(request.sibling);
            self.restack_as_asked(id, sibling, request.stack_mode, env);
        }
    }

    /// A client or a pager wants a window at some place (`_NET_MOVERESIZE_WINDOW`).
    pub(super) fn move_resize_requested(&mut self, id: u32, data: [u32; 5], env: &mut Env<'_, '_>) {
        let [flags, x, y, width, height] = data;
        let has = |bit: u32| flags & (1 << bit) != 0;
        let gravity = flags & 0xff;
        let asked = Asked {
            x: has(8).then(|| x.cast_signed()),
            y: has(9).then(|| y.cast_signed()),
            width: has(10).then_some(width),
            height: has(11).then_some(height),
            gravity: (gravity != 0).then(|| Gravity::of(gravity)),
        };
        if self.windows.get(&id).is_some_and(Window::is_managed) {
            self.place_as_asked(id, &asked, env);
        }
    }

    /// A pager wants a window above or below others (`_NET_RESTACK_WINDOW`).
    pub(super) fn restack_requested(
        &self,
        id: u32,
        [_, sibling, mode, ..]: [u32; 5],
        env: &mut Env<'_, '_>,
    ) {
        if self.windows.get(&id).is_some_and(Window::is_managed) {
            let sibling = (sibling != 0).then_some(sibling);
            self.restack_as_asked(id, sibling, StackMode::from(mode), env);
        }
    }

    fn place_as_asked(&mut self, id: u32, asked: &Asked, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        let before = self.resizes.next(id).unwrap_or(window.rect);
        let mut rect = asked.rect(before, window.properties.size.gravity);
        self.cover_screen(id, rect, env);
        let Some(window) = self.windows.get_mut(&id) else { return };
        // The host has the last word on what fills its screen, but it need not be told what
        // size that has for the client.
        let subject = window.properties.subject();
        let fits = self.settings.fits(subject) || self.settings.contains(subject);
        let insists =
            fits && rect.size() != before.size() && window.can_fit(&env.host, &self.settings);
        if let Some(Role::Toplevel(toplevel)) = &mut window.role
            && toplevel.states.is_placed()
        {
            if let Some(room) = toplevel.room.filter(|_| insists) {
                let fill = toplevel.states.maximized && !toplevel.states.fullscreen;
                (window.insists, toplevel.fit) = (Some(rect.size()), Some(Fit { room, fill }));
            } else {
                rect = rect.sized(before.size());
            }
            if toplevel.states.binds_size() {
                rect = rect.at(before.x, before.y);
            }
        }
        let border = window.border;
        let rect = self.kept_on_screen(id, rect);
        let Some(window) = self.windows.get(&id) else { return };
        // What was asked for and is not to be had is answered too (ICCCM 4.1.5).
        let is_told = rect == before && window.life == Life::Mapped;
        if self.resizes.is_under_way(id) {
            self.resize(id, rect, env);
        } else {
            self.move_at_once(id, rect, env);
        }
        if is_told {
            env.x.tell_place(id, rect, border);
        }
        if rect != before {
            self.tell_bounds(id, env);
        }
    }

    fn restack_as_asked(
        &self,
        id: u32,
        sibling: Option<u32>,
        mode: StackMode,
        env: &mut Env<'_, '_>,
    ) {
        let sibling = sibling.filter(|sibling| self.windows.contains_key(sibling));
        match mode {
            StackMode::ABOVE | StackMode::TOP_IF => env.x.raise(id, sibling),
            StackMode::BELOW | StackMode::BOTTOM_IF => env.x.lower(id, sibling),
            _ => {}
        }
    }
}
