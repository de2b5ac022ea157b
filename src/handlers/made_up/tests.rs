//! Names of made-up globals.

use std::collections::BTreeSet;

use super::{DRM, FRACTIONAL, KEYBOARD_GRAB, XDG_OUTPUT, XWAYLAND_SHELL};

#[test]
fn no_two_share_a_name() {
    let all = [DRM, FRACTIONAL, XDG_OUTPUT, XWAYLAND_SHELL, KEYBOARD_GRAB];
    let names: BTreeSet<u32> = all.iter().map(|made_up| made_up.name).collect();
    assert_eq!(names.len(), all.len());
}
