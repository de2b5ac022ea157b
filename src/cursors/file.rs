//! Reading cursor files (Xcursor(3)): a table of contents, and pictures of several sizes. All
//! numbers have 32 bits and are little-endian.

use super::CursorImage;
use crate::pictures::Picture;

/// Bound on a picture's sides.
const MAX_SIDE: u32 = 512;

/// The type of pictures in the table.
const PICTURE: u32 = 0xfffd_0002;

/// The picture whose size is nearest to the wanted one; `None` if the file has no valid one. A
/// smaller picture is enlarged by a whole number, as compositors do.
pub fn nearest(file: &[u8], size: u32) -> Option<CursorImage> {
    let [header, entries] = [number(file, 4)?, number(file, 12)?];
    if file.get(..4)? != b"Xcur" {
        return None;
    }
    let table = file.get(usize::try_from(header).ok()?..)?;
    let entries = table.chunks_exact(12).take(usize::try_from(entries).ok()?);
    let entries = entries.filter(|entry| number(entry, 0) == Some(PICTURE));
    // An animated cursor has several pictures of one size; this takes the first.
    let entry = entries.min_by_key(|entry| number(entry, 4).map(|has| has.abs_diff(size)))?;
    let part = file.get(usize::try_from(number(entry, 8)?).ok()?..)?;
    let has = number(entry, 4)?.max(1);
    Some(enlarged(image(part, has)?, size / has))
}

/// Reads a picture at the start of `part`, of this size in the sense of themes.
fn image(part: &[u8], size: u32) -> Option<CursorImage> {
    let header = usize::try_from(number(part, 0)?).ok()?;
    if number(part, 4)? != PICTURE || header < 36 {
        return None;
    }
    let [width, height] = [number(part, 16)?, number(part, 20)?];
    let [x, y] = [number(part, 24)?, number(part, 28)?];
    let sides = 1..=MAX_SIDE;
    if !sides.contains(&width) || !sides.contains(&height) || x > width || y > height {
        return None;
    }
    let length = usize::try_from(width * height * 4).ok()?;
    let bytes = part.get(header..)?.get(..length)?;
    let pixels = bytes.chunks_exact(4).map_while(|pixel| number(pixel, 0)).collect();
    // In some themes the tip is outside the picture, which the X server refuses.
    let hot = (x.min(width - 1), y.min(height - 1));
    Some(CursorImage { picture: Picture { size: (width, height), pixels }, hot, size })
}

fn number(part: &[u8], at: usize) -> Option<u32> {
    let bytes = part.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes(*bytes))
}

/// Enlarges a picture by a whole number, as far as it stays within [`MAX_SIDE`].
fn enlarged(image: CursorImage, times: u32) -> CursorImage {
    let (width, height) = image.picture.size;
    let times = times.min(MAX_SIDE / width.max(height).max(1));
    if times < 2 {
        return image;
    }
    let mut picture = Picture { size: (width * times, height * times), pixels: Vec::new() };
    for row in image.picture.pixels.chunks(width as usize) {
        for _ in 0..times {
            let wide = row.iter().flat_map(|pixel| std::iter::repeat_n(*pixel, times as usize));
            picture.pixels.extend(wide);
        }
    }
    // The middle of the enlarged pixel.
    let hot = (image.hot.0 * times + times / 2, image.hot.1 * times + times / 2);
    CursorImage { picture, hot, size: image.size.saturating_mul(times) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use proptest::prelude::*;

    fn put(file: &mut Vec<u8>, numbers: &[u32]) {
        file.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    }

    /// A file with a picture of one colour for each size, one pixel larger than its name says.
    fn file(sizes: &[(u32, u32)]) -> Vec<u8> {
        let mut file = b"Xcur".to_vec();
        put(&mut file, &[16, 0x1_0000, u32::try_from(sizes.len()).unwrap()]);
        let mut at = 16 + 12 * u32::try_from(sizes.len()).unwrap();
        for (size, _) in sizes {
            put(&mut file, &[PICTURE, *size, at]);
            at += 36 + 4 * (size + 1) * (size + 1);
        }
        for (size, colour) in sizes {
            let side = size + 1;
            put(&mut file, &[36, PICTURE, *size, 1, side, side, size / 4, size / 3, 0]);
            put(&mut file, &vec![*colour; (side * side) as usize]);
        }
        file
    }

    #[test]
    fn the_nearest_size_is_taken() {
        let file = file(&[(24, 1), (32, 2), (32, 3), (64, 4)]);
        for (wanted, side, colour) in [(1, 25, 1), (27, 25, 1), (30, 33, 2), (50, 65, 4)] {
            let image = nearest(&file, wanted).unwrap();
            assert_eq!((image.picture.size, image.picture.pixels[0]), ((side, side), colour));
        }
    }

    #[test]
    fn small_pictures_are_enlarged_by_whole_numbers() {
        let file = file(&[(24, 7)]);
        let image = nearest(&file, 60).unwrap();
        assert_eq!((image.picture.size, image.hot), ((50, 50), (13, 17)));
        assert_eq!(image.picture.pixels, vec![7; 2500]);
        assert_eq!(nearest(&file, 47).unwrap().picture.size, (25, 25));
    }

    #[test]
    fn invalid_pictures_are_refused() {
        let good = file(&[(24, 1)]);
        assert!(nearest(&good, 24).is_some());
        assert!(nearest(&good[..good.len() - 1], 24).is_none());
        // Not such a file; a picture without width; one that is too large; one with too
        // short a head.
        for (at, value) in [(0, 0), (44, 0), (44, 0x7fff), (28, 4)] {
            let mut bad = good.clone();
            bad[at..at + 4].copy_from_slice(&u32::to_le_bytes(value));
            assert!(nearest(&bad, 24).is_none(), "{at}");
        }
    }

    proptest! {
        /// Whatever a file says, a picture is as large as it says and within bounds.
        #[test]
        fn any_file_is_read(
            at in 4_usize..80, value in prop_oneof![0_u32..600, any::<u32>()], size in 1_u32..=256,
        ) {
            let mut file = file(&[(4, 1), (8, 2)]);
            file[at..at + 4].copy_from_slice(&value.to_le_bytes());
            if let Some(CursorImage { picture, hot, .. }) = nearest(&file, size) {
                let (width, height) = picture.size;
                prop_assert!(width <= MAX_SIDE && height <= MAX_SIDE);
                prop_assert!(hot.0 < width && hot.1 < height);
                prop_assert_eq!(picture.pixels.len(), (width * height) as usize);
            }
        }
    }
}
