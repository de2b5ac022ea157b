//! Pixels in memory, and PNG files of them.

use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::Path;

/// A picture in the form in which everything is composed: one `u32` a pixel,
/// alpha in the highest byte, then red, green, blue, premultiplied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<u32>,
}

/// A rectangle of a picture's pixels that lies inside of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The first column.
    pub x: usize,
    /// The first row.
    pub y: usize,
    /// How many columns.
    pub width: usize,
    /// How many rows.
    pub height: usize,
}

impl Picture {
    /// A picture of one colour.
    pub fn new(width: usize, height: usize, colour: u32) -> Self {
        Self { width, height, pixels: vec![colour; width * height] }
    }

    /// Pixels a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// The picture as a whole.
    pub fn whole(&self) -> Part {
        Part { x: 0, y: 0, width: self.width, height: self.height }
    }

    /// The part of a rectangle that is inside the picture.
    pub fn part(&self, x: i64, y: i64, width: i64, height: i64) -> Option<Part> {
        let clamp = |at: i64, limit: usize| at.clamp(0, limit as i64) as usize;
        let (left, top) = (clamp(x, self.width), clamp(y, self.height));
        let right = clamp(x.saturating_add(width), self.width);
        let bottom = clamp(y.saturating_add(height), self.height);
        (left < right && top < bottom).then(|| Part {
            x: left,
            y: top,
            width: right - left,
            height: bottom - top,
        })
    }

    /// The row `y`; empty if there is none.
    pub fn row(&self, y: usize) -> &[u32] {
        self.pixels.chunks_exact(self.width.max(1)).nth(y).unwrap_or_default()
    }

    /// The row `y` to draw on; empty if there is none.
    pub fn row_mut(&mut self, y: usize) -> &mut [u32] {
        self.pixels.chunks_exact_mut(self.width.max(1)).nth(y).unwrap_or_default()
    }

    /// A copy of a part.
    pub fn cut(&self, part: Part) -> Self {
        let rows = (part.y..part.y + part.height).map(|y| self.row(y));
        let pixels = rows.flat_map(|row| row.iter().skip(part.x).take(part.width)).copied();
        Self { width: part.width, height: part.height, pixels: pixels.collect() }
    }

    /// A hash of the picture.
    pub fn hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.width, self.height).hash(&mut hasher);
        self.pixels.hash(&mut hasher);
        hasher.finish()
    }

    /// How many different colours there are, counted up to a limit.
    pub fn colours(&self, limit: usize) -> usize {
        let mut colours = std::collections::HashSet::new();
        for pixel in &self.pixels {
            if colours.len() >= limit {
                break;
            }
            colours.insert(pixel);
        }
        colours.len()
    }

    /// The colour of the first pixel.
    pub fn first(&self) -> Option<u32> {
        self.pixels.first().copied()
    }

    /// Writes a PNG file without alpha: what is on a screen is opaque.
    pub fn write_png(&self, path: &Path) -> io::Result<()> {
        let file = io::BufWriter::new(File::create(path)?);
        let mut encoder = png::Encoder::new(file, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header()?;
        let bytes = self.pixels.iter().flat_map(|pixel| {
            let [_, red, green, blue] = pixel.to_be_bytes();
            [red, green, blue]
        });
        writer.write_image_data(&bytes.collect::<Vec<_>>())?;
        Ok(writer.finish()?)
    }
}

/// Puts a premultiplied colour over another one.
pub fn over(top: u32, bottom: u32) -> u32 {
    match top >> 24 {
        255 => top,
        0 if top == 0 => bottom,
        alpha => {
            let rest = 255 - alpha;
            let mut result = 0;
            for shift in [0, 8, 16, 24] {
                let below = ((bottom >> shift) & 255) * rest;
                let sum = ((top >> shift) & 255) + (below + 127) / 255;
                result |= sum.min(255) << shift;
            }
            result
        }
    }
}

/// Multiplies all of a premultiplied colour by `factor` / 255.
pub fn fade(colour: u32, factor: u32) -> u32 {
    [0, 8, 16, 24].into_iter().fold(0, |result, shift| {
        result | ((((colour >> shift) & 255) * factor + 127) / 255) << shift
    })
}
