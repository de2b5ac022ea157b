//! The bar's pixels.

use super::HEIGHT;
use crate::x11::picture::Picture;

/// Of the window in front and of others.
const ACTIVE: u32 = 0xffd8_d4d0;
const INACTIVE: u32 = 0xffec_eae8;
const INK: u32 = 0xff30_3030;

/// The size of the buttons' signs.
const SIGN: u32 = 10;

/// A bar of that width, with so many pixels for a unit of both ways.
pub fn bar(width: u32, active: bool, scale: u32) -> Picture {
    let colour = if active { ACTIVE } else { INACTIVE };
    let pixels = (0..HEIGHT * scale).flat_map(|y| {
        (0..width * scale).map(move |x| {
            let right = width.checked_sub(x / scale + 1);
            if right.is_some_and(|right| is_ink(right, y / scale)) { INK } else { colour }
        })
    });
    Picture { size: (width * scale, HEIGHT * scale), pixels: pixels.collect() }
}

/// Whether a place has a sign, counted from the right and from the top.
fn is_ink(right: u32, y: u32) -> bool {
    let start = (HEIGHT - SIGN) / 2;
    // Within the sign, from its upper right corner.
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
