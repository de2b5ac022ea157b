//! A finger on a frame.

use super::clicks::{Clicks, Press};
use super::whole;
use crate::handlers::x11::X11;
use crate::session::{Context, Incoming, Refusal, Verdict};
use crate::x11::role::FramePart;
use crate::x11::seat::{Deed, Input};

/// The first finger on a frame. Further fingers on frames do nothing.
#[derive(Default)]
pub struct Finger {
    /// The `wl_touch`, by the host's id, and the touch point; `None` if there is no finger.
    point: Option<(u32, u32)>,
    /// The frame's surface, by the host's id, and its window.
    surface: u32,
    window: u32,
    /// The position in host units.
    at: (i32, i32),
    pressed: Option<Press>,
    taps: Clicks,
}

impl X11 {
    /// Handles an event of a touchscreen; `None` if it is not about a frame.
    pub(in crate::handlers::x11) fn frame_touched(
        &mut self,
        input: Input,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Option<Verdict>, Refusal> {
        let (touch, client) = (incoming.header.object, incoming.object.peer);
        let mut args = incoming.args();
        let finger = &mut self.finger;
        match input {
            Input::TouchDown => {
                let (serial, time) = (args.uint()?, args.uint()?);
                let (surface, id) = (args.uint()?, args.uint()?);
                let Some(window) = self.wm.framed_by(surface) else { return Ok(None) };
                let at = (whole(args.uint()?), whole(args.uint()?));
                if finger.point.is_none() {
                    finger.point = Some((touch, id));
                    (finger.surface, finger.window, finger.at) = (surface, window, at);
                    let deed =
                        Deed { seat: self.seat.of_device(client), serial, ..Deed::default() };
                    self.frame_finger_down(deed, time, context);
                }
                return Ok(Some(Verdict::Withhold));
            }
            Input::TouchMotion => {
                args.uint()?;
                let point = (touch, args.uint()?);
                if finger.point != Some(point) {
                    return Ok(None);
                }
                finger.at = (whole(args.uint()?), whole(args.uint()?));
                let (window, at) = (finger.window, finger.at);
                if let Some(press) = finger.pressed.take_if(|press| press.drags(at)) {
                    self.manage(context, |wm, env| {
                        wm.frame_dragged(window, press.part, press.deed, env);
                    });
                }
            }
            Input::TouchUp => {
                args.uint()?;
                args.uint()?;
                let point = (touch, args.uint()?);
                if finger.point != Some(point) {
                    return Ok(None);
                }
                finger.point = None;
                let window = finger.window;
                let part = self.wm.frame_part(window, finger.surface, finger.at);
                let pressed = finger.pressed.take();
                if let Some(part) = part.filter(|part| pressed.is_some_and(|p| p.clicks(*part))) {
                    self.manage(context, |wm, env| wm.frame_clicked(window, part, env));
                }
            }
            Input::TouchCancel => {
                // The host takes all fingers.
                (finger.point, finger.pressed) = (None, None);
                return Ok(None);
            }
            _ => return Ok(None),
        }
        Ok(Some(Verdict::Withhold))
    }

    fn frame_finger_down(&mut self, deed: Deed, time: u32, context: &mut Context<'_>) {
        let finger = &mut self.finger;
        let (window, at) = (finger.window, finger.at);
        let Some(part) = self.wm.frame_part(window, finger.surface, at) else { return };
        if matches!(part, FramePart::Edge(_)) {
            self.manage(context, |wm, env| wm.frame_dragged(window, part, deed, env));
        } else if part == FramePart::Bar && finger.taps.is_second(time, at) {
            self.manage(context, |wm, env| wm.frame_clicked(window, part, env));
        } else {
            finger.pressed = Some(Press { part, at, deed });
        }
    }
}
