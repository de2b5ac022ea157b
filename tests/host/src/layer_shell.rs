//! `zwlr_layer_shell_v1`: surfaces are placed by their anchors. Exclusive zones have no effect,
//! because windows are not tiled.

use smithay::delegate_layer_shell;
use smithay::reexports::wayland_server::protocol::wl_output::WlOutput;
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
use smithay::utils::{Logical, Point, Size};
use smithay::wayland::compositor::with_states;
use smithay::wayland::shell::wlr_layer::{
    Anchor, KeyboardInteractivity, Layer, LayerSurface, LayerSurfaceCachedState,
    WlrLayerShellHandler, WlrLayerShellState,
};

use crate::host::Host;
use crate::surface;

/// A layer surface.
#[derive(Debug)]
pub struct Panel {
    /// The surface.
    pub surface: LayerSurface,
    /// Its namespace.
    pub namespace: String,
    /// Whether it has the keyboard exclusively.
    pub has_keyboard: bool,
    configured: bool,
}

impl Panel {
    fn state(&self) -> LayerSurfaceCachedState {
        with_states(self.surface.wl_surface(), |states| {
            *states.cached_state.get::<LayerSurfaceCachedState>().current()
        })
    }

    /// Its layer.
    pub fn layer(&self) -> Layer {
        self.state().layer
    }

    /// Its upper left corner on a screen of some size.
    pub fn place(&self, screen: Size<i32, Logical>) -> Point<i32, Logical> {
        let state = self.state();
        let size = surface::with(self.surface.wl_surface(), |surface| surface.size);
        let along = |low, high, room: i32, margins: (i32, i32)| match (
            state.anchor.contains(low),
            state.anchor.contains(high),
        ) {
            (true, false) => margins.0,
            (false, true) => room - margins.1,
            (true, true) | (false, false) => room / 2,
        };
        let margin = state.margin;
        let x = along(Anchor::LEFT, Anchor::RIGHT, screen.w - size.w, (margin.left, margin.right));
        let y = along(Anchor::TOP, Anchor::BOTTOM, screen.h - size.h, (margin.top, margin.bottom));
        (x, y).into()
    }

    /// The size it gets: where it asks for none, the screen without its margins.
    fn size(&self, screen: Size<i32, Logical>) -> Size<i32, Logical> {
        let state = self.state();
        let or = |size, room: i32| if size == 0 { room.max(1) } else { size };
        Size::from((
            or(state.size.w, screen.w - state.margin.left - state.margin.right),
            or(state.size.h, screen.h - state.margin.top - state.margin.bottom),
        ))
    }
}

impl Host {
    /// Handles a commit, which may be a layer surface's first one.
    pub fn layer_commit(&mut self, surface: &WlSurface) {
        let screen = self.screen.logical_size();
        let panel = self.layers.iter_mut().find(|panel| panel.surface.wl_surface() == surface);
        let Some(panel) = panel else { return };
        let size = panel.size(screen);
        panel.surface.with_pending_state(|state| state.size = Some(size));
        if panel.configured {
            panel.surface.send_pending_configure();
        } else {
            panel.surface.send_configure();
            panel.configured = true;
        }
        let wants = panel.state().keyboard_interactivity == KeyboardInteractivity::Exclusive;
        let is_shown = surface::with(surface, |surface| surface.picture.is_some());
        let has_keyboard = wants && is_shown;
        if std::mem::replace(&mut panel.has_keyboard, has_keyboard) != has_keyboard {
            self.focus_top();
        }
    }
}

impl WlrLayerShellHandler for Host {
    fn shell_state(&mut self) -> &mut WlrLayerShellState {
        &mut self.protocols.layer_shell
    }

    fn new_layer_surface(
        &mut self,
        surface: LayerSurface,
        _output: Option<WlOutput>,
        _layer: Layer,
        namespace: String,
    ) {
        self.layers.push(Panel { surface, namespace, has_keyboard: false, configured: false });
    }

    fn layer_destroyed(&mut self, surface: LayerSurface) {
        self.layers.retain(|panel| panel.surface != surface);
        self.focus_top();
        self.refocus_pointer();
    }
}

delegate_layer_shell!(Host);
