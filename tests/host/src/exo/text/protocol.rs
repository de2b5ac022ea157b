//! The requests of `zwp_text_input_v1` and `zcr_extended_text_input_v1`.

use std::fs::File;
use std::os::unix::fs::FileExt;

use smithay::reexports::wayland_protocols::wp::text_input::zv1::server::zwp_text_input_manager_v1::{
    self, ZwpTextInputManagerV1,
};
use smithay::reexports::wayland_protocols::wp::text_input::zv1::server::zwp_text_input_v1::{
    self, ZwpTextInputV1,
};
use smithay::reexports::wayland_server::backend::{ClientId, GlobalId};
use smithay::reexports::wayland_server::{
    Client, DataInit, Dispatch, DisplayHandle, GlobalDispatch, New,
};

use self::zcr_extended_text_input_v1::ZcrExtendedTextInputV1;
use self::zcr_text_input_extension_v1::ZcrTextInputExtensionV1;
use super::{NO_TYPE, TextInput, Texts};
use crate::host::Host;

pub use self::generated::{zcr_extended_text_input_v1, zcr_text_input_extension_v1};

#[allow(missing_docs, non_camel_case_types, non_upper_case_globals, unused, clippy::all)]
#[allow(clippy::pedantic, clippy::unwrap_used, clippy::indexing_slicing)]
mod generated {
    use smithay::reexports::wayland_protocols::wp::text_input::zv1::server::*;
    use smithay::reexports::wayland_server;
    use smithay::reexports::wayland_server::protocol::*;

    pub mod __interfaces {
        use smithay::reexports::wayland_protocols::wp::text_input::zv1::server::__interfaces::*;
        use smithay::reexports::wayland_server::backend as wayland_backend;
        use smithay::reexports::wayland_server::protocol::__interfaces::*;
        wayland_scanner::generate_interfaces!(
            "../../protocols/text-input-extension-unstable-v1.xml"
        );
    }
    use self::__interfaces::*;
    wayland_scanner::generate_server_code!("../../protocols/text-input-extension-unstable-v1.xml");
}

/// The globals.
pub const MANAGER: &str = "zwp_text_input_manager_v1";
pub const EXTENSION: &str = "zcr_text_input_extension_v1";

/// Offers the first one.
pub fn offer(display: &DisplayHandle, version: u32) -> GlobalId {
    display.create_global::<Host, ZwpTextInputManagerV1, ()>(version, ())
}

/// Offers the second one.
pub fn offer_extension(display: &DisplayHandle, version: u32) -> GlobalId {
    display.create_global::<Host, ZcrTextInputExtensionV1, ()>(version, ())
}

impl TextInput {
    fn request(&mut self, request: zwp_text_input_v1::Request) {
        use zwp_text_input_v1::Request;
        let (name, needs_focus) = match &request {
            Request::SetSurroundingText { .. } => ("set_surrounding_text", true),
            Request::SetContentType { .. } => ("set_content_type", true),
            _ => ("", false),
        };
        if needs_focus && !self.attached {
            self.lost.push(name);
            return;
        }
        match request {
            Request::ShowInputPanel => self.panel.0 = true,
            Request::HideInputPanel => self.panel.0 = false,
            Request::Reset => {
                self.resets += 1;
                self.preedit.clear();
            }
            Request::SetSurroundingText { text, cursor, anchor } => self.know(text, cursor, anchor),
            Request::SetContentType { hint, purpose } => {
                self.content = vec![PLAIN, hint.into(), purpose.into()];
            }
            Request::SetCursorRectangle { x, y, width, height } => {
                self.place = Some([x, y, width, height]);
            }
            _ => {}
        }
    }

    /// Exo keeps only the selection, not which end of it is the cursor.
    fn know(&mut self, text: String, cursor: u32, anchor: u32) {
        self.text = text;
        self.selection = (cursor.min(anchor) as usize, cursor.max(anchor) as usize);
    }

    fn extended_request(&mut self, request: zcr_extended_text_input_v1::Request, is_plain: bool) {
        use zcr_extended_text_input_v1::Request;
        let (name, needs_focus) = match &request {
            Request::SetInputType { .. } | Request::DeprecatedSetInputType { .. } => {
                ("set_input_type", true)
            }
            Request::SetLargeSurroundingText { .. } => ("set_large_surrounding_text", true),
            _ => ("", false),
        };
        if needs_focus && !self.attached {
            self.lost.push(name);
            return;
        }
        match request {
            Request::FinalizeVirtualKeyboardChanges => self.panel.1 = self.panel.0,
            Request::SetSurroundingTextSupport { support } => {
                self.next_has_text = u32::from(support) != 0;
            }
            Request::SetLargeSurroundingText { text, size, cursor, anchor } => {
                let mut bytes = vec![0; size as usize];
                if File::from(text).read_exact_at(&mut bytes, 0).is_ok() {
                    self.know(String::from_utf8_lossy(&bytes).into_owned(), cursor, anchor);
                }
            }
            Request::DeprecatedSetInputType {
                input_type,
                input_mode,
                input_flags,
                learning_mode,
            }
            | Request::SetInputType {
                input_type, input_mode, input_flags, learning_mode, ..
            } => {
                self.has_text = std::mem::replace(&mut self.next_has_text, true);
                let kind = if is_plain && !self.has_text { NO_TYPE } else { input_type.into() };
                self.content = vec![kind, input_mode.into(), input_flags, learning_mode.into()];
            }
            _ => {}
        }
    }
}

/// A type that stands for the plain protocol's.
const PLAIN: u32 = 100;

impl Texts {
    fn request(&mut self, object: &ZwpTextInputV1, request: zwp_text_input_v1::Request) {
        use zwp_text_input_v1::Request;
        match request {
            Request::Activate { surface, .. } => self.activate(object, surface),
            Request::Deactivate { .. } => self.deactivate(object),
            request => {
                if matches!(request, Request::Reset) {
                    self.ime.forget();
                }
                if let Some(input) = self.of(object) {
                    input.request(request);
                }
            }
        }
    }
}

impl GlobalDispatch<ZwpTextInputManagerV1, ()> for Host {
    fn bind(
        _: &mut Self,
        _: &DisplayHandle,
        _: &Client,
        manager: New<ZwpTextInputManagerV1>,
        (): &(),
        init: &mut DataInit<'_, Self>,
    ) {
        init.init(manager, ());
    }
}

impl Dispatch<ZwpTextInputManagerV1, ()> for Host {
    fn request(
        host: &mut Self,
        _: &Client,
        _: &ZwpTextInputManagerV1,
        request: zwp_text_input_manager_v1::Request,
        (): &(),
        _: &DisplayHandle,
        init: &mut DataInit<'_, Self>,
    ) {
        let zwp_text_input_manager_v1::Request::CreateTextInput { id } = request else { return };
        let object = init.init(id, ());
        if let Some(exo) = &mut host.exo {
            exo.texts.inputs.push(TextInput::new(object));
        }
    }
}

impl Dispatch<ZwpTextInputV1, ()> for Host {
    fn request(
        host: &mut Self,
        _: &Client,
        object: &ZwpTextInputV1,
        request: zwp_text_input_v1::Request,
        (): &(),
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
        if let Some(exo) = &mut host.exo {
            exo.texts.request(object, request);
        }
    }

    fn destroyed(host: &mut Self, _: ClientId, object: &ZwpTextInputV1, (): &()) {
        if let Some(exo) = &mut host.exo {
            exo.texts.inputs.retain(|input| input.object != *object);
        }
    }
}

impl GlobalDispatch<ZcrTextInputExtensionV1, ()> for Host {
    fn bind(
        _: &mut Self,
        _: &DisplayHandle,
        _: &Client,
        extension: New<ZcrTextInputExtensionV1>,
        (): &(),
        init: &mut DataInit<'_, Self>,
    ) {
        init.init(extension, ());
    }
}

impl Dispatch<ZcrTextInputExtensionV1, ()> for Host {
    fn request(
        host: &mut Self,
        _: &Client,
        extension: &ZcrTextInputExtensionV1,
        request: zcr_text_input_extension_v1::Request,
        (): &(),
        _: &DisplayHandle,
        init: &mut DataInit<'_, Self>,
    ) {
        use smithay::reexports::wayland_server::Resource;
        let zcr_text_input_extension_v1::Request::GetExtendedTextInput { id, text_input } = request;
        let extended = init.init(id, ());
        let Some(exo) = &mut host.exo else { return };
        let Some(input) = exo.texts.of(&text_input) else { return };
        if input.extended.is_some() {
            let code = zcr_text_input_extension_v1::Error::ExtendedTextInputExists;
            extension.post_error(code, "text_input has already been associated");
            return;
        }
        input.extended = Some(extended);
    }
}

impl Dispatch<ZcrExtendedTextInputV1, ()> for Host {
    fn request(
        host: &mut Self,
        _: &Client,
        extended: &ZcrExtendedTextInputV1,
        request: zcr_extended_text_input_v1::Request,
        (): &(),
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
        let Some(exo) = &mut host.exo else { return };
        let is_plain = exo.texts.ime.is_plain();
        if let Some(input) = exo.texts.of_extended(extended) {
            input.extended_request(request, is_plain);
        }
    }

    fn destroyed(host: &mut Self, _: ClientId, extended: &ZcrExtendedTextInputV1, (): &()) {
        let input = host.exo.as_mut().and_then(|exo| exo.texts.of_extended(extended));
        if let Some(input) = input {
            input.extended = None;
        }
    }
}
