//! The pointer that carafe shows to Xwayland while the host has the real one: an X
//! program that drags sees it move and let go.

use wayland_client::protocol::wl_pointer;

use crate::x11::seat::Deed;
use crate::x11::selection::Env;

/// From this version on, what belongs together ends with a `frame`.
const FRAMES_SINCE: u32 = 5;

/// An event of a pointer whose button is held, with what it needs around it.
fn make(deed: Deed, opcode: u16, args: &[u32], env: &mut Env<'_, '_>) {
    let context = &mut *env.host.context;
    let Some(pointer) = context.objects.client(deed.pointer) else { return };
    let frames = pointer.version >= FRAMES_SINCE;
    context
        .to_client
        .make(deed.pointer, opcode, |event| args.iter().fold(event, |event, arg| event.uint(*arg)));
    if frames {
        context.to_client.make(deed.pointer, wl_pointer::EVT_FRAME_OPCODE, |event| event);
    }
}

/// It is at a place of the root window's.
pub fn move_to(at: (i32, i32), deed: Deed, env: &mut Env<'_, '_>) {
    let origin = env.wm.window_of(deed.surface).and_then(|window| env.wm.place_of(window));
    let Some(origin) = origin else { return };
    // Xwayland has it on the surface where the button was pressed.
    let fixed = |at: i32, origin: i32| at.saturating_sub(origin).wrapping_shl(8).cast_unsigned();
    let args = [0, fixed(at.0, origin.x), fixed(at.1, origin.y)];
    make(deed, wl_pointer::EVT_MOTION_OPCODE, &args, env);
}

/// Its button is let go, and it goes away.
pub fn release(deed: Deed, env: &mut Env<'_, '_>) {
    let serial = env.seat.serial;
    make(deed, wl_pointer::EVT_BUTTON_OPCODE, &[serial, 0, deed.button, 0], env);
    if env.host.context.objects.client(deed.surface).is_some() {
        make(deed, wl_pointer::EVT_LEAVE_OPCODE, &[serial, deed.surface], env);
    }
    env.seat.held = None;
}
