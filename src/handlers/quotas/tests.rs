#![allow(clippy::unwrap_used)]

use super::*;

fn quotas(pools: u64, pool_mib: u64) -> QuotaCounter {
    QuotaCounter::new(Quotas { pools, pool_mib, ..Quotas::default() })
}

const MIB: i32 = 1 << 20;

#[test]
fn memory_counts_until_nothing_uses_it() {
    let mut quotas = quotas(10, 3);
    quotas.pool_made(2, MIB).unwrap();
    quotas.buffer_made(2, 3);
    quotas.buffer_made(2, 4);
    quotas.destroyed(2);
    quotas.pool_made(2, 2 * MIB).unwrap();
    assert!(quotas.pool_made(5, 1).is_err());
    quotas.destroyed(3);
    assert!(quotas.pool_made(5, 1).is_err());
    quotas.destroyed(4);
    quotas.pool_made(5, MIB).unwrap();
    assert!(quotas.pool_grown(5, MIB + 1).is_err());
    quotas.destroyed(2);
    quotas.pool_grown(5, 3 * MIB).unwrap();
    quotas.destroyed(5);
    assert_eq!((quotas.bytes, quotas.memories.len(), quotas.used.len()), (0, 0, 0));
}

#[test]
fn what_is_no_pool_does_not_count() {
    let mut quotas = quotas(1, 1);
    quotas.destroyed(7);
    quotas.buffer_made(7, 8);
    quotas.pool_grown(7, MIB).unwrap();
    // The host answers this one.
    quotas.pool_made(2, -1).unwrap();
    assert!(quotas.pool_made(3, 1).unwrap_err().contains("no more than 1 pools"));
    assert_eq!(quotas.bytes, 0);
}
