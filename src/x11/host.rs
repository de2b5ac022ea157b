//! carafe's own objects at the host.

use wayland_client::protocol::wl_compositor;
use wayland_client::protocol::wl_display::REQ_SYNC_OPCODE;

use super::geometry::Units;
use crate::aura::is_chromeos;
use crate::session::{Context, Fault, Scale};
use crate::surfaces::{self, SurfaceRole};
use crate::wire::{DISPLAY_ID, MessageBuilder};

/// A session's context, as the window manager uses it.
pub struct Host<'a, 'c> {
    /// The context.
    pub context: &'a mut Context<'c>,
}

impl Host<'_, '_> {
    /// X pixels per host unit.
    pub fn scale(&self) -> Scale {
        self.context.objects.scale()
    }

    /// The same, to convert sizes and places.
    pub fn units(&self) -> Units {
        Units(self.scale())
    }

    /// Converts a size from X pixels to host units.
    pub fn size(&self, size: (u32, u32)) -> (u32, u32) {
        self.units().size(size)
    }

    /// Converts a place from X pixels to host units.
    pub fn place(&self, place: (i32, i32)) -> (i32, i32) {
        self.units().place(place)
    }

    /// Converts a place from host units to X pixels.
    pub fn place_in_pixels(&self, place: (i32, i32)) -> (i32, i32) {
        self.units().place_in_pixels(place)
    }

    /// Queues a request.
    pub fn request(
        &mut self,
        object: u32,
        opcode: u16,
        fill: impl for<'b> FnOnce(MessageBuilder<'b>) -> MessageBuilder<'b>,
    ) {
        self.context.to_host.make(object, opcode, fill);
    }

    /// Makes an id for a new object of an interface; a request must then name it.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many.
    pub fn make(&mut self, interface: &'static str, version: u32) -> Result<u32, Fault> {
        self.context.make_own(interface, version)
    }

    /// Asks the host to report when it has read everything sent so far. Returns the `wl_callback`
    /// for that; `None` if there is no free id.
    pub fn sync(&mut self) -> Option<u32> {
        let callback = self.make("wl_callback", 1).ok()?;
        self.request(DISPLAY_ID, REQ_SYNC_OPCODE, |request| request.uint(callback));
        Some(callback)
    }

    /// Binds a global of the host for carafe itself; returns id and version, or `None` if the host
    /// does not have it.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn bind(&mut self, interface: &str, version: u32) -> Result<Option<(u32, u32)>, Fault> {
        Ok(self.context.bind(interface, version)?)
    }

    /// Whether the host is `ChromeOS`'s.
    pub fn is_chromeos(&self) -> bool {
        is_chromeos(self.context)
    }

    /// Whether the host has a global.
    pub fn offers(&self, interface: &str) -> bool {
        self.context.globals.find(self.context.tables, interface).is_some()
    }

    /// Makes an empty region; `None` if the host has no regions.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn region(&mut self) -> Result<Option<u32>, Fault> {
        let Some((compositor, _)) = self.bind("wl_compositor", 4)? else { return Ok(None) };
        let region = self.make("wl_region", 1)?;
        let opcode = wl_compositor::REQ_CREATE_REGION_OPCODE;
        self.request(compositor, opcode, |request| request.uint(region));
        Ok(Some(region))
    }

    /// The size of the content that one of Xwayland's surfaces shows; zeros if it shows nothing.
    pub fn shown_size(&self, surface: u32) -> (u32, u32) {
        self.context.surface(surface).map_or((0, 0), surfaces::Surface::shown_size)
    }

    /// Sets the size at which the host shows one of Xwayland's surfaces from its next commit on;
    /// `None` for the surface's own size.
    pub fn set_fit(&mut self, surface: u32, size: Option<(u32, u32)>) {
        if let Some(surface) = self.context.surface_mut(surface) {
            surface.set_fit(size);
        }
    }

    /// Whether a surface of Xwayland's has that role, or may get it.
    pub fn may_be(&self, surface: u32, role: SurfaceRole) -> bool {
        self.context.surface(surface).is_some_and(|surface| surface.may_be(role))
    }

    /// A surface of Xwayland's gets that role.
    pub fn becomes(&mut self, surface: u32, role: SurfaceRole) {
        if let Some(surface) = self.context.surface_mut(surface) {
            surface.role = Some(role);
        }
    }

    /// A surface of Xwayland's is a popup on another one, or a window that belongs to it.
    pub fn set_parent(&mut self, surface: u32, parent: Option<u32>) {
        let Context { objects, book, .. } = &mut *self.context;
        book.set_parent(objects.key(surface), parent.map(|parent| objects.key(parent)));
    }

    /// The host's id of one of the client's objects; 0 if it has none.
    pub fn of_client(&self, id: u32) -> u32 {
        self.context.objects.client(id).map_or(0, |object| object.peer)
    }
}
