//! Becoming the window manager, and letting other clients in.

use std::borrow::Cow;

use wayland_client::protocol::wl_display::REQ_SYNC_OPCODE;
use x11rb_protocol::protocol::composite::{self, Redirect};
use x11rb_protocol::protocol::xproto::{
    ChangeWindowAttributesAux, ChangeWindowAttributesRequest, CreateGlyphCursorRequest,
    CreateWindowAux, CreateWindowRequest, EventMask, GetInputFocusRequest, OpenFontRequest,
    SetSelectionOwnerRequest, WindowClass,
};
use x11rb_protocol::protocol::{shape, sync, xfixes};

use super::Connection;
use super::cursor::ask_formats;
use super::host::Host;
use super::query::Query;
use super::wm::Root;
use crate::wire::DISPLAY_ID;

/// `XC_left_ptr` of the cursor font; the next character is its mask.
const LEFT_POINTER: u16 = 68;

/// Becomes the window manager.
pub fn become_wm(x: &mut Connection) -> Root {
    let (window, width, height) = x.root();
    x.ask(
        Query::Nothing,
        composite::QueryVersionRequest { client_major_version: 0, client_minor_version: 4 },
    );
    x.ask(
        Query::Nothing,
        xfixes::QueryVersionRequest { client_major_version: 5, client_minor_version: 0 },
    );
    x.ask(Query::Nothing, shape::QueryVersionRequest);
    x.ask(
        Query::Nothing,
        sync::InitializeRequest { desired_major_version: 3, desired_minor_version: 1 },
    );
    ask_formats(x);
    let events = EventMask::SUBSTRUCTURE_REDIRECT
        | EventMask::SUBSTRUCTURE_NOTIFY
        | EventMask::STRUCTURE_NOTIFY
        | EventMask::PROPERTY_CHANGE
        | EventMask::FOCUS_CHANGE;
    let cursor = left_pointer(x);
    let values = ChangeWindowAttributesAux {
        event_mask: Some(events),
        cursor: Some(cursor),
        ..Default::default()
    };
    x.send(ChangeWindowAttributesRequest { window, value_list: Cow::Owned(values) });
    x.send(composite::RedirectSubwindowsRequest { window, update: Redirect::MANUAL });

    let check = x.new_id();
    let values = CreateWindowAux { override_redirect: Some(1), ..Default::default() };
    x.send(CreateWindowRequest {
        depth: 0,
        wid: check,
        parent: window,
        x: -1,
        y: -1,
        width: 1,
        height: 1,
        border_width: 0,
        class: WindowClass::INPUT_ONLY,
        visual: 0,
        value_list: Cow::Owned(values),
    });
    Root { window, check, size: (width.into(), height.into()) }
}

/// When other clients may connect. Xwayland accepts none before the selection `WM_S0` has an
/// owner. carafe waits with that until X has the host's selections, because the first client
/// may want to paste.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum Door {
    /// Nothing has begun.
    #[default]
    Closed,
    /// carafe waits until the host has sent everything. (Xwayland itself has waited for the
    /// host before, so this is not a new reason to wait.)
    Host {
        /// The `wl_callback` of the host's answer.
        callback: u32,
        /// The window that will own the selection.
        check: u32,
    },
    /// carafe waits until the server has answered everything, such as the names of atoms.
    Server {
        /// The window that will own the selection.
        check: u32,
    },
    /// Clients may connect.
    Open,
}

impl Door {
    /// Starts to wait, after carafe has asked the host and the server for everything.
    pub fn prepare(&mut self, check: u32, host: &mut Host<'_, '_>, x: &mut Connection) {
        // Without a free id, do not wait for the host.
        let Ok(callback) = host.make("wl_callback", 1) else {
            *self = Self::Server { check };
            return self.server_settled(x);
        };
        host.request(DISPLAY_ID, REQ_SYNC_OPCODE, |request| request.uint(callback));
        *self = Self::Host { callback, check };
    }

    /// Handles a `wl_callback.done`: the host has sent everything.
    pub fn host_settled(&mut self, done: u32, x: &mut Connection) {
        if let Self::Host { callback, check } = *self
            && callback == done
        {
            *self = Self::Server { check };
            x.ask(Query::Ready, GetInputFocusRequest);
        }
    }

    /// Opens the door, when the server has answered everything.
    pub fn server_settled(&mut self, x: &mut Connection) {
        if let Self::Server { check: owner } = std::mem::replace(self, Self::Open) {
            for selection in [x.atoms._NET_WM_CM_S0, x.atoms.WM_S0] {
                x.send(SetSelectionOwnerRequest { owner, selection, time: 0 });
            }
        }
    }
}

/// Makes X's old black and white arrow. Servers that can show pictures soon get a better one
/// ([`super::cursor`]).
fn left_pointer(x: &mut Connection) -> u32 {
    let (font, cursor) = (x.new_id(), x.new_id());
    x.send(OpenFontRequest { fid: font, name: b"cursor".into() });
    x.send(CreateGlyphCursorRequest {
        cid: cursor,
        source_font: font,
        mask_font: font,
        source_char: LEFT_POINTER,
        mask_char: LEFT_POINTER + 1,
        fore_red: 0,
        fore_green: 0,
        fore_blue: 0,
        back_red: u16::MAX,
        back_green: u16::MAX,
        back_blue: u16::MAX,
    });
    cursor
}
