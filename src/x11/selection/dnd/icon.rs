//! The icon of an X program's drag, at the host.
//!
//! The host wants the icon's surface when the drag begins, but the program's window may come
//! later. So the icon is a transparent surface of carafe, and the window's surface becomes a
//! subsurface of it.

use wayland_client::protocol::{wl_compositor, wl_subcompositor, wl_subsurface, wl_surface};

use crate::pictures::{HostPicture, Picture};
use crate::session::Fault;
use crate::surfaces::SurfaceRole;
use crate::x11::geometry::Rect;
use crate::x11::host::Host;
use crate::x11::selection::SelectionEnv;

/// The icon of a drag.
pub struct Icon {
    /// The surface, by the host's id.
    pub surface: u32,
    subcompositor: u32,
    nothing: Option<HostPicture>,
    window: Option<IconWindow>,
}

/// The program's window that shows the icon.
struct IconWindow {
    /// Its surface, by the client's id.
    surface: u32,
    subsurface: u32,
    /// Its last known place.
    rect: Rect,
    /// Its last measured position relative to the pointer.
    measured: (i32, i32),
    /// Its position relative to the pointer at the host.
    shown: (i32, i32),
}

impl Icon {
    /// Makes a surface for [`Devices::drag`](crate::x11::selection::device::Devices::drag).
    /// `None` if the host has no subsurfaces.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn make(host: &mut Host<'_, '_>) -> Result<Option<Self>, Fault> {
        let Some((compositor, version)) = host.bind("wl_compositor", 4)? else { return Ok(None) };
        let Some((subcompositor, _)) = host.bind("wl_subcompositor", 1)? else { return Ok(None) };
        let surface = host.make("wl_surface", version)?;
        let opcode = wl_compositor::REQ_CREATE_SURFACE_OPCODE;
        host.request(compositor, opcode, |request| request.uint(surface));
        Ok(Some(Self { surface, subcompositor, nothing: None, window: None }))
    }

    /// Attaches a transparent buffer once the drag has begun. Without it, the host would not
    /// show the subsurface.
    ///
    /// # Errors
    /// [`Fault::resources`] when there is no memory, or too many objects.
    pub fn appear(&mut self, env: &mut SelectionEnv<'_, '_>) -> Result<(), Fault> {
        let transparent = Picture { size: (1, 1), pixels: vec![0] };
        self.nothing = transparent.show(env.memory, env.host.context)?;
        let Some(nothing) = &self.nothing else { return Ok(()) };
        env.host.request(self.surface, wl_surface::REQ_ATTACH_OPCODE, |request| {
            request.uint(nothing.buffer).uint(0).uint(0)
        });
        env.host.request(self.surface, wl_surface::REQ_DAMAGE_OPCODE, |request| {
            request.uint(0).uint(0).uint(1).uint(1)
        });
        self.commit(&mut env.host);
        Ok(())
    }

    fn commit(&self, host: &mut Host<'_, '_>) {
        host.request(self.surface, wl_surface::REQ_COMMIT_OPCODE, |request| request);
    }

    /// Moves the program's window to its position relative to the pointer; the program believes
    /// that the pointer is at `at`.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn follow(&mut self, at: (i32, i32), env: &mut SelectionEnv<'_, '_>) -> Result<(), Fault> {
        if self.window.is_none() {
            self.window = self.find(at, env)?;
        }
        let Some(window) = &mut self.window else { return Ok(()) };
        let Some(rect) = env.wm.place_of_surface(window.surface) else { return Ok(()) };
        if rect == window.rect {
            return Ok(());
        }
        window.rect = rect;
        // The window follows the pointer, which may have moved since. So believe a relative
        // position only when it is measured twice.
        let measured = from_pointer(rect, at);
        let before = std::mem::replace(&mut window.measured, measured);
        if before == measured && window.shown != measured {
            window.shown = measured;
            place(window.subsurface, measured, &mut env.host);
            self.commit(&mut env.host);
        }
        Ok(())
    }

    fn find(
        &self,
        at: (i32, i32),
        env: &mut SelectionEnv<'_, '_>,
    ) -> Result<Option<IconWindow>, Fault> {
        let Some(surface) = env.wm.drag_icon(env.seat) else { return Ok(None) };
        let Some(rect) = env.wm.place_of_surface(surface) else { return Ok(None) };
        let host_surface = env.host.of_client(surface);
        if host_surface == 0 || !env.host.may_be(surface, SurfaceRole::Subsurface) {
            return Ok(None);
        }
        env.host.becomes(surface, SurfaceRole::Subsurface);
        let subsurface = env.host.make("wl_subsurface", 1)?;
        let opcode = wl_subcompositor::REQ_GET_SUBSURFACE_OPCODE;
        let parent = self.surface;
        env.host.request(self.subcompositor, opcode, |request| {
            request.uint(subsurface).uint(host_surface).uint(parent)
        });
        env.host.request(subsurface, wl_subsurface::REQ_SET_DESYNC_OPCODE, |request| request);
        let measured = from_pointer(rect, at);
        place(subsurface, measured, &mut env.host);
        self.commit(&mut env.host);
        env.surfaces.open(surface, env.host.context);
        Ok(Some(IconWindow { surface, subsurface, rect, measured, shown: measured }))
    }

    /// Notes that a surface is about to be destroyed.
    pub fn surface_destroyed(&mut self, surface: u32, host: &mut Host<'_, '_>) {
        if let Some(window) = self.window.take_if(|window| window.surface == surface) {
            window.destroy(host);
        }
    }

    /// Removes the icon, when the drag is over.
    pub fn destroy(self, env: &mut SelectionEnv<'_, '_>) {
        if let Some(window) = self.window {
            window.destroy(&mut env.host);
            env.surfaces.close(window.surface, env.host.context);
        }
        env.host.request(self.surface, wl_surface::REQ_DESTROY_OPCODE, |request| request);
        if let Some(nothing) = self.nothing {
            nothing.destroy(env.host.context);
        }
    }
}

impl IconWindow {
    fn destroy(&self, host: &mut Host<'_, '_>) {
        host.request(self.subsurface, wl_subsurface::REQ_DESTROY_OPCODE, |request| request);
    }
}

fn from_pointer(rect: Rect, (x, y): (i32, i32)) -> (i32, i32) {
    (rect.x.saturating_sub(x), rect.y.saturating_sub(y))
}

/// Moves a subsurface; `at` is in X pixels.
fn place(subsurface: u32, at: (i32, i32), host: &mut Host<'_, '_>) {
    let (x, y) = host.place(at);
    host.request(subsurface, wl_subsurface::REQ_SET_POSITION_OPCODE, |request| {
        request.uint(x.cast_unsigned()).uint(y.cast_unsigned())
    });
}
