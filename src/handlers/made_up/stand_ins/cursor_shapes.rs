//! `wp_cursor_shape_manager_v1`, made from `zcr_cursor_shapes_v1`: the host draws its own cursors.

use std::collections::HashMap;

use crate::session::{Context, Fault, Incoming, Refusal};

/// `zcr_cursor_shapes_v1.set_cursor_shape`
const SET_CURSOR_SHAPE: u16 = 0;

/// `wp_cursor_shape_device_v1.error.invalid_shape`
const INVALID_SHAPE: u32 = 1;

/// The number of shapes in the first version of `wp_cursor_shape_device_v1`.
const OF_FIRST_VERSION: u32 = 34;

/// The host's number for each shape, counted from 1.
const SHAPES: [u32; 36] = [
    0,  // default
    32, // context_menu
    5,  // help
    2,  // pointer: a hand
    34, // progress
    4,  // wait
    31, // cell
    1,  // crosshair
    3,  // text
    30, // vertical_text
    33, // alias
    36, // copy
    29, // move
    35, // no_drop
    38, // not_allowed
    41, // grab
    42, // grabbing
    6,  // e_resize
    7,  // n_resize
    8,  // ne_resize
    9,  // nw_resize
    10, // s_resize
    11, // se_resize
    12, // sw_resize
    13, // w_resize
    15, // ew_resize
    14, // ns_resize
    16, // nesw_resize
    17, // nwse_resize
    18, // col_resize
    19, // row_resize
    20, // all_scroll: panning
    39, // zoom_in
    40, // zoom_out
    45, // dnd_ask: the host has no question, and copying asks least
    29, // all_resize: a move
];

/// The client's devices with their pointers; 0 for a tablet tool, for which the host has no
/// cursors.
#[derive(Default)]
pub struct CursorShapes(HashMap<u32, u32>);

impl CursorShapes {
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
        self.0.insert(id, if is_pointer { of } else { 0 });
        Ok(())
    }

    /// `wp_cursor_shape_device_v1.set_shape`
    ///
    /// # Errors
    /// [`Refusal`]: there is no such shape.
    pub fn set(
        &self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let (id, version) = (incoming.header.object, incoming.object.versions.client());
        let mut args = incoming.args();
        let (_, shape) = (args.uint()?, args.uint()?);
        args.finish()?;
        let index = shape.checked_sub(1).and_then(|index| usize::try_from(index).ok());
        let known = index.and_then(|index| SHAPES.get(index));
        let Some(theirs) = known.filter(|_| version >= 2 || shape <= OF_FIRST_VERSION) else {
            return Err(Fault::client(id, INVALID_SHAPE, format!("no shape {shape}")).into());
        };
        let pointer = self.0.get(&id).and_then(|pointer| context.objects.client(*pointer));
        let is_pointer = context.tables.find("wl_pointer");
        let Some(pointer) = pointer.filter(|it| Some(it.interface) == is_pointer && it.peer != 0)
        else {
            return Ok(());
        };
        let pointer = pointer.peer;
        if let Some((shapes, _)) = context.bind("zcr_cursor_shapes_v1", 1)? {
            context.to_host.make(shapes, SET_CURSOR_SHAPE, |r| r.uint(pointer).uint(*theirs));
        }
        Ok(())
    }

    /// Handles that the client destroys a device.
    pub fn destroyed(&mut self, id: u32) {
        self.0.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::testing::request;

    #[test]
    fn the_request_is_the_protocols() {
        let (name, _) = request("zcr_cursor_shapes_v1", SET_CURSOR_SHAPE);
        assert_eq!(name, "set_cursor_shape");
    }
}
