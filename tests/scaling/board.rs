//! A checkerboard of single pixels. Each pixel also encodes its position, so that a moved, wrongly
//! cut, or filtered board can be recognised.

use std::fs::File;

use crate::client::memory;
use crate::picture::Picture;

/// Where a board is on a screen, in pixels: x, y, width, height.
pub type Area = [i64; 4];

/// The colour of a pixel.
pub fn colour(x: i64, y: i64) -> u32 {
    let base = if (x + y) & 1 == 1 { 0xc0_c0_f0 } else { 0x00_00_10 };
    0xff00_0000 | base | (x as u32 & 63) << 16 | (y as u32 & 63) << 8
}

/// A board in memory.
pub fn draw(width: u32, height: u32) -> File {
    let mut bytes = Vec::with_capacity((width * height * 4) as usize);
    for y in 0..i64::from(height) {
        for x in 0..i64::from(width) {
            bytes.extend_from_slice(&colour(x, y).to_le_bytes());
        }
    }
    memory(bytes.len(), &bytes)
}

/// Describes what is wrong with a board whose pixels from `first` on should fill an area.
pub fn flaws(picture: &Picture, area: Area, first: (i64, i64)) -> Option<String> {
    let [left, top, width, height] = area;
    let mut wrong = 0;
    let mut example = None;
    for y in 0..height {
        for x in 0..width {
            let expected = colour(x + first.0, y + first.1) & 0x00ff_ffff;
            let found = picture.at(left + x, top + y);
            if found != Some(expected) {
                wrong += 1;
                let found = found.map(|found| format!("{found:06x}"));
                example.get_or_insert_with(|| {
                    format!("at {x},{y} of {area:?} is {found:?} instead of {expected:06x}")
                });
            }
        }
    }
    example.map(|example| format!("{wrong} of {} pixels are wrong: {example}", width * height))
}
