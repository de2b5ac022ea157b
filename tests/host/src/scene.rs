//! The visible surfaces and their places, from the bottom to the top.

use smithay::input::pointer::{CursorImageStatus, CursorImageSurfaceData};
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
use smithay::utils::{Logical, Point, Rectangle};
use smithay::wayland::compositor::{
    SubsurfaceCachedState, SurfaceAttributes, TraversalAction, with_states,
    with_surface_tree_upward,
};
use smithay::wayland::shell::wlr_layer::Layer;

use crate::host::Host;
use crate::surface;

/// A surface that shows something, somewhere on the screen.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The surface.
    pub surface: WlSurface,
    /// Its upper left corner.
    pub place: Point<i32, Logical>,
    /// Whether it gets input: not for cursors and icons.
    pub input: bool,
}

impl Host {
    /// Everything that is drawn.
    pub fn scene(&self) -> Vec<Placed> {
        let mut scene = Vec::new();
        self.add_layers(&mut scene, &[Layer::Background, Layer::Bottom]);
        for window in &self.windows {
            let origin = window.place - window.geometry().loc;
            add_tree(&mut scene, window.toplevel.wl_surface(), origin, true);
            self.add_popups(&mut scene, window.toplevel.wl_surface(), window.place);
        }
        self.add_layers(&mut scene, &[Layer::Top, Layer::Overlay]);
        let pointer = self.pointer_place();
        if let Some(icon) = &self.drag_icon {
            let place = pointer.to_i32_round() + surface::with(icon, |icon| icon.offset);
            add_tree(&mut scene, icon, place, false);
        }
        if let (true, CursorImageStatus::Surface(surface)) = (self.cursor.shown, &self.cursor.image)
        {
            let hotspot = with_states(surface, |states| {
                let data = states.data_map.get::<CursorImageSurfaceData>();
                data.and_then(|data| data.lock().ok().map(|data| data.hotspot))
            });
            let place = pointer.to_i32_round() - hotspot.unwrap_or_default();
            add_tree(&mut scene, surface, place, false);
        }
        scene
    }

    fn add_layers(&self, scene: &mut Vec<Placed>, layers: &[Layer]) {
        for layer in &self.layers {
            if layers.contains(&layer.layer()) {
                let place = layer.place(self.screen.logical_size());
                add_tree(scene, layer.surface.wl_surface(), place, true);
                self.add_popups(scene, layer.surface.wl_surface(), place);
            }
        }
    }

    /// `origin` is the place of the parent's window geometry.
    fn add_popups(&self, scene: &mut Vec<Placed>, parent: &WlSurface, origin: Point<i32, Logical>) {
        for popup in &self.popups {
            if popup.get_parent_surface().as_ref() == Some(parent) {
                let place = origin + popup.with_pending_state(|state| state.geometry.loc);
                let geometry = crate::xdg_shell::geometry(popup.wl_surface());
                add_tree(scene, popup.wl_surface(), place - geometry.loc, true);
                self.add_popups(scene, popup.wl_surface(), place);
            }
        }
    }

    /// The surface that gets input at a place, and its own place.
    pub fn surface_under(
        &self,
        at: Point<f64, Logical>,
    ) -> Option<(WlSurface, Point<f64, Logical>)> {
        let scene = self.scene();
        let hit = scene.iter().rev().filter(|placed| placed.input).find(|placed| {
            let inside = at - placed.place.to_f64();
            takes_input(&placed.surface, inside)
        })?;
        Some((hit.surface.clone(), hit.place.to_f64()))
    }
}

fn takes_input(surface: &WlSurface, at: Point<f64, Logical>) -> bool {
    with_states(surface, |states| {
        let size = surface::of(states).size;
        let mut attributes = states.cached_state.get::<SurfaceAttributes>();
        let region = &attributes.current().input_region;
        Rectangle::from_size(size.to_f64()).contains(at)
            && region.as_ref().is_none_or(|region| region.contains(at.to_i32_floor()))
    })
}

/// A surface with its subsurfaces.
fn add_tree(scene: &mut Vec<Placed>, root: &WlSurface, place: Point<i32, Logical>, input: bool) {
    with_surface_tree_upward(
        root,
        place,
        |surface, states, place| {
            let place = *place + offset(surface, root, states);
            // A surface without a buffer hides its children too.
            if surface::of(states).picture.is_some() {
                TraversalAction::DoChildren(place)
            } else {
                TraversalAction::SkipChildren
            }
        },
        |surface, states, place| {
            if surface::of(states).picture.is_some() {
                let place = *place + offset(surface, root, states);
                scene.push(Placed { surface: surface.clone(), place, input });
            }
        },
        |_, _, _| true,
    );
}

fn offset(
    surface: &WlSurface,
    root: &WlSurface,
    states: &smithay::wayland::compositor::SurfaceData,
) -> Point<i32, Logical> {
    if surface == root {
        return Point::default();
    }
    states.cached_state.get::<SubsurfaceCachedState>().current().location
}
