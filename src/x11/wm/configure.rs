//! Clients that want another place or size.

use x11rb_protocol::protocol::xproto::{ConfigWindow, ConfigureRequestEvent, StackMode};

use super::fit::can_fit;
use super::window::Life;
use super::{Env, Rect, Wm};
use crate::x11::role::{Fit, Role};

impl Wm {
    /// A client wants one of its managed windows elsewhere, or of another size.
    pub(super) fn configure_requested(
        &mut self,
        request: &ConfigureRequestEvent,
        env: &mut Env<'_, '_>,
    ) {
        let Some(window) = self.windows.get_mut(&request.window) else { return };
        let asked = |what| request.value_mask.contains(what);
        let before = window.rect;
        let mut rect = before;
        if asked(ConfigWindow::X) {
            rect.x = request.x.into();
        }
        if asked(ConfigWindow::Y) {
            rect.y = request.y.into();
        }
        if asked(ConfigWindow::WIDTH) {
            rect.width = u32::from(request.width).max(1);
        }
        if asked(ConfigWindow::HEIGHT) {
            rect.height = u32::from(request.height).max(1);
        }
        if !asked(ConfigWindow::X) && !asked(ConfigWindow::Y) {
            let grown = |now: u32, then: u32| now.cast_signed().saturating_sub(then.cast_signed());
            let (dx, dy) = window
                .properties
                .size
                .gravity
                .shift(grown(rect.width, before.width), grown(rect.height, before.height));
            rect = rect.at(rect.x.saturating_add(dx), rect.y.saturating_add(dy));
        }
        if asked(ConfigWindow::BORDER_WIDTH) && window.life == Life::Withdrawn {
            env.x.set_border(window.id, request.border_width.into());
        }
        // The host has the last word on what fills its screen, but it need not be told what
        // size that has for the client.
        let subject = window.properties.subject();
        let fits = self.settings.fits(subject) || self.settings.contains(subject);
        if let Some(Role::Toplevel(toplevel)) = &mut window.role
            && (toplevel.states.binds_size() || toplevel.states.tiled)
        {
            let insists =
                fits && rect.size() != before.size() && can_fit(&env.host, &self.settings);
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
        window.rect = rect;
        let (id, border) = (window.id, window.border);
        if rect != before {
            env.x.configure(id, rect);
        }
        if rect.size() == before.size() && window.life == Life::Mapped {
            env.x.tell_place(id, rect, border);
        }
        if rect != before {
            self.tell_bounds(id, env);
        }
        if asked(ConfigWindow::STACK_MODE) {
            match request.stack_mode {
                StackMode::ABOVE => env.x.raise(id, None),
                StackMode::BELOW => env.x.lower(id),
                _ => {}
            }
        }
    }

    /// A client or a pager wants a window at that place (`_NET_MOVERESIZE_WINDOW`).
    pub(super) fn move_resize(&mut self, id: u32, rect: Rect, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id).filter(|window| window.is_managed()) else {
            return;
        };
        window.rect = rect;
        env.x.configure(id, rect);
        self.tell_bounds(id, env);
    }
}
