//! Requests of clients and pagers to move or resize a window.

use x11rb_protocol::protocol::xproto::{ConfigWindow, ConfigureRequestEvent};

use super::properties::Gravity;
use super::sizing::PlaceRequest;
use super::window::{Life, Window};
use super::{Env, Wm};
use crate::session::Fault;

impl Wm {
    /// Handles a client's request to move, resize or restack one of its managed windows.
    pub(super) fn configure_requested(
        &mut self,
        request: &ConfigureRequestEvent,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let id = request.window;
        let Some(window) = self.windows.get(&id) else { return Ok(()) };
        let has = |what| request.value_mask.contains(what);
        if has(ConfigWindow::BORDER_WIDTH) && window.life == Life::Withdrawn {
            env.x.set_border(id, request.border_width.into());
        }
        let asked = PlaceRequest {
            x: has(ConfigWindow::X).then(|| request.x.into()),
            y: has(ConfigWindow::Y).then(|| request.y.into()),
            width: has(ConfigWindow::WIDTH).then(|| request.width.into()),
            height: has(ConfigWindow::HEIGHT).then(|| request.height.into()),
            gravity: None,
        };
        self.place_as_asked(id, &asked, env)?;
        if has(ConfigWindow::STACK_MODE) {
            let sibling = has(ConfigWindow::SIBLING).then_some(request.sibling);
            self.restack_as_asked(id, sibling, request.stack_mode, env);
        }
        Ok(())
    }

    /// Handles the request of a client or a pager to place a window (`_NET_MOVERESIZE_WINDOW`).
    pub(super) fn move_resize_requested(
        &mut self,
        id: u32,
        data: [u32; 5],
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let [flags, x, y, width, height] = data;
        let has = |bit: u32| flags & (1 << bit) != 0;
        let gravity = flags & 0xff;
        let asked = PlaceRequest {
            x: has(8).then(|| x.cast_signed()),
            y: has(9).then(|| y.cast_signed()),
            width: has(10).then_some(width),
            height: has(11).then_some(height),
            gravity: (gravity != 0).then(|| Gravity::of(gravity)),
        };
        if self.windows.get(&id).is_some_and(Window::is_managed) {
            self.place_as_asked(id, &asked, env)?;
        }
        Ok(())
    }

    /// Places a window as its client asks, as far as the host allows it.
    fn place_as_asked(
        &mut self,
        id: u32,
        request: &PlaceRequest,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(window) = self.windows.get(&id) else { return Ok(()) };
        let is_mapped = window.life == Life::Mapped;
        let rect = window.sizing.requested(request, window.properties.size.gravity);
        self.cover_screen(id, rect, env);
        self.decide_size(id, env, |sizing, habits, scene, effects| {
            sizing.asked(rect, is_mapped, habits, scene, effects);
        })
    }
}
