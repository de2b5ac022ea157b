//! `xdg_popup`: a menu, a tooltip, the list of a combo box.

use wayland_client::protocol::wl_surface;
use wayland_protocols::xdg::shell::client::{xdg_popup, xdg_positioner, xdg_surface, xdg_wm_base};

use super::Layer;
use super::aura::AuraPopup;
use super::toplevel::WM_BASE_VERSION;
use crate::session::Fault;
use crate::x11::geometry::{Margins, Rect, Zoom};
use crate::x11::host::Host;

/// The parent of a popup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parent {
    /// An `xdg_surface`.
    Xdg(u32),
    /// A `zwlr_layer_surface_v1`.
    Layer(u32),
}

/// Where a popup goes.
#[derive(Clone, Copy, Debug)]
pub struct PopupPlace {
    /// The parent.
    pub parent: Parent,
    /// The parent's size in X pixels.
    pub parent_size: (u32, u32),
    /// The place in X pixels, relative to the parent's upper left corner and without shadows.
    pub rect: Rect,
    /// The shadows that the client draws.
    pub shadow: Margins,
    /// How X pixels map to host units if the parent is scaled; `None` if it is not.
    pub zoom: Option<Zoom>,
    /// Whether the host may move the popup to keep it on the screen.
    pub may_slide: bool,
    /// Whether `ChromeOS`'s shell draws a shadow.
    pub has_shell_shadow: bool,
}

/// See the module.
#[derive(Debug)]
pub struct Popup {
    /// The `wl_surface`, by the host's id.
    pub surface: u32,
    /// The `xdg_surface`.
    pub xdg_surface: u32,
    /// The `xdg_popup`.
    pub xdg_popup: u32,
    version: u32,
    shell: Option<AuraPopup>,
    /// The X window that it is on.
    pub parent: u32,
    /// The place that carafe asked the host for, without shadows.
    pub wanted: Rect,
    shadow: Margins,
    /// How X pixels map to host units if the parent is scaled; `None` if it is not.
    pub zoom: Option<Zoom>,
    /// Whether the host has configured it yet.
    pub configured: bool,
    /// Whether it has shown anything.
    pub has_content: bool,
    /// The place in the coming configuration.
    pub next: Option<(i32, i32)>,
    /// Whether it has grabbed all input until it is closed.
    pub grabs: bool,
    repositions: u32,
}

impl Popup {
    /// Gives a surface this role, as a popup on a window; the caller commits. `None` if the host
    /// has no xdg-shell.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn make(
        surface: u32,
        parent: u32,
        place: PopupPlace,
        host: &mut Host<'_, '_>,
    ) -> Result<Option<Self>, Fault> {
        let Some((base, version)) = host.bind("xdg_wm_base", WM_BASE_VERSION)? else {
            return Ok(None);
        };
        let xdg_surface = host.make("xdg_surface", version)?;
        host.request(base, xdg_wm_base::REQ_GET_XDG_SURFACE_OPCODE, |request| {
            request.uint(xdg_surface).uint(surface)
        });
        let positioner = positioner(base, version, place, host)?;
        let xdg_popup = host.make("xdg_popup", version)?;
        // A popup on a layer surface is made without a parent; `Layer::adopt` gives it one.
        let parent_surface = if let Parent::Xdg(surface) = place.parent { surface } else { 0 };
        host.request(xdg_surface, xdg_surface::REQ_GET_POPUP_OPCODE, |request| {
            request.uint(xdg_popup).uint(parent_surface).uint(positioner)
        });
        if let Parent::Layer(layer) = place.parent {
            Layer::adopt(layer, xdg_popup, host);
        }
        // The popup has copied the positioner's values.
        host.request(positioner, xdg_positioner::REQ_DESTROY_OPCODE, |request| request);
        let mut popup = Self {
            surface,
            xdg_surface,
            xdg_popup,
            version,
            shell: None,
            parent,
            wanted: place.rect,
            shadow: Margins::default(),
            zoom: place.zoom,
            configured: false,
            has_content: false,
            next: None,
            grabs: false,
            repositions: 0,
        };
        popup.set_geometry(place, host);
        if place.has_shell_shadow {
            popup.shell = AuraPopup::make(xdg_popup, host)?;
        }
        Ok(Some(popup))
    }

    /// Sets the window geometry, if it is not the whole surface, or was not before.
    fn set_geometry(&mut self, place: PopupPlace, host: &mut Host<'_, '_>) {
        let Margins { left, top, .. } = place.shadow;
        let has_shadow = place.shadow != Margins::default();
        // A geometry that was set once must be set again when the shadow goes.
        if !has_shadow && self.shadow == Margins::default() {
            return;
        }
        self.shadow = place.shadow;
        let ((x, y), (width, height)) = match place.zoom {
            Some(zoom) => (zoom.place((left, top)), zoom.size(place.rect.size())),
            None => (host.place((left, top)), host.size(place.rect.size())),
        };
        let opcode = xdg_surface::REQ_SET_WINDOW_GEOMETRY_OPCODE;
        host.request(self.xdg_surface, opcode, |request| {
            let request = request.uint(x.cast_unsigned()).uint(y.cast_unsigned());
            request.uint(width.max(1)).uint(height.max(1))
        });
    }

    /// Grabs all input until the popup is closed, with the serial of the input that opened it.
    pub fn grab(&mut self, seat: u32, serial: u32, host: &mut Host<'_, '_>) {
        self.grabs = true;
        host.request(self.xdg_popup, xdg_popup::REQ_GRAB_OPCODE, |request| {
            request.uint(seat).uint(serial)
        });
    }

    /// Moves it. Returns `false` if the host cannot do that.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn reposition(
        &mut self,
        place: PopupPlace,
        host: &mut Host<'_, '_>,
    ) -> Result<bool, Fault> {
        let Some((base, _)) = host.bind("xdg_wm_base", WM_BASE_VERSION)? else { return Ok(false) };
        // `reposition` exists since version 3.
        if self.version < 3 {
            return Ok(false);
        }
        let positioner = positioner(base, self.version, place, host)?;
        self.repositions = self.repositions.wrapping_add(1);
        (self.wanted, self.zoom) = (place.rect, place.zoom);
        self.set_geometry(place, host);
        host.request(self.xdg_popup, xdg_popup::REQ_REPOSITION_OPCODE, |request| {
            request.uint(positioner).uint(self.repositions)
        });
        host.request(positioner, xdg_positioner::REQ_DESTROY_OPCODE, |request| request);
        Ok(true)
    }

    /// Acknowledges a configuration.
    pub fn ack(&mut self, serial: u32, host: &mut Host<'_, '_>) {
        self.configured = true;
        let opcode = xdg_surface::REQ_ACK_CONFIGURE_OPCODE;
        host.request(self.xdg_surface, opcode, |request| request.uint(serial));
    }

    /// Commits the surface without new content.
    pub fn commit(&self, host: &mut Host<'_, '_>) {
        host.request(self.surface, wl_surface::REQ_COMMIT_OPCODE, |request| request);
    }

    /// Destroys it; the surface stays.
    pub fn destroy(&self, host: &mut Host<'_, '_>) {
        if let Some(shell) = self.shell {
            shell.destroy(host);
        }
        host.request(self.xdg_popup, xdg_popup::REQ_DESTROY_OPCODE, |request| request);
        host.request(self.xdg_surface, xdg_surface::REQ_DESTROY_OPCODE, |request| request);
    }
}

/// Makes a positioner that puts the popup's upper left corner at a point of the parent. The anchor
/// must lie within the parent, so the offset carries the rest.
fn positioner(
    base: u32,
    version: u32,
    place: PopupPlace,
    host: &mut Host<'_, '_>,
) -> Result<u32, Fault> {
    const TOP_LEFT: u32 = 5;
    const BOTTOM_RIGHT: u32 = 8;
    const SLIDE: u32 = 1 | 2;
    let positioner = host.make("xdg_positioner", version)?;
    host.request(base, xdg_wm_base::REQ_CREATE_POSITIONER_OPCODE, |r| r.uint(positioner));
    let at = (place.rect.x, place.rect.y);
    let size = place.rect.size();
    let ((x, y), (width, height), parent_size) = match place.zoom {
        Some(zoom) => (zoom.place(at), zoom.size(size), zoom.size(place.parent_size)),
        None => (host.place(at), host.size(size), host.size(place.parent_size)),
    };
    let within =
        |at: i32, size: u32| at.clamp(0, i32::try_from(size.saturating_sub(1)).unwrap_or(i32::MAX));
    let (anchor_x, anchor_y) = (within(x, parent_size.0), within(y, parent_size.1));
    let (dx, dy) = (x.saturating_sub(anchor_x), y.saturating_sub(anchor_y));
    let int = i32::cast_unsigned;
    host.request(positioner, xdg_positioner::REQ_SET_SIZE_OPCODE, |request| {
        request.uint(width.max(1)).uint(height.max(1))
    });
    host.request(positioner, xdg_positioner::REQ_SET_ANCHOR_RECT_OPCODE, |request| {
        request.uint(int(anchor_x)).uint(int(anchor_y)).uint(1).uint(1)
    });
    host.request(positioner, xdg_positioner::REQ_SET_ANCHOR_OPCODE, |r| r.uint(TOP_LEFT));
    host.request(positioner, xdg_positioner::REQ_SET_GRAVITY_OPCODE, |r| r.uint(BOTTOM_RIGHT));
    if (dx, dy) != (0, 0) {
        host.request(positioner, xdg_positioner::REQ_SET_OFFSET_OPCODE, |request| {
            request.uint(int(dx)).uint(int(dy))
        });
    }
    if place.may_slide {
        let opcode = xdg_positioner::REQ_SET_CONSTRAINT_ADJUSTMENT_OPCODE;
        host.request(positioner, opcode, |request| request.uint(SLIDE));
    }
    Ok(positioner)
}
