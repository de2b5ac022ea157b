//! Which arguments hold what the user types, reads or copies: those are shown to nobody who
//! did not ask for them.
//!
//! (Of arrays, like the keys that are down, only the length is ever shown.)

#[cfg(test)]
mod tests;

use super::Arg;

#[cfg(test)]
/// Messages whose strings are of the user's: what is typed, titles, which name documents and
/// pages, and words by which others may act in the user's name. Protocols of one kind name
/// their messages alike, and none of these names means something else elsewhere.
const SECRET: &[&str] = &[
    // Text that is typed or read.
    "add_grammar_fragment",
    "commit_string",
    "create_notification",
    "insert_image",
    "preedit_string",
    "set_grammar_fragment_at_cursor",
    "set_preedit_string",
    "set_surrounding_text",
    "show_tooltip",
    "surrounding_text",
    "tooltip_shown",
    // Titles.
    "set_extra_title",
    "set_title",
    "set_toplevel_description",
    "title",
    "title_changed",
    // Tokens and handles: whoever has one may use it.
    "activate",
    "created",
    "done",
    "get_session",
    "handle",
    "import",
    "import_toplevel",
    "notify_launch",
    "request_focus",
    "set_startup_id",
];

/// Messages whose strings anybody may see: names of types, applications, devices.
const PUBLIC: &[&str] = &[
    "accept",
    "activity_entered",
    "activity_left",
    "add_toplevel",
    "app_id",
    "app_id_changed",
    "application_menu",
    "authenticate",
    "bind",
    "compositor_version",
    "create_workspace",
    "description",
    "desktop_created",
    "desktop_id",
    "desktop_removed",
    "device",
    "edid",
    "eisa_id",
    "error",
    "failed",
    "failure_reason",
    "gamepad_added_with_device_info",
    "geometry",
    "get_layer_surface",
    "get_notification_surface",
    "get_virtual_desktop",
    "get_window_by_uuid",
    "global",
    "icc_profile_path",
    "id",
    "identifier",
    "insert_image_with_large_url",
    "language",
    "layout_change",
    "layout_install",
    "make",
    "model",
    "name",
    "offer",
    "output",
    "path",
    "primary_output",
    "receive",
    "remove_toplevel",
    "rename",
    "request_create_virtual_desktop",
    "request_enter_activity",
    "request_enter_virtual_desktop",
    "request_leave_activity",
    "request_leave_virtual_desktop",
    "request_remove_virtual_desktop",
    "resource_name_changed",
    "restore_toplevel",
    "send",
    "serial_number",
    "set_a11y_properties",
    "set_address",
    "set_app_id",
    "set_application_id",
    "set_class",
    "set_client_surface_str_id",
    "set_dbus_properties",
    "set_edid",
    "set_feedback",
    "set_generic_property",
    "set_icc_profile_path",
    "set_initial_workspace",
    "set_instance_id",
    "set_name",
    "set_palette",
    "set_preferred_language",
    "preferred_language",
    "set_restore_info_with_window_id_source",
    "set_sandbox_engine",
    "set_toplevel_tag",
    "stacking_order_uuid_changed",
    "stream_virtual_output",
    "stream_virtual_output_with_description",
    "stream_window",
    "swallow",
    "target",
    "themed_icon_name_changed",
    "unswallow",
    "update_generic_property",
    "uuid",
    "virtual_desktop_entered",
    "virtual_desktop_left",
    "window",
    "window_with_uuid",
];

/// Numbers that are keys: interface, message, the number's place among the arguments.
const KEYS: &[(&str, &str, usize)] = &[
    ("wl_keyboard", "key", 2),
    ("zwp_virtual_keyboard_v1", "key", 1),
    ("zwp_input_method_keyboard_grab_v2", "key", 2),
    ("zwp_input_method_context_v1", "key", 2),
    ("zwp_input_method_context_v1", "keysym", 2),
    ("zwp_text_input_v1", "keysym", 2),
    ("zwp_text_input_v2", "keysym", 1),
    ("wl_text_input", "keysym", 2),
    ("org_kde_kwin_fake_input", "keyboard_key", 0),
    ("zcr_extended_keyboard_v1", "peek_key", 2),
    ("zcr_ui_controls_v1", "send_key_events", 0),
    ("zcr_ui_controls_v2", "send_key_events", 0),
];

/// Whether the argument at a place holds what the user types, reads or copies. What is not
/// known here does.
pub fn is_secret(interface: &str, message: &str, place: usize, arg: Arg) -> bool {
    match arg {
        Arg::Str(_) => !PUBLIC.contains(&message),
        Arg::Int | Arg::Uint => KEYS.contains(&(interface, message, place)),
        _ => false,
    }
}
