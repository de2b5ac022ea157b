//! The frames that carafe draws, under the user's pointer.

use super::{Env, Wm};
use crate::x11::role::{Part, Role, Toplevel};
use crate::x11::seat::Deed;

impl Wm {
    /// The window whose frame a surface of the host's is.
    pub fn framed_by(&self, surface: u32) -> Option<u32> {
        let id = *self.by_object.get(&surface)?;
        let frame = self.framed(id)?.frame.as_ref()?;
        (frame.surface == surface).then_some(id)
    }

    fn framed(&self, id: u32) -> Option<&Toplevel> {
        self.windows.get(&id)?.role.as_ref().and_then(Role::toplevel)
    }

    /// What of a window's frame is at a place.
    pub fn frame_part(&self, id: u32, (x, y): (i32, i32)) -> Option<Part> {
        Some(self.framed(id)?.frame.as_ref()?.part(x, y))
    }

    /// A button of the pointer is pressed on a frame.
    pub fn frame_pressed(&mut self, id: u32, part: Part, deed: Deed, env: &mut Env<'_, '_>) {
        let Some(toplevel) = self.framed(id) else { return };
        match part {
            Part::Bar => toplevel.drag(deed.seat, deed.serial, &mut env.host),
            Part::Edge(edge) => toplevel.drag_edge(deed.seat, deed.serial, edge, &mut env.host),
            _ => {}
        }
    }

    /// It is released where it was pressed.
    pub fn frame_clicked(&mut self, id: u32, part: Part, env: &mut Env<'_, '_>) {
        let Some(toplevel) = self.framed(id) else { return };
        match part {
            Part::Close => self.close(id, env),
            Part::Maximize => toplevel.maximize(!toplevel.states.maximized, &mut env.host),
            Part::Minimize => toplevel.minimize(&mut env.host),
            _ => {}
        }
    }
}
