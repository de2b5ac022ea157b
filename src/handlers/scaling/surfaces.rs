//! Surfaces: their size at the host, and the visible part of their buffers.
//!
//! Each surface with content has a `wp_viewport` of carafe's own at the host. Only carafe knows the
//! client's viewports, and includes their effect in its own.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use wayland_client::protocol::wl_surface;
use wayland_protocols::wp::viewporter::client::{wp_viewport, wp_viewporter};

use super::content::{BufferView, HostPlace, ViewportError, ViewportState};
use super::outputs::Outputs;
use super::places::ConfigureHistory;
use crate::session::{Context, Fault, Incoming, Refusal, Versions};
use crate::surfaces::{self, Fit, Key, Slot};
use crate::wire::MessageBuilder;

/// Bound on the depth of nested subsurfaces. Below it, positions are not exact any more.
pub const MAX_DEPTH: usize = 64;

/// A client's surface.
#[derive(Default)]
pub struct ScaledSurface {
    /// Its id at the host.
    pub peer: u32,
    /// Its versions.
    pub versions: Versions,
    /// carafe's own viewport at the host; 0 if there is none.
    own_viewport: u32,
    /// The settings of that viewport.
    shown: ViewportState,
    /// If the host has no viewports: the scale that it was told.
    told_scale: i32,
    /// The sizes that the host has asked for.
    pub configured: ConfigureHistory,
    /// The corner of its window geometry in host coordinates, if the client sets one. Then the
    /// sizes that the host asks for are the geometry's, not the surface's.
    pub geometry: Option<(i32, i32)>,
    /// Where it is as a popup: in its parent's window geometry, in the host's coordinates.
    pub popup_at: (i32, i32),
    /// Where the host has it in its parent, if it is a subsurface.
    pub told_at: (i32, i32),
    /// What its size at the host was last computed from.
    basis: Option<Basis>,
    /// Its size in client coordinates and in host coordinates.
    pub size: Option<((i32, i32), (i32, i32))>,
    /// The client is to hear when its next commit is shown.
    pub has_callback: bool,
    /// The host's outputs that it is on, as carafe's own objects.
    pub outputs: Vec<u32>,
    /// The last `preferred_buffer_scale` that the client was told; 0 if there was none.
    pub preferred: i32,
}

/// What the size of a surface at the host depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Basis {
    /// The number of the last change of anything besides the surface itself.
    change: u64,
    content: BufferView,
    fit: Option<Fit>,
}

/// The client's surfaces by their ids.
#[derive(Default)]
pub struct ScaledSurfaces {
    known: HashMap<u32, ScaledSurface>,
    /// Counts the changes of places, outputs and the sizes of parents.
    changes: u64,
    /// carafe's own `wp_viewporter` at the host; 0 if there is none.
    pub viewporter: u32,
}

impl ScaledSurfaces {
    /// Something has changed on which the sizes of surfaces may depend.
    pub fn changed(&mut self) {
        self.changes = self.changes.wrapping_add(1);
    }

    /// A surface by its id.
    pub fn of(&self, id: u32) -> Option<&ScaledSurface> {
        self.known.get(&id)
    }

    /// The same, to be changed.
    pub fn get(&mut self, id: u32) -> Option<&mut ScaledSurface> {
        self.known.get_mut(&id)
    }

    /// All surfaces.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&u32, &mut ScaledSurface)> {
        self.known.iter_mut()
    }

    /// The surface that a request is for; it is added if it is new.
    pub fn entry(&mut self, id: u32, peer: u32, versions: Versions) -> &mut ScaledSurface {
        // A host that does not know of it tells none, and carafe does.
        let since = wl_surface::EVT_PREFERRED_BUFFER_SCALE_SINCE;
        let lacks_it = versions.host() < since && versions.client() >= since;
        let preferred = i32::from(lacks_it);
        let new = || ScaledSurface { peer, versions, preferred, ..ScaledSurface::default() };
        self.known.entry(id).or_insert_with(new)
    }

    /// A surface of the client, if this is one.
    pub fn find(&mut self, id: u32, context: &Context<'_>) -> Option<&mut ScaledSurface> {
        let object = context.objects.client(id)?;
        if Some(object.interface) != context.tables.find("wl_surface") {
            return None;
        }
        Some(self.entry(id, object.peer, object.versions))
    }

    /// The surface that an object of the client's is about which gives it its role.
    pub fn with_role(&mut self, object: Key, context: &Context<'_>) -> Option<&mut ScaledSurface> {
        self.find(context.book.with_role(object)?.id, context)
    }

    /// Whether another frame like the last one needs no work. For the parent of a subsurface it
    /// does: carafe must know whether the parent is between attach and commit.
    pub fn is_steady(&self, booked: &surfaces::Surface) -> bool {
        self.known.contains_key(&booked.id) && booked.subsurface.is_none()
    }

    /// Handles that the client destroys a surface.
    pub fn destroy(&mut self, id: u32, context: &mut Context<'_>) {
        self.changed();
        let Some(surface) = self.known.remove(&id) else { return };
        if surface.own_viewport != 0 {
            let opcode = wp_viewport::REQ_DESTROY_OPCODE;
            context.to_host.make(surface.own_viewport, opcode, |request| request);
        }
    }

    /// Handles `wl_surface.commit`: tells the host what it must know first.
    ///
    /// # Errors
    /// [`Refusal`]: the content makes no sense.
    pub fn commit(
        &mut self,
        incoming: &Incoming<'_>,
        outputs: &Outputs,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let Key { id, slot } = incoming.key();
        let viewporter = self.viewporter;
        let surface = self.entry(id, incoming.object.peer, incoming.object.versions);
        surface.has_callback = false;
        if viewporter == 0 {
            surface.tell_scale(id, context);
            return Ok(());
        }
        let Some(slot) = slot else { return Ok(()) };
        let Some(booked) = context.book.at(slot) else { return Ok(()) };
        let before = surface.basis;
        // Most frames only replace the pixels.
        if before.is_some() && before == self.basis(booked) {
            return Ok(());
        }
        self.show(slot, outputs, context)?;
        self.fit_children(slot, 0, outputs, context)
    }

    /// What the size of a surface depends on now; `None` if it has no content.
    fn basis(&self, booked: &surfaces::Surface) -> Option<Basis> {
        let content = BufferView::of(booked.committed())?;
        Some(Basis { change: self.changes, content, fit: booked.fit })
    }

    /// Sets the host's viewport for a surface's content. Returns `true` if that changes it.
    fn show(
        &mut self,
        slot: Slot,
        outputs: &Outputs,
        context: &mut Context<'_>,
    ) -> Result<bool, Refusal> {
        let Some(booked) = context.book.at(slot) else { return Ok(false) };
        let Some(surface) = self.known.get(&booked.id) else { return Ok(false) };
        let Some(showing) = BufferView::of(booked.committed()) else { return Ok(false) };
        let size = showing.size().map_err(|bad| refused(booked.viewport, bad))?;
        let fit = booked.fit.map(|fit| fit.host);
        let place = HostPlace {
            size: fit.unwrap_or_else(|| self.size_at_host(slot, size, context)),
            at: self.place_at_host(slot, context.book),
            ratio: context.objects.scale().ratio(),
            density: outputs.density_on(&surface.outputs).or_else(|| outputs.densest()),
        };
        let key = Key { id: booked.id, slot: Some(slot) };
        let mut fitted = booked.fit;
        if let Some(fit) = context.book.surface_mut(key).and_then(|booked| booked.fit.as_mut()) {
            fit.client = size;
            fitted = Some(*fit);
        }
        let viewporter = self.viewporter;
        let Some(surface) = self.known.get_mut(&key.id) else { return Ok(false) };
        if surface.size.replace((size, place.size)) != Some((size, place.size)) {
            // Those of its children depend on it.
            self.changes = self.changes.wrapping_add(1);
        }
        surface.basis = Some(Basis { change: self.changes, content: showing, fit: fitted });
        let shown = if fit.is_some() { showing.enlarged(&place) } else { showing.shown(&place) };
        surface.show(shown, viewporter, context)
    }

    /// Resizes a surface's children, because their sizes depend on its place and size. Children for
    /// which the client has nothing pending are committed too.
    fn fit_children(
        &mut self,
        parent: Slot,
        depth: usize,
        outputs: &Outputs,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let has_none = |parent: &surfaces::Surface| parent.next_children().is_empty();
        if context.book.at(parent).is_none_or(has_none) {
            return Ok(());
        }
        for n in 0.. {
            let Some(child) = context.book.child(parent, n) else { break };
            let Some(booked) = context.book.at(child).filter(|_| child != parent) else { continue };
            let (id, has_changes) = (booked.id, booked.has_changes());
            if self.known.get(&id).is_none_or(|child| has_changes || child.has_callback) {
                continue;
            }
            if self.show(child, outputs, context)?
                && let Some(child) = self.known.get(&id)
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
}

impl ScaledSurface {
    /// Sets the host's viewport. Returns `true` if that changes it.
    fn show(
        &mut self,
        shown: ViewportState,
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

    /// If the host has no viewports, sets a buffer scale, which must be a whole number.
    fn tell_scale(&mut self, id: u32, context: &mut Context<'_>) {
        let times = context.objects.scale().size_to_client(1);
        let scale = context.surface(id).map_or(1, |surface| surface.committed().view.scale);
        let told = scale.max(1).saturating_mul(times);
        if self.versions.host() >= wl_surface::REQ_SET_BUFFER_SCALE_SINCE && told != self.told_scale
        {
            self.told_scale = told;
            let opcode = wl_surface::REQ_SET_BUFFER_SCALE_OPCODE;
            context.to_host.make(self.peer, opcode, |request| request.uint(told.cast_unsigned()));
        }
    }
}

/// The error for invalid content, about the client's viewport.
fn refused(viewport: u32, bad: ViewportError) -> Refusal {
    let (code, text) = match bad {
        ViewportError::Size => (1, "without a destination the source's size must be whole"),
        ViewportError::OutOfBuffer => (2, "the source reaches out of the buffer"),
    };
    Fault::client(viewport, code, text.to_owned()).into()
}
