//! Coordinates converted there and back.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::protocol::Coordinate::{At, Extent, Fixed, Length, Outer, OuterExtent};

fn to_host(scale: f64, words: &[i32], rewrites: &[(u16, Coordinate)]) -> Vec<i32> {
    rewritten::<true>(scale, words, rewrites)
}

fn to_client(scale: f64, words: &[i32], rewrites: &[(u16, Coordinate)]) -> Vec<i32> {
    rewritten::<false>(scale, words, rewrites)
}

fn rewritten<const FROM_CLIENT: bool>(
    scale: f64,
    words: &[i32],
    rewrites: &[(u16, Coordinate)],
) -> Vec<i32> {
    let mut body: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
    for (word, coordinate) in rewrites.iter().rev() {
        Scale::new(scale).rewrite::<FROM_CLIENT>(&mut body, word * 4, *coordinate).unwrap();
    }
    body.chunks(4).map(|word| i32::from_ne_bytes(word.try_into().unwrap())).collect()
}

const RECT: [(u16, Coordinate); 4] = [(0, At), (1, At), (2, Extent), (3, Extent)];
const DAMAGE: [(u16, Coordinate); 4] = [(0, Outer), (1, Outer), (2, OuterExtent), (3, OuterExtent)];

#[test]
fn positions_go_to_the_nearest() {
    assert_eq!(to_host(1.5, &[3, 4, -4, 1], &[(0, At), (1, At), (2, At), (3, At)]), [2, 3, -3, 1]);
    assert_eq!(to_client(1.5, &[1, 2, -1], &[(0, At), (1, At), (2, At)]), [2, 3, -1]);
    assert_eq!(to_host(0.5, &[3], &[(0, At)]), [6]);
}

#[test]
fn fixed_numbers_are_exact_to_their_last_bit() {
    assert_eq!(to_host(2.0, &[101 * 256 + 128], &[(0, Fixed)]), [50 * 256 + 192]);
    assert_eq!(to_client(1.25, &[256], &[(0, Fixed)]), [320]);
    assert_eq!(to_client(1.25, &[-256], &[(0, Fixed)]), [-320]);
}

#[test]
fn lengths_round_up_and_keep_what_is_no_length() {
    let lengths = [(0, Length), (1, Length), (2, Length), (3, Length)];
    assert_eq!(to_host(1.5, &[151, 0, -1, -4], &lengths), [101, 0, -1, -3]);
    assert_eq!(to_client(1.25, &[101, 0, -1, -4], &lengths), [127, 0, -1, -5]);
}

#[test]
fn edges_stay_where_positions_put_them() {
    assert_eq!(to_host(1.5, &[1, 2, 3, 3], &RECT), [1, 1, 2, 2]);
    assert_eq!(to_host(1.5, &[1, 0, 0, 1], &RECT), [1, 0, 0, 1]);
    assert_eq!(to_host(1.5, &[1, 1, 2, 2], &DAMAGE), [0, 0, 2, 2]);
    assert_eq!(to_host(1.5, &[0, 3, 2, 2], &DAMAGE), [0, 2, 2, 2]);
    assert_eq!(to_host(2.0, &[0, 0, i32::MAX, i32::MAX], &DAMAGE)[2], 1 << 30);
}

#[test]
fn the_largest_numbers_saturate() {
    let all = [(0, At), (1, At), (2, Extent), (3, Length)];
    let rewritten = to_client(10.0, &[i32::MAX, i32::MIN, i32::MAX, i32::MAX], &all);
    assert_eq!(rewritten, [i32::MAX, i32::MIN, i32::MAX, i32::MAX]);
}

#[test]
fn a_short_message_is_an_error() {
    let scale = Scale::new(2.0);
    assert_eq!(scale.rewrite::<true>(&mut [0; 7], 4, At), Err(ArgShape::Short));
    assert_eq!(scale.rewrite::<true>(&mut [0; 8], 4, Extent), Err(ArgShape::Short));
}

#[test]
fn ratios_are_bounded_and_exact_in_120ths_and_two_decimals() {
    assert_eq!(Scale::new(0.0), Scale::new(0.1));
    assert_eq!(Scale::new(f64::INFINITY), Scale::new(10.0));
    assert!(Scale::new(1.0).is_one() && !Scale::new(1.01).is_one());
    for n in 12..=1200u32 {
        let ratio = f64::from(n) / 120.0;
        assert!((Scale::new(ratio).ratio() - ratio).abs() < 1e-9);
    }
}

proptest! {
    #[test]
    fn positions_come_back_within_one_unit(scale in 0.1f64..10.0, at in -100_000..100_000i32) {
        let scale = Scale::new(scale);
        let unit = scale.ratio().ceil().max(1.0);
        let back = scale.at_to_client(scale.at_to_host(at));
        prop_assert!(f64::from((back - at).abs()) <= unit);
        // There is no drift: the second time nothing changes.
        prop_assert_eq!(scale.at_to_client(scale.at_to_host(back)), back);
    }

    #[test]
    fn a_hosts_size_survives_the_way_there_and_back(scale in 1.0f64..10.0, size in 1..100_000i32) {
        let scale = Scale::new(scale);
        prop_assert_eq!(scale.size_to_host(scale.size_to_client(size)), size);
    }

    #[test]
    fn a_clients_size_is_never_enlarged(scale in 0.1f64..10.0, size in 20..100_000i32) {
        let scale = Scale::new(scale);
        let host = scale.size_to_host(size);
        prop_assert!(f64::from(host) * scale.ratio() <= f64::from(size) + 1e-6);
        prop_assert!(f64::from(host + 1) * scale.ratio() > f64::from(size) - 1e-6);
    }

    #[test]
    fn edges_that_touch_stay_touching(
        scale in 0.1f64..10.0, x in -10_000..10_000i32, a in 1..5000i32, b in 1..5000i32,
    ) {
        let rect = |x, w| to_host(scale, &[x, 0, w, 1], &RECT);
        let (first, second) = (rect(x, a), rect(x + a, b));
        prop_assert!(first[0] + first[2] >= second[0]);
        // Only parts that would be thinner than a unit overlap.
        prop_assert!(first[0] + first[2] <= second[0] + i32::from(f64::from(a) < 1.0 / scale + scale));
    }
}
