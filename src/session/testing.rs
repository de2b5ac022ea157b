//! An engine's flows without sockets, for unit tests.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::Flow;
use crate::wire::FdQueue;

/// Bytes come in.
pub fn feed(flow: &mut Flow, bytes: &[u8]) {
    flow.input.room()[..bytes.len()].copy_from_slice(bytes);
    flow.input.filled(bytes.len());
}

/// Takes all that waits to be sent.
pub fn take(flow: &mut Flow) -> Vec<u8> {
    let mut all = Vec::new();
    let Flow { input, out, .. } = flow;
    out.send(input.bytes(), |slices, _: &mut FdQueue| {
        let before = all.len();
        for slice in slices {
            all.extend_from_slice(slice);
        }
        Ok(all.len() - before)
    })
    .unwrap();
    all
}
