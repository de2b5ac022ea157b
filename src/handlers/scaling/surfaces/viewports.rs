//! The client's `wp_viewport`s, which only carafe knows.

use wayland_protocols::wp::viewporter::client::wp_viewport;

use super::Surfaces;
use crate::session::{ArgFault, Context, Fault, Refusal};

impl Surfaces {
    /// `wp_viewporter.get_viewport`.
    ///
    /// # Errors
    /// [`Refusal`]: it has one.
    pub fn get_viewport(
        &mut self,
        viewporter: u32,
        (viewport, id): (u32, u32),
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let surface = self.find(id, context).ok_or(ArgFault::UnknownObject(id))?;
        if surface.viewport != 0 {
            let text = format!("wl_surface#{id} has a viewport already");
            return Err(Fault::client(viewporter, 0, text).into());
        }
        if let Some(interface) = context.tables.find("wp_viewport") {
            context.objects.make_client_only(viewport, interface, 1)?;
        }
        surface.viewport = viewport;
        self.by_viewport.insert(viewport, id);
        Ok(())
    }

    /// `wp_viewport`'s requests, with their arguments.
    ///
    /// # Errors
    /// [`Refusal`]: as a compositor refuses it.
    pub fn viewport(
        &mut self,
        viewport: u32,
        opcode: u16,
        args: &[i32],
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let found = self.by_viewport.get(&viewport).and_then(|id| self.known.get_mut(id));
        if opcode == wp_viewport::REQ_DESTROY_OPCODE {
            if let Some(surface) = found {
                (surface.viewport, surface.source, surface.destination) = (0, None, None);
            }
            self.by_viewport.remove(&viewport);
            context.delete_client_only(viewport);
            return Ok(());
        }
        let error = |code, text: &str| Err(Fault::client(viewport, code, text.to_owned()).into());
        let Some(surface) = found else { return error(3, "its surface is gone") };
        surface.is_pending = true;
        match *args {
            [x, y, width, height] if opcode == wp_viewport::REQ_SET_SOURCE_OPCODE => {
                let unset = [x, y, width, height] == [-256; 4];
                if !unset && (x < 0 || y < 0 || width <= 0 || height <= 0) {
                    return error(0, "a source must have a size and lie within the buffer");
                }
                surface.source = (!unset).then_some([x, y, width, height]);
            }
            [width, height] if opcode == wp_viewport::REQ_SET_DESTINATION_OPCODE => {
                let unset = (width, height) == (-1, -1);
                if !unset && (width <= 0 || height <= 0) {
                    return error(0, "a destination must have a size");
                }
                surface.destination = (!unset).then_some((width, height));
            }
            _ => {}
        }
        Ok(())
    }
}
