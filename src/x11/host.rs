//! Objects of carafe's own at the host.

use wayland_client::protocol::wl_compositor;
use wayland_client::protocol::wl_display::REQ_SYNC_OPCODE;

use super::units::Units;
use crate::session::{Context, Fault, Scale};
use crate::surfaces::{self, RoleKind};
use crate::wire::{DISPLAY_ID, MessageBuilder};

/// A session's context, as the window manager uses it.
pub struct Host<'a, 'c> {
    /// The context.
    pub context: &'a mut Context<'c>,
}

impl Host<'_, '_> {
    /// X pixels per unit of the host's.
    pub fn scale(&self) -> Scale {
        self.context.objects.scale()
    }

    /// The same for sizes and places.
    pub fn units(&self) -> Units {
        Units(self.scale())
    }

    /// A size of the host's for one in X pixels.
    pub fn size(&self, size: (u32, u32)) -> (u32, u32) {
        self.units().size(size)
    }

    /// A place of the host's for one in X pixels.
    pub fn place(&self, place: (i32, i32)) -> (i32, i32) {
        self.units().place(place)
    }

    /// A place in X pixels for one of the host's.
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

    /// A new object of an interface, which some request is to name.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many.
    pub fn make(&mut self, interface: &'static str, version: u32) -> Result<u32, Fault> {
        let Some(id) = self.context.tables.find(interface) else {
            return Err(Fault::service(format!("{interface} is not known here")));
        };
        Ok(self.context.objects.make_host_only(id, version)?)
    }

    /// Asks the host to say when it has read all that was said so far, by the `wl_callback` that
    /// this gives; `None`: there is no id left.
    pub fn sync(&mut self) -> Option<u32> {
        let callback = self.make("wl_callback", 1).ok()?;
        self.request(DISPLAY_ID, REQ_SYNC_OPCODE, |request| request.uint(callback));
        Some(callback)
    }

    /// A global of the host's for carafe itself: its id and version; `None`: the host
    /// has none.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn bind(&mut self, interface: &str, version: u32) -> Result<Option<(u32, u32)>, Fault> {
        let Context { tables, objects, to_host, globals, .. } = &mut *self.context;
        Ok(globals.bind(tables, objects, to_host, interface, version)?)
    }

    /// Whether the host has a global.
    pub fn offers(&self, interface: &str) -> bool {
        self.context.globals.find(self.context.tables, interface).is_some()
    }

    /// A new region, which is empty. `None`: the host has none.
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

    /// The size of what a surface of Xwayland's shows; zeros: nothing.
    pub fn shown_size(&self, surface: u32) -> (u32, u32) {
        self.context.surface(surface).map_or((0, 0), surfaces::Surface::shown_size)
    }

    /// From its next commit on, the host shows a surface of Xwayland's at that size; `None`: at
    /// its own.
    pub fn set_fit(&mut self, surface: u32, size: Option<(u32, u32)>) {
        if let Some(surface) = self.context.surface_mut(surface) {
            surface.set_fit(size);
        }
    }

    /// Whether a surface of Xwayland's has that role, or may get it.
    pub fn may_be(&self, surface: u32, role: RoleKind) -> bool {
        self.context.surface(surface).is_some_and(|surface| surface.may_be(role))
    }

    /// A surface of Xwayland's gets that role.
    pub fn becomes(&mut self, surface: u32, role: RoleKind) {
        if let Some(surface) = self.context.surface_mut(surface) {
            surface.role = Some(role);
        }
    }

    /// A surface of Xwayland's is a popup on another one, or a window that belongs to it.
    pub fn set_parent(&mut self, surface: u32, parent: Option<u32>) {
        let Context { objects, book, .. } = &mut *self.context;
        book.set_parent(objects.key(surface), parent.map(|parent| objects.key(parent)));
    }

    /// The id at the host of one of the client's objects; 0: it has none.
    pub fn of_client(&self, id: u32) -> u32 {
        self.context.objects.client(id).map_or(0, |object| object.peer)
    }
}
