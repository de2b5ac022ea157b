//! The bar's pixels.

use super::{FrameLook, HEIGHT, text};
use crate::pictures::Picture;

/// The colours of the bar and of what is drawn on it.
struct Colours {
    bar: u32,
    ink: u32,
}

impl Colours {
    fn of(look: &FrameLook) -> Self {
        let (bar, ink) = match (look.dark, look.active) {
            (false, true) => (0xffd8_d4d0, 0xff30_3030),
            (false, false) => (0xffec_eae8, 0xff80_8080),
            (true, true) => (0xff30_3234, 0xffe8_e8e8),
            (true, false) => (0xff24_2628, 0xff90_9090),
        };
        Self { bar, ink }
    }
}

/// The size of the symbols on the buttons.
const SIGN: u32 = 10;

/// The space before and after the title.
const SPACE: u32 = 10;

/// Draws a bar; `scale` is the number of pixels per host unit in both directions.
pub fn bar(width: u32, look: &FrameLook, scale: u32) -> Picture {
    let Colours { bar, ink } = Colours::of(look);
    let pixels = (0..HEIGHT * scale).flat_map(|y| {
        (0..width * scale).map(move |x| {
            let right = width.checked_sub(x / scale + 1);
            if right.is_some_and(|right| is_ink(right, y / scale)) { ink } else { bar }
        })
    });
    let mut picture = Picture { size: (width * scale, HEIGHT * scale), pixels: pixels.collect() };
    let room = width.saturating_sub(3 * HEIGHT + 2 * SPACE) * scale;
    let at = (SPACE * scale, (HEIGHT - text::LINE) / 2 * scale);
    text::write(&mut picture, &look.title, at, room, scale, ink);
    picture
}

/// Whether a place belongs to a button's symbol, counted from the right and from the top.
fn is_ink(right: u32, y: u32) -> bool {
    let start = (HEIGHT - SIGN) / 2;
    // The position in the symbol, from its upper right corner.
    let at = |value: u32| value.checked_sub(start).filter(|at| *at < SIGN);
    let (Some(x), Some(y)) = (at(right % HEIGHT), at(y)) else { return false };
    let last = SIGN - 1;
    match right / HEIGHT {
        0 => x.abs_diff(y) <= 1 || x.abs_diff(last - y) <= 1,
        1 => x == 0 || x == last || y <= 1 || y == last,
        2 => y >= last - 1,
        _ => false,
    }
}
