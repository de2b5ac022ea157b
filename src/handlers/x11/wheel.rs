//! Steps of a wheel: a host may send smaller distances for a step than X programs expect.

use wayland_client::protocol::wl_pointer;

use super::X11;
use crate::session::{Incoming, Refusal};

/// The distance that toolkits take as one click, in 256ths.
const LEAST: i32 = 5 << 8;

/// Which of the two axes have moved by steps since the last frame of events.
#[derive(Default)]
pub struct Wheel([bool; 2]);

impl Wheel {
    fn axis(&mut self, axis: u32) -> Option<&mut bool> {
        self.0.get_mut(usize::try_from(axis).ok()?)
    }

    /// Notes that an axis has moved by steps.
    fn stepped(&mut self, axis: u32, steps: i32) {
        if let Some(moved) = self.axis(axis) {
            *moved |= steps != 0;
        }
    }

    /// The distance for X programs of a motion of this distance, whose steps have come before it.
    fn distance(&mut self, axis: u32, by: i32) -> i32 {
        let is_step = self.axis(axis).is_some_and(|moved| *moved);
        if is_step && (-LEAST..LEAST).contains(&by) { by.signum() * LEAST } else { by }
    }
}

impl X11 {
    /// Handles an event of a pointer: makes a step's distance long enough.
    pub(super) fn wheel_event(&mut self, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let opcode = incoming.header.opcode;
        let mut args = incoming.args();
        match opcode {
            wl_pointer::EVT_AXIS_DISCRETE_OPCODE | wl_pointer::EVT_AXIS_VALUE120_OPCODE => {
                let axis = args.uint()?;
                self.wheel.stepped(axis, args.uint()?.cast_signed());
            }
            wl_pointer::EVT_AXIS_OPCODE => {
                args.uint()?;
                let axis = args.uint()?;
                let by = args.word()?;
                *by = self.wheel.distance(axis, i32::from_ne_bytes(*by)).to_ne_bytes();
            }
            wl_pointer::EVT_FRAME_OPCODE => self.wheel = Wheel::default(),
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_at_least_a_click() {
        let mut wheel = Wheel::default();
        assert_eq!(wheel.distance(0, 256), 256, "a finger");
        wheel.stepped(0, 1);
        wheel.stepped(1, 0);
        wheel.stepped(u32::MAX, 1);
        for (by, expected) in [
            (256, LEAST),
            (-1, -LEAST),
            (0, 0),
            (LEAST, LEAST),
            (15 << 8, 15 << 8),
            (i32::MIN, i32::MIN),
        ] {
            assert_eq!(wheel.distance(0, by), expected);
            assert_eq!(wheel.distance(1, by), by, "the other axis");
            assert_eq!(wheel.distance(u32::MAX, by), by, "no axis");
        }
    }
}
