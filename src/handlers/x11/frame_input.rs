//! Input on a frame that carafe draws. Xwayland must not see it, because it does not know the
//! frame's surfaces.

mod clicks;
mod cursor;
mod touch;

use self::clicks::{Clicks, Press};
use self::cursor::FrameCursor;
pub use self::touch::Finger;
use super::X11;
use crate::session::{Context, Incoming, Refusal, Verdict};
use crate::x11::host::Host;
use crate::x11::role::FramePart;
use crate::x11::seat::{Deed, Input, Tool};

/// Button codes (input-event-codes.h).
const LEFT: u32 = 0x110;
const RIGHT: u32 = 0x111;

/// A pointer on a frame.
pub struct OnFrame {
    /// The `wl_pointer`, by the host's id.
    pointer: u32,
    /// The frame's surface, by the host's id, and its window.
    surface: u32,
    window: u32,
    /// The position in host units.
    at: (i32, i32),
    pressed: Option<Press>,
    clicks: Clicks,
    cursor: FrameCursor,
}

fn whole(fixed: u32) -> i32 {
    fixed.cast_signed() >> 8
}

impl X11 {
    /// Handles an event of a pointer; `None` if it is not about a frame.
    pub(super) fn frame_event(
        &mut self,
        input: Input,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Option<Verdict>, Refusal> {
        let (pointer, client) = (incoming.header.object, incoming.object.peer);
        let mut args = incoming.args();
        match input {
            Input::PointerEnter => {
                let (serial, surface) = (args.uint()?, args.uint()?);
                let Some(window) = self.wm.framed_by(surface) else { return Ok(None) };
                let at = (whole(args.uint()?), whole(args.uint()?));
                let cursor = FrameCursor::on(pointer, serial, &mut Host { context })?;
                let (pressed, clicks) = (None, Clicks::default());
                self.leave_frame(context);
                self.on_frame =
                    Some(OnFrame { pointer, surface, window, at, pressed, clicks, cursor });
                self.show_cursor(context);
                return Ok(Some(Verdict::Withhold));
            }
            Input::PointerLeave => {
                args.uint()?;
                let surface = args.uint()?;
                let known = context.objects.host(surface).is_some_and(|object| object.peer != 0);
                let was = self.on_frame.as_ref().is_some_and(|on| on.pointer == pointer);
                if was {
                    self.leave_frame(context);
                }
                return Ok((was && !known).then_some(Verdict::Withhold));
            }
            _ => {}
        }
        let Some(on) = self.on_frame.as_mut().filter(|on| on.pointer == pointer) else {
            return Ok(None);
        };
        match input {
            Input::PointerMotion => {
                args.uint()?;
                on.at = (whole(args.uint()?), whole(args.uint()?));
                let (window, at) = (on.window, on.at);
                if let Some(press) = on.pressed.take_if(|press| press.drags(at)) {
                    self.manage(context, |wm, env| {
                        wm.frame_dragged(window, press.part, press.deed, env);
                    });
                }
                self.show_cursor(context);
            }
            Input::PointerButton => {
                let (serial, time) = (args.uint()?, args.uint()?);
                let (button, pressed) = (args.uint()?, args.uint()? == 1);
                let tool = Tool::Pointer { id: client, button };
                let seat = self.seat.of_device(client);
                let deed = Deed { seat, serial, tool, ..Deed::default() };
                self.frame_button(button, deed, (time, pressed), context);
            }
            _ => {}
        }
        Ok(Some(Verdict::Withhold))
    }

    fn frame_button(
        &mut self,
        button: u32,
        deed: Deed,
        (time, pressed): (u32, bool),
        context: &mut Context<'_>,
    ) {
        let Some(on) = &mut self.on_frame else { return };
        let (window, at) = (on.window, on.at);
        let part = self.wm.frame_part(window, on.surface, at);
        let before = if button == LEFT { on.pressed.take() } else { None };
        match (button, part) {
            (LEFT, Some(part)) if pressed => {
                let second = part == FramePart::Bar && on.clicks.is_second(time, at);
                if matches!(part, FramePart::Edge(_)) {
                    self.manage(context, |wm, env| wm.frame_dragged(window, part, deed, env));
                } else if second {
                    self.manage(context, |wm, env| wm.frame_clicked(window, part, env));
                } else {
                    on.pressed = Some(Press { part, at, deed });
                }
            }
            (LEFT, Some(part)) if before.is_some_and(|press| press.clicks(part)) => {
                self.manage(context, |wm, env| wm.frame_clicked(window, part, env));
            }
            (RIGHT, Some(FramePart::Bar)) if pressed => {
                self.manage(context, |wm, env| wm.frame_menu(window, deed, at, env));
            }
            _ => {}
        }
    }

    /// Shows the cursor for the position of the pointer.
    fn show_cursor(&mut self, context: &mut Context<'_>) {
        let Some(on) = &mut self.on_frame else { return };
        let part = self.wm.frame_part(on.window, on.surface, on.at);
        on.cursor.show(part, &mut Host { context });
    }

    fn leave_frame(&mut self, context: &mut Context<'_>) {
        if let Some(on) = self.on_frame.take() {
            on.cursor.destroy(&mut Host { context });
        }
    }
}
