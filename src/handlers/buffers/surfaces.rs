//! Surfaces whose content is copied.
//!
//! `attach` of a client's buffer is kept until `commit`; then one of a few host
//! buffers gets what it lacks of the new content, is attached in the client's
//! buffer's place, and the client's buffer is released: it was read. Damage
//! crosses as it came, because both buffers have the same size.
//!
//! Where the host sees the client's memory, only surfaces with a mask are copied.

use std::collections::HashMap;
use std::sync::Arc;

use wayland_client::protocol::wl_surface as surface;
use wayland_client::protocol::{wl_buffer, wl_surface};
use wayland_protocols::wp::viewporter::client::wp_viewport;

use super::Buffer;
use super::host::{Form, HostBuffers};
use super::params::Params;
use crate::observe::{Side, Work};
use crate::pixels::{
    MASKED, Mask, Masks, Rect, Region, ShmBuffer, Shrunk, Target, Transform, View, can_mask,
};
use crate::session::{Context, Fault, Incoming, Refusal, Verdict, Wait};
use crate::wire::Header;

/// Bound on a surface's buffers at the host. A host holds two or three; when it
/// holds all, the client waits.
const MAX_TARGETS: usize = 8;

/// Bound on the rectangles of damage between two commits; more become one.
const MAX_DAMAGE: usize = 64;

/// What a client's shrunk pool means for it: `wl_shm.error.invalid_fd` about the
/// buffer, as libwayland's server says it.
pub fn shrunk(buffer: u32, shrunk: Shrunk) -> Refusal {
    Fault::client(buffer, 2, shrunk.to_string()).into()
}

/// A buffer that is to be shown with the next commit.
struct Attached {
    buffer: Buffer,
    id: u32,
    /// In the host's coordinates.
    x: i32,
    y: i32,
    /// The host has not seen it; else it shows it as it is.
    is_copied: bool,
}

#[derive(Default)]
struct Surface {
    attached: Option<Attached>,
    /// The content that was committed last, for when the mask changes; only where there
    /// are masks.
    shown: Option<Buffer>,
    /// What of it shows at the host.
    mask: Option<Arc<Mask>>,
    /// A buffer that is to be shown with the next commit and that the host has; 0: none.
    dmabuf: u32,
    /// Damage since the last commit, in the surface's and in the buffer's coordinates.
    damage: Vec<Rect>,
    buffer_damage: Vec<Rect>,
    pending: View,
    targets: Vec<Target>,
    /// What the targets are.
    targets_for: Form,
}

/// Where a surface's content comes from and goes to.
pub struct Sources<'a> {
    /// The client's buffers in shared memory, by their ids.
    pub shm: &'a HashMap<u32, Buffer>,
    /// Its dma-bufs. `None`: the host sees the client's memory.
    pub params: Option<&'a Params>,
    /// The host's buffers.
    pub host: &'a mut HostBuffers,
    /// What of the surfaces shows, if that is not always all.
    pub masks: Option<&'a Masks>,
}

/// The client's surfaces by their ids.
#[derive(Default)]
pub struct Surfaces {
    known: HashMap<u32, Surface>,
    /// Surface of each `wp_viewport`.
    viewports: HashMap<u32, u32>,
    /// Client's surface of each target.
    shown_by: HashMap<u32, u32>,
    /// Targets that no surface uses any more, but the host still does: their memory
    /// stays until it releases them.
    retired: HashMap<u32, Target>,
    /// Released targets that are to be destroyed with the next request.
    idle: Vec<u32>,
    /// The user knows that a mask is without effect.
    told_unmasked: bool,
}

impl Surfaces {
    /// A request to a surface.
    pub fn request(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
        sources: Sources<'_>,
    ) -> Result<Verdict, Refusal> {
        for idle in self.idle.drain(..) {
            HostBuffers::destroy(idle, context);
        }
        let (id, opcode) = (incoming.header.object, incoming.header.opcode);
        let mut args = incoming.args();
        let surface = self.known.entry(id).or_default();
        match opcode {
            surface::REQ_ATTACH_OPCODE => {
                let (buffer, x, y) = (args.uint()?, args.uint()?, args.uint()?);
                args.finish()?;
                let at = |place: u32| context.objects.scale().at_to_host(place.cast_signed());
                surface.dmabuf = buffer;
                let mask = sources.masks.and_then(|masks| masks.of(id));
                let found = sources.shm.get(&buffer);
                let has_alpha = found.is_some_and(|found| can_mask(found.fourcc));
                if mask.is_some() && buffer != 0 && !has_alpha && !self.told_unmasked {
                    self.told_unmasked = true;
                    tracing::info!(
                        "shaped X11 windows appear rectangular because Xwayland renders on the \
                         GPU; --glamor=0 avoids this"
                    );
                }
                let Some(found) = found.map(Arc::clone) else {
                    (surface.attached, surface.shown) = (None, None);
                    return Ok(Verdict::Forward);
                };
                let is_copied = sources.params.is_some() || mask.is_some() && has_alpha;
                let (x, y) = (at(x), at(y));
                surface.attached = Some(Attached { buffer: found, id: buffer, x, y, is_copied });
                if is_copied {
                    return Ok(Verdict::Drop);
                }
            }
            surface::REQ_DAMAGE_OPCODE => damage(&mut surface.damage, incoming)?,
            surface::REQ_DAMAGE_BUFFER_OPCODE => damage(&mut surface.buffer_damage, incoming)?,
            surface::REQ_SET_BUFFER_SCALE_OPCODE => {
                surface.pending.scale = args.uint()?.cast_signed();
            }
            surface::REQ_SET_BUFFER_TRANSFORM_OPCODE => {
                surface.pending.transform = Transform::new(args.uint()?);
            }
            surface::REQ_COMMIT_OPCODE => {
                let peer = incoming.object.peer;
                return self.commit(id, peer, context, sources);
            }
            surface::REQ_DESTROY_OPCODE => {
                args.finish()?;
                self.destroy(id, incoming.object.peer, context);
                return Ok(Verdict::Drop);
            }
            _ => {}
        }
        Ok(Verdict::Forward)
    }

    /// Whether not all of a surface shows.
    pub fn has_mask(&self, id: u32) -> bool {
        self.known.get(&id).is_some_and(|surface| surface.mask.is_some())
    }

    /// `wp_viewporter.get_viewport`.
    pub fn get_viewport(&mut self, incoming: &mut Incoming<'_>) -> Result<Verdict, Refusal> {
        let mut args = incoming.args();
        let (viewport, surface) = (args.uint()?, args.uint()?);
        self.viewports.insert(viewport, surface);
        Ok(Verdict::Forward)
    }

    /// A request to a viewport.
    pub fn viewport(&mut self, incoming: &mut Incoming<'_>) -> Result<Verdict, Refusal> {
        let (viewport, opcode) = (incoming.header.object, incoming.header.opcode);
        let Some(surface) = self.viewports.get(&viewport) else { return Ok(Verdict::Forward) };
        let surface = self.known.entry(*surface).or_default();
        let mut args = incoming.args();
        match opcode {
            wp_viewport::REQ_SET_SOURCE_OPCODE => {
                let mut fixed = || args.uint().map(u32::cast_signed);
                let [x, y, width, height] = [fixed()?, fixed()?, fixed()?, fixed()?];
                // -1 for all of them: none.
                surface.pending.source = (width > 0).then_some([x, y, width, height]);
            }
            wp_viewport::REQ_SET_DESTINATION_OPCODE => {
                let (width, height) = (args.uint()?.cast_signed(), args.uint()?.cast_signed());
                surface.pending.destination = (width > 0).then_some((width, height));
            }
            wp_viewport::REQ_DESTROY_OPCODE => {
                (surface.pending.source, surface.pending.destination) = (None, None);
                self.viewports.remove(&viewport);
            }
            _ => {}
        }
        Ok(Verdict::Forward)
    }

    /// The host has released a buffer.
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

    /// What a surface's commit has to wait for: until what draws into its dma-buf has
    /// ended, or until the host has released one of its copies.
    pub fn must_wait(
        &self,
        id: u32,
        params: Option<&Params>,
        masks: Option<&Masks>,
    ) -> Option<Wait> {
        let surface = self.known.get(&id)?;
        let mask = masks.and_then(|masks| masks.of(id));
        let again = if surface.attached.is_none() { surface.again(mask.as_ref()) } else { None };
        let Some(attached) = surface.attached.as_ref().or(again.as_ref()) else {
            return params?.busy(surface.dmabuf).map(Wait::ForFence);
        };
        let is_full = attached.is_copied
            && surface.targets_for == form(&attached.buffer, mask.as_ref())
            && surface.targets.len() >= MAX_TARGETS
            && surface.targets.iter().all(|target| target.busy);
        is_full.then_some(Wait::ForHost)
    }

    fn commit(
        &mut self,
        id: u32,
        peer: u32,
        context: &mut Context<'_>,
        sources: Sources<'_>,
    ) -> Result<Verdict, Refusal> {
        let Sources { shm, host, masks, .. } = sources;
        let Some(surface) = self.known.get_mut(&id) else { return Ok(Verdict::Forward) };
        debug_assert!(
            context.surface(id).is_some_and(|booked| {
                booked.committed().view == surface.pending
                    && surface.damage == booked.last.damage.surface
                    && surface.buffer_damage == booked.last.damage.buffer
                    && (surface.attached.as_ref()).is_none_or(|a| {
                        booked.committed().buffer.as_ref().is_some_and(|b| b.id == a.id)
                    })
            }),
            "the book says otherwise"
        );
        let mask = masks.and_then(|masks| masks.of(id));
        let attached = surface.attached.take().or_else(|| surface.again(mask.as_ref()));
        let Some(attached) = attached else {
            surface.dmabuf = 0;
            surface.forget_damage();
            return Ok(Verdict::Forward);
        };
        if !attached.is_copied {
            surface.forget_damage();
            (surface.shown, surface.mask) = (Some(attached.buffer), None);
            for target in std::mem::take(&mut surface.targets) {
                retire(target, &mut self.shown_by, &mut self.retired, context);
            }
            return Ok(Verdict::Forward);
        }
        let Attached { buffer, id: buffer_id, x, y, .. } = &attached;
        let mask = mask.filter(|_| can_mask(buffer.fourcc));
        let wanted = form(buffer, mask.as_ref());
        if surface.targets_for != wanted {
            for target in std::mem::take(&mut surface.targets) {
                retire(target, &mut self.shown_by, &mut self.retired, context);
            }
            surface.targets_for = wanted;
        }
        if surface.targets.iter().all(|target| target.busy) {
            let target = host.make(wanted, context)?;
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
        let mut damage = surface.take_damage(buffer);
        if !is_same(mask.as_ref(), surface.mask.as_ref()) {
            damage.add(buffer.bounds());
            let all = i32::MAX.cast_unsigned();
            context.to_host.make(peer, surface::REQ_DAMAGE_OPCODE, |request| {
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
            target.lacks.area().saturating_mul(u64::from(buffer.layout.bytes));
        let start = context.observer.span_start();
        let copied = target.fill(buffer, mask.as_deref(), host.memory());
        let copied = copied.map_err(|e| shrunk(*buffer_id, e))?;
        context.observer.counters.bytes_copied += copied;
        context.observer.span(Work::Copy, start, usize::try_from(copied).unwrap_or(usize::MAX));
        target.busy = true;
        context.to_host.make(peer, surface::REQ_ATTACH_OPCODE, |request| {
            request.uint(target.id).uint(x.cast_unsigned()).uint(y.cast_unsigned())
        });
        // Its id may be another object's by now.
        if shm.get(buffer_id).is_some_and(|now| Arc::ptr_eq(now, buffer)) {
            release(*buffer_id, context);
        }
        surface.mask = mask;
        surface.shown = masks.is_some().then_some(attached.buffer);
        Ok(Verdict::Forward)
    }

    /// Destroys a surface and then, never before it, its buffers at the host.
    fn destroy(&mut self, id: u32, peer: u32, context: &mut Context<'_>) {
        context.to_host.make(peer, wl_surface::REQ_DESTROY_OPCODE, |request| request);
        context.objects.destroyed_by_client(id);
        for target in self.known.remove(&id).into_iter().flat_map(|surface| surface.targets) {
            retire(target, &mut self.shown_by, &mut self.retired, context);
        }
        self.viewports.retain(|_, surface| *surface != id);
    }
}

/// What a buffer's copies are.
fn form(buffer: &ShmBuffer, mask: Option<&Arc<Mask>>) -> Form {
    let is_masked = mask.is_some() && can_mask(buffer.fourcc);
    (buffer.width, buffer.height, if is_masked { MASKED } else { buffer.fourcc })
}

fn is_same(one: Option<&Arc<Mask>>, other: Option<&Arc<Mask>>) -> bool {
    one.map(Arc::as_ptr) == other.map(Arc::as_ptr)
}

impl Surface {
    /// The content that is shown, if the mask makes something else of it now.
    fn again(&self, mask: Option<&Arc<Mask>>) -> Option<Attached> {
        let buffer = self.shown.as_ref()?;
        let mask = mask.filter(|_| can_mask(buffer.fourcc));
        let buffer = Arc::clone(buffer);
        let again = Attached { buffer, id: 0, x: 0, y: 0, is_copied: true };
        (!is_same(mask, self.mask.as_ref())).then_some(again)
    }

    fn forget_damage(&mut self) {
        self.damage.clear();
        self.buffer_damage.clear();
    }

    /// What changed in the buffer since the last commit.
    fn take_damage(&mut self, buffer: &ShmBuffer) -> Region {
        let mut damage = Region::default();
        let bounds = buffer.bounds();
        for rect in self.buffer_damage.drain(..) {
            damage.add(rect.intersection(&bounds));
        }
        for rect in self.damage.drain(..) {
            damage.add(self.pending.to_buffer(rect, buffer.width, buffer.height));
        }
        damage
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

/// Adds a rectangle of damage.
fn damage(rects: &mut Vec<Rect>, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
    let mut args = incoming.args();
    let mut int = || args.uint().map(u32::cast_signed);
    let mut rect = Rect::new(int()?, int()?, int()?, int()?);
    if rect.is_empty() {
        return Ok(());
    }
    if rects.len() >= MAX_DAMAGE {
        rect = rects.drain(..).fold(rect, |all, one| all.around(&one));
    }
    rects.push(rect);
    Ok(())
}

/// A surface needs a target no more: it is destroyed now, or when the host has
/// released it.
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
