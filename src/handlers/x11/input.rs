//! What the user does, on its way to Xwayland.

use wayland_client::protocol::{wl_pointer, wl_touch};

use super::X11;
use crate::session::{Context, Incoming, Refusal, Verdict};
use crate::x11::Selections;
use crate::x11::seat::Pointer;

/// `wl_pointer.frame` is there from this version on.
const FRAMES_SINCE: u32 = 5;

impl X11 {
    /// The X server has moved a window: the pointer, if it is on it, is still at the same
    /// place of it. The host has moved nothing and says nothing.
    pub(super) fn point_again(&mut self, window: u32, context: &mut Context<'_>) {
        let Pointer { id, time, at } = self.seat.pointer;
        let is_on_it = self.wm.window_of(self.seat.under_pointer) == Some(window);
        let version = context.objects.client(id).map(|object| object.version);
        let Some(version) = version.filter(|_| is_on_it && self.on_frame.is_none()) else { return };
        let scale = context.objects.scale();
        let [x, y] = [at.0, at.1].map(|at| scale.at_to_client(at).cast_unsigned());
        let out = &mut *context.to_client;
        let opcode = wl_pointer::EVT_MOTION_OPCODE;
        out.make(id, opcode, |event| event.uint(time).uint(x).uint(y));
        if version >= FRAMES_SINCE {
            out.make(id, wl_pointer::EVT_FRAME_OPCODE, |event| event);
        }
    }

    /// An event of a pointer, a keyboard or a touch screen.
    pub(super) fn input_event(
        &mut self,
        interface: &str,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let of_frame = match interface {
            "wl_pointer" => self.frame_event(incoming, context)?,
            "wl_touch" => self.frame_touched(incoming, context)?,
            _ => None,
        };
        if let Some(verdict) = of_frame {
            return Ok(verdict);
        }
        let objects = &context.objects;
        let surface = |id| objects.host(id).map_or(0, |object| object.peer);
        self.seat.event(interface, incoming, surface)?;
        self.place_input(interface, incoming, context)?;
        if interface == "wl_pointer" {
            self.seat.pointed(incoming)?;
        }
        // A program that drags still has the pointer or the finger when the host takes it
        // away.
        match (interface, incoming.header.opcode) {
            ("wl_keyboard", _) => self.wm.keyboard_entered(self.seat.keyboard),
            ("wl_pointer", wl_pointer::EVT_BUTTON_OPCODE) => self.wm.used(self.seat.under_pointer),
            ("wl_pointer", wl_pointer::EVT_LEAVE_OPCODE) if self.selections.hides_leave() => {
                return Ok(Verdict::Drop);
            }
            ("wl_pointer", wl_pointer::EVT_ENTER_OPCODE) => {
                self.has_entered = true;
                self.select(context, Selections::pointer_entered);
                let surface = self.seat.under_pointer;
                self.manage(context, |wm, env| wm.pointer_entered(surface, env));
            }
            ("wl_touch", wl_touch::EVT_DOWN_OPCODE) => {
                let surface = self.seat.last.map_or(0, |deed| deed.surface);
                self.wm.used(surface);
                self.manage(context, |wm, env| wm.pointer_entered(surface, env));
            }
            ("wl_touch", wl_touch::EVT_CANCEL_OPCODE) if self.selections.has_finger() => {
                return Ok(Verdict::Drop);
            }
            _ => {}
        }
        Ok(Verdict::Forward)
    }
}
