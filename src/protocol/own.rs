//! Interfaces from the XML files in `protocols/`, which no crate carries:
//! `ChromeOS`'s, and a few old ones that applications still use.

use wayland_backend::protocol::Interface;

/// One module for each file. The files refer to interfaces of other protocols, which are in
/// scope for all of them.
macro_rules! protocols {
    ($($module:ident: $file:literal;)*) => {
        $(mod $module {
            #![allow(missing_docs, unused_imports, clippy::all, clippy::pedantic)]
            use wayland_client::protocol::__interfaces::*;
            use wayland_protocols::wp::text_input::zv1::client::__interfaces::*;
            use wayland_protocols::xdg::shell::client::__interfaces::*;
            wayland_scanner::generate_interfaces!($file);
        })*
    };
}

protocols! {
    alpha_compositing_v1: "protocols/alpha-compositing-unstable-v1.xml";
    aura_output_management: "protocols/aura-output-management.xml";
    aura_shell: "protocols/aura-shell.xml";
    chrome_color_management: "protocols/chrome-color-management.xml";
    cursor_shapes_v1: "protocols/cursor-shapes-unstable-v1.xml";
    ext_input_trigger_action_v1: "protocols/ext-input-trigger-action-v1.xml";
    ext_input_trigger_registration_v1: "protocols/ext-input-trigger-registration-v1.xml";
    extended_drag_v1: "protocols/extended-drag-unstable-v1.xml";
    frog_color_management_v1: "protocols/frog-color-management-v1.xml";
    frog_fifo_v1: "protocols/frog-fifo-v1.xml";
    gaming_input_v2: "protocols/gaming-input-unstable-v2.xml";
    gtk: "protocols/gtk-shell.xml";
    ivi_application: "protocols/ivi-application.xml";
    kde_output_device_v2: "protocols/kde-output-device-v2.xml";
    keyboard_configuration_v1: "protocols/keyboard-configuration-unstable-v1.xml";
    keyboard_extension_v1: "protocols/keyboard-extension-unstable-v1.xml";
    notification_shell_v1: "protocols/notification-shell-unstable-v1.xml";
    overlay_prioritizer: "protocols/overlay-prioritizer.xml";
    qt_text_input_method_v1: "protocols/qt-text-input-method-unstable-v1.xml";
    remote_shell_v1: "protocols/remote-shell-unstable-v1.xml";
    remote_shell_v2: "protocols/remote-shell-unstable-v2.xml";
    secure_output_v1: "protocols/secure-output-unstable-v1.xml";
    stylus_tools_v1: "protocols/stylus-tools-unstable-v1.xml";
    stylus_v2: "protocols/stylus-unstable-v2.xml";
    surface_augmenter: "protocols/surface-augmenter.xml";
    test_controller_v1: "protocols/test-controller-unstable-v1.xml";
    text_input_crostini_v1: "protocols/text-input-crostini-unstable-v1.xml";
    text_input_extension_v1: "protocols/text-input-extension-unstable-v1.xml";
    text_input_v4: "protocols/text-input-unstable-v4-wip.xml";
    text_input_x11_v1: "protocols/text-input-x11-unstable-v1.xml";
    touchpad_haptics_v1: "protocols/touchpad-haptics-unstable-v1.xml";
    ui_controls_v1: "protocols/ui-controls-unstable-v1.xml";
    ui_controls_v2: "protocols/ui-controls-unstable-v2.xml";
    vsync_feedback_v1: "protocols/vsync-feedback-unstable-v1.xml";
    drm: "protocols/wayland-drm.xml";
    xdg_session_management_v1: "protocols/xdg-session-management-v1.xml";
    xdg_shell_v5: "protocols/xdg-shell-unstable-v5.xml";
    xdg_shell_v6: "protocols/xdg-shell-unstable-v6.xml";
}

/// Their global interfaces.
pub fn globals() -> impl Iterator<Item = &'static Interface> {
    [
        &alpha_compositing_v1::ZCR_ALPHA_COMPOSITING_V1_INTERFACE,
        &aura_output_management::ZAURA_OUTPUT_MANAGER_V2_INTERFACE,
        &aura_shell::ZAURA_SHELL_INTERFACE,
        &aura_shell::ZAURA_OUTPUT_MANAGER_INTERFACE,
        &chrome_color_management::ZCR_COLOR_MANAGER_V1_INTERFACE,
        &cursor_shapes_v1::ZCR_CURSOR_SHAPES_V1_INTERFACE,
        &extended_drag_v1::ZCR_EXTENDED_DRAG_V1_INTERFACE,
        &gaming_input_v2::ZCR_GAMING_INPUT_V2_INTERFACE,
        &gtk::GTK_SHELL1_INTERFACE,
        &keyboard_configuration_v1::ZCR_KEYBOARD_CONFIGURATION_V1_INTERFACE,
        &keyboard_extension_v1::ZCR_KEYBOARD_EXTENSION_V1_INTERFACE,
        &notification_shell_v1::ZCR_NOTIFICATION_SHELL_V1_INTERFACE,
        &overlay_prioritizer::OVERLAY_PRIORITIZER_INTERFACE,
        &remote_shell_v1::ZCR_REMOTE_SHELL_V1_INTERFACE,
        &remote_shell_v2::ZCR_REMOTE_SHELL_V2_INTERFACE,
        &secure_output_v1::ZCR_SECURE_OUTPUT_V1_INTERFACE,
        &stylus_tools_v1::ZCR_STYLUS_TOOLS_V1_INTERFACE,
        &stylus_v2::ZCR_STYLUS_V2_INTERFACE,
        &surface_augmenter::SURFACE_AUGMENTER_INTERFACE,
        &test_controller_v1::ZCR_TEST_CONTROLLER_V1_INTERFACE,
        &text_input_crostini_v1::ZCR_TEXT_INPUT_CROSTINI_MANAGER_V1_INTERFACE,
        &text_input_extension_v1::ZCR_TEXT_INPUT_EXTENSION_V1_INTERFACE,
        &text_input_x11_v1::ZCR_TEXT_INPUT_X11_V1_INTERFACE,
        &touchpad_haptics_v1::ZCR_TOUCHPAD_HAPTICS_V1_INTERFACE,
        &ui_controls_v1::ZCR_UI_CONTROLS_V1_INTERFACE,
        &ui_controls_v2::ZCR_UI_CONTROLS_V2_INTERFACE,
        &vsync_feedback_v1::ZCR_VSYNC_FEEDBACK_V1_INTERFACE,
        &drm::WL_DRM_INTERFACE,
        &xdg_session_management_v1::XDG_SESSION_MANAGER_V1_INTERFACE,
        &xdg_shell_v5::XDG_SHELL_INTERFACE,
        &xdg_shell_v6::ZXDG_SHELL_V6_INTERFACE,
        &ext_input_trigger_action_v1::EXT_INPUT_TRIGGER_ACTION_MANAGER_V1_INTERFACE,
        &ext_input_trigger_registration_v1::EXT_INPUT_TRIGGER_REGISTRATION_MANAGER_V1_INTERFACE,
        &frog_color_management_v1::FROG_COLOR_MANAGEMENT_FACTORY_V1_INTERFACE,
        &frog_fifo_v1::FROG_FIFO_MANAGER_V1_INTERFACE,
        &ivi_application::IVI_APPLICATION_INTERFACE,
        &kde_output_device_v2::KDE_OUTPUT_DEVICE_REGISTRY_V2_INTERFACE,
        &qt_text_input_method_v1::QT_TEXT_INPUT_METHOD_MANAGER_V1_INTERFACE,
        &text_input_v4::ZWP_TEXT_INPUT_MANAGER_V4_INTERFACE,
    ]
    .into_iter()
}
