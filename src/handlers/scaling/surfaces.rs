//! Surfaces: what size they have at the host, and which part of their buffers shows.
//!
//! Each surface with content has a `wp_viewport` of carafe's own at the host. The
//! client's viewports are carafe's alone: what they say becomes part of that.

use std::collections::HashMap;

use wayland_client::protocol::{wl_subsurface, wl_surface};
use wayland_protocols::wp::viewporter::client::{wp_viewport, wp_viewporter};

use super::content::{BadContent, Content, Place, Shown};
use super::outputs::Outputs;
use super::preferred::density;
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
    /// Where its window geometry begins in the host's coordinates, if the client says so;
    /// then the sizes that the host asks for are the geometry's, not the surface's.
    pub geometry: Option<(i32, i32)>,
    /// The surface that it pops up from, and where it is in that one's window geometry, in
    /// the host's coordinates.
    pub popup: Option<(u32, (i32, i32))>,
    /// Its size in the client's and in the host's coordinates.
    size: Option<((i32, i32), (i32, i32))>,
    /// The client has said something that it has not committed.
    pub is_pending: bool,
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

    /// A surface of the client's, if that is one.
    pub fn find(&mut self, id: u32, context: &Context<'_>) -> Option<&mut Surface> {
        let object = context.objects.client(id)?;
        if Some(object.interface) != context.tables.find("wl_surface") {
            return None;
        }
        Some(self.entry(id, object.peer, object.version))
    }

    /// The client destroys a surface.
    pub fn destroy(&mut self, id: u32, context: &mut Context<'_>) {
        self.unlink(id);
        // Another surface may have this id soon.
        self.by_viewport.retain(|_, of| *of != id);
        self.by_subsurface.retain(|_, of| *of != id);
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
        let surface = self.find(id, context).ok_or(ArgFault::UnknownObject(id))?;
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
        surface.is_pending = true;
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
    pub fn commit(
        &mut self,
        id: u32,
        outputs: &Outputs,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let Some(surface) = self.known.get_mut(&id) else { return Ok(()) };
        surface.is_pending = false;
        if self.viewporter == 0 {
            surface.tell_scale(context.objects.scale(), context);
            return Ok(());
        }
        self.show(id, outputs, context)?;
        self.fit_children(id, 0, outputs, context)
    }

    /// Makes the host's viewport say what a surface shows. `true`: that is new.
    fn show(
        &mut self,
        id: u32,
        outputs: &Outputs,
        context: &mut Context<'_>,
    ) -> Result<bool, Refusal> {
        let scale = context.objects.scale();
        let Some(surface) = self.known.get(&id) else { return Ok(false) };
        let Some(showing) = surface.content() else { return Ok(false) };
        let size = showing.size().map_err(|bad| surface.refused(bad))?;
        let place = Place {
            size: self.size_at_host(id, size, scale),
            at: self.place_at_host(id),
            ratio: scale.ratio(),
            density: density(surface, outputs).or_else(|| outputs.densest()),
        };
        let viewporter = self.viewporter;
        let Some(surface) = self.known.get_mut(&id) else { return Ok(false) };
        surface.size = Some((size, place.size));
        surface.show(showing.shown(&place), viewporter, context)
    }

    /// The sizes of a surface's children depend on where they are and where it ends. Those
    /// that the client has nothing pending for are committed with it.
    fn fit_children(
        &mut self,
        id: u32,
        depth: usize,
        outputs: &Outputs,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let children = self.known.get(&id).map(|s| s.children.clone()).unwrap_or_default();
        for child in children {
            if self.known.get(&child).is_none_or(|child| child.is_pending) {
                continue;
            }
            if self.show(child, outputs, context)?
                && let Some(child) = self.known.get(&child)
            {
                let opcode = wl_surface::REQ_COMMIT_OPCODE;
                context.to_host.make(child.peer, opcode, |request| request);
            }
            if depth < MAX_DEPTH {
                self.fit_children(child, depth + 1, outputs, context)?;
            }
        }
        Ok(())
    }

    /// The size at the host of a surface that has `size` in the client's coordinates.
    fn size_at_host(&self, id: u32, size: (i32, i32), scale: Scale) -> (i32, i32) {
        let Some(surface) = self.known.get(&id) else { return size };
        let Some((x, y)) = self.place(id) else {
            return match surface.geometry {
                Some(_) => (scale.size_to_host(size.0), scale.size_to_host(size.1)),
                None => surface.configured.to_host(size, scale),
            };
        };
        // Its edges fall where positions fall in the root; those that are the root's are
        // the root's at the host too.
        let root = self.known.get(&self.root(id)).and_then(|root| root.size);
        let between = |start: i32, len: i32, root: Option<(i32, i32)>| {
            let end = start.saturating_add(len);
            let at = scale.at_to_host(end);
            let end = match root {
                Some((client, host)) if end == client => host,
                Some((client, host)) if end < client => at.min(host),
                _ => at,
            };
            end.saturating_sub(scale.at_to_host(start)).max(1)
        };
        let edge = |pick: fn((i32, i32)) -> i32| root.map(|(c, h)| (pick(c), pick(h)));
        (between(x, size.0, edge(|s| s.0)), between(y, size.1, edge(|s| s.1)))
    }

    fn root(&self, id: u32) -> u32 {
        let mut id = id;
        for _ in 0..MAX_DEPTH {
            let Some(sub) = self.known.get(&id).and_then(|s| s.sub.as_ref()) else { break };
            id = sub.parent;
        }
        id
    }

    /// Where a surface is in the window that it belongs to, in the host's coordinates: in
    /// the window geometry of its toplevel, which hosts put on whole pixels.
    fn place_at_host(&self, id: u32) -> (i32, i32) {
        let (mut x, mut y) = (0i32, 0i32);
        let mut id = id;
        for _ in 0..MAX_DEPTH {
            let Some(surface) = self.known.get(&id) else { break };
            let ((dx, dy), parent) = match (&surface.sub, surface.popup) {
                (Some(sub), _) => (sub.told, sub.parent),
                (None, Some((parent, at))) => (at, parent),
                (None, None) => ((0, 0), 0),
            };
            let (left, top) = surface.geometry.unwrap_or_default();
            (x, y) = (
                x.saturating_add(dx).saturating_sub(left),
                y.saturating_add(dy).saturating_sub(top),
            );
            if surface.sub.is_none()
                && let Some((left, top)) =
                    self.known.get(&parent).and_then(|parent| parent.geometry)
            {
                (x, y) = (x.saturating_add(left), y.saturating_add(top));
            }
            id = parent;
        }
        (x, y)
    }

    /// `wl_subcompositor.get_subsurface`.
    pub fn get_subsurface(&mut self, id: u32, surface: u32, parent: u32) {
        self.unlink(surface);
        if self.is_within(parent, surface) {
            // The host refuses that.
            return;
        }
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

    /// Whether a surface is another one, or a subsurface in it.
    fn is_within(&self, id: u32, ancestor: u32) -> bool {
        let mut id = id;
        while id != ancestor {
            match self.known.get(&id).and_then(|surface| surface.sub.as_ref()) {
                Some(sub) => id = sub.parent,
                None => return false,
            }
        }
        true
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

    /// Makes the host's viewport say this. `true`: that is new.
    fn show(
        &mut self,
        shown: Shown,
        viewporter: u32,
        context: &mut Context<'_>,
    ) -> Result<bool, Refusal> {
        if shown == self.shown {
            return Ok(false);
        }
        if self.own_viewport == 0 {
            let Some(interface) = context.tables.find("wp_viewport") else { return Ok(false) };
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
        Ok(true)
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
