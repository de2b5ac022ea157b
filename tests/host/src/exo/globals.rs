//! The globals that Exo offers.

use std::sync::Arc;

use super::{Release, decorations, idle, keyboard, text};
use crate::aura;
use crate::globals::{OUTPUT, SEAT, offer_at};
use crate::host::Host;

/// Exo's globals with their versions: `components/exo/wayland/server.cc` at 151.0.7896, and
/// `output_controller.cc` at 131.0.6735.
const GLOBALS: &[(&str, u32)] = &[
    ("wl_compositor", 3),
    ("wl_subcompositor", 1),
    ("wl_shm", 1),
    ("wl_shell", 1),
    // Up to version 4; feedback depends on the platform.
    ("zwp_linux_dmabuf_v1", 3),
    ("wl_data_device_manager", 3),
    (SEAT, 6),
    (OUTPUT, 3),
    ("zxdg_output_manager_v1", 3),
    ("xdg_wm_base", 3),
    (aura::NAME, 65),
    ("zaura_output_manager", 3),
    ("zaura_output_manager_v2", 1),
    (text::MANAGER, 1),
    (text::EXTENSION, 14),
    (keyboard::NAME, 2),
    ("zcr_keyboard_configuration_v1", 4),
    ("zwp_keyboard_shortcuts_inhibit_manager_v1", 1),
    ("zcr_gaming_input_v2", 3),
    ("zcr_stylus_v2", 2),
    ("zcr_stylus_tools_v1", 1),
    ("zcr_notification_shell_v1", 1),
    ("zcr_extended_drag_v1", 1),
    ("zcr_touchpad_haptics_v1", 1),
    ("surface_augmenter", 13),
    ("overlay_prioritizer", 1),
    ("zcr_vsync_feedback_v1", 1),
    ("zcr_alpha_compositing_v1", 1),
    ("zcr_cursor_shapes_v1", 1),
    ("zcr_secure_output_v1", 1),
    ("wp_viewporter", 1),
    ("wp_fractional_scale_manager_v1", 1),
    ("wp_presentation", 1),
    ("wp_single_pixel_buffer_manager_v1", 1),
    ("wp_content_type_manager_v1", 1),
    ("zwp_input_timestamps_manager_v1", 1),
    ("zwp_pointer_gestures_v1", 1),
    ("zwp_pointer_constraints_v1", 1),
    ("zwp_relative_pointer_manager_v1", 1),
    (decorations::NAME, 1),
    ("zwp_idle_inhibit_manager_v1", 1),
];

/// Further globals of older releases (server.cc at 131.0.6735).
const GONE_BY_151: &[(&str, u32)] =
    &[("zwp_linux_explicit_synchronization_v1", 2), ("zcr_color_manager_v1", 6)];

/// The globals of a release.
fn of(release: Release) -> impl Iterator<Item = (&'static str, u32)> {
    let gone = if release == Release::M131 { GONE_BY_151 } else { &[] };
    GLOBALS.iter().chain(gone).copied()
}

impl Host {
    /// Offers exactly Exo's globals.
    pub fn offer_as_exo(&mut self) {
        let Some(release) = self.exo.as_ref().map(|exo| exo.release) else { return };
        let mut had = std::mem::take(&mut self.globals);
        for (name, version) in of(release) {
            let offered = match had.remove(name) {
                Some(Some(global)) if name == decorations::NAME => {
                    self.display.remove_global::<Self>(global);
                    Some(decorations::offer(&self.display, version))
                }
                Some(Some(global)) => Some(offer_at(&self.display, &global, version)),
                // Each screen has its own global, and so do dma-bufs.
                Some(None) => None,
                None if name == aura::NAME => Some(aura::offer(&self.display, version)),
                None if name == keyboard::NAME => Some(keyboard::offer(&self.display, version)),
                None if name == text::MANAGER => Some(text::offer(&self.display, version)),
                None if name == text::EXTENSION => {
                    Some(text::offer_extension(&self.display, version))
                }
                None => idle::interface(name).map(|interface| {
                    let handle = self.display.backend_handle();
                    handle.create_global::<Self>(interface, version, Arc::new(idle::Idle))
                }),
            };
            self.globals.insert(name, offered);
        }
        for global in had.into_values().flatten() {
            self.display.remove_global::<Self>(global);
        }
    }

    /// The version of a global in Exo, if the host is Exo.
    pub fn exo_version(&self, name: &str) -> Option<u32> {
        let release = self.exo.as_ref()?.release;
        of(release).find(|(known, _)| *known == name).map(|(_, version)| version)
    }
}
