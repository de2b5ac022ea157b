//! Rates compared with values computed by hand.
#![allow(clippy::float_cmp)]

use super::*;

#[test]
fn rates_of_known_distances() {
    let mut fps = Fps::default();
    for _ in 0..98 {
        fps.add(16_666_667);
    }
    fps.add(50_000_000);
    fps.add(4_000_000);
    fps.add(0);
    assert_eq!(fps.frames(), 100);
    assert!((fps.min() - 20.0).abs() < 0.01 && (fps.max() - 250.0).abs() < 0.01);
    assert!((fps.mean() - 61.5).abs() < 0.01, "{}", fps.mean());
    // 98 times 1.5², 41.5², 188.5², over 100.
    assert!((fps.variance() - 374.75).abs() < 0.1, "{}", fps.variance());
    assert_eq!([0.1, 1.0, 50.0, 99.0].map(|p| fps.percentile(p)), [20.5, 59.5, 59.5, 199.5]);
    assert_eq!(fps.slow(), 1);
    let columns: Vec<u32> = fps.columns().collect();
    assert_eq!(columns.len(), 40);
    assert_eq!((columns[4], columns[11], columns[39]), (1, 98, 1));
}

#[test]
fn none_at_all() {
    let fps = Fps::default();
    assert_eq!((fps.percentile(50.0), fps.variance(), fps.slow()), (0.0, 0.0, 0));
}
