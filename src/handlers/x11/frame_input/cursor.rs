//! The cursor on a frame: the host's own if it has `wp_cursor_shape_v1`. Otherwise the cursor stays
//! as Xwayland has set it.

use wayland_protocols::wp::cursor_shape::v1::client::wp_cursor_shape_device_v1::{self, Shape};
use wayland_protocols::wp::cursor_shape::v1::client::wp_cursor_shape_manager_v1;

use crate::session::Fault;
use crate::x11::host::Host;
use crate::x11::role::FramePart;

/// The cursor on a frame.
pub struct FrameCursor {
    /// The `wp_cursor_shape_device_v1`.
    device: Option<u32>,
    /// The serial with which the pointer entered.
    serial: u32,
    shown: Option<Shape>,
}

impl FrameCursor {
    /// For a pointer of the host that has entered a frame.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn on(pointer: u32, serial: u32, host: &mut Host<'_, '_>) -> Result<Self, Fault> {
        let mut device = None;
        if let Some((manager, version)) = host.bind("wp_cursor_shape_manager_v1", 1)? {
            let made = host.make("wp_cursor_shape_device_v1", version)?;
            let opcode = wp_cursor_shape_manager_v1::REQ_GET_POINTER_OPCODE;
            host.request(manager, opcode, |request| request.uint(made).uint(pointer));
            device = Some(made);
        }
        Ok(Self { device, serial, shown: None })
    }

    /// Shows the cursor for a part of the frame, if it has changed.
    pub fn show(&mut self, part: Option<FramePart>, host: &mut Host<'_, '_>) {
        let Some(device) = self.device else { return };
        let shape = match part {
            Some(FramePart::Edge(edge)) => of_edge(edge),
            _ => Shape::Default,
        };
        if self.shown.replace(shape) != Some(shape) {
            let opcode = wp_cursor_shape_device_v1::REQ_SET_SHAPE_OPCODE;
            host.request(device, opcode, |r| r.uint(self.serial).uint(shape.into()));
        }
    }

    /// Handles that the pointer has left.
    pub fn destroy(self, host: &mut Host<'_, '_>) {
        if let Some(device) = self.device {
            let opcode = wp_cursor_shape_device_v1::REQ_DESTROY_OPCODE;
            host.request(device, opcode, |request| request);
        }
    }
}

/// The shape for an edge, numbered as in `xdg_toplevel.resize_edge`.
fn of_edge(edge: u32) -> Shape {
    match edge {
        1 => Shape::NResize,
        2 => Shape::SResize,
        4 => Shape::WResize,
        5 => Shape::NwResize,
        6 => Shape::SwResize,
        8 => Shape::EResize,
        9 => Shape::NeResize,
        10 => Shape::SeResize,
        _ => Shape::Default,
    }
}
