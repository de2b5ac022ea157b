//! Draws the scene.

use smithay::input::pointer::CursorImageStatus;
use smithay::utils::{Logical, Point, Size, Transform};

use crate::host::Host;
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
    /// What is on the screen now.
    pub fn compose(&self) -> Picture {
        let size = self.screen.size;
        let background = 0xff00_0000 | self.options.background;
        let mut screen = Picture::new(size.w as usize, size.h as usize, background);
        for Placed { surface, place, .. } in self.scene() {
            surface::with(&surface, |surface| {
                draw(&mut screen, surface, place.to_f64(), self.screen.scale);
            });
        }
        if let (true, CursorImageStatus::Named(_)) = (self.cursor.shown, &self.cursor.image) {
            draw_arrow(&mut screen, self.pointer_place(), self.screen.scale);
        }
        screen
    }
}

/// Puts a surface on the screen. Each pixel shows the nearest one of the
/// buffer: no filter, so that what is seen can be told exactly.
fn draw(screen: &mut Picture, surface: &Surface, place: Point<f64, Logical>, scale: f64) {
    let Some(picture) = &surface.picture else { return };
    let (left, top) = ((place.x * scale).round(), (place.y * scale).round());
    let right = ((place.x + f64::from(surface.size.w)) * scale).round();
    let bottom = ((place.y + f64::from(surface.size.h)) * scale).round();
    let (width, height) = (right - left, bottom - top);
    let Some(part) = screen.part(left as i64, top as i64, width as i64, height as i64) else {
        return;
    };
    let buffer = Size::<f64, Logical>::from((picture.width() as f64, picture.height() as f64));
    let source = surface.source.size.upscale(f64::from(surface.scale));
    let exact = surface.transform == Transform::Normal
        && Size::from((width, height)) == buffer
        && surface.source.loc == Point::default()
        && source == buffer;
    for y in part.y..part.y + part.height {
        let target = screen.row_mut(y).iter_mut().enumerate().skip(part.x).take(part.width);
        let v = (y as f64 + 0.5 - top) / height;
        let row = picture.row(y.wrapping_sub(top as i64 as usize));
        for (x, pixel) in target {
            let colour = if exact {
                row.get(x.wrapping_sub(left as i64 as usize)).copied()
            } else {
                sample(surface, picture, (x as f64 + 0.5 - left) / width, v)
            };
            let colour = colour.unwrap_or(0);
            let colour = if surface.alpha == 255 { colour } else { fade(colour, surface.alpha) };
            *pixel = over(colour, *pixel);
        }
    }
}

/// The buffer's colour at a place of the surface, given as parts of its size.
fn sample(surface: &Surface, picture: &Picture, u: f64, v: f64) -> Option<u32> {
    let source = surface.source;
    let scale = f64::from(surface.scale);
    // From here on in the buffer's pixels, but the right way up.
    let (x, y) =
        ((source.loc.x + u * source.size.w) * scale, (source.loc.y + v * source.size.h) * scale);
    let buffer = Size::<f64, Logical>::from((picture.width() as f64, picture.height() as f64));
    let size = surface.transform.transform_size(buffer);
    // By the words of wl_output.transform: flipped around the vertical axis, then
    // turned counter-clockwise. (smithay's own functions turn clockwise.)
    let (column, row) = match surface.transform {
        Transform::Normal => (x, y),
        Transform::_90 => (y, size.w - x),
        Transform::_180 => (size.w - x, size.h - y),
        Transform::_270 => (size.h - y, x),
        Transform::Flipped => (size.w - x, y),
        Transform::Flipped90 => (y, x),
        Transform::Flipped180 => (x, size.h - y),
        Transform::Flipped270 => (size.h - y, size.w - x),
    };
    let column = (column.floor() as usize).min(picture.width().saturating_sub(1));
    let row = (row.floor() as usize).min(picture.height().saturating_sub(1));
    picture.row(row).get(column).copied()
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
