//! `zwlr_layer_surface_v1`: for what is not a window at the host and must be where its client has
//! put it, such as launchers, notifications and panels.

use wayland_protocols_wlr::layer_shell::v1::client::{zwlr_layer_shell_v1, zwlr_layer_surface_v1};

use crate::session::Fault;
use crate::x11::geometry::Rect;
use crate::x11::host::Host;

/// The global's interface.
pub const LAYER_SHELL: &str = "zwlr_layer_shell_v1";

/// The version of `zwlr_layer_shell_v1` that carafe uses, if the host has it.
const LAYER_SHELL_VERSION: u32 = 4;

/// The namespace by which the host's configuration can recognise these surfaces.
const NAMESPACE: &str = "carafe-x11";

/// The layer, numbered as in `zwlr_layer_shell_v1.layer`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Level {
    /// Below all windows.
    Background = 0,
    /// Above windows, but below fullscreen windows.
    Top = 2,
    /// Above everything.
    Overlay = 3,
}

/// Where a layer surface goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The `wl_output` by the host's id; 0 lets the host choose.
    pub output: u32,
    /// The place on the output in X pixels, relative to its upper left corner. It includes the
    /// border.
    pub rect: Rect,
}

/// See the module.
#[derive(Debug)]
pub struct Layer {
    /// The `zwlr_layer_surface_v1`.
    pub layer_surface: u32,
    /// Whether the host has configured it yet.
    pub configured: bool,
    spot: Spot,
    takes_keyboard: bool,
}

impl Layer {
    /// Gives a surface this role; the caller commits. `None` if the host has no layers.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn make(
        surface: u32,
        level: Level,
        spot: Spot,
        takes_keyboard: bool,
        host: &mut Host<'_, '_>,
    ) -> Result<Option<Self>, Fault> {
        const TOP_LEFT: u32 = 1 | 4;
        /// The exclusive zone that ignores panels: X's places count from the screen's edge.
        const WHOLE_SCREEN: i32 = -1;
        let Some((shell, version)) = host.bind(LAYER_SHELL, LAYER_SHELL_VERSION)? else {
            return Ok(None);
        };
        let made = host.make("zwlr_layer_surface_v1", version)?;
        let opcode = zwlr_layer_shell_v1::REQ_GET_LAYER_SURFACE_OPCODE;
        host.request(shell, opcode, |request| {
            let request = request.uint(made).uint(surface).uint(spot.output);
            request.uint(level as u32).string(NAMESPACE)
        });
        let opcode = zwlr_layer_surface_v1::REQ_SET_ANCHOR_OPCODE;
        host.request(made, opcode, |request| request.uint(TOP_LEFT));
        let opcode = zwlr_layer_surface_v1::REQ_SET_EXCLUSIVE_ZONE_OPCODE;
        host.request(made, opcode, |request| request.uint(WHOLE_SCREEN.cast_unsigned()));
        let layer = Self { layer_surface: made, configured: false, spot, takes_keyboard };
        layer.tell_place(host);
        layer.tell_keyboard(host);
        Ok(Some(layer))
    }

    fn tell_place(&self, host: &mut Host<'_, '_>) {
        let rect = self.spot.rect;
        let (width, height) = host.size(rect.size());
        let (left, top) = host.place((rect.x, rect.y));
        let opcode = zwlr_layer_surface_v1::REQ_SET_SIZE_OPCODE;
        host.request(self.layer_surface, opcode, |request| {
            request.uint(width.max(1)).uint(height.max(1))
        });
        let opcode = zwlr_layer_surface_v1::REQ_SET_MARGIN_OPCODE;
        host.request(self.layer_surface, opcode, |request| {
            request.uint(top.cast_unsigned()).uint(0).uint(0).uint(left.cast_unsigned())
        });
    }

    fn tell_keyboard(&self, host: &mut Host<'_, '_>) {
        let opcode = zwlr_layer_surface_v1::REQ_SET_KEYBOARD_INTERACTIVITY_OPCODE;
        let exclusive = u32::from(self.takes_keyboard);
        host.request(self.layer_surface, opcode, |request| request.uint(exclusive));
    }

    /// Moves and resizes it from the next commit on; it stays on its output. Returns whether that
    /// changes anything.
    pub fn put(&mut self, rect: Rect, host: &mut Host<'_, '_>) -> bool {
        if self.spot.rect == rect {
            return false;
        }
        self.spot.rect = rect;
        self.tell_place(host);
        true
    }

    /// Sets whether it takes the keyboard, from the next commit on. Returns whether that changes
    /// anything.
    pub fn take_keyboard(&mut self, takes: bool, host: &mut Host<'_, '_>) -> bool {
        if std::mem::replace(&mut self.takes_keyboard, takes) == takes {
            return false;
        }
        self.tell_keyboard(host);
        true
    }

    /// Acknowledges a configuration.
    pub fn ack(&mut self, serial: u32, host: &mut Host<'_, '_>) {
        self.configured = true;
        let opcode = zwlr_layer_surface_v1::REQ_ACK_CONFIGURE_OPCODE;
        host.request(self.layer_surface, opcode, |request| request.uint(serial));
    }

    /// Becomes the parent of an `xdg_popup` that was made without a parent.
    pub fn adopt(layer_surface: u32, popup: u32, host: &mut Host<'_, '_>) {
        let opcode = zwlr_layer_surface_v1::REQ_GET_POPUP_OPCODE;
        host.request(layer_surface, opcode, |request| request.uint(popup));
    }

    /// Destroys it; the surface stays.
    pub fn destroy(&self, host: &mut Host<'_, '_>) {
        let opcode = zwlr_layer_surface_v1::REQ_DESTROY_OPCODE;
        host.request(self.layer_surface, opcode, |request| request);
    }
}
