//! What is drawn on a bar.

use super::FrameLook;
use super::drawing::bar;

const WIDTH: u32 = 300;

/// The columns of a bar that have ink of the title, without the buttons.
fn inked(title: &str, scale: u32) -> Vec<u32> {
    let look = FrameLook { title: title.to_owned(), ..FrameLook::default() };
    let (with, without) = (bar(WIDTH, &look, scale), bar(WIDTH, &FrameLook::default(), scale));
    assert_eq!(with.size, (WIDTH * scale, 28 * scale));
    let differ = with.pixels.iter().zip(&without.pixels);
    let mut columns: Vec<u32> = (0..)
        .zip(differ)
        .filter(|(_, (with, without))| with != without)
        .map(|(n, _): (u32, _)| n % (WIDTH * scale))
        .collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}

#[test]
fn a_title_is_as_wide_at_any_scale_and_a_long_one_ends_before_the_buttons() {
    for scale in 1..=4 {
        let short = inked("Short", scale);
        let (first, last) = (short.first().copied(), short.last().copied());
        assert!(first >= Some(10 * scale) && last <= Some((10 + 5 * 8) * scale), "{short:?}");
        let long = inked(&"Long ".repeat(100), scale);
        let last = long.last().copied();
        assert!(last <= Some((WIDTH - 3 * 28 - 10) * scale), "{last:?}");
        assert!(last >= Some((WIDTH - 3 * 28 - 30) * scale), "{last:?}");
    }
}

#[test]
fn characters_that_the_font_lacks_have_a_placeholder() {
    assert!(!inked("\u{4e16}", 1).is_empty());
    assert!(inked("\n\t ", 2).is_empty());
    let picture =
        |title: &str| bar(WIDTH, &FrameLook { title: title.into(), ..FrameLook::default() }, 1);
    assert_ne!(picture("\u{e9}"), picture("\u{4e16}"));
    assert_eq!(picture("\u{754c}"), picture("\u{4e16}"));
}
