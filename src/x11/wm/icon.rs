//! `_NET_WM_ICON`: a window's icon in several sizes.

use crate::pictures::Picture;

/// The best size: hosts show icons at this size or smaller.
const WANTED: u32 = 64;

/// Bound on an icon's width and height.
const MAX_EDGE: u32 = 512;

/// The smallest picture that is at least as large as the best size; the largest if there is none.
/// In the property, each picture is its width, its height, and its pixels (ARGB, not
/// premultiplied).
pub fn best(mut icons: &[u32]) -> Option<Picture> {
    let mut best: Option<(u32, &[u32])> = None;
    while let [width, height, rest @ ..] = icons {
        let size = (*width as usize).saturating_mul(*height as usize);
        let Some((pixels, behind)) = rest.split_at_checked(size) else { break };
        icons = behind;
        // The host's protocol allows only square icons.
        if width != height || !(1..=MAX_EDGE).contains(width) {
            continue;
        }
        let is_better = best.is_none_or(|(edge, _)| {
            if edge < WANTED { *width > edge } else { (WANTED..edge).contains(width) }
        });
        if is_better {
            best = Some((*width, pixels));
        }
    }
    let (edge, pixels) = best?;
    Some(Picture { size: (edge, edge), pixels: pixels.iter().map(|p| premultiplied(*p)).collect() })
}

fn premultiplied(pixel: u32) -> u32 {
    let [blue, green, red, alpha] = pixel.to_le_bytes();
    let by = |part: u8| (u16::from(part) * u16::from(alpha) / 255).to_le_bytes()[0];
    u32::from_le_bytes([by(blue), by(green), by(red), alpha])
}
