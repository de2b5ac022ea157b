//! The pointer or finger that carafe makes up for Xwayland while the host has the real one, so
//! that a dragging X program sees it move and release.

use wayland_client::protocol::{wl_pointer, wl_touch};

use crate::x11::seat::{Deed, Tool};
use crate::x11::selection::SelectionEnv;

/// Sends an event of a device, and a `frame` where the device's version has one.
fn make((device, opcode): (u32, u16), args: &[u32], frame: u16, env: &mut SelectionEnv<'_, '_>) {
    let context = &mut *env.host.context;
    let Some(object) = context.objects.client(device) else { return };
    // wl_touch has had `frame` since version 1.
    let frames = object.versions.client() >= wl_pointer::EVT_FRAME_SINCE
        || frame == wl_touch::EVT_FRAME_OPCODE;
    context
        .to_client
        .make(device, opcode, |event| args.iter().fold(event, |event, arg| event.uint(*arg)));
    if frames {
        context.to_client.make(device, frame, |event| event);
    }
}

/// Sends an event of a `wl_pointer`.
fn pointer(id: u32, opcode: u16, args: &[u32], env: &mut SelectionEnv<'_, '_>) {
    make((id, opcode), args, wl_pointer::EVT_FRAME_OPCODE, env);
}

/// Sends an event of a `wl_touch`.
fn touch(id: u32, opcode: u16, args: &[u32], env: &mut SelectionEnv<'_, '_>) {
    make((id, opcode), args, wl_touch::EVT_FRAME_OPCODE, env);
}

/// Moves it to a position relative to the root window.
pub fn move_to(at: (i32, i32), deed: Deed, env: &mut SelectionEnv<'_, '_>) {
    let Some(origin) = env.wm.place_of_surface(deed.surface) else { return };
    // For Xwayland it is still on the surface where the button was pressed.
    let fixed = |at: i32, origin: i32| at.saturating_sub(origin).wrapping_shl(8).cast_unsigned();
    let (x, y) = (fixed(at.0, origin.x), fixed(at.1, origin.y));
    match deed.tool {
        Tool::Pointer { id, .. } => {
            pointer(id, wl_pointer::EVT_MOTION_OPCODE, &[0, x, y], env);
        }
        Tool::Touch { id, point } => {
            touch(id, wl_touch::EVT_MOTION_OPCODE, &[0, point, x, y], env);
        }
        Tool::Other => {}
    }
}

/// Releases the button or finger, and leaves the surface.
pub fn release(deed: Deed, env: &mut SelectionEnv<'_, '_>) {
    let serial = env.seat.serial;
    match deed.tool {
        Tool::Pointer { id, button } => {
            pointer(id, wl_pointer::EVT_BUTTON_OPCODE, &[serial, 0, button, 0], env);
            if env.host.context.objects.client(deed.surface).is_some() {
                pointer(id, wl_pointer::EVT_LEAVE_OPCODE, &[serial, deed.surface], env);
            }
        }
        Tool::Touch { id, point } => {
            touch(id, wl_touch::EVT_UP_OPCODE, &[serial, 0, point], env);
        }
        Tool::Other => {}
    }
    env.seat.held = None;
}
