//! Clipboard, primary selection, drag and drop, data control.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;

use smithay::input::Seat;
use smithay::reexports::wayland_server::protocol::wl_data_source::WlDataSource;
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
use smithay::wayland::selection::data_device::{
    ClientDndGrabHandler, DataDeviceHandler, DataDeviceState, ServerDndGrabHandler,
    request_data_device_client_selection, set_data_device_selection,
};
use smithay::wayland::selection::primary_selection::{
    PrimarySelectionHandler, PrimarySelectionState, request_primary_client_selection,
    set_primary_selection,
};
use smithay::wayland::selection::{
    SelectionHandler, SelectionSource, SelectionTarget, ext_data_control, wlr_data_control,
};
use smithay::{
    delegate_data_control, delegate_data_device, delegate_ext_data_control,
    delegate_primary_selection,
};

use crate::host::Host;

/// The known content of a selection.
#[derive(Debug, Default)]
pub struct Selection {
    /// The types that are offered.
    pub types: Vec<String>,
    /// The text, if it was set by the control interface.
    ours: Option<String>,
}

impl Host {
    /// Sets a selection to a text, as if a program of the host offered it.
    pub fn set_selection(&mut self, target: SelectionTarget, types: Vec<String>, text: String) {
        let seat = self.seat.clone();
        *self.selection(target) = Selection { types: types.clone(), ours: Some(text) };
        match target {
            SelectionTarget::Clipboard => {
                set_data_device_selection(&self.display, &seat, types, ());
            }
            SelectionTarget::Primary => set_primary_selection(&self.display, &seat, types, ()),
        }
    }

    /// Asks for a selection's content; `done` gets it in another thread.
    pub fn get_selection(
        &mut self,
        target: SelectionTarget,
        mime_type: String,
        done: impl FnOnce(std::io::Result<String>) + Send + 'static,
    ) {
        if let Some(text) = self.selection(target).ours.clone() {
            return done(Ok(text));
        }
        let pipe = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC);
        let (reader, writer) = match pipe {
            Ok(pipe) => pipe,
            Err(error) => return done(Err(error.into())),
        };
        let asked = match target {
            SelectionTarget::Clipboard => {
                request_data_device_client_selection(&self.seat, mime_type, writer)
                    .map_err(|error| error.to_string())
            }
            SelectionTarget::Primary => {
                request_primary_client_selection(&self.seat, mime_type, writer)
                    .map_err(|error| error.to_string())
            }
        };
        if let Err(error) = asked {
            return done(Err(std::io::Error::other(error)));
        }
        std::thread::spawn(move || {
            let mut text = Vec::new();
            let read = File::from(reader).read_to_end(&mut text);
            done(read.map(|_| String::from_utf8_lossy(&text).into_owned()));
        });
    }

    /// The content of a selection.
    pub fn selection(&mut self, target: SelectionTarget) -> &mut Selection {
        let [clipboard, primary] = &mut self.selections;
        match target {
            SelectionTarget::Clipboard => clipboard,
            SelectionTarget::Primary => primary,
        }
    }
}

impl Host {
    /// Ends a drag as compositors do when the user presses Escape. (smithay does not have this: it
    /// sends the drag's events until the button is released.)
    pub fn cancel_drag(&mut self) -> bool {
        let source = self.drag_source.take();
        source.inspect(WlDataSource::cancelled).is_some()
    }
}

impl SelectionHandler for Host {
    type SelectionUserData = ();

    fn new_selection(
        &mut self,
        target: SelectionTarget,
        source: Option<SelectionSource>,
        _seat: Seat<Self>,
    ) {
        let types = source.map(|source| source.mime_types()).unwrap_or_default();
        *self.selection(target) = Selection { types, ours: None };
    }

    fn send_selection(
        &mut self,
        target: SelectionTarget,
        _mime_type: String,
        fd: OwnedFd,
        _seat: Seat<Self>,
        _data: &(),
    ) {
        let text = self.selection(target).ours.clone().unwrap_or_default();
        // A reader may be slow.
        std::thread::spawn(move || {
            let _ = File::from(fd).write_all(text.as_bytes());
        });
    }
}

impl DataDeviceHandler for Host {
    fn data_device_state(&self) -> &DataDeviceState {
        &self.protocols.data_device
    }
}

impl ClientDndGrabHandler for Host {
    fn started(
        &mut self,
        source: Option<WlDataSource>,
        icon: Option<WlSurface>,
        _seat: Seat<Self>,
    ) {
        (self.drag_source, self.drag_icon) = (source, icon);
    }

    fn dropped(&mut self, _target: Option<WlSurface>, _validated: bool, _seat: Seat<Self>) {
        (self.drag_source, self.drag_icon) = (None, None);
    }
}

impl ServerDndGrabHandler for Host {}

impl PrimarySelectionHandler for Host {
    fn primary_selection_state(&self) -> &PrimarySelectionState {
        &self.primary_selection
    }
}

impl wlr_data_control::DataControlHandler for Host {
    fn data_control_state(&self) -> &wlr_data_control::DataControlState {
        &self.protocols.wlr_data_control
    }
}

impl ext_data_control::DataControlHandler for Host {
    fn data_control_state(&self) -> &ext_data_control::DataControlState {
        &self.protocols.ext_data_control
    }
}

delegate_data_device!(Host);
delegate_primary_selection!(Host);
delegate_data_control!(Host);
delegate_ext_data_control!(Host);
