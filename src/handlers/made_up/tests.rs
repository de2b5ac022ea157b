//! Names of made-up globals.

use std::collections::BTreeSet;

use super::{
    ACTIVATION, ALPHA, CURSOR_SHAPES, DRM, FRACTIONAL, GTK_SHELL, KEYBOARD_GRAB, XDG_OUTPUT,
    XWAYLAND_SHELL,
};

#[test]
fn no_two_share_a_name() {
    let old = [DRM, FRACTIONAL, XDG_OUTPUT, XWAYLAND_SHELL, KEYBOARD_GRAB];
    let all = old.into_iter().chain([ACTIVATION, CURSOR_SHAPES, ALPHA, GTK_SHELL]);
    let all: Vec<_> = all.collect();
    let names: BTreeSet<u32> = all.iter().map(|made_up| made_up.name).collect();
    assert_eq!(names.len(), all.len());
}
