//! The arrow for users without a theme: black, with a white edge, drawn at any size.

use super::{CursorImage, USUAL_SIZE};
use crate::pictures::Picture;

/// Its corners in a picture of the usual size; the first one is the tip.
const CORNERS: [(f32, f32); 7] =
    [(4.0, 3.0), (4.0, 18.0), (7.4, 14.8), (10.0, 20.6), (12.3, 19.6), (9.8, 13.8), (14.6, 13.8)];

/// The width of its edge in a picture of the usual size.
const EDGE: f32 = 1.2;

/// Draws the arrow in a square picture.
pub fn draw(size: u32) -> CursorImage {
    #[expect(clippy::cast_precision_loss, reason = "a few hundred at most")]
    let unit = size as f32 / USUAL_SIZE as f32;
    let mut picture = Picture { size: (size, size), pixels: Vec::new() };
    for y in 0..size {
        for x in 0..size {
            #[expect(clippy::cast_precision_loss, reason = "a few hundred at most")]
            let middle = ((x as f32 + 0.5) / unit, (y as f32 + 0.5) / unit);
            let outside = distance(middle);
            let black = (0.5 - outside * unit).clamp(0.0, 1.0);
            let all = (0.5 - (outside - EDGE) * unit).clamp(0.0, 1.0);
            let (alpha, white) = (level(all), level(all - black));
            picture.pixels.push(u32::from_be_bytes([alpha, white, white, white]));
        }
    }
    let [(x, y), ..] = CORNERS;
    let last = size.saturating_sub(1);
    let hot = (floor(x * unit).min(last), floor(y * unit).min(last));
    CursorImage { picture, hot, size }
}

/// The distance of a point from the arrow; negative inside.
fn distance((x, y): (f32, f32)) -> f32 {
    let (mut nearest, mut inside) = (f32::INFINITY, false);
    let others = CORNERS.iter().cycle().skip(1);
    for ((from_x, from_y), (to_x, to_y)) in CORNERS.iter().zip(others) {
        let (side_x, side_y) = (to_x - from_x, to_y - from_y);
        let (at_x, at_y) = (x - from_x, y - from_y);
        let along = (at_x * side_x + at_y * side_y) / (side_x * side_x + side_y * side_y);
        let along = along.clamp(0.0, 1.0);
        nearest = nearest.min((at_x - side_x * along).hypot(at_y - side_y * along));
        // Whether a line to the right crosses this side.
        if (*from_y > y) != (*to_y > y) && at_x < side_x * at_y / side_y {
            inside = !inside;
        }
    }
    if inside { -nearest } else { nearest }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1")]
fn level(part: f32) -> u8 {
    (part * 255.0).round() as u8
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "never negative")]
fn floor(number: f32) -> u32 {
    number.floor() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLACK: u32 = 0xff00_0000;

    #[test]
    fn it_is_an_arrow_at_any_size() {
        for size in [1, 2, 7, 12, 24, 36, 48, 96, 256] {
            let CursorImage { mut picture, hot, .. } = draw(size);
            assert_eq!(picture.pixels.len(), (size * size) as usize);
            assert!(hot.0 < size && hot.1 < size);
            // Premultiplied, and grey.
            for pixel in &picture.pixels {
                let [alpha, red, green, blue] = pixel.to_be_bytes();
                assert!(red <= alpha && red == green && red == blue, "{pixel:08x} at {size}");
            }
            if size < 12 {
                continue;
            }
            // Black in its middle, transparent in the corners, and something where it points.
            let mut pixel = |x: u32, y: u32| picture.pixel(x, y).copied();
            assert_eq!(pixel(size * 6 / 24, size * 11 / 24), Some(BLACK), "{size}");
            assert_eq!(pixel(0, 0), Some(0));
            assert_eq!(pixel(size - 1, 0), Some(0));
            assert_eq!(pixel(size - 1, size - 1), Some(0));
            assert!(pixel(hot.0, hot.1).is_some_and(|tip| tip >> 24 > 0x40), "{size}");
            assert!(picture.pixels.iter().any(|pixel| pixel >> 24 == pixel & 0xff && *pixel > 0));
        }
    }

    #[test]
    fn twice_the_size_covers_four_times_as_much() {
        let covered = |size| -> u32 {
            draw(size).picture.pixels.iter().map(|pixel| pixel >> 24).sum::<u32>() / 255
        };
        let (one, two) = (covered(24), covered(48));
        assert!((4 * one).abs_diff(two) < two / 20, "{one} and {two}");
    }
}
