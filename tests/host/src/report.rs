//! The control interface's reports.

use serde_json::{Value, json};
use smithay::input::pointer::CursorImageStatus;
use smithay::reexports::wayland_server::Resource;
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
use smithay::utils::{Logical, Rectangle};
use smithay::wayland::compositor::{
    RectangleKind, RegionAttributes, SurfaceAttributes, SurfaceData, with_states,
};
use smithay::wayland::selection::SelectionTarget;
use smithay::wayland::shell::xdg::SurfaceCachedState;
use smithay::wayland::viewporter::ViewportCachedState;

use crate::host::Host;
use crate::layer_shell::Panel;
use crate::output::Layout;
use crate::scene::Placed;
use crate::surface;
use crate::xdg_shell::{self, Window};

fn rectangle(rectangle: Rectangle<i32, Logical>) -> Value {
    json!([rectangle.loc.x, rectangle.loc.y, rectangle.size.w, rectangle.size.h])
}

fn region(region: Option<&RegionAttributes>) -> Value {
    let rectangles = region.map(|region| {
        let added = region.rects.iter().map(|(kind, area)| match kind {
            RectangleKind::Add => rectangle(*area),
            RectangleKind::Subtract => json!({ "without": rectangle(*area) }),
        });
        added.collect::<Value>()
    });
    json!(rectangles)
}

/// A surface's latest committed state from the client.
fn said(states: &SurfaceData) -> Value {
    let viewport = *states.cached_state.get::<ViewportCachedState>().current();
    let source = viewport.src.map(|area| [area.loc.x, area.loc.y, area.size.w, area.size.h]);
    let mut attributes = states.cached_state.get::<SurfaceAttributes>();
    let attributes = attributes.current();
    let shell = *states.cached_state.get::<SurfaceCachedState>().current();
    json!({
        "scale": attributes.buffer_scale,
        "transform": u32::from(attributes.buffer_transform),
        "source": source,
        "destination": viewport.dst.map(|size| [size.w, size.h]),
        "opaque": region(attributes.opaque_region.as_ref()),
        "input": region(attributes.input_region.as_ref()),
        "geometry": shell.geometry.map(rectangle),
        "min": [shell.min_size.w, shell.min_size.h],
        "max": [shell.max_size.w, shell.max_size.h],
    })
}

/// A surface and those below it.
fn surfaces(scene: &[Placed], root: &WlSurface) -> Vec<Value> {
    let placed = scene.iter().find(|placed| placed.surface == *root);
    let said = with_states(root, said);
    let mut all = vec![surface::with(root, |surface| {
        let picture = surface.picture.as_ref();
        json!({
            "id": root.id().protocol_id(),
            "place": placed.map(|placed| [placed.place.x, placed.place.y]),
            "size": [surface.size.w, surface.size.h],
            "buffer": picture.map(|picture| [picture.width(), picture.height()]),
            "kind": surface.description.map(|d| format!("{:?}", d.kind).to_lowercase()),
            "format": surface.description.map(|d| format!("{:?}", d.format).to_lowercase()),
            "screens": surface.screens,
            "said": said,
            "counts": surface.counts.json(),
        })
    })];
    for child in smithay::wayland::compositor::get_children(root) {
        all.extend(surfaces(scene, &child));
    }
    all
}

impl Host {
    fn report_window(&self, scene: &[Placed], window: &Window) -> Value {
        let (app_id, title) = window.names();
        let surface = window.toplevel.wl_surface();
        let client = surface.client();
        let pid = client.and_then(|client| client.get_credentials(&self.display).ok());
        let size = window.geometry().size;
        let mut others = self.windows.iter();
        let parent = others.find(|other| Some(&other.toplevel) == window.parent.as_ref());
        json!({
            "app_id": app_id,
            "title": title,
            "pid": pid.map(|credentials| credentials.pid),
            "mapped": window.mapped,
            "parent": parent.map(|parent| parent.names().0),
            "geometry": rectangle(Rectangle::new(window.place, size)),
            "states": window.states(),
            "heard": window.is_heard(),
            "asked": window.asked,
            "surfaces": surfaces(scene, surface),
            "popups": self.report_popups(scene, surface),
        })
    }

    fn report_popups(&self, scene: &[Placed], parent: &WlSurface) -> Vec<Value> {
        let mut all = Vec::new();
        for popup in &self.popups {
            if popup.get_parent_surface().as_ref() == Some(parent) {
                let place = popup.with_pending_state(|state| state.geometry.loc);
                let size = xdg_shell::geometry(popup.wl_surface()).size;
                all.push(json!({
                    "geometry": rectangle(Rectangle::new(place, size)),
                    "surfaces": surfaces(scene, popup.wl_surface()),
                    "popups": self.report_popups(scene, popup.wl_surface()),
                }));
            }
        }
        all
    }

    /// `windows`
    pub fn report_windows(&self) -> Value {
        let scene = self.scene();
        self.windows.iter().map(|window| self.report_window(&scene, window)).collect()
    }

    /// `layers`
    pub fn report_layers(&self) -> Value {
        let scene = self.scene();
        let screen = self.screen.logical_size();
        let report = |panel: &Panel| {
            let surface = panel.surface.wl_surface();
            let size = surface::with(surface, |surface| surface.size);
            json!({
                "namespace": panel.namespace,
                "layer": format!("{:?}", panel.layer()).to_lowercase(),
                "geometry": rectangle(Rectangle::new(panel.place(screen), size)),
                "keyboard": panel.has_keyboard,
                "popups": self.report_popups(&scene, surface),
            })
        };
        self.layers.iter().map(report).collect()
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
            let window = self.windows.iter().find(|w| *w.toplevel.wl_surface() == focus.0)?;
            Some(window.names().0)
        });
        let pointer = self.pointer_place();
        let constrained = self.is_pointer_constrained();
        let scene = self.scene();
        let (cursor, cursor_surfaces) = match &self.cursor.image {
            CursorImageStatus::Hidden => ("hidden", Vec::new()),
            CursorImageStatus::Named(icon) => (icon.name(), Vec::new()),
            CursorImageStatus::Surface(surface) => ("surface", surfaces(&scene, surface)),
        };
        let icon = self.drag_icon.as_ref().map(|icon| surfaces(&scene, icon));
        let Layout { size, scale, .. } = self.screen.layout;
        let screens = self.screens().map(|screen| {
            let Layout { place, size, scale, .. } = screen.layout;
            json!({
                "name": screen.output.name(),
                "place": [place.x, place.y],
                "size": [size.w, size.h],
                "scale": scale,
            })
        });
        json!({
            "focus": focus,
            "pointer": [pointer.x, pointer.y],
            "pointer_constrained": constrained,
            "cursor": cursor,
            "cursor_surfaces": cursor_surfaces,
            "dragging": icon.is_some(),
            "icon_surfaces": icon,
            "size": [size.w, size.h],
            "scale": scale,
            "screens": screens.collect::<Value>(),
            "idle_inhibitors": self.idle_inhibitors.len(),
            "selection": self.selection(SelectionTarget::Clipboard).types.clone(),
            "primary": self.selection(SelectionTarget::Primary).types.clone(),
            "text": self.text_inputs.surrounding(),
            "removed": self.removed,
            "icon": self.decorations.icon,
            "shadow": self.decorations.shadow,
        })
    }
}
