//! The user's input on its way to Xwayland.

use wayland_client::protocol::wl_pointer;

use super::X11;
use crate::session::{Context, Incoming, Refusal, Verdict};
use crate::x11::Selections;
use crate::x11::seat::{Input, Pointer};

impl X11 {
    /// Sends Xwayland the pointer's position again, because the X server has moved a window: the
    /// pointer is still at the same place of the window. The host has not moved anything, and so
    /// sends nothing.
    pub(super) fn point_again(&mut self, window: u32, context: &mut Context<'_>) {
        let Pointer { id, time, at } = self.seat.pointer;
        let is_on_it = self.wm.window_of(self.seat.under_pointer) == Some(window);
        let version = context.objects.client(id).map(|object| object.versions.client());
        let Some(version) = version.filter(|_| is_on_it && self.on_frame.is_none()) else { return };
        let scale = context.objects.scale();
        let [x, y] = [at.0, at.1].map(|at| scale.at_to_client(at).cast_unsigned());
        let out = &mut *context.to_client;
        let opcode = wl_pointer::EVT_MOTION_OPCODE;
        out.make(id, opcode, |event| event.uint(time).uint(x).uint(y));
        if version >= wl_pointer::EVT_FRAME_SINCE {
            out.make(id, wl_pointer::EVT_FRAME_OPCODE, |event| event);
        }
    }

    /// Handles an event of a pointer, a keyboard, a touchscreen or a tool.
    pub(super) fn input_event(
        &mut self,
        input: Input,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let of_frame = if input.is_of_pointer() {
            self.frame_event(input, incoming, context)?
        } else {
            self.frame_touched(input, incoming, context)?
        };
        if let Some(verdict) = of_frame {
            return Ok(verdict);
        }
        if input == Input::Pointer {
            self.wheel_event(incoming)?;
        }
        let objects = &context.objects;
        let surface = |id| objects.host(id).map_or(0, |object| object.peer);
        self.seat.event(input, incoming, surface)?;
        self.place_input(input, incoming, context)?;
        self.seat.pointed(input, incoming)?;
        // When the host takes the pointer or finger away, a program that drags still has it.
        match input {
            Input::KeyboardEnter | Input::KeyboardLeave | Input::Key | Input::Keyboard => {
                self.wm.keyboard_entered(self.seat.keyboard);
            }
            Input::PointerButton => self.wm.used(self.seat.under_pointer),
            Input::PointerLeave if self.selections.hides_leave() => return Ok(Verdict::Drop),
            Input::PointerEnter => {
                self.has_entered = true;
                self.select(context, Selections::pointer_entered);
                let surface = self.seat.under_pointer;
                self.manage(context, |wm, env| wm.pointer_entered(surface, env));
            }
            Input::TouchDown => {
                let surface = self.seat.last.map_or(0, |deed| deed.surface);
                self.wm.used(surface);
                self.manage(context, |wm, env| wm.pointer_entered(surface, env));
            }
            Input::TouchCancel if self.selections.has_finger() => return Ok(Verdict::Drop),
            _ => {}
        }
        Ok(Verdict::Forward)
    }
}
