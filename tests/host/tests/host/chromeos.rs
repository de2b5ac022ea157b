//! The client's side of `ChromeOS`'s protocols.

use wayland_client::{Connection, Dispatch, QueueHandle, delegate_noop};

use crate::client::Seen;

macro_rules! protocol {
    ($module:ident: $file:literal) => {
        #[allow(missing_docs, non_camel_case_types, non_upper_case_globals, unused, clippy::all)]
        #[allow(clippy::pedantic, clippy::unwrap_used, clippy::indexing_slicing)]
        pub mod $module {
            use wayland_client;
            use wayland_client::protocol::*;
            use wayland_protocols::xdg::shell::client::*;

            pub mod __interfaces {
                use wayland_client::backend as wayland_backend;
                use wayland_client::protocol::__interfaces::*;
                use wayland_protocols::xdg::shell::client::__interfaces::*;
                wayland_scanner::generate_interfaces!($file);
            }
            use self::__interfaces::*;
            wayland_scanner::generate_client_code!($file);
        }
    };
}

protocol!(aura: "../../protocols/aura-shell.xml");
protocol!(keyboards: "../../protocols/keyboard-extension-unstable-v1.xml");

pub use aura::zaura_shell::ZauraShell;
pub use aura::zaura_surface::ZauraSurface;
pub use aura::zaura_toplevel::ZauraToplevel;
pub use keyboards::zcr_extended_keyboard_v1::{self, ZcrExtendedKeyboardV1};
pub use keyboards::zcr_keyboard_extension_v1::ZcrKeyboardExtensionV1;

impl Dispatch<ZcrExtendedKeyboardV1, ()> for Seen {
    fn event(
        seen: &mut Self,
        _: &ZcrExtendedKeyboardV1,
        event: zcr_extended_keyboard_v1::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        let zcr_extended_keyboard_v1::Event::PeekKey { serial, key, state, .. } = event;
        seen.events.push(format!("peek {key} {state} {serial}"));
    }
}

delegate_noop!(Seen: ZcrKeyboardExtensionV1);
delegate_noop!(Seen: ignore ZauraShell);
delegate_noop!(Seen: ignore ZauraSurface);
delegate_noop!(Seen: ignore ZauraToplevel);
