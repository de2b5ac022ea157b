//! `wl_surface.damage_buffer` and `offset`, for hosts that only have `damage` and `attach`.

use std::collections::HashMap;

use wayland_client::protocol::wl_surface;

use crate::pixels::PixelRect;
use crate::session::{Context, Incoming, Refusal, Scale};
use crate::wire::Outbox;

/// Bound on the surfaces with an offset for the next buffer.
const MAX_OFFSETS: usize = 1024;

/// The whole surface, whatever its size.
const EVERYWHERE: PixelRect = PixelRect { x1: 0, y1: 0, x2: i32::MAX, y2: i32::MAX };

/// Handles `wl_surface.commit`, which is in the book already: tells the host the damage. Only now
/// is it known which part of its buffer the surface shows.
pub fn commit(incoming: &Incoming<'_>, context: &mut Context<'_>) {
    let Context { book, to_host, objects, .. } = context;
    let Some(surface) = book.surface(incoming.key()) else { return };
    let state = surface.committed();
    let size = state.buffer.as_ref().and_then(|buffer| buffer.size);
    let known = size.filter(|_| surface.fit.is_none());
    for rect in &surface.last.damage.buffer {
        let rect = known.map_or(EVERYWHERE, |(width, height)| {
            let [width, height] = [width, height].map(|side| side.max(0).unsigned_abs());
            at_host(state.view.to_surface(*rect, width, height), objects.scale())
        });
        damage(incoming.object.peer, rect, to_host);
    }
}

fn at_host(rect: PixelRect, scale: Scale) -> PixelRect {
    let (x1, x2) = scale.edges_to_host(rect.x1, rect.x2, false);
    let (y1, y2) = scale.edges_to_host(rect.y1, rect.y2, false);
    PixelRect { x1, y1, x2, y2 }
}

fn damage(surface: u32, rect: PixelRect, to_host: &mut Outbox) {
    let (width, height) = (rect.x2.saturating_sub(rect.x1), rect.y2.saturating_sub(rect.y1));
    let words = [rect.x1, rect.y1, width, height];
    to_host.make(surface, wl_surface::REQ_DAMAGE_OPCODE, |request| {
        words.into_iter().fold(request, |request, word| request.uint(word.cast_unsigned()))
    });
}

/// The offsets of surfaces' next buffers relative to the previous ones, by the client's surfaces.
#[derive(Default)]
pub struct Offsets(HashMap<u32, [u32; 2]>);

impl Offsets {
    /// Handles `wl_surface.offset`.
    ///
    /// # Errors
    /// [`Refusal`]: the arguments are wrong.
    pub fn set(&mut self, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let surface = incoming.header.object;
        let mut args = incoming.args();
        let offset = [args.uint()?, args.uint()?];
        args.finish()?;
        if self.0.len() < MAX_OFFSETS || self.0.contains_key(&surface) {
            self.0.insert(surface, offset);
        }
        Ok(())
    }

    /// Handles `wl_surface.attach`, which carried the offset in older versions.
    ///
    /// # Errors
    /// [`Refusal`]: the arguments are wrong.
    pub fn attach(&mut self, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let Some(offset) = self.0.remove(&incoming.header.object) else { return Ok(()) };
        let mut args = incoming.args();
        args.uint()?;
        for word in offset {
            *args.word()? = word.to_ne_bytes();
        }
        Ok(())
    }

    /// Handles that a surface is gone.
    pub fn gone(&mut self, surface: u32) {
        self.0.remove(&surface);
    }
}
