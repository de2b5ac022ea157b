//! Text in a picture, from a font that is rasterized already.

use noto_sans_mono_bitmap::{
    FontWeight, RasterHeight, RasterizedChar, get_raster, get_raster_width,
};

use crate::pictures::Picture;

/// The height of a line in host units.
pub const LINE: u32 = 16;

/// The replacement for the end of a text that is too long.
const ELLIPSIS: &str = "...";

/// The replacement for a character that the font lacks.
const UNKNOWN: char = char::REPLACEMENT_CHARACTER;

/// Writes a text from left to right, with its upper left corner at a place. `scale` is the number
/// of pixels per host unit. Text wider than `room` pixels is cut off.
pub fn write(picture: &mut Picture, text: &str, at: (u32, u32), room: u32, scale: u32, ink: u32) {
    let (height, times) = if scale.is_multiple_of(2) {
        (RasterHeight::Size32, scale / 2)
    } else {
        (RasterHeight::Size16, scale)
    };
    let width = get_raster_width(FontWeight::Regular, height);
    let advance = u32::try_from(width).unwrap_or(1) * times;
    let fits = (room / advance) as usize;
    let shown: String = if text.chars().count() <= fits {
        text.to_owned()
    } else {
        let kept = text.chars().take(fits.saturating_sub(ELLIPSIS.len()));
        kept.chain(ELLIPSIS.chars()).take(fits).collect()
    };
    for (place, letter) in (0..).zip(shown.chars()) {
        let letter = if letter.is_whitespace() { ' ' } else { letter };
        let Some(glyph) = raster(letter, height).or_else(|| raster(UNKNOWN, height)) else {
            continue;
        };
        draw(picture, &glyph, (at.0 + place * advance, at.1), times, ink);
    }
}

fn raster(letter: char, height: RasterHeight) -> Option<RasterizedChar> {
    get_raster(letter, FontWeight::Regular, height)
}

/// Draws a glyph; each of its pixels becomes a square.
fn draw(picture: &mut Picture, glyph: &RasterizedChar, at: (u32, u32), times: u32, ink: u32) {
    for (row, pixels) in (0..).zip(glyph.rows()) {
        for (column, strength) in (0..).zip(pixels.iter()) {
            for n in 0..times * times {
                let x = at.0 + column * times + n % times;
                let y = at.1 + row * times + n / times;
                if let Some(pixel) = picture.pixel(x, y) {
                    *pixel = blend(*pixel, ink, u32::from(*strength));
                }
            }
        }
    }
}

/// Mixes two opaque colours; `strength` is the share of the upper one, of 255.
fn blend(below: u32, above: u32, strength: u32) -> u32 {
    let channel = |shift: u32| {
        let (below, above) = (below >> shift & 0xff, above >> shift & 0xff);
        ((below * (255 - strength) + above * strength) / 255) << shift
    };
    0xff00_0000 | channel(16) | channel(8) | channel(0)
}
