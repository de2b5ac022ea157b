//! Surfaces whose content is copied.
//!
//! The buffer of an `attach` stays in the book until `commit`. Then carafe takes one of a few
//! buffers at the host, copies the parts of the new content that this buffer lacks, and attaches it
//! instead. The client's buffer has been read, so it is released. Damage crosses unchanged, because
//! both buffers have the same size.
//!
//! If the host sees the client's memory, only surfaces with a mask are copied.

use std::collections::HashMap;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use wayland_client::protocol::{wl_buffer, wl_surface};

use super::host::{Form, HostBuffers};
use crate::observe::{Side, Work};
use crate::pixels::{
    MASKED, Mask, Region, ShmBuffer, Shrunk, Target, View, Worth, can_mask, layout,
};
use crate::session::{Context, Fault, Incoming, Refusal, Verdict, Wait};
use crate::surfaces::{self, Book, Content, Damage, Key};
use crate::wire::Header;

/// Bound on a surface's buffers at the host. A host holds two or three; if it holds all of them,
/// the client waits.
const MAX_TARGET_BUFFERS: usize = 8;

/// The version of surfaces in which `attach` says the host no offset any more.
const WITH_OFFSETS: u32 = wl_surface::REQ_OFFSET_SINCE;

/// The error for a client that has shrunk a pool: `wl_shm.error.invalid_fd` about the buffer, as in
/// libwayland's server.
pub fn shrunk(buffer: u32, shrunk: Shrunk) -> Refusal {
    Fault::client(buffer, 2, shrunk.to_string()).into()
}

/// How a surface's content reaches the host.
#[derive(Default)]
struct CopiedSurface {
    /// The host has not seen the buffer that was attached last.
    is_withheld: bool,
    /// The mask of the content at the host.
    mask: Option<Arc<Mask>>,
    targets: Vec<Target>,
    /// The form of the targets.
    targets_for: Form,
    /// The kind of memory that suits the surface.
    worth: Worth,
}

/// The client's surfaces by their ids.
#[derive(Default)]
pub struct CopiedSurfaces {
    known: HashMap<u32, CopiedSurface>,
    /// The client's surface that each target belongs to.
    shown_by: HashMap<u32, u32>,
    /// Targets that no surface needs any more, but that the host still uses. Their memory stays
    /// until the host releases them.
    retired: HashMap<u32, Target>,
    /// Released targets, which the next request will destroy.
    idle: Vec<u32>,
    /// Whether the user was warned that a mask has no effect.
    told_unmasked: bool,
}

impl CopiedSurfaces {
    /// Handles `wl_surface.attach`. With `copies_all`, every surface is copied, not only those with
    /// a mask.
    pub fn attach(
        &mut self,
        incoming: &Incoming<'_>,
        copies_all: bool,
        context: &mut Context<'_>,
    ) -> Verdict {
        self.destroy_idle(context);
        let Some(booked) = context.book.surface(incoming.key()) else { return Verdict::Forward };
        let buffer = booked.next_buffer();
        let shm = buffer.and_then(|buffer| buffer.as_shm());
        let has_alpha = shm.is_some_and(|shm| can_mask(shm.fourcc));
        if booked.mask.is_some() && buffer.is_some() && !has_alpha && !self.told_unmasked {
            self.told_unmasked = true;
            tracing::info!(
                "shaped X11 windows appear rectangular because Xwayland renders on the GPU; \
                 --glamor=0 avoids this"
            );
        }
        let surface = self.known.entry(booked.id).or_default();
        surface.is_withheld = shm.is_some() && (copies_all || booked.mask.is_some() && has_alpha);
        if surface.is_withheld { Verdict::Drop } else { Verdict::Forward }
    }

    /// Whether the host shows only a part of a surface.
    pub fn has_mask(&self, id: u32) -> bool {
        self.known.get(&id).is_some_and(|surface| surface.mask.is_some())
    }

    /// Handles that the host has released a buffer.
    pub fn released(&mut self, target: u32) {
        if self.retired.remove(&target).is_some() {
            self.idle.push(target);
        }
        let surface = self.shown_by.get(&target).and_then(|id| self.known.get_mut(id));
        let targets = surface.into_iter().flat_map(|surface| &mut surface.targets);
        for found in targets.filter(|found| found.id == target) {
            found.busy = false;
        }
    }

    /// What a surface's commit must wait for: until nothing draws into its dma-buf any more, or
    /// until the host has released one of its copies.
    pub fn must_wait(&self, key: Key, book: &Book) -> Option<Wait> {
        let (surface, booked) = (self.known.get(&key.id)?, book.surface(key)?);
        let has_attached = booked.is_within_frame();
        match &booked.next_buffer()?.content {
            Content::DmaBuf(fd) if has_attached => busy(fd).map(Wait::ForFence),
            Content::Shm(shm) => {
                let mask = mask_of(booked, shm);
                let is_full = surface.copies(has_attached, mask)
                    && surface.targets_for == form(shm, mask)
                    && surface.targets.len() >= MAX_TARGET_BUFFERS
                    && surface.targets.iter().all(|target| target.busy);
                is_full.then_some(Wait::ForHost)
            }
            _ => None,
        }
    }

    /// Handles `wl_surface.commit`, which is already in the book.
    pub fn commit(
        &mut self,
        incoming: &Incoming<'_>,
        host: &mut HostBuffers,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        self.destroy_idle(context);
        let id = incoming.header.object;
        let (surface, booked) = (self.known.get_mut(&id), context.book.surface(incoming.key()));
        let (Some(surface), Some(booked)) = (surface, booked) else { return Ok(Verdict::Forward) };
        let committed = booked.committed();
        let Some(buffer) = committed.buffer.clone() else { return Ok(Verdict::Forward) };
        let has_attached = booked.last.has_attached;
        let mask = buffer.as_shm().and_then(|shm| mask_of(booked, shm)).cloned();
        let copied = buffer.as_shm().filter(|_| surface.copies(has_attached, mask.as_ref()));
        let Some(shm) = copied else {
            if has_attached {
                // The targets lack what the host has got directly.
                surface.mask = None;
                for target in std::mem::take(&mut surface.targets) {
                    retire(target, &mut self.shown_by, &mut self.retired, context);
                }
            }
            return Ok(Verdict::Forward);
        };
        let mut damage = changed(&booked.last.damage, &committed.view, shm);
        // Later versions have a request for the offset, which crosses.
        let says_offset = has_attached && incoming.object.versions.host() < WITH_OFFSETS;
        let offset = if says_offset { booked.last.offset } else { (0, 0) };
        let at = |place: i32| match place {
            0 => 0,
            place => context.objects.scale().at_to_host(place).cast_unsigned(),
        };
        let (x, y, peer) = (at(offset.0), at(offset.1), incoming.object.peer);
        let wanted = form(shm, mask.as_ref());
        if surface.is_worth_other_targets(wanted, &damage, host) {
            for target in std::mem::take(&mut surface.targets) {
                retire(target, &mut self.shown_by, &mut self.retired, context);
            }
            surface.targets_for = wanted;
        }
        if surface.targets.iter().all(|target| target.busy) {
            let target = host.make(wanted, surface.worth.is_image(), context)?;
            if surface.targets.is_empty() {
                let (width, height, _) = wanted;
                let chosen = host.chosen();
                tracing::info!(
                    "surface {id}, {width}x{height}: its buffers at the host are {chosen}"
                );
            }
            self.shown_by.insert(target.id, id);
            surface.targets.push(target);
        }
        if !is_same(mask.as_ref(), surface.mask.as_ref()) {
            damage.add(shm.bounds());
            let all = i32::MAX.cast_unsigned();
            context.to_host.make(peer, wl_surface::REQ_DAMAGE_OPCODE, |request| {
                request.uint(0).uint(0).uint(all).uint(all)
            });
        }
        for target in &mut surface.targets {
            target.lacks.add_all(&damage);
        }
        let free = surface.targets.iter_mut().filter(|target| !target.busy);
        let Some(target) = free.min_by_key(|target| target.lacks.area()) else {
            return Ok(Verdict::Forward);
        };
        context.observer.counters.bytes_lacking +=
            target.lacks.area().saturating_mul(u64::from(shm.layout.bytes));
        let start = context.observer.span_start();
        let copied = target.fill(shm, mask.as_deref(), host.memory());
        let copied = copied.map_err(|e| shrunk(buffer.id, e))?;
        context.observer.counters.bytes_copied += copied;
        context.observer.span(Work::Copy, start, usize::try_from(copied).unwrap_or(usize::MAX));
        target.busy = true;
        context.to_host.make(peer, wl_surface::REQ_ATTACH_OPCODE, |request| {
            request.uint(target.id).uint(x).uint(y)
        });
        // Another object may have its id by now.
        if has_attached && context.buffer(buffer.id).is_some_and(|now| Arc::ptr_eq(now, &buffer)) {
            release(buffer.id, context);
        }
        surface.mask = mask;
        Ok(Verdict::Forward)
    }

    /// Handles `wl_surface.destroy`: destroys the surface first, and then its buffers at the host.
    pub fn destroy(&mut self, incoming: &Incoming<'_>, context: &mut Context<'_>) -> Verdict {
        self.destroy_idle(context);
        let (id, peer) = (incoming.header.object, incoming.object.peer);
        context.to_host.make(peer, wl_surface::REQ_DESTROY_OPCODE, |request| request);
        context.objects.destroyed_by_client(id);
        for target in self.known.remove(&id).into_iter().flat_map(|surface| surface.targets) {
            retire(target, &mut self.shown_by, &mut self.retired, context);
        }
        Verdict::Drop
    }

    fn destroy_idle(&mut self, context: &mut Context<'_>) {
        for idle in self.idle.drain(..) {
            HostBuffers::destroy(idle, context);
        }
    }
}

/// The form of a buffer's copies.
fn form(buffer: &ShmBuffer, mask: Option<&Arc<Mask>>) -> Form {
    (buffer.width, buffer.height, if mask.is_some() { MASKED } else { buffer.fourcc })
}

fn is_same(one: Option<&Arc<Mask>>, other: Option<&Arc<Mask>>) -> bool {
    one.map(Arc::as_ptr) == other.map(Arc::as_ptr)
}

/// The mask of a surface, if it is possible with this content.
fn mask_of<'a>(booked: &'a surfaces::Surface, shm: &ShmBuffer) -> Option<&'a Arc<Mask>> {
    booked.mask.as_ref().filter(|_| can_mask(shm.fourcc))
}

impl CopiedSurface {
    /// Whether a commit copies: the new buffer, or the current one because the mask has changed.
    fn copies(&self, has_attached: bool, mask: Option<&Arc<Mask>>) -> bool {
        if has_attached { self.is_withheld } else { !is_same(mask, self.mask.as_ref()) }
    }

    /// Whether its targets have a wrong form now, or the wrong kind of memory.
    fn is_worth_other_targets(
        &mut self,
        wanted: Form,
        damage: &Region,
        host: &HostBuffers,
    ) -> bool {
        let (width, height, fourcc) = wanted;
        let least = host.memory().least_change();
        let bytes = layout(fourcc).map_or(4, |layout| u64::from(layout.bytes));
        if self.targets_for != wanted {
            let whole = u64::from(width).saturating_mul(u64::from(height)).saturating_mul(bytes);
            self.worth = Worth::new(whole, least);
            return true;
        }
        let changed = damage.area().saturating_mul(bytes);
        self.worth.frame(changed, least) && host.has_choice(fourcc)
    }
}

/// The changed pixels of a buffer.
fn changed(damage: &Damage, view: &View, buffer: &ShmBuffer) -> Region {
    let mut region = Region::default();
    let bounds = buffer.bounds();
    for rect in &damage.buffer {
        region.add(rect.intersection(&bounds));
    }
    for rect in &damage.surface {
        region.add(view.to_buffer(*rect, buffer.width, buffer.height));
    }
    region
}

/// What to wait for until a dma-buf can be shown: until it is readable (see the kernel's
/// documentation of dma-bufs, "Implicit Fence Poll Support").
fn busy(dmabuf: &OwnedFd) -> Option<OwnedFd> {
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    let mut polled = [PollFd::new(dmabuf, PollFlags::IN)];
    match poll(&mut polled, Some(&now)) {
        Ok(0) => dmabuf.as_fd().try_clone_to_owned().ok(),
        _ => None,
    }
}

/// Tells the client that its buffer was read.
fn release(id: u32, context: &mut Context<'_>) {
    let opcode = wl_buffer::EVT_RELEASE_OPCODE;
    context.to_client.make(id, opcode, |event| event);
    if let Some(interface) = context.tables.find("wl_buffer") {
        let header = Header { object: id, opcode, len: 8 };
        context.observer.watch_message(Side::Host, header, interface, &[]);
    }
}

/// Removes a target that a surface does not need any more: now, or when the host has released it.
fn retire(
    target: Target,
    shown_by: &mut HashMap<u32, u32>,
    retired: &mut HashMap<u32, Target>,
    context: &mut Context<'_>,
) {
    shown_by.remove(&target.id);
    if target.busy {
        retired.insert(target.id, target);
    } else {
        HostBuffers::destroy(target.id, context);
    }
}
