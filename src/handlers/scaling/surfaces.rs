//! Surfaces: what size they have at the host, and which part of their buffers shows.
//!
//! Each surface with content has a `wp_viewport` of carafe's own at the host. The
//! client's viewports are carafe's alone: what they say becomes part of that.

use std::collections::HashMap;

use wayland_client::protocol::{wl_subsurface, wl_surface};
use wayland_protocols::wp::viewporter::client::{wp_viewport, wp_viewporter};

use super::content::{BadContent, Content, Shown};
use super::roles::Configured;
use crate::session::{ArgFault, Context, Fault, Refusal, Scale};
use crate::wire::MessageBuilder;

/// Bound on how deeply subsurfaces are nested before their places are no longer exact.
const MAX_DEPTH: usize = 64;

/// A client's surface.
#[derive(Default)]
pub struct Surface {
    /// Its id at the host.
    pub peer: u32,
    /// Its version.
    pub version: u32,
    /// Size of the buffer that the next commit shows, if there is one.
    pub buffer: Option<(i32, i32)>,
    /// `set_buffer_scale` and `set_buffer_transform`, as last said.
    pub scale: i32,
    pub swapped: bool,
    source: Option<[i32; 4]>,
    destination: Option<(i32, i32)>,
    /// The client's `wp_viewport`; 0: none.
    viewport: u32,
    /// carafe's own at the host; 0: none.
    own_viewport: u32,
    /// What that says.
    shown: Shown,
    /// Without viewports at the host: the scale that it was told.
    told_scale: i32,
    /// The sizes that the host has asked for.
    pub configured: Configured,
    /// Those are the window geometry's, not the surface's.
    pub has_geometry: bool,
    /// Where it is in its parent, if it is a subsurface.
    sub: Option<Sub>,
    children: Vec<u32>,
    /// The host's outputs that it is on, carafe's own objects.
    pub outputs: Vec<u32>,
    /// The last `preferred_buffer_scale` that the client was told; 0: none.
    pub preferred: i32,
}

struct Sub {
    parent: u32,
    /// Its `wl_subsurface` at the host; 0 before it was placed.
    peer: u32,
    at: (i32, i32),
    /// Where the host has it.
    told: (i32, i32),
}

/// The client's surfaces by their ids.
#[derive(Default)]
pub struct Surfaces {
    known: HashMap<u32, Surface>,
    /// By the client's viewports.
    by_viewport: HashMap<u32, u32>,
    /// The client's subsurfaces: their surfaces.
    by_subsurface: HashMap<u32, u32>,
    /// carafe's own `wp_viewporter` at the host; 0: there is none.
    pub viewporter: u32,
}

impl Surfaces {
    /// A surface by its id.
    pub fn get(&mut self, id: u32) -> Option<&mut Surface> {
        self.known.get_mut(&id)
    }

    /// All of them.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&u32, &mut Surface)> {
        self.known.iter_mut()
    }

    /// The surface of an object that a request is for; it is known from then on.
    pub fn entry(&mut self, id: u32, peer: u32, version: u32) -> &mut Surface {
        let new = || Surface { peer, version, scale: 1, ..Surface::default() };
        self.known.entry(id).or_insert_with(new)
    }

    /// The client destroys a surface.
    pub fn destroy(&mut self, id: u32, context: &mut Context<'_>) {
        self.unlink(id);
        let Some(surface) = self.known.remove(&id) else { return };
        if surface.own_viewport != 0 {
            let opcode = wp_viewport::REQ_DESTROY_OPCODE;
            context.to_host.make(surface.own_viewport, opcode, |request| request);
        }
        for child in surface.children {
            if let Some(child) = self.known.get_mut(&child) {
                child.sub = None;
            }
        }
    }

    /// `wp_viewporter.get_viewport`.
    ///
    /// # Errors
    /// [`Refusal`]: it has one.
    pub fn get_viewport(
        &mut self,
        viewporter: u32,
        (viewport, id): (u32, u32),
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let Some(object) = context.objects.client(id).copied() else {
            return Err(ArgFault::UnknownObject(id).into());
        };
        let surface = self.entry(id, object.peer, object.version);
        if surface.viewport != 0 {
            let text = format!("wl_surface#{id} has a viewport already");
            return Err(Fault::Client { object: viewporter, code: 0, text }.into());
        }
        if let Some(interface) = context.tables.find("wp_viewport") {
            context.objects.make_client_only(viewport, interface, 1)?;
        }
        surface.viewport = viewport;
        self.by_viewport.insert(viewport, id);
        Ok(())
    }

    /// `wp_viewport`'s requests, with their arguments.
    ///
    /// # Errors
    /// [`Refusal`]: as a compositor refuses it.
    pub fn viewport(
        &mut self,
        viewport: u32,
        opcode: u16,
        args: &[i32],
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let found = self.by_viewport.get(&viewport).and_then(|id| self.known.get_mut(id));
        if opcode == wp_viewport::REQ_DESTROY_OPCODE {
            if let Some(surface) = found {
                (surface.viewport, surface.source, surface.destination) = (0, None, None);
            }
            self.by_viewport.remove(&viewport);
            context.delete_client_only(viewport);
            return Ok(());
        }
        let error = |code, text: &str| {
            Err(Fault::Client { object: viewport, code, text: text.to_owned() }.into())
        };
        let Some(surface) = found else { return error(3, "its surface is gone") };
        match *args {
            [x, y, width, height] if opcode == wp_viewport::REQ_SET_SOURCE_OPCODE => {
                let unset = [x, y, width, height] == [-256; 4];
                if !unset && (x < 0 || y < 0 || width <= 0 || height <= 0) {
                    return error(0, "a source must have a size and lie within the buffer");
                }
                surface.source = (!unset).then_some([x, y, width, height]);
            }
            [width, height] if opcode == wp_viewport::REQ_SET_DESTINATION_OPCODE => {
                let unset = (width, height) == (-1, -1);
                if !unset && (width <= 0 || height <= 0) {
                    return error(0, "a destination must have a size");
                }
                surface.destination = (!unset).then_some((width, height));
            }
            _ => {}
        }
        Ok(())
    }

    /// `wl_surface.commit`: what the host needs to know before it.
    ///
    /// # Errors
    /// [`Refusal`]: the content makes no sense.
    pub fn commit(&mut self, id: u32, context: &mut Context<'_>) -> Result<(), Refusal> {
        let scale = context.objects.scale();
        let place = self.place(id);
        let viewporter = self.viewporter;
        let Some(surface) = self.known.get_mut(&id) else { return Ok(()) };
        let Some(showing) = surface.content() else { return Ok(()) };
        let size = showing.size().map_err(|bad| surface.refused(bad))?;
        if viewporter == 0 {
            surface.tell_scale(scale, context);
            return Ok(());
        }
        let host = surface.host_size(size, place, scale);
        surface.show(showing.shown(host, scale.ratio()), viewporter, context)
    }

    /// `wl_subcompositor.get_subsurface`.
    pub fn get_subsurface(&mut self, id: u32, surface: u32, parent: u32) {
        self.unlink(surface);
        self.by_subsurface.insert(id, surface);
        if let Some(parent) = self.known.get_mut(&parent) {
            parent.children.push(surface);
        }
        if let Some(surface) = self.known.get_mut(&surface) {
            surface.sub = Some(Sub { parent, peer: 0, at: (0, 0), told: (0, 0) });
        }
    }

    /// The client destroys a subsurface.
    pub fn destroy_subsurface(&mut self, id: u32) {
        if let Some(surface) = self.by_subsurface.remove(&id) {
            self.unlink(surface);
        }
    }

    /// `wl_subsurface.set_position`: where the host is to have it. What lies in it has
    /// to move by a unit at times, so that edges that touch stay touching.
    pub fn set_position(
        &mut self,
        id: u32,
        peer: u32,
        at: (i32, i32),
        context: &mut Context<'_>,
    ) -> (i32, i32) {
        let Some(surface) = self.by_subsurface.get(&id).copied() else { return at };
        let Some(sub) = self.known.get_mut(&surface).and_then(|s| s.sub.as_mut()) else {
            return at;
        };
        (sub.at, sub.peer) = (at, peer);
        let told = self.offset(surface, context.objects.scale());
        if let Some(sub) = self.known.get_mut(&surface).and_then(|s| s.sub.as_mut()) {
            sub.told = told;
        }
        self.move_children(surface, 0, context);
        told
    }

    fn move_children(&mut self, id: u32, depth: usize, context: &mut Context<'_>) {
        let children = self.known.get(&id).map(|s| s.children.clone()).unwrap_or_default();
        for child in children {
            let told = self.offset(child, context.objects.scale());
            let Some(sub) = self.known.get_mut(&child).and_then(|s| s.sub.as_mut()) else {
                continue;
            };
            if std::mem::replace(&mut sub.told, told) != told {
                let opcode = wl_subsurface::REQ_SET_POSITION_OPCODE;
                context.to_host.make(sub.peer, opcode, |request| {
                    request.uint(told.0.cast_unsigned()).uint(told.1.cast_unsigned())
                });
            }
            if depth < MAX_DEPTH {
                self.move_children(child, depth + 1, context);
            }
        }
    }

    /// Where a subsurface is in its parent, in the host's coordinates.
    fn offset(&self, id: u32, scale: Scale) -> (i32, i32) {
        let sub = self.known.get(&id).and_then(|surface| surface.sub.as_ref());
        let Some(sub) = sub else { return (0, 0) };
        let parent = self.place(sub.parent).unwrap_or_default();
        let offset = |parent: i32, at: i32| {
            let place = scale.at_to_host(parent.saturating_add(at));
            place.saturating_sub(scale.at_to_host(parent))
        };
        (offset(parent.0, sub.at.0), offset(parent.1, sub.at.1))
    }

    /// Where a subsurface is in its root surface; `None`: it is none.
    fn place(&self, id: u32) -> Option<(i32, i32)> {
        let mut place = None;
        let mut id = id;
        for _ in 0..MAX_DEPTH {
            let Some(sub) = self.known.get(&id).and_then(|s| s.sub.as_ref()) else { break };
            let (x, y) = place.unwrap_or((0, 0));
            place = Some((sub.at.0.saturating_add(x), sub.at.1.saturating_add(y)));
            id = sub.parent;
        }
        place
    }

    fn unlink(&mut self, id: u32) {
        let parent = self.known.get_mut(&id).and_then(|s| s.sub.take()).map(|sub| sub.parent);
        if let Some(parent) = parent.and_then(|parent| self.known.get_mut(&parent)) {
            parent.children.retain(|child| *child != id);
        }
    }
}

impl Surface {
    fn content(&self) -> Option<Content> {
        Some(Content {
            buffer: self.buffer?,
            scale: self.scale,
            swapped: self.swapped,
            source: self.source,
            destination: self.destination,
        })
    }

    fn refused(&self, bad: BadContent) -> Refusal {
        let (code, text) = match bad {
            BadContent::Size => (1, "without a destination the source's size must be whole"),
            BadContent::OutOfBuffer => (2, "the source reaches out of the buffer"),
        };
        Fault::Client { object: self.viewport, code, text: text.to_owned() }.into()
    }

    /// The size at the host of one that has `size` in the client's coordinates and is at
    /// `place` in its root, if it is a subsurface.
    fn host_size(&self, size: (i32, i32), place: Option<(i32, i32)>, scale: Scale) -> (i32, i32) {
        if let Some((x, y)) = place {
            let between = |start: i32, len: i32| {
                let end = scale.at_to_host(start.saturating_add(len));
                end.saturating_sub(scale.at_to_host(start)).max(1)
            };
            return (between(x, size.0), between(y, size.1));
        }
        if self.has_geometry {
            return (scale.size_to_host(size.0), scale.size_to_host(size.1));
        }
        self.configured.to_host(size, scale)
    }

    /// Makes the host's viewport say this.
    fn show(
        &mut self,
        shown: Shown,
        viewporter: u32,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        if shown == self.shown {
            return Ok(());
        }
        if self.own_viewport == 0 {
            let Some(interface) = context.tables.find("wp_viewport") else { return Ok(()) };
            self.own_viewport = context.objects.make_host_only(interface, 1)?;
            let (viewport, peer) = (self.own_viewport, self.peer);
            let opcode = wp_viewporter::REQ_GET_VIEWPORT_OPCODE;
            context.to_host.make(viewporter, opcode, |request| request.uint(viewport).uint(peer));
        }
        if shown.source != self.shown.source {
            let opcode = wp_viewport::REQ_SET_SOURCE_OPCODE;
            context.to_host.make(self.own_viewport, opcode, |request| {
                shown.source_words().into_iter().fold(request, MessageBuilder::uint)
            });
        }
        if shown.destination != self.shown.destination {
            let opcode = wp_viewport::REQ_SET_DESTINATION_OPCODE;
            context.to_host.make(self.own_viewport, opcode, |request| {
                shown.destination_words().into_iter().fold(request, MessageBuilder::uint)
            });
        }
        self.shown = shown;
        Ok(())
    }

    /// Without viewports: a scale does what it can, and is a whole one then.
    fn tell_scale(&mut self, scale: Scale, context: &mut Context<'_>) {
        let times = scale.size_to_client(1);
        let told = self.scale.max(1).saturating_mul(times);
        if self.version >= wl_surface::REQ_SET_BUFFER_SCALE_SINCE && told != self.told_scale {
            self.told_scale = told;
            let opcode = wl_surface::REQ_SET_BUFFER_SCALE_OPCODE;
            context.to_host.make(self.peer, opcode, |request| request.uint(told.cast_unsigned()));
        }
    }
}
