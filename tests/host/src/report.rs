//! What the control interface tells.

use serde_json::{Value, json};
use smithay::input::pointer::CursorImageStatus;
use smithay::reexports::wayland_server::Resource;
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
use smithay::utils::{Logical, Rectangle};
use smithay::wayland::selection::SelectionTarget;

use crate::host::Host;
use crate::surface;
use crate::xdg_shell::{self, Window};

fn rectangle(rectangle: Rectangle<i32, Logical>) -> Value {
    json!([rectangle.loc.x, rectangle.loc.y, rectangle.size.w, rectangle.size.h])
}

/// A surface and those below it.
fn surfaces(root: &WlSurface) -> Vec<Value> {
    let mut all = vec![surface::with(root, |surface| {
        let picture = surface.picture.as_ref();
        json!({
            "id": root.id().protocol_id(),
            "size": [surface.size.w, surface.size.h],
            "buffer": picture.map(|picture| [picture.width(), picture.height()]),
            "kind": surface.description.map(|d| format!("{:?}", d.kind).to_lowercase()),
            "format": surface.description.map(|d| format!("{:?}", d.format).to_lowercase()),
            "scale": surface.scale,
            "counts": surface.counts.json(),
        })
    })];
    for child in smithay::wayland::compositor::get_children(root) {
        all.extend(surfaces(&child));
    }
    all
}

impl Host {
    fn report_window(&self, window: &Window) -> Value {
        let (app_id, title) = window.names();
        let surface = window.toplevel.wl_surface();
        let client = surface.client();
        let pid = client.and_then(|client| client.get_credentials(&self.display).ok());
        let size = window.geometry().size;
        json!({
            "app_id": app_id,
            "title": title,
            "pid": pid.map(|credentials| credentials.pid),
            "mapped": window.mapped,
            "geometry": rectangle(Rectangle::new(window.place, size)),
            "states": window.states(),
            "surfaces": surfaces(surface),
            "popups": self.report_popups(surface),
        })
    }

    fn report_popups(&self, parent: &WlSurface) -> Vec<Value> {
        let mut all = Vec::new();
        for popup in &self.popups {
            if popup.get_parent_surface().as_ref() == Some(parent) {
                let place = popup.with_pending_state(|state| state.geometry.loc);
                let size = xdg_shell::geometry(popup.wl_surface()).size;
                all.push(json!({
                    "geometry": rectangle(Rectangle::new(place, size)),
                    "surfaces": surfaces(popup.wl_surface()),
                    "popups": self.report_popups(popup.wl_surface()),
                }));
            }
        }
        all
    }

    /// `windows`
    pub fn report_windows(&self) -> Value {
        self.windows.iter().map(|window| self.report_window(window)).collect()
    }

    /// `counters`
    pub fn report_counters(&self) -> Value {
        let gone = self.clients_gone.load(std::sync::atomic::Ordering::Relaxed);
        self.counters.json(gone, self.pools.values().sum())
    }

    /// `clients`
    pub fn report_clients(&self) -> Value {
        let handle = self.display.backend_handle();
        let pids = self.client_ids().into_iter();
        let pids = pids.filter_map(|client| Some(handle.get_client_credentials(client).ok()?.pid));
        pids.collect()
    }

    /// `state`
    pub fn report_state(&mut self) -> Value {
        let focus = self.seat.get_keyboard().and_then(|keyboard| keyboard.current_focus());
        let focus = focus.and_then(|focus| {
            let window = self.windows.iter().find(|w| *w.toplevel.wl_surface() == focus)?;
            Some(window.names().0)
        });
        let pointer = self.pointer_place();
        let cursor = match &self.cursor.image {
            CursorImageStatus::Hidden => "hidden".to_owned(),
            CursorImageStatus::Named(icon) => icon.name().to_owned(),
            CursorImageStatus::Surface(_) => "surface".to_owned(),
        };
        let size = self.screen.size;
        json!({
            "focus": focus,
            "pointer": [pointer.x, pointer.y],
            "cursor": cursor,
            "dragging": self.drag_icon.is_some(),
            "size": [size.w, size.h],
            "scale": self.screen.scale,
            "idle_inhibitors": self.idle_inhibitors.len(),
            "selection": self.selection(SelectionTarget::Clipboard).types.clone(),
            "primary": self.selection(SelectionTarget::Primary).types.clone(),
            "text": self.text_inputs.surrounding(),
            "removed": self.removed,
        })
    }
}
