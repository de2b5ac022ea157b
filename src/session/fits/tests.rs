//! Places on surfaces that are shown at another size.

use super::*;

#[test]
fn places_lead_to_the_same_point_of_the_content() {
    let mut fits = Fits::default();
    let place = (100 * 256, 75 * 256);
    assert_eq!(fits.place(1, place, Scale::ONE), place, "not known");
    fits.set(1, Some((400, 150)));
    assert_eq!(fits.place(1, place, Scale::ONE), place, "nothing shown");
    fits.shows(1, (200, 300));
    assert_eq!(fits.place(1, place, Scale::ONE), (50 * 256, 150 * 256));
    // With two pixels to a unit the content would have 100×150 units.
    assert_eq!(fits.place(1, place, Scale::new(2.0)), (25 * 256, 75 * 256));
    assert_eq!(fits.place(1, (i32::MAX, i32::MIN), Scale::new(0.1)).1, i32::MIN, "saturates");
    fits.set(1, None);
    assert_eq!((fits.get(1), fits.place(1, place, Scale::ONE)), (None, place));
}
