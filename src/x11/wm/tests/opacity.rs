//! How hosts are told that a window lets through what is behind it.

use super::rig::{Rig, numbers};
use crate::x11::geometry::Rect;
use crate::x11::property::Property;

/// What a host with that global is told of a window that is half opaque.
fn told(manager: &str) -> Vec<String> {
    let mut rig = Rig::new();
    rig.offer(manager, 1);
    rig.create(10, Rect { x: 0, y: 0, width: 30, height: 20 }, false);
    rig.request_map(10);
    rig.answer(&[(Property::NetWmWindowOpacity, 6, 32, numbers(&[u32::MAX / 2]))]);
    rig.mapped(10, 2);
    rig.unmapped(10);
    let is_of_opacity =
        |line: &String| ["alpha_modifier", "blending"].iter().any(|word| line.contains(word));
    rig.host().into_iter().filter(is_of_opacity).collect()
}

#[test]
fn hosts_are_told_as_they_can_be() {
    let words = |manager| told(manager).join("\n");
    let modern = words("wp_alpha_modifier_v1");
    assert!(modern.contains(".set_multiplier(2147483647)"), "{modern}");
    let chromeos = words("zcr_alpha_compositing_v1");
    assert!(chromeos.contains(".set_alpha(0.5)"), "{chromeos}");
    assert_eq!(words("wl_shm"), "");
}
