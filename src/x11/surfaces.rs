//! Xwayland's surfaces from the Wayland side: their content, and whether they may show it.
//!
//! The surface of a window must not show a buffer before the host has configured its role
//! (xdg-shell). Xwayland knows nothing of roles. So carafe holds back what Xwayland attaches and
//! commits too early, and replays it later.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use wayland_client::protocol::wl_buffer;
use wayland_client::protocol::wl_surface::{
    REQ_ATTACH_OPCODE, REQ_COMMIT_OPCODE, REQ_DAMAGE_OPCODE, REQ_SET_INPUT_REGION_OPCODE,
};

use crate::pixels::Mask;
use crate::session::{Context, Incoming, Refusal, Verdict};
use crate::surfaces::{self, Buffer};

/// The result of a request to a surface.
pub struct SurfaceVerdict {
    /// Whether the host gets the request.
    pub verdict: Verdict,
    /// If it is a commit that shows new content: the size of that content.
    pub commit: Option<(u32, u32)>,
}

/// Whether a surface may show content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Gate {
    /// It has no role yet, or its role is not configured.
    #[default]
    Closed,
    /// Everything may pass.
    Open,
}

#[derive(Default)]
struct SurfaceGate {
    gate: Gate,
    /// The buffer that is held back until the gate opens (the client's id, 0 for none), and the
    /// offset that came with it.
    held: Option<(u32, u32, u32)>,
    /// Whether a commit is held back.
    committed: bool,
    /// Whether carafe is about to commit it as if Xwayland had.
    again: bool,
}

/// The surfaces by the client's ids. Their content is in the session's book.
#[derive(Default)]
pub struct XwaylandSurfaces {
    known: HashMap<u32, SurfaceGate>,
    /// Buffers that Xwayland has destroyed, but that are still needed: a surface that loses its
    /// role shows its content again with its next role.
    kept_buffers: HashSet<u32>,
}

/// A buffer's id; 0 if there is none.
fn id_of(buffer: Option<&Arc<Buffer>>) -> u32 {
    buffer.map_or(0, |buffer| buffer.id)
}

impl XwaylandSurfaces {
    /// Notes a new surface.
    pub fn created(&mut self, id: u32) {
        self.known.insert(id, SurfaceGate::default());
    }

    /// Notes that a surface is gone.
    pub fn destroyed(&mut self, id: u32, context: &mut Context<'_>) {
        let held = self.known.remove(&id).and_then(|surface| surface.held);
        let booked = context.surface(id);
        let shown = id_of(booked.and_then(|surface| surface.shown.buffer.as_ref()));
        let pending = id_of(booked.and_then(surfaces::Surface::next_buffer));
        for buffer in [shown, pending, held.map_or(0, |(buffer, ..)| buffer)] {
            self.destroy_unneeded_buffer(buffer, context);
        }
    }

    /// Destroys a buffer that a surface no longer needs, if Xwayland has destroyed it. If another
    /// surface needs it, `buffer_destroyed` finds that.
    fn destroy_unneeded_buffer(&mut self, buffer: u32, context: &mut Context<'_>) {
        if self.kept_buffers.remove(&buffer) {
            context.as_client.make(buffer, wl_buffer::REQ_DESTROY_OPCODE, |request| request);
        }
    }

    /// Sets the mask of what a surface shows, from the next commit on; `None` shows everything.
    pub fn set_mask(id: u32, mask: Option<Arc<Mask>>, context: &mut Context<'_>) {
        if let Some(surface) = context.surface_mut(id) {
            surface.mask = mask;
        }
        context.objects.unsettle(id);
    }

    /// Commits a surface with its current content as Xwayland would, so that pending state takes
    /// effect now. It does nothing if Xwayland itself is about to commit.
    pub fn commit_again(&mut self, id: u32, context: &mut Context<'_>) {
        let is_whole = !self.is_within_frame(id, context);
        let Some(surface) = self.known.get_mut(&id) else { return };
        let idle = surface.gate == Gate::Open && is_whole;
        if idle && !std::mem::replace(&mut surface.again, true) {
            context.objects.unsettle(id);
            context.as_client.make(id, REQ_COMMIT_OPCODE, |request| request);
        }
    }

    /// Whether there is a surface with this id.
    pub fn has(&self, id: u32) -> bool {
        self.known.contains_key(&id)
    }

    /// Handles that Xwayland destroys a buffer. A buffer that is still needed lives until it is
    /// not.
    pub fn buffer_destroyed(&mut self, buffer: u32, context: &mut Context<'_>) -> Verdict {
        let needs = |(id, surface): (&u32, &SurfaceGate)| {
            surface.held.is_some_and(|(held, ..)| held == buffer)
                || context.surface(*id).is_some_and(|surface| surface.needs(buffer))
        };
        if !self.known.iter().any(needs) {
            return Verdict::Forward;
        }
        self.kept_buffers.insert(buffer);
        // Every surface that shows it will need this handler once more, at its next frame.
        context.objects.unsettle_all();
        Verdict::Withhold
    }

    /// Whether something is attached but not committed yet. A commit by carafe would then show half
    /// a frame.
    pub fn is_within_frame(&self, id: u32, context: &Context<'_>) -> bool {
        self.known.get(&id).is_some_and(|surface| surface.held.is_some())
            || context.surface(id).is_some_and(surfaces::Surface::is_within_frame)
    }

    /// Whether the handler may skip frames of a surface that are like the one that it shows now.
    pub fn is_steady(&self, booked: &surfaces::Surface) -> bool {
        let is_open = |surface: &SurfaceGate| surface.gate == Gate::Open && !surface.again;
        self.known.get(&booked.id).is_some_and(is_open)
            && booked.mask.is_none()
            && !self.kept_buffers.contains(&id_of(booked.shown.buffer.as_ref()))
    }

    /// Opens the gate: the surface may show content now. What was held back is replayed.
    pub fn open(&mut self, id: u32, context: &mut Context<'_>) {
        let Some(surface) = self.known.get_mut(&id) else { return };
        if std::mem::replace(&mut surface.gate, Gate::Open) == Gate::Open {
            return;
        }
        // The attach was held back; it is handled again when it is replayed.
        let Some((buffer, x, y)) = surface.held else { return };
        let replay = &mut *context.as_client;
        replay.make(id, REQ_ATTACH_OPCODE, |request| request.uint(buffer).uint(x).uint(y));
        if std::mem::take(&mut surface.committed) {
            let all = i32::MAX.cast_unsigned();
            replay.make(id, REQ_DAMAGE_OPCODE, |r| r.uint(0).uint(0).uint(all).uint(all));
            replay.make(id, REQ_COMMIT_OPCODE, |request| request);
        }
    }

    /// Closes the gate, because the role is gone. The content is removed from the surface, because
    /// xdg-shell forbids a new role on a surface with content; it is shown again with the next
    /// role.
    pub fn close(&mut self, id: u32, context: &mut Context<'_>) {
        context.objects.unsettle(id);
        let key = context.objects.key(id);
        let Some(surface) = self.known.get_mut(&id) else { return };
        surface.gate = Gate::Closed;
        let peer = context.objects.client(id).map_or(0, |object| object.peer);
        let Some(booked) = context.book.surface_mut(key).filter(|_| peer != 0) else { return };
        let shown = booked.shown.buffer.clone();
        if shown.is_none() && !booked.is_within_frame() {
            return;
        }
        surface.committed = shown.is_some();
        // Otherwise the first commit for the next role would show what is attached but not
        // committed.
        if booked.is_within_frame() {
            let (x, y) = booked.pending.offset;
            let buffer = id_of(booked.next_buffer());
            surface.held = Some((buffer, x.cast_unsigned(), y.cast_unsigned()));
        } else if surface.committed {
            surface.held.get_or_insert((id_of(shown.as_ref()), 0, 0));
        }
        booked.attach(None, (0, 0));
        context.book.commit(key);
        context.to_host.make(peer, REQ_ATTACH_OPCODE, |request| request.uint(0).uint(0).uint(0));
        context.to_host.make(peer, REQ_COMMIT_OPCODE, |request| request);
        self.destroy_unneeded_buffer(id_of(shown.as_ref()), context);
    }

    /// Drops the content that a surface without a role would show with its next role, because it is
    /// out of date.
    pub fn forget_content(&mut self, id: u32, context: &mut Context<'_>) {
        let Some(surface) = self.known.get_mut(&id).filter(|s| s.gate == Gate::Closed) else {
            return;
        };
        surface.committed = false;
        let buffer = surface.held.take().map_or(0, |(buffer, ..)| buffer);
        self.destroy_unneeded_buffer(buffer, context);
    }

    /// Handles a request of Xwayland to a surface.
    ///
    /// # Errors
    /// When its arguments are wrong.
    pub fn request(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<SurfaceVerdict, Refusal> {
        let id = incoming.header.object;
        let booked = context.book.surface(incoming.key());
        let (Some(surface), Some(booked)) = (self.known.get_mut(&id), booked) else {
            return Ok(SurfaceVerdict { verdict: Verdict::Forward, commit: None });
        };
        let held = surface.gate == Gate::Closed;
        let mut verdict = Verdict::Forward;
        let mut commit = None;
        let mut before = 0;
        match incoming.header.opcode {
            REQ_ATTACH_OPCODE => {
                let mut args = incoming.args();
                let attached = (args.uint()?, args.uint()?, args.uint()?);
                args.finish()?;
                surface.committed = false;
                if held {
                    verdict = Verdict::Withhold;
                    before = surface.held.replace(attached).map_or(0, |(buffer, ..)| buffer);
                } else {
                    surface.held = None;
                    if booked.is_within_frame() {
                        before = id_of(booked.next_buffer());
                    }
                }
            }
            REQ_COMMIT_OPCODE if held => {
                surface.committed = true;
                verdict = Verdict::Withhold;
            }
            REQ_COMMIT_OPCODE => {
                surface.again = false;
                commit = Some(booked.next_size());
                if booked.is_within_frame() {
                    before = id_of(booked.shown.buffer.as_ref());
                }
            }
            // Xwayland knows the input shape, but not the mask.
            REQ_SET_INPUT_REGION_OPCODE if booked.mask.is_some() => verdict = Verdict::Withhold,
            _ => {}
        }
        self.destroy_unneeded_buffer(before, context);
        Ok(SurfaceVerdict { verdict, commit })
    }
}
