//! The pixels of a surface that are visible at all: the shapes of X11 windows.

use super::region::PixelRect;

/// A set of pixels made of any number of rectangles. Neighbouring rows with the same pixels are
/// stored once.
#[derive(Debug, Default)]
pub struct Mask {
    bands: Vec<Band>,
    /// Ranges of x (the end is not included), from left to right, band by band.
    spans: Vec<(i32, i32)>,
}

/// The rows from `y1` to `y2` (not included), and the range of their spans.
#[derive(Debug)]
struct Band {
    y1: i32,
    y2: i32,
    spans: std::ops::Range<usize>,
}

impl Mask {
    /// Makes a mask of rectangles in bands, as X servers list them: sorted by rows, those of
    /// the same rows from left to right, without overlaps. `None` if they are not so.
    pub fn new(rects: impl IntoIterator<Item = PixelRect>) -> Option<Self> {
        let mut mask = Self::default();
        for rect in rects {
            if rect.is_empty() {
                continue;
            }
            let n = mask.spans.len();
            match mask.bands.last_mut() {
                Some(band) if (band.y1, band.y2) == (rect.y1, rect.y2) => {
                    if mask.spans.last().is_some_and(|(_, end)| rect.x1 < *end) {
                        return None;
                    }
                    band.spans.end = n + 1;
                }
                Some(band) if rect.y1 < band.y2 => return None,
                _ => mask.bands.push(Band { y1: rect.y1, y2: rect.y2, spans: n..n + 1 }),
            }
            mask.spans.push((rect.x1, rect.x2));
        }
        Some(mask)
    }

    /// The pixels of a row as ranges (the end is not included), from left to right.
    pub fn row(&self, y: i32) -> &[(i32, i32)] {
        let at = self.bands.partition_point(|band| band.y2 <= y);
        let band = self.bands.get(at).filter(|band| band.y1 <= y);
        band.and_then(|band| self.spans.get(band.spans.clone())).unwrap_or_default()
    }
}
