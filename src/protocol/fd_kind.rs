//! The kind of each descriptor in the protocols, which is all that a channel
//! needs to know about it.

use crate::wire::FdKind;

/// Interface, message, kind of its descriptors. No message of the known
/// protocols carries two kinds.
pub(super) const KINDS: &[(&str, &str, FdKind)] = &[
    ("wl_shm", "create_pool", FdKind::ClientMemory),
    ("wl_data_offer", "receive", FdKind::PipeToWrite),
    ("wl_data_source", "send", FdKind::PipeToWrite),
    ("wl_keyboard", "keymap", FdKind::HostFile),
    ("zwp_primary_selection_offer_v1", "receive", FdKind::PipeToWrite),
    ("zwp_primary_selection_source_v1", "send", FdKind::PipeToWrite),
    ("gtk_primary_selection_offer", "receive", FdKind::PipeToWrite),
    ("gtk_primary_selection_source", "send", FdKind::PipeToWrite),
    ("ext_data_control_offer_v1", "receive", FdKind::PipeToWrite),
    ("ext_data_control_source_v1", "send", FdKind::PipeToWrite),
    ("zwlr_data_control_offer_v1", "receive", FdKind::PipeToWrite),
    ("zwlr_data_control_source_v1", "send", FdKind::PipeToWrite),
    ("org_kde_plasma_window", "get_icon", FdKind::PipeToWrite),
    ("zwp_linux_buffer_params_v1", "add", FdKind::DmaBuf),
    ("zwp_linux_dmabuf_feedback_v1", "format_table", FdKind::HostFile),
    ("zwlr_export_dmabuf_frame_v1", "object", FdKind::DmaBuf),
    ("org_kde_kwin_remote_buffer", "gbm_handle", FdKind::DmaBuf),
    ("zwp_linux_surface_synchronization_v1", "set_acquire_fence", FdKind::SyncFile),
    ("zwp_linux_buffer_release_v1", "fenced_release", FdKind::SyncFile),
    ("wp_linux_drm_syncobj_manager_v1", "import_timeline", FdKind::DrmTimeline),
    ("wp_drm_lease_device_v1", "drm_fd", FdKind::DrmDevice),
    ("wp_drm_lease_v1", "lease_fd", FdKind::DrmDevice),
    ("wp_image_description_creator_icc_v1", "set_icc_file", FdKind::ClientFile),
    ("wp_image_description_info_v1", "icc_file", FdKind::HostFile),
    ("zwlr_gamma_control_v1", "set_gamma", FdKind::ClientFile),
    ("zwp_virtual_keyboard_v1", "keymap", FdKind::ClientFile),
    ("zwp_input_method_keyboard_grab_v2", "keymap", FdKind::HostFile),
    ("wp_security_context_manager_v1", "create_listener", FdKind::Listener),
    ("wl_drm", "create_prime_buffer", FdKind::DmaBuf),
    ("zcr_color_manager_v1", "create_color_space_from_icc", FdKind::ClientFile),
    ("zcr_color_space_v1", "icc_file", FdKind::HostFile),
    ("zcr_keyboard_device_configuration_v1", "layout_install", FdKind::HostFile),
    ("zcr_extended_text_input_v1", "set_large_surrounding_text", FdKind::ClientFile),
    ("zcr_extended_text_input_v1", "insert_image_with_large_url", FdKind::HostFile),
];

/// The kind of the descriptors in `interface.message`.
pub fn fd_kind(interface: &str, message: &str) -> FdKind {
    (KINDS.iter().find(|(i, m, _)| *i == interface && *m == message))
        .map_or(FdKind::Unknown, |(_, _, kind)| *kind)
}
