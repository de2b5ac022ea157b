//! The frames that carafe draws, and what the user does with them.

use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::role::{Part, Role, Toplevel};
use crate::x11::seat::Deed;

impl Wm {
    /// The window whose frame has that surface of the host's.
    pub fn framed_by(&self, surface: u32) -> Option<u32> {
        let id = *self.by_object.get(&surface)?;
        let mut surfaces = self.framed(id)?.frame.as_ref()?.surfaces();
        surfaces.any(|of_frame| of_frame == surface).then_some(id)
    }

    fn framed(&self, id: u32) -> Option<&Toplevel> {
        self.windows.get(&id)?.role.as_ref().and_then(Role::toplevel)
    }

    /// A window's toplevel.
    pub(super) fn toplevel_mut(&mut self, id: u32) -> Option<&mut Toplevel> {
        match self.windows.get_mut(&id)?.role.as_mut()? {
            Role::Toplevel(toplevel) => Some(toplevel),
            Role::Popup(_) | Role::Layer(_) => None,
        }
    }

    /// Draws a window's frame anew, if it has one and that is news.
    pub(super) fn draw_frame(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let surface = self.windows.get(&id).and_then(|window| window.surface);
        let shown = surface.map(|surface| env.host.shown_size(surface)).unwrap_or_default();
        match self.toplevel_mut(id) {
            Some(toplevel) => toplevel.draw_frame(shown, env.memory, &mut env.host),
            None => Ok(()),
        }
    }

    /// What of a window's frame is at a place of one of its surfaces.
    pub fn frame_part(&self, id: u32, surface: u32, at: (i32, i32)) -> Option<Part> {
        self.framed(id)?.frame.as_ref()?.part(surface, at)
    }

    /// The user drags a window by a part of its frame.
    pub fn frame_dragged(&mut self, id: u32, part: Part, deed: Deed, env: &mut Env<'_, '_>) {
        let Some(toplevel) = self.framed(id) else { return };
        match part {
            Part::Bar => toplevel.drag(deed.seat, deed.serial, &mut env.host),
            Part::Edge(edge) => toplevel.drag_edge(deed.seat, deed.serial, edge, &mut env.host),
            _ => {}
        }
    }

    /// The user clicks on a part of a frame: twice, as to the bar.
    pub fn frame_clicked(&mut self, id: u32, part: Part, env: &mut Env<'_, '_>) {
        let Some(toplevel) = self.framed(id) else { return };
        match part {
            Part::Close => self.close(id, env),
            Part::Maximize | Part::Bar => {
                toplevel.maximize(!toplevel.states.maximized, &mut env.host);
            }
            Part::Minimize => toplevel.minimize(&mut env.host),
            Part::Edge(_) => {}
        }
    }

    /// The user wants a window's menu, at a place of its bar.
    pub fn frame_menu(&mut self, id: u32, deed: Deed, at: (i32, i32), env: &mut Env<'_, '_>) {
        if let Some(toplevel) = self.framed(id) {
            toplevel.show_menu(deed.seat, deed.serial, at, &mut env.host);
        }
    }
}
