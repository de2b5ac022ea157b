#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;

#[test]
fn settings_are_laid_out_as_their_standard_has_it() {
    let bytes = settings(7, 240, 60);
    assert_eq!(bytes.len() % 4, 0);
    let number = |at: usize| u32::from_ne_bytes(bytes[at..at + 4].try_into().unwrap());
    assert_eq!((bytes[0], number(4), number(8)), (u8::from(cfg!(target_endian = "big")), 7, 4));
    let mut at = 12;
    let mut found = Vec::new();
    for _ in 0..4 {
        assert_eq!(bytes[at], 0, "an integer");
        let length = usize::from(u16::from_ne_bytes(bytes[at + 2..at + 4].try_into().unwrap()));
        let name = str::from_utf8(&bytes[at + 4..at + 4 + length]).unwrap();
        at += 4 + length.next_multiple_of(4);
        assert_eq!(number(at), 7);
        found.push((name.to_owned(), number(at + 4)));
        at += 8;
    }
    assert_eq!(at, bytes.len());
    let expected = [
        ("Gdk/UnscaledDPI", 120 * 1024),
        ("Gdk/WindowScalingFactor", 2),
        ("Gtk/CursorThemeSize", 60),
        ("Xft/DPI", 240 * 1024),
    ];
    assert_eq!(found, expected.map(|(name, value)| (name.to_owned(), value)));
}

#[test]
fn the_nearest_bucket_is_told() {
    assert_eq!(nearest(144.0, &[]), 144);
    assert_eq!(nearest(144.0, &[96, 160, 240]), 160);
    assert_eq!(cursor_size(24, 192), 48);
    assert_eq!(cursor_size(32, 48), 16);
}
