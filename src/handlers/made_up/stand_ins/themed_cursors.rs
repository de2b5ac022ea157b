//! The cursors of the user's theme, for hosts that draw none by name. The host gets them as a
//! surface, as from a program that draws its own.

use std::collections::HashMap;
use std::io;
use std::os::fd::BorrowedFd;
use std::sync::Arc;

use wayland_client::protocol::{wl_compositor, wl_pointer, wl_surface};

use crate::channel::Memory;
use crate::cursors::{
    CursorIcon, CursorImage, CursorLook, CursorWish, MAX_CURSOR_SIZE, ThemeLoader,
};
use crate::handlers::MAX_OUTPUTS;
use crate::pictures::{HostPicture, Picture};
use crate::session::{Context, Fault, Incoming, Refusal};

/// The version of `wl_compositor` that carafe uses: surfaces have a buffer scale since 3.
const COMPOSITOR_VERSION: u32 = 3;
/// The version of `wl_output` that carafe uses: the first one that tells the scale.
const SCALED_OUTPUT_VERSION: u32 = 2;

/// Bound on the scale of an output: above it, cursors are no denser.
const MAX_OUTPUT_SCALE: u32 = 8;

/// A cursor at the host.
struct HostCursor {
    picture: HostPicture,
    /// Buffer pixels for one unit of the surface.
    scale: u32,
    /// The tip, in units of the surface.
    hot: (u32, u32),
}

/// A cursor that the client wants to be shown.
struct ShapeWish {
    /// The pointer, by the client's id.
    pointer: u32,
    serial: u32,
    icon: CursorIcon,
}

/// See the module.
pub struct ThemedCursors {
    /// Memory that the host sees, if it does not see all.
    memory: Option<Arc<dyn Memory>>,
    loader: ThemeLoader,
    /// The theme, and the size in host units.
    look: CursorLook,
    /// The scale for which the cursors were read.
    scale: u32,
    cursors: HashMap<CursorIcon, HostCursor>,
    /// Cursors of another scale, of which one may still be shown.
    old: Vec<HostCursor>,
    wanted: Option<ShapeWish>,
    /// The cursor's surface at the host, 0 if there is none yet, and what it shows.
    surface: u32,
    shown: Option<CursorIcon>,
    /// The outputs by their globals' names: carafe's own object, and the scale.
    outputs: HashMap<u32, (u32, u32)>,
}

impl ThemedCursors {
    /// For a client's session. Nothing is read yet.
    ///
    /// # Errors
    /// When the kernel has no descriptors left.
    pub fn new(look: CursorLook, memory: Option<Arc<dyn Memory>>) -> io::Result<Self> {
        Ok(Self {
            memory,
            loader: ThemeLoader::new()?,
            look,
            scale: 0,
            cursors: HashMap::new(),
            old: Vec::new(),
            wanted: None,
            surface: 0,
            shown: None,
            outputs: HashMap::new(),
        })
    }

    /// The descriptor to poll: it is readable when a cursor was read.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.loader.fd()
    }

    /// The client wants a pointer of its to have a cursor.
    ///
    /// # Errors
    /// [`Fault`]: there is no memory, or there are too many objects.
    pub fn set(
        &mut self,
        pointer: u32,
        serial: u32,
        icon: CursorIcon,
        context: &mut Context<'_>,
    ) -> Result<(), Fault> {
        self.wanted = Some(ShapeWish { pointer, serial, icon });
        self.find_outputs(context)?;
        self.show(context)
    }

    /// The client shows a cursor of its own, or none.
    pub fn replaced(&mut self) {
        self.wanted = None;
    }

    /// `wl_output.scale` of carafe's own outputs.
    ///
    /// # Errors
    /// [`Refusal`]: the argument is wrong, or there is no memory.
    pub fn output_scale(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let id = incoming.header.object;
        let scale = incoming.args().uint()?;
        if let Some((_, known)) = self.outputs.values_mut().find(|(output, _)| *output == id) {
            *known = scale.clamp(1, MAX_OUTPUT_SCALE);
            self.show(context)?;
        }
        Ok(())
    }

    /// A cursor was read.
    ///
    /// # Errors
    /// [`Fault`]: there is no memory, or there are too many objects.
    pub fn ready(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        let Some((wish, image)) = self.loader.take() else { return Ok(()) };
        if wish.look == self.look_now() {
            // Older hosts show each pixel as a unit.
            let has_scale = context.bind("wl_compositor", COMPOSITOR_VERSION)?;
            let has_scale = has_scale.is_some_and(|(_, version)| version >= COMPOSITOR_VERSION);
            let (picture, scale, hot) = fitted(image, has_scale.then_some(self.look.size));
            if let Some(picture) = picture.show(self.memory.as_deref(), context)? {
                let before = self.cursors.insert(wish.icon, HostCursor { picture, scale, hot });
                self.old.extend(before);
            } else {
                self.wanted = None;
            }
        }
        self.show(context)
    }

    /// The theme and the size in pixels.
    fn look_now(&self) -> CursorLook {
        let size = self.look.size.saturating_mul(self.scale).clamp(1, MAX_CURSOR_SIZE);
        CursorLook { size, ..self.look.clone() }
    }

    /// Binds the outputs that are not bound yet, and forgets those that are gone.
    fn find_outputs(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        let Some(interface) = context.tables.find("wl_output") else { return Ok(()) };
        let all = context.globals.by_name.iter();
        let all = all.filter(|(_, global)| global.interface == interface && global.at_host > 0);
        let all: Vec<_> = all.map(|(name, global)| (*name, global.at_host)).collect();
        self.outputs.retain(|name, _| all.iter().any(|(known, _)| known == name));
        for (name, version) in all {
            if self.outputs.len() >= MAX_OUTPUTS || self.outputs.contains_key(&name) {
                continue;
            }
            let wanted = (name, interface, version.min(SCALED_OUTPUT_VERSION));
            let Context { tables, objects, to_host, globals, .. } = &mut *context;
            if let Some((output, _)) = globals.bind_named(tables, objects, to_host, wanted)? {
                self.outputs.insert(name, (output, 1));
            }
        }
        Ok(())
    }

    /// Shows the wanted cursor, which must be read first if it is the first time.
    fn show(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        // The densest output counts; less dense ones show the cursor smaller.
        let scale = self.outputs.values().map(|(_, scale)| *scale).max().unwrap_or(1);
        if scale != self.scale {
            (self.scale, self.shown) = (scale, None);
            self.old.extend(self.cursors.drain().map(|(_, cursor)| cursor));
        }
        let Some(ShapeWish { pointer, serial, icon }) = &self.wanted else { return Ok(()) };
        let (icon, serial) = (*icon, *serial);
        let Some(pointer) = context.id_at_host(*pointer, "wl_pointer") else { return Ok(()) };
        let Some(cursor) = self.cursors.get(&icon) else {
            self.loader.start(&CursorWish { icon, look: self.look_now() });
            return Ok(());
        };
        if self.surface == 0 {
            let Some((compositor, version)) = context.bind("wl_compositor", COMPOSITOR_VERSION)?
            else {
                return Ok(());
            };
            self.surface = context.make_own("wl_surface", version)?;
            let opcode = wl_compositor::REQ_CREATE_SURFACE_OPCODE;
            context.to_host.make(compositor, opcode, |request| request.uint(self.surface));
        }
        let (surface, to_host) = (self.surface, &mut *context.to_host);
        to_host.make(pointer, wl_pointer::REQ_SET_CURSOR_OPCODE, |request| {
            request.uint(serial).uint(surface).uint(cursor.hot.0).uint(cursor.hot.1)
        });
        if self.shown.replace(icon) == Some(icon) {
            return Ok(());
        }
        if cursor.scale > 1 {
            let opcode = wl_surface::REQ_SET_BUFFER_SCALE_OPCODE;
            to_host.make(surface, opcode, |request| request.uint(cursor.scale));
        }
        to_host.make(surface, wl_surface::REQ_ATTACH_OPCODE, |request| {
            request.uint(cursor.picture.buffer).uint(0).uint(0)
        });
        let all = i32::MAX.cast_unsigned();
        to_host.make(surface, wl_surface::REQ_DAMAGE_OPCODE, |request| {
            request.uint(0).uint(0).uint(all).uint(all)
        });
        to_host.make(surface, wl_surface::REQ_COMMIT_OPCODE, |request| request);
        for old in self.old.drain(..) {
            old.picture.destroy(context);
        }
        Ok(())
    }
}

/// The picture, its scale, and its tip in units, so that the cursor has about this size in units. The
/// sides of the picture are multiples of the scale, as the protocol demands. `None` for a host
/// without scales.
fn fitted(image: CursorImage, size: Option<u32>) -> (Picture, u32, (u32, u32)) {
    let CursorImage { picture, hot, size: has } = image;
    let scale = size.map_or(1, |size| {
        let size = size.max(1);
        (has.saturating_add(size / 2) / size).max(1)
    });
    let (width, height) = picture.size;
    let sides = (width.next_multiple_of(scale), height.next_multiple_of(scale));
    let hot = (hot.0 / scale, hot.1 / scale);
    if sides == picture.size || width == 0 {
        return (picture, scale, hot);
    }
    let mut pixels = Vec::with_capacity(sides.0 as usize * sides.1 as usize);
    for row in picture.pixels.chunks(width as usize) {
        pixels.extend_from_slice(row);
        pixels.resize(pixels.len() + (sides.0 - width) as usize, 0);
    }
    pixels.resize(sides.0 as usize * sides.1 as usize, 0);
    (Picture { size: sides, pixels }, scale, hot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_have_the_wanted_size_in_units() {
        let image = |side: u32, size| CursorImage {
            picture: Picture { size: (side, side), pixels: vec![7; (side * side) as usize] },
            hot: (6, 4),
            size,
        };
        let fit = |side, has, wanted| {
            let (picture, scale, hot) = fitted(image(side, has), wanted);
            assert_eq!(picture.pixels.len(), (picture.size.0 * picture.size.1) as usize);
            (picture.size, scale, hot)
        };
        assert_eq!(fit(24, 24, Some(24)), ((24, 24), 1, (6, 4)));
        assert_eq!(fit(48, 48, Some(24)), ((48, 48), 2, (3, 2)));
        assert_eq!(fit(48, 48, None), ((48, 48), 1, (6, 4)));
        // The theme has only a large one, only a small one, or one whose sides are odd.
        assert_eq!(fit(96, 96, Some(24)), ((96, 96), 4, (1, 1)));
        assert_eq!(fit(16, 16, Some(24)), ((16, 16), 1, (6, 4)));
        assert_eq!(fit(49, 48, Some(24)), ((50, 50), 2, (3, 2)));
    }
}
