//! Draws the scene.

use smithay::input::pointer::CursorImageStatus;
use smithay::utils::{Logical, Point, Size, Transform};

use crate::host::Host;
use crate::output::{Layout, Screen};
use crate::picture::{Picture, fade, over};
use crate::scene::Placed;
use crate::surface::{self, Surface};

/// An arrow: `X` black, `.` white.
const ARROW: [&str; 12] = [
    "X",
    "XX",
    "X.X",
    "X..X",
    "X...X",
    "X....X",
    "X.....X",
    "X......X",
    "X...XXXXX",
    "X.X..X",
    "XX X..X",
    "    XX",
];

impl Host {
    /// The current picture of a screen.
    pub fn compose(&self, on: &Screen) -> Picture {
        let Layout { place: origin, scale, .. } = on.layout;
        let size = on.layout.seen();
        let background = 0xff00_0000 | self.options.background;
        let mut screen = Picture::new(size.w as usize, size.h as usize, background);
        for Placed { surface, place, .. } in self.scene() {
            surface::with(&surface, |surface| {
                let place = (place - origin).to_f64();
                draw(&mut screen, surface, place, scale, self.options.filter);
            });
        }
        if let (true, CursorImageStatus::Named(_)) = (self.cursor.shown, &self.cursor.image) {
            draw_arrow(&mut screen, self.pointer_place() - origin.to_f64(), scale);
        }
        screen
    }
}

/// Draws a surface on the screen. Its edges are rounded to pixels. Each pixel shows the nearest
/// one of the buffer, so that tests can expect exact pixels; with a filter, pixels are
/// interpolated as GPUs do it.
fn draw(
    screen: &mut Picture,
    surface: &Surface,
    place: Point<f64, Logical>,
    scale: f64,
    filter: bool,
) {
    let Some(picture) = &surface.picture else { return };
    let (left, top) = ((place.x * scale).round(), (place.y * scale).round());
    let right = ((place.x + f64::from(surface.size.w)) * scale).round();
    let bottom = ((place.y + f64::from(surface.size.h)) * scale).round();
    let (width, height) = (right - left, bottom - top);
    let Some(part) = screen.part(left as i64, top as i64, width as i64, height as i64) else {
        return;
    };
    let (source, density) = (surface.source, f64::from(surface.scale));
    let start = (source.loc.x * density, source.loc.y * density);
    let exact = surface.transform == Transform::Normal
        && start.0.fract() == 0.0
        && start.1.fract() == 0.0
        && (source.size.w * density, source.size.h * density) == (width, height);
    let (skip_x, skip_y) = (left as i64 - start.0 as i64, top as i64 - start.1 as i64);
    for y in part.y..part.y + part.height {
        let target = screen.row_mut(y).iter_mut().enumerate().skip(part.x).take(part.width);
        let v = (y as f64 + 0.5 - top) / height;
        let row = picture.row((y as i64 - skip_y) as usize);
        for (x, pixel) in target {
            let colour = if exact {
                row.get((x as i64 - skip_x) as usize).copied()
            } else {
                let (column, row) = locate(surface, picture, (x as f64 + 0.5 - left) / width, v);
                if filter { smooth(picture, column, row) } else { nearest(picture, column, row) }
            };
            let colour = colour.unwrap_or(0);
            let colour = if surface.alpha == 255 { colour } else { fade(colour, surface.alpha) };
            *pixel = over(colour, *pixel);
        }
    }
}

/// The place in the buffer of a place on the surface, which is given as fractions of its size.
fn locate(surface: &Surface, picture: &Picture, u: f64, v: f64) -> (f64, f64) {
    let source = surface.source;
    let scale = f64::from(surface.scale);
    // From here on in the buffer's pixels, but not rotated.
    let (x, y) =
        ((source.loc.x + u * source.size.w) * scale, (source.loc.y + v * source.size.h) * scale);
    let buffer = Size::<f64, Logical>::from((picture.width() as f64, picture.height() as f64));
    let size = surface.transform.transform_size(buffer);
    // By the words of wl_output.transform: flipped around the vertical axis, then
    // turned counter-clockwise. (smithay's own functions turn clockwise.)
    match surface.transform {
        Transform::Normal => (x, y),
        Transform::_90 => (y, size.w - x),
        Transform::_180 => (size.w - x, size.h - y),
        Transform::_270 => (size.h - y, x),
        Transform::Flipped => (size.w - x, y),
        Transform::Flipped90 => (y, x),
        Transform::Flipped180 => (x, size.h - y),
        Transform::Flipped270 => (size.h - y, size.w - x),
    }
}

fn nearest(picture: &Picture, column: f64, row: f64) -> Option<u32> {
    let column = (column.floor() as usize).min(picture.width().saturating_sub(1));
    let row = (row.floor() as usize).min(picture.height().saturating_sub(1));
    picture.row(row).get(column).copied()
}

/// The interpolated colour at a place between four pixels' centres, as with `GL_LINEAR`.
fn smooth(picture: &Picture, column: f64, row: f64) -> Option<u32> {
    let (x, y) = (column - 0.5, row - 0.5);
    let (right, below) = (x - x.floor(), y - y.floor());
    let corners = [
        (x, y, (1.0 - right) * (1.0 - below)),
        (x + 1.0, y, right * (1.0 - below)),
        (x, y + 1.0, (1.0 - right) * below),
        (x + 1.0, y + 1.0, right * below),
    ];
    let mut sums = [0.0; 4];
    for (x, y, weight) in corners {
        let bytes = nearest(picture, x, y)?.to_ne_bytes();
        for (sum, byte) in sums.iter_mut().zip(bytes) {
            *sum += f64::from(byte) * weight;
        }
    }
    Some(u32::from_ne_bytes(sums.map(|sum| sum.round() as u8)))
}

fn draw_arrow(screen: &mut Picture, at: Point<f64, Logical>, scale: f64) {
    let (left, top) = ((at.x * scale).round() as usize, (at.y * scale).round() as usize);
    for (y, line) in ARROW.iter().enumerate() {
        let row = screen.row_mut(top + y).iter_mut().skip(left);
        for (dot, pixel) in line.bytes().zip(row) {
            match dot {
                b'X' => *pixel = 0xff00_0000,
                b'.' => *pixel = 0xffff_ffff,
                _ => {}
            }
        }
    }
}
