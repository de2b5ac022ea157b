//! carafe's frames, and the user's input on them.

use super::sizing::{Effect, Scene, Sizing};
use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::role::FramePart;
use crate::x11::seat::Deed;

impl Wm {
    /// The window whose frame has this surface of the host.
    pub fn framed_by(&self, surface: u32) -> Option<u32> {
        let id = *self.by_object.get(&surface)?;
        let mut surfaces = self.toplevel(id)?.frame.as_ref()?.surfaces();
        surfaces.any(|of_frame| of_frame == surface).then_some(id)
    }

    /// Tells the host who draws a window's frame. The margins of the window change with that.
    pub(super) fn tell_decoration(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let wanted = window.wants_frame();
        let (frame, is_dark) = (Self::shell_frame(window), window.properties.dark);
        let colour = self.settings.shell.frame_colours.of(is_dark);
        let Some(toplevel) = window.toplevel_mut() else { return Ok(()) };
        if !toplevel.set_shell_frame(frame, colour, &mut env.host) {
            toplevel.decorate(wanted, &mut env.host)?;
        }
        self.note_role(id);
        self.change_size(id, env, Sizing::refit)
    }

    /// Handles `zxdg_toplevel_decoration_v1.configure`.
    pub fn decorated(&mut self, object: u32, by_host: bool) {
        let Some(id) = self.by_object.get(&object) else { return };
        let Some(window) = self.windows.get_mut(id) else { return };
        let wanted = window.wants_frame();
        if let Some(toplevel) = window.toplevel_mut() {
            toplevel.decorated(by_host, wanted);
        }
    }

    /// Makes a window's frame, or destroys it.
    pub(super) fn set_frame(
        &mut self,
        id: u32,
        wanted: bool,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(toplevel) = self.toplevel_mut(id) else { return Ok(()) };
        if toplevel.frame.is_some() == wanted {
            return Ok(());
        }
        let before: Vec<u32> = toplevel.frame.iter().flat_map(|frame| frame.surfaces()).collect();
        toplevel.set_frame(wanted, &mut env.host)?;
        for surface in before {
            self.by_object.remove(&surface);
        }
        self.note_role(id);
        Ok(())
    }

    /// Redraws a window's frame, if it has one and it has changed.
    pub(super) fn draw_frame(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        if self.toplevel(id).is_none_or(|toplevel| toplevel.frame.is_none()) {
            return Ok(());
        }
        self.change_size(id, env, |_, scene, effects| effects.push(Effect::DrawFrame(scene.shown)))
    }

    /// Draws the frame for a surface of this size in X pixels.
    pub(super) fn draw_frame_for(
        &mut self,
        id: u32,
        surface: (u32, u32),
        scene: &Scene,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(window) = self.windows.get_mut(&id).filter(|_| surface.0 > 0) else {
            return Ok(());
        };
        let size = window.sizing.size_at_host(surface, scene);
        let looks = (window.sizing.states().activated, window.sizing.is_resizable());
        match window.toplevel_mut() {
            Some(toplevel) => toplevel.draw_frame(size, looks, env.memory, &mut env.host),
            None => Ok(()),
        }
    }

    /// The part of a window's frame at a place on one of its surfaces.
    pub fn frame_part(&self, id: u32, surface: u32, at: (i32, i32)) -> Option<FramePart> {
        self.toplevel(id)?.frame.as_ref()?.part(surface, at)
    }

    /// Handles that the user drags a part of a frame.
    pub fn frame_dragged(&mut self, id: u32, part: FramePart, deed: Deed, env: &mut Env<'_, '_>) {
        let Some(toplevel) = self.toplevel(id) else { return };
        match part {
            FramePart::Bar => toplevel.drag(deed.seat, deed.serial, &mut env.host),
            FramePart::Edge(edge) => {
                toplevel.drag_edge(deed.seat, deed.serial, edge, &mut env.host);
            }
            _ => {}
        }
    }

    /// Handles a click on a part of a frame; for the bar, a double click.
    pub fn frame_clicked(&mut self, id: u32, part: FramePart, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get(&id) else { return };
        let Some(toplevel) = window.toplevel() else { return };
        match part {
            FramePart::Close => self.close(id, env),
            FramePart::Maximize | FramePart::Bar => {
                let is_maximized = window.sizing.states().maximized;
                toplevel.maximize(!is_maximized, &mut env.host);
            }
            FramePart::Minimize => toplevel.minimize(&mut env.host),
            FramePart::Edge(_) => {}
        }
    }

    /// Shows a window's menu at a place on its bar.
    pub fn frame_menu(&mut self, id: u32, deed: Deed, at: (i32, i32), env: &mut Env<'_, '_>) {
        if let Some(toplevel) = self.toplevel(id) {
            toplevel.show_menu(deed.seat, deed.serial, at, &mut env.host);
        }
    }
}
