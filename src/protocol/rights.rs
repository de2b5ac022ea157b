//! Which globals any app may use, and which let a client act outside its own windows.

use std::collections::HashSet;
use std::sync::LazyLock;

/// `interface words`, of every global.
fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = include_str!("rights.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(' '))
}

static ORDINARY: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    rows().filter(|(_, words)| !words.starts_with("privileged")).map(|(name, _)| name).collect()
});

static OF_SHELLS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    rows().filter(|(_, words)| words.ends_with("shell")).map(|(name, _)| name).collect()
});

/// Whether a global lets its client see, change or imitate what does not belong to it: others'
/// copies, other windows, the screen, input, settings. `rights.txt` lists all globals.
pub fn is_privileged(interface: &str) -> bool {
    // A global that is not in the list counts as privileged.
    !ORDINARY.contains(interface)
}

/// Whether a global is for the host's own shell: with it, clients could make windows appear as
/// something else, or use others' names.
pub fn is_for_shell(interface: &str) -> bool {
    OF_SHELLS.contains(interface)
}

/// The names of all privileged globals.
pub fn privileged() -> impl Iterator<Item = &'static str> {
    rows().filter(|(_, words)| words.starts_with("privileged")).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::globals;

    #[test]
    fn every_global_has_a_word_and_nothing_else_has() {
        let mut known: Vec<_> = globals::all().iter().map(|global| global.name).collect();
        // It exists without being offered.
        known.retain(|name| *name != "wl_display");
        let mut named: Vec<_> = rows().map(|(name, _)| name).collect();
        known.sort_unstable();
        known.dedup();
        named.sort_unstable();
        assert_eq!(named, known);
        let words = ["ordinary", "privileged", "shell", "privileged shell"];
        assert!(rows().all(|(_, said)| words.contains(&said)));
    }

    #[test]
    fn what_sees_or_imitates_others_is_privileged() {
        let privileged = [
            "zwp_virtual_keyboard_manager_v1",
            "zwlr_virtual_pointer_manager_v1",
            "ext_data_control_manager_v1",
            "zwlr_screencopy_manager_v1",
            "zwlr_layer_shell_v1",
            "zwlr_foreign_toplevel_manager_v1",
            "zwlr_output_manager_v1",
            "zwlr_output_power_manager_v1",
            "zwp_input_method_manager_v2",
            "ext_session_lock_manager_v1",
            "wp_security_context_manager_v1",
            "carafe_knows_no_such_interface",
        ];
        for name in privileged {
            assert!(is_privileged(name), "{name}");
        }
        for name in ["wl_compositor", "xdg_wm_base", "wl_seat", "zaura_shell"] {
            assert!(!is_privileged(name), "{name}");
        }
    }

    #[test]
    fn what_the_hosts_shell_uses_is_its_own() {
        for name in ["zaura_shell", "zcr_remote_shell_v2", "zcr_test_controller_v1"] {
            assert!(is_for_shell(name), "{name}");
        }
        for name in ["wl_compositor", "zcr_text_input_extension_v1", "zcr_stylus_v2"] {
            assert!(!is_for_shell(name), "{name}");
        }
    }
}
