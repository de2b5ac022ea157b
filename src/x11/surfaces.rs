//! Xwayland's surfaces, from the Wayland side: what is attached to them, and whether
//! they may show it.
//!
//! A surface that is to be a window must not show a buffer before the host has
//! configured its role (xdg-shell). Xwayland knows nothing of roles: what it attaches
//! and commits too early is held, and done for it later.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use wayland_client::protocol::wl_buffer;
use wayland_client::protocol::wl_surface::{
    REQ_ATTACH_OPCODE, REQ_COMMIT_OPCODE, REQ_DAMAGE_OPCODE, REQ_SET_INPUT_REGION_OPCODE,
};

use crate::pixels::{Mask, Masks};
use crate::session::{Context, Incoming, Objects, Passed, Refusal, Verdict};

/// What became of a request to a surface.
pub struct Seen {
    /// What the host gets of it.
    pub verdict: Verdict,
    /// It is a commit with which new content of that size is shown.
    pub commit: Option<(u32, u32)>,
}

/// Whether a surface may show something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Gate {
    /// It has no role yet, or one that is not configured.
    #[default]
    Closed,
    /// All passes.
    Open,
}

/// What a surface is at the host: once it was one, it never becomes another (`wl_surface`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `xdg_toplevel`.
    Toplevel,
    /// `xdg_popup`.
    Popup,
    /// `zwlr_layer_surface_v1`.
    Layer,
    /// `wl_subsurface` of a drag's icon.
    DragIcon,
}

#[derive(Default)]
struct Surface {
    gate: Gate,
    /// What it was or is.
    part: Option<Part>,
    /// The buffer that waits for a commit or, held, for the gate: the client's id, 0 for
    /// none; and the offset that came with it.
    attached: Option<(u32, u32, u32)>,
    /// A commit is held.
    committed: bool,
    /// The buffer that was committed last: the client's id, 0 for none.
    shown: u32,
    /// The size of what it shows.
    size: (u32, u32),
    /// It is about to be committed in Xwayland's name.
    again: bool,
    /// Not all of it shows, or takes input.
    masked: bool,
}

impl Surface {
    /// Learns what has passed unseen.
    fn catch_up(&mut self, id: u32, objects: &mut Objects) {
        let Some(Passed { buffer, is_pending }) = objects.take_passed(id) else { return };
        self.shown = buffer;
        if is_pending {
            self.attached = Some((buffer, 0, 0));
        }
    }

    fn needs(&self, buffer: u32) -> bool {
        self.shown == buffer || self.attached.is_some_and(|(attached, ..)| attached == buffer)
    }
}

/// By the client's ids.
#[derive(Default)]
pub struct Surfaces {
    known: HashMap<u32, Surface>,
    /// Buffers that Xwayland has destroyed and that are still needed: a surface whose role
    /// goes is to show its content with the next one.
    doomed: HashSet<u32>,
    /// Sizes of buffers.
    buffers: HashMap<u32, (u32, u32)>,
    masks: Masks,
}

impl Surfaces {
    /// Those whose content is copied with these masks.
    pub fn new(masks: Masks) -> Self {
        Self { masks, ..Self::default() }
    }

    /// A new surface.
    pub fn created(&mut self, id: u32) {
        self.known.insert(id, Surface::default());
    }

    /// A surface is gone.
    pub fn destroyed(&mut self, id: u32, context: &mut Context<'_>) {
        self.masks.set(id, None);
        if let Some(mut surface) = self.known.remove(&id) {
            surface.catch_up(id, context.objects);
            self.dispense_with(surface.shown, context);
            self.dispense_with(surface.attached.map_or(0, |(buffer, ..)| buffer), context);
        }
    }

    /// A surface of Xwayland's, with what it has now.
    fn find(&mut self, id: u32, objects: &mut Objects) -> Option<&mut Surface> {
        let surface = self.known.get_mut(&id)?;
        surface.catch_up(id, objects);
        Some(surface)
    }

    /// A surface needs a buffer no more.
    fn dispense_with(&mut self, buffer: u32, context: &mut Context<'_>) {
        let is_needed = || self.known.values().any(|surface| surface.needs(buffer));
        if self.doomed.contains(&buffer) && !is_needed() {
            self.doomed.remove(&buffer);
            context.as_client.make(buffer, wl_buffer::REQ_DESTROY_OPCODE, |request| request);
        }
    }

    /// From the next commit on, that of a surface shows; `None`: all.
    pub fn set_mask(&mut self, id: u32, mask: Option<Arc<Mask>>) {
        if let Some(surface) = self.known.get_mut(&id) {
            surface.masked = mask.is_some();
            self.masks.set(id, mask);
        }
    }

    /// Commits a surface as Xwayland would, with what it shows, unless Xwayland is about
    /// to: what holds from the next commit on holds now.
    pub fn commit_again(&mut self, id: u32, context: &mut Context<'_>) {
        let Some(surface) = self.find(id, context.objects) else { return };
        let idle = surface.gate == Gate::Open && surface.attached.is_none();
        if idle && !std::mem::replace(&mut surface.again, true) {
            context.as_client.make(id, REQ_COMMIT_OPCODE, |request| request);
        }
    }

    /// Whether there is one with that id.
    pub fn has(&self, id: u32) -> bool {
        self.known.contains_key(&id)
    }

    /// Whether a surface is that, or may become it.
    pub fn may_be(&self, id: u32, part: Part) -> bool {
        self.known.get(&id).is_some_and(|surface| surface.part.is_none_or(|was| was == part))
    }

    /// A surface becomes that.
    pub fn becomes(&mut self, id: u32, part: Part) {
        if let Some(surface) = self.known.get_mut(&id) {
            surface.part = Some(part);
        }
    }

    /// A new buffer.
    pub fn buffer_created(&mut self, id: u32, size: (u32, u32)) {
        self.buffers.insert(id, size);
    }

    /// Xwayland destroys a buffer; one that is still needed lives on until it is not.
    pub fn buffer_destroyed(&mut self, id: u32, objects: &mut Objects) -> Verdict {
        self.known.iter_mut().for_each(|(id, surface)| surface.catch_up(*id, objects));
        if self.known.values().any(|surface| surface.needs(id)) {
            self.doomed.insert(id);
            return Verdict::Withhold;
        }
        self.buffers.remove(&id);
        Verdict::Forward
    }

    /// The size of what a surface shows; zeros: nothing.
    pub fn size(&self, id: u32) -> (u32, u32) {
        self.known.get(&id).map_or((0, 0), |surface| surface.size)
    }

    /// The size of what a surface shows after its next commit.
    fn next_size(surface: &Surface, buffers: &HashMap<u32, (u32, u32)>) -> (u32, u32) {
        match surface.attached {
            None => surface.size,
            Some((buffer, ..)) => buffers.get(&buffer).copied().unwrap_or_default(),
        }
    }

    /// Whether something is attached and not yet committed: a commit of carafe's own
    /// would tear a frame apart.
    pub fn is_within_frame(&mut self, id: u32, objects: &mut Objects) -> bool {
        self.find(id, objects).is_some_and(|surface| surface.attached.is_some())
    }

    /// Whether a surface with content like what it shows now may pass unseen.
    pub fn is_steady(&self, id: u32) -> bool {
        let steady = |surface: &Surface| {
            surface.gate == Gate::Open
                && surface.attached.is_none()
                && !surface.again
                && !surface.masked
                && !self.doomed.contains(&surface.shown)
        };
        self.known.get(&id).is_some_and(steady)
    }

    /// From now on it may show what it has; what was held is done now.
    pub fn open(&mut self, id: u32, context: &mut Context<'_>) {
        let Some(surface) = self.find(id, context.objects) else { return };
        if std::mem::replace(&mut surface.gate, Gate::Open) == Gate::Open {
            return;
        }
        let Some((buffer, x, y)) = surface.attached else { return };
        let replay = &mut *context.as_client;
        replay.make(id, REQ_ATTACH_OPCODE, |request| request.uint(buffer).uint(x).uint(y));
        if std::mem::take(&mut surface.committed) {
            let all = i32::MAX.cast_unsigned();
            replay.make(id, REQ_DAMAGE_OPCODE, |r| r.uint(0).uint(0).uint(all).uint(all));
            replay.make(id, REQ_COMMIT_OPCODE, |request| request);
        }
    }

    /// Its role is gone: what comes is held again. What it shows is taken away, as it
    /// may get no role with that, and shown again with the next one.
    pub fn close(&mut self, id: u32, context: &mut Context<'_>) {
        let Some(surface) = self.find(id, context.objects) else { return };
        let was = std::mem::replace(&mut surface.gate, Gate::Closed);
        // What was attached and not committed, the next role's first commit would show.
        let is_pending = was == Gate::Open && surface.attached.is_some();
        let peer = context.objects.client(id).map_or(0, |object| object.peer);
        if !(surface.shown != 0 || is_pending) || peer == 0 {
            return;
        }
        let shown = std::mem::take(&mut surface.shown);
        surface.committed = shown != 0;
        surface.size = (0, 0);
        if surface.committed {
            surface.attached.get_or_insert((shown, 0, 0));
        }
        context.to_host.make(peer, REQ_ATTACH_OPCODE, |request| request.uint(0).uint(0).uint(0));
        context.to_host.make(peer, REQ_COMMIT_OPCODE, |request| request);
        self.dispense_with(shown, context);
    }

    /// What a surface without a role had is not shown with its next one: it is out of date.
    pub fn forget_content(&mut self, id: u32, context: &mut Context<'_>) {
        let Some(surface) = self.known.get_mut(&id).filter(|s| s.gate == Gate::Closed) else {
            return;
        };
        surface.committed = false;
        let buffer = surface.attached.take().map_or(0, |(buffer, ..)| buffer);
        self.dispense_with(buffer, context);
    }

    /// A request of Xwayland's to a surface.
    ///
    /// # Errors
    /// When its arguments are wrong.
    pub fn request(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Seen, Refusal> {
        let id = incoming.header.object;
        let Some(surface) = self.known.get_mut(&id) else {
            return Ok(Seen { verdict: Verdict::Forward, commit: None });
        };
        surface.catch_up(id, context.objects);
        let held = surface.gate == Gate::Closed;
        let mut verdict = Verdict::Forward;
        let mut commit = None;
        let mut before = 0;
        match incoming.header.opcode {
            REQ_ATTACH_OPCODE => {
                let mut args = incoming.args();
                let attached = (args.uint()?, args.uint()?, args.uint()?);
                before = surface.attached.replace(attached).map_or(0, |(buffer, ..)| buffer);
                args.finish()?;
                surface.committed = false;
                verdict = if held { Verdict::Withhold } else { Verdict::Forward };
            }
            REQ_COMMIT_OPCODE if held => {
                surface.committed = true;
                verdict = Verdict::Withhold;
            }
            REQ_COMMIT_OPCODE => {
                surface.again = false;
                let size = Self::next_size(surface, &self.buffers);
                commit = Some(size);
                surface.size = size;
                if let Some((buffer, ..)) = surface.attached.take() {
                    before = std::mem::replace(&mut surface.shown, buffer);
                }
            }
            // Xwayland knows of the input's shape, but not of the mask.
            REQ_SET_INPUT_REGION_OPCODE if surface.masked => verdict = Verdict::Withhold,
            _ => {}
        }
        self.dispense_with(before, context);
        Ok(Seen { verdict, commit })
    }
}
