//! The pointer on a frame that carafe draws: Xwayland must not hear of it, as it does not
//! know that surface.

use wayland_client::protocol::wl_pointer;

use super::X11;
use crate::session::{Context, Incoming, Refusal, Verdict};
use crate::x11::role::Part;
use crate::x11::seat::Deed;

/// `BTN_LEFT` (input-event-codes.h).
const LEFT: u32 = 0x110;

/// A pointer on a frame.
pub struct OnFrame {
    /// The `wl_pointer`, by the host's id.
    pointer: u32,
    /// The window that is framed.
    window: u32,
    /// Where, in the host's units.
    at: (i32, i32),
    pressed: Option<Part>,
}

fn whole(fixed: u32) -> i32 {
    fixed.cast_signed() >> 8
}

impl X11 {
    /// An event of a pointer. `None`: it is not about a frame.
    pub(super) fn frame_event(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Option<Verdict>, Refusal> {
        let (pointer, client) = (incoming.header.object, incoming.object.peer);
        let opcode = incoming.header.opcode;
        let mut args = incoming.args();
        match opcode {
            wl_pointer::EVT_ENTER_OPCODE => {
                args.uint()?;
                let Some(window) = self.wm.framed_by(args.uint()?) else { return Ok(None) };
                let at = (whole(args.uint()?), whole(args.uint()?));
                self.on_frame = Some(OnFrame { pointer, window, at, pressed: None });
                return Ok(Some(Verdict::Withhold));
            }
            wl_pointer::EVT_LEAVE_OPCODE => {
                args.uint()?;
                let surface = args.uint()?;
                let known = context.objects.host(surface).is_some_and(|object| object.peer != 0);
                let was = self.on_frame.take_if(|on| on.pointer == pointer);
                return Ok((was.is_some() && !known).then_some(Verdict::Withhold));
            }
            _ => {}
        }
        let Some(on) = self.on_frame.as_mut().filter(|on| on.pointer == pointer) else {
            return Ok(None);
        };
        match opcode {
            wl_pointer::EVT_MOTION_OPCODE => {
                args.uint()?;
                on.at = (whole(args.uint()?), whole(args.uint()?));
            }
            wl_pointer::EVT_BUTTON_OPCODE => {
                let serial = args.uint()?;
                args.uint()?;
                let (button, pressed) = (args.uint()?, args.uint()? == 1);
                let (window, at) = (on.window, on.at);
                let part = self.wm.frame_part(window, at).filter(|_| button == LEFT);
                let before = std::mem::replace(&mut on.pressed, part.filter(|_| pressed));
                let seat = self.seat.of_device(client);
                let deed = Deed { seat, serial, ..Deed::default() };
                match part {
                    Some(part) if pressed => self.manage(context, |wm, env| {
                        wm.frame_pressed(window, part, deed, env);
                    }),
                    Some(part) if before == Some(part) => {
                        self.manage(context, |wm, env| wm.frame_clicked(window, part, env));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        Ok(Some(Verdict::Withhold))
    }
}
