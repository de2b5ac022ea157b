//! `wp_cursor_shape_manager_v1`, made from `zcr_cursor_shapes_v1`, where the host draws its own
//! cursors, or else from the user's theme.

use std::collections::HashMap;
use std::os::fd::BorrowedFd;
use std::sync::Arc;

use super::themed_cursors::ThemedCursors;
use crate::channel::Memory;
use crate::cursors::{CursorIcon, CursorLook};
use crate::session::{Context, Fault, Incoming, Refusal};

/// The host's global.
const SHAPES_OF_CHROMEOS: &str = "zcr_cursor_shapes_v1";

/// `zcr_cursor_shapes_v1.set_cursor_shape`
const SET_CURSOR_SHAPE: u16 = 0;

/// `wp_cursor_shape_device_v1.error.invalid_shape`
const INVALID_SHAPE: u32 = 1;

/// The number of shapes in the first version of `wp_cursor_shape_device_v1`.
const OF_FIRST_VERSION: u32 = 34;

/// Each shape, counted from 1, and the host's number for it.
const SHAPES: [(CursorIcon, u32); 36] = [
    (CursorIcon::Default, 0),
    (CursorIcon::ContextMenu, 32),
    (CursorIcon::Help, 5),
    (CursorIcon::Pointer, 2), // a hand
    (CursorIcon::Progress, 34),
    (CursorIcon::Wait, 4),
    (CursorIcon::Cell, 31),
    (CursorIcon::Crosshair, 1),
    (CursorIcon::Text, 3),
    (CursorIcon::VerticalText, 30),
    (CursorIcon::Alias, 33),
    (CursorIcon::Copy, 36),
    (CursorIcon::Move, 29),
    (CursorIcon::NoDrop, 35),
    (CursorIcon::NotAllowed, 38),
    (CursorIcon::Grab, 41),
    (CursorIcon::Grabbing, 42),
    (CursorIcon::EResize, 6),
    (CursorIcon::NResize, 7),
    (CursorIcon::NeResize, 8),
    (CursorIcon::NwResize, 9),
    (CursorIcon::SResize, 10),
    (CursorIcon::SeResize, 11),
    (CursorIcon::SwResize, 12),
    (CursorIcon::WResize, 13),
    (CursorIcon::EwResize, 15),
    (CursorIcon::NsResize, 14),
    (CursorIcon::NeswResize, 16),
    (CursorIcon::NwseResize, 17),
    (CursorIcon::ColResize, 18),
    (CursorIcon::RowResize, 19),
    (CursorIcon::AllScroll, 20), // panning
    (CursorIcon::ZoomIn, 39),
    (CursorIcon::ZoomOut, 40),
    (CursorIcon::DndAsk, 45), // the host has no question, and copying asks least
    (CursorIcon::AllResize, 29), // a move
];

/// See the module.
pub struct CursorShapes {
    /// The client's devices with their pointers; 0 for a tablet tool, for which the host has no
    /// cursors.
    devices: HashMap<u32, u32>,
    look: CursorLook,
    memory: Option<Arc<dyn Memory>>,
    /// Where the host draws none, and the client has wanted one.
    themed: Option<ThemedCursors>,
}

impl CursorShapes {
    /// For a client. `look`: the user's theme. `memory`: what the host sees, if it does not see all.
    pub fn new(look: CursorLook, memory: Option<Arc<dyn Memory>>) -> Self {
        Self { devices: HashMap::new(), look, memory, themed: None }
    }

    /// The descriptor to poll: it is readable when a cursor was read.
    pub fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.themed.as_ref().map(ThemedCursors::fd)
    }

    /// The cursors of the theme, if any is used.
    pub fn themed(&mut self) -> Option<&mut ThemedCursors> {
        self.themed.as_mut()
    }

    /// `get_pointer` and `get_tablet_tool_v2`
    ///
    /// # Errors
    /// [`Refusal`]: the arguments are wrong.
    pub fn make(
        &mut self,
        incoming: &mut Incoming<'_>,
        is_pointer: bool,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let version = incoming.object.versions.client();
        let mut args = incoming.args();
        let (id, of) = (args.uint()?, args.uint()?);
        args.finish()?;
        context.make_client_only(id, "wp_cursor_shape_device_v1", version)?;
        self.devices.insert(id, if is_pointer { of } else { 0 });
        Ok(())
    }

    /// `wp_cursor_shape_device_v1.set_shape`
    ///
    /// # Errors
    /// [`Refusal`]: there is no such shape.
    pub fn set(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let (id, version) = (incoming.header.object, incoming.object.versions.client());
        let mut args = incoming.args();
        let (serial, shape) = (args.uint()?, args.uint()?);
        args.finish()?;
        let index = shape.checked_sub(1).and_then(|index| usize::try_from(index).ok());
        let known = index.and_then(|index| SHAPES.get(index));
        let Some((icon, theirs)) = known.filter(|_| version >= 2 || shape <= OF_FIRST_VERSION)
        else {
            return Err(Fault::client(id, INVALID_SHAPE, format!("no shape {shape}")).into());
        };
        let Some(pointer) = self.devices.get(&id).copied() else { return Ok(()) };
        let Some(at_host) = context.id_at_host(pointer, "wl_pointer") else { return Ok(()) };
        if let Some((shapes, _)) = context.bind(SHAPES_OF_CHROMEOS, 1)? {
            context.to_host.make(shapes, SET_CURSOR_SHAPE, |r| r.uint(at_host).uint(*theirs));
            return Ok(());
        }
        if self.themed.is_none() {
            let made = ThemedCursors::new(self.look.clone(), self.memory.clone());
            self.themed = Some(made.map_err(|e| Fault::resources(format!("cursors: {e}")))?);
            *context.wants_others = true;
        }
        match &mut self.themed {
            Some(themed) => Ok(themed.set(pointer, serial, *icon, context)?),
            None => Ok(()),
        }
    }

    /// Handles that the client destroys a device.
    pub fn destroyed(&mut self, id: u32) {
        self.devices.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::testing::request;

    #[test]
    fn the_request_is_the_protocols() {
        let (name, _) = request(SHAPES_OF_CHROMEOS, SET_CURSOR_SHAPE);
        assert_eq!(name, "set_cursor_shape");
    }
}
