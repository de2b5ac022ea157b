#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

#[test]
fn at_the_bound_nothing_more_is_taken() {
    let mut spill = Spill::new(100_000);
    let (first, second) = (vec![1; 60_000], vec![2; 40_000]);
    spill.push(&first).unwrap();
    spill.push(&second).unwrap();
    assert!(matches!(spill.push(&[3]), Err(SpillError::Full(100_000))));
    assert_eq!(spill.oldest().unwrap(), first);
    spill.take(60_000);
    spill.push(&[3]).unwrap();
    assert_eq!(spill.oldest().unwrap(), [&second[..], &[3]].concat());
}

#[test]
fn bytes_that_were_read_take_no_space() {
    let mut spill = Spill::new(1 << 30);
    let (piece, mut got) = (vec![7; 1 << 20], 0);
    for _ in 0..20 {
        spill.push(&piece).unwrap();
    }
    while got < 16 << 20 {
        let len = spill.oldest().unwrap().len();
        spill.take(len);
        got += len;
    }
    let blocks =
        std::os::unix::fs::MetadataExt::blocks(&spill.file.as_ref().unwrap().metadata().unwrap());
    assert!(blocks * 512 < 12 << 20, "{blocks} blocks for {} bytes", spill.len());
    while !spill.is_empty() {
        let len = spill.oldest().unwrap().len();
        spill.take(len);
    }
    assert_eq!(spill.file.as_ref().unwrap().metadata().unwrap().len(), 0);
}

proptest! {
    #[test]
    fn bytes_come_out_as_they_went_in(
        steps in prop::collection::vec((any::<bool>(), 1usize..50_000), 1..60),
    ) {
        let mut spill = Spill::new(u64::MAX);
        let (mut put, mut got) = (0u32, 0u32);
        for (is_push, len) in steps {
            if is_push {
                let bytes: Vec<u8> = (put..).take(len).map(|n| (n % 251) as u8).collect();
                spill.push(&bytes).unwrap();
                put += u32::try_from(len).unwrap();
            } else {
                let oldest = spill.oldest().unwrap();
                let len = oldest.len().min(len);
                for byte in &oldest[..len] {
                    prop_assert_eq!(*byte, (got % 251) as u8);
                    got += 1;
                }
                spill.take(len);
            }
            prop_assert_eq!(spill.len(), u64::from(put - got));
        }
    }
}
