use crate::x11::geometry::*;
use proptest::prelude::*;

fn fitted(room: (u32, u32), pixels: (u32, u32)) -> (u32, u32) {
    WindowFit { room, fill: false }.size(pixels)
}

#[test]
fn proportions_are_kept() {
    assert_eq!(fitted((400, 300), (200, 150)), (400, 300));
    assert_eq!(fitted((400, 400), (200, 150)), (400, 300));
    assert_eq!(fitted((1000, 300), (200, 150)), (400, 300));
    assert_eq!(fitted((100, 300), (200, 150)), (100, 75), "smaller too");
    assert_eq!(fitted((1920, 1079), (640, 360)), (1920, 1079), "nearly is wholly");
    assert_eq!(fitted((1, 1000), (32767, 1)), (1, 1));
    assert_eq!(WindowFit { room: (400, 400), fill: true }.size((200, 150)), (400, 400));
}

#[test]
fn popups_on_a_scaled_window_are_scaled_too() {
    let zoom = Zoom { pixels: (200, 150), host: (500, 300) };
    assert_eq!(zoom.place((-20, 60)), (-50, 120));
    assert_eq!(zoom.place_in_pixels((-50, 120)), (-20, 60));
    assert_eq!(zoom.size((100, 1)), (250, 2));
    assert_eq!(zoom.place((i32::MAX, i32::MIN)), (i32::MAX, i32::MIN));
}

proptest! {
    #[test]
    fn it_fits_and_fills_one_side(
        room in (1..=40_000u32, 1..=40_000u32),
        pixels in (1..=40_000u32, 1..=40_000u32),
    ) {
        let size = fitted(room, pixels);
        prop_assert!(size.0 >= 1 && size.1 >= 1);
        prop_assert!(size.0 <= room.0 && size.1 <= room.1);
        prop_assert!(size.0 == room.0 || size.1 == room.1);
    }

    #[test]
    fn places_are_converted_there_and_back(
        at in (-30_000..30_000i32, -30_000..30_000i32),
        pixels in (1..=4_000u32, 1..=4_000u32),
        times in 1..=4u32,
    ) {
        let zoom = Zoom { pixels, host: (pixels.0 * times, pixels.1 * times) };
        prop_assert_eq!(zoom.place_in_pixels(zoom.place(at)), at);
    }
}
