//! Globals of Exo that are offered but do nothing: their objects accept all requests.

use std::os::fd::OwnedFd;
use std::sync::Arc;

use smithay::reexports::wayland_protocols::wp;
use smithay::reexports::wayland_server::Resource;
use smithay::reexports::wayland_server::backend::protocol::{Argument, Interface, Message};
use smithay::reexports::wayland_server::backend::{
    ClientId, GlobalHandler, GlobalId, Handle, ObjectData, ObjectId,
};
use smithay::reexports::wayland_server::protocol::wl_shell::WlShell;
use wp::input_timestamps::zv1::server::zwp_input_timestamps_manager_v1::ZwpInputTimestampsManagerV1;

use crate::aura::ZauraOutputManager;
use crate::host::Host;

/// One module for each file, with its global.
macro_rules! protocols {
    ($($module:ident: $file:literal, $interface:ident;)*) => {
        $(mod $module {
            #![allow(missing_docs, unused_imports, clippy::all, clippy::pedantic)]
            use smithay::reexports::wayland_server::backend as wayland_backend;
            use smithay::reexports::wayland_server::protocol::__interfaces::*;
            wayland_scanner::generate_interfaces!($file);
        })*
        /// The interface of a global that does nothing.
        pub fn interface(name: &str) -> Option<&'static Interface> {
            let all = [
                ZauraOutputManager::interface(),
                WlShell::interface(),
                ZwpInputTimestampsManagerV1::interface(),
                $(&$module::$interface,)*
            ];
            all.into_iter().find(|interface| interface.name == name)
        }
    };
}

protocols! {
    alpha: "../../protocols/alpha-compositing-unstable-v1.xml", ZCR_ALPHA_COMPOSITING_V1_INTERFACE;
    outputs: "../../protocols/aura-output-management.xml", ZAURA_OUTPUT_MANAGER_V2_INTERFACE;
    colours: "../../protocols/chrome-color-management.xml", ZCR_COLOR_MANAGER_V1_INTERFACE;
    cursors: "../../protocols/cursor-shapes-unstable-v1.xml", ZCR_CURSOR_SHAPES_V1_INTERFACE;
    drags: "../../protocols/extended-drag-unstable-v1.xml", ZCR_EXTENDED_DRAG_V1_INTERFACE;
    gaming: "../../protocols/gaming-input-unstable-v2.xml", ZCR_GAMING_INPUT_V2_INTERFACE;
    layouts: "../../protocols/keyboard-configuration-unstable-v1.xml",
        ZCR_KEYBOARD_CONFIGURATION_V1_INTERFACE;
    notes: "../../protocols/notification-shell-unstable-v1.xml",
        ZCR_NOTIFICATION_SHELL_V1_INTERFACE;
    overlays: "../../protocols/overlay-prioritizer.xml", OVERLAY_PRIORITIZER_INTERFACE;
    secure: "../../protocols/secure-output-unstable-v1.xml", ZCR_SECURE_OUTPUT_V1_INTERFACE;
    stylus: "../../protocols/stylus-unstable-v2.xml", ZCR_STYLUS_V2_INTERFACE;
    tools: "../../protocols/stylus-tools-unstable-v1.xml", ZCR_STYLUS_TOOLS_V1_INTERFACE;
    augmenter: "../../protocols/surface-augmenter.xml", SURFACE_AUGMENTER_INTERFACE;
    haptics: "../../protocols/touchpad-haptics-unstable-v1.xml", ZCR_TOUCHPAD_HAPTICS_V1_INTERFACE;
    vsync: "../../protocols/vsync-feedback-unstable-v1.xml", ZCR_VSYNC_FEEDBACK_V1_INTERFACE;
}

/// The global and its objects.
pub struct Idle;

impl GlobalHandler<Host> for Idle {
    fn bind(
        self: Arc<Self>,
        _: &Handle,
        _: &mut Host,
        _: ClientId,
        _: GlobalId,
        _: ObjectId,
    ) -> Arc<dyn ObjectData<Host>> {
        self
    }
}

impl ObjectData<Host> for Idle {
    fn request(
        self: Arc<Self>,
        _: &Handle,
        _: &mut Host,
        _: ClientId,
        message: Message<ObjectId, OwnedFd>,
    ) -> Option<Arc<dyn ObjectData<Host>>> {
        let makes = message.args.iter().any(|argument| matches!(argument, Argument::NewId(_)));
        makes.then_some(self as _)
    }

    fn destroyed(self: Arc<Self>, _: &Handle, _: &mut Host, _: ClientId, _: ObjectId) {}
}
