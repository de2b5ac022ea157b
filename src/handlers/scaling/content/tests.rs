//! Which part of a buffer is shown.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn buffer(width: i32, height: i32, scale: i32) -> BufferView {
    let (source, destination) = (None, None);
    BufferView { buffer: (width, height), scale, swapped: false, source, destination }
}

fn place(size: (i32, i32), ratio: f64, density: f64) -> HostPlace {
    HostPlace { size, at: (0, 0), ratio, density: Some(density) }
}

fn cropped(content: BufferView, place: &HostPlace) -> (f64, f64) {
    let shown = content.shown(place);
    assert_eq!(shown.destination, Some(place.size));
    let [x, y, w, h] =
        shown.source.unwrap_or([0, 0, content.buffer.0 * 256, content.buffer.1 * 256]);
    assert_eq!((x, y), (0, 0));
    (f64::from(w) / 256.0, f64::from(h) / 256.0)
}

#[test]
fn what_the_host_has_no_room_for_is_left_out() {
    // 151 units are 100 host units and a rest: 150 pixels are shown.
    assert_eq!(cropped(buffer(151, 150, 1), &place((100, 100), 1.5, 1.5)), (150.0, 150.0));
    // Everything is shown: 101 units are 151.5 pixels, which hosts round up.
    assert_eq!(buffer(152, 152, 1).shown(&place((101, 101), 1.5, 1.5)).source, None);
    // 51 units at twice the density; the host has asked for 101 pixels.
    assert_eq!(cropped(buffer(102, 102, 2), &place((101, 101), 0.5, 1.0)), (101.0, 101.0));
}

#[test]
fn a_part_further_on_has_the_pixels_that_are_there() {
    // 83 units from 82 on are 145 host pixels; from 0 on they would be 145.25.
    let there = HostPlace { at: (82, 82), ..place((83, 42), 1.75, 1.75) };
    assert_eq!(cropped(buffer(146, 74, 1), &there), (145.0, 73.0));
}

#[test]
fn what_is_drawn_for_another_density_is_shown_whole() {
    assert_eq!(buffer(300, 300, 2).shown(&place((100, 100), 1.5, 1.5)).source, None);
    assert_eq!(cropped(buffer(302, 300, 2), &place((100, 100), 1.5, 1.5)), (300.0, 300.0));
}

#[test]
fn clients_sources_and_destinations() {
    let client = BufferView {
        source: Some([256, 256, 20 * 256, 10 * 256]),
        destination: Some((40, 20)),
        ..buffer(64, 64, 2)
    };
    assert_eq!(client.size(), Ok((40, 20)));
    let shown = client.shown(&place((20, 10), 2.0, 2.0));
    assert_eq!(shown.source, Some([512, 512, 40 * 256, 20 * 256]));
    let too_far = BufferView { source: Some([256, 0, 32 * 256, 256]), ..buffer(64, 64, 2) };
    assert_eq!(too_far.size(), Err(ViewportError::OutOfBuffer));
    let not_whole = BufferView { source: Some([0, 0, 300, 256]), ..buffer(64, 64, 2) };
    assert_eq!(not_whole.size(), Err(ViewportError::Size));
}

proptest! {
    #[test]
    fn a_source_is_within_its_buffer(
        width in 1..20_000i32, height in 1..20_000i32, scale in 1..6i32, swapped: bool,
        size in (1..20_000i32, 1..20_000i32), at in (-5000..5000i32, -5000..5000i32),
        ratio in 0.1f64..10.0, density in prop::option::of(0.5f64..4.0),
    ) {
        let content = BufferView { swapped, ..buffer(width, height, scale) };
        let shown = content.shown(&HostPlace { size, at, ratio, density });
        prop_assert_eq!(shown.destination, Some(size));
        if let Some([x, y, w, h]) = shown.source {
            let (width, height) = if swapped { (height, width) } else { (width, height) };
            prop_assert!(x == 0 && y == 0 && w > 0 && h > 0);
            prop_assert!(w <= width * 256 && h <= height * 256);
            prop_assert!(w % 256 == 0 || w == 1, "a part of a pixel: {w}");
        }
    }
}
