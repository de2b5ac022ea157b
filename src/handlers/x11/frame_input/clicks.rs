//! A button or finger that is pressed on a frame: it becomes a click or a drag.

use crate::x11::role::FramePart;
use crate::x11::seat::Deed;

/// Movement (host units) that turns a press into a drag.
const STILL: u32 = 3;

/// Double-click time, in milliseconds.
const TWICE: u32 = 400;

fn is_near(one: (i32, i32), other: (i32, i32)) -> bool {
    one.0.abs_diff(other.0) <= STILL && one.1.abs_diff(other.1) <= STILL
}

/// A press on a frame.
pub struct Press {
    /// The part of the frame.
    pub part: FramePart,
    /// The position.
    pub at: (i32, i32),
    /// The input, as the host knows it.
    pub deed: Deed,
}

impl Press {
    /// Whether moving to this position makes it a drag.
    pub fn drags(&self, at: (i32, i32)) -> bool {
        self.part == FramePart::Bar && !is_near(self.at, at)
    }

    /// Whether releasing above this part makes it a click on a button.
    pub fn clicks(&self, above: FramePart) -> bool {
        self.part == above && above != FramePart::Bar
    }
}

/// The clicks on a bar.
#[derive(Default)]
pub struct Clicks(Option<(u32, (i32, i32))>);

impl Clicks {
    /// Whether a click at this time and place completes a double click.
    pub fn is_second(&mut self, time: u32, at: (i32, i32)) -> bool {
        let second = self.0.is_some_and(|(before, there)| {
            time.wrapping_sub(before) <= TWICE && is_near(there, at)
        });
        self.0 = (!second).then_some((time, at));
        second
    }
}
