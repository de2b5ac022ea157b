//! Opaque regions, which must not reach over what is opaque: where an edge of theirs
//! falls between two units of the host, the region is rounded inwards.

use std::collections::HashMap;

use wayland_client::protocol::{wl_compositor, wl_region, wl_surface};

use crate::session::{Context, Fault, Incoming, Refusal, Scale, Verdict};

/// Bound on the rectangles of all regions of a client.
const MAX_RECTS: usize = 1 << 16;

/// A rectangle that was added or subtracted.
#[derive(Clone, Copy)]
struct Step {
    opcode: u16,
    rect: [i32; 4],
}

#[derive(Default)]
struct Region {
    /// The `wl_compositor` at the host that it comes from.
    compositor: u32,
    steps: Vec<Step>,
    /// No edge falls between two units.
    whole: bool,
}

/// A client's regions by their ids.
#[derive(Default)]
pub struct Regions {
    known: HashMap<u32, Region>,
    /// Rectangles in all of them.
    rects: usize,
}

impl Regions {
    /// `wl_compositor.create_region`.
    pub fn create(&mut self, incoming: &mut Incoming<'_>) -> Result<Verdict, Refusal> {
        let compositor = incoming.object.peer;
        let id = incoming.args().uint()?;
        self.known.insert(id, Region { compositor, steps: Vec::new(), whole: true });
        Ok(Verdict::Forward)
    }

    /// A request to a region.
    pub fn request(
        &mut self,
        incoming: &mut Incoming<'_>,
        scale: Scale,
    ) -> Result<Verdict, Refusal> {
        let (id, opcode) = (incoming.header.object, incoming.header.opcode);
        if opcode == wl_region::REQ_DESTROY_OPCODE {
            self.rects -= self.known.remove(&id).map_or(0, |region| region.steps.len());
        } else if let Some(region) = self.known.get_mut(&id) {
            let mut args = incoming.args();
            let mut int = || args.uint().map(u32::cast_signed);
            let rect @ [x, y, w, h] = [int()?, int()?, int()?, int()?];
            if self.rects >= MAX_RECTS {
                let text = format!("more than {MAX_RECTS} rectangles in regions");
                return Err(Fault::resources(text).into());
            }
            self.rects += 1;
            let edges = [x, y, x.saturating_add(w), y.saturating_add(h)];
            region.whole &= edges.iter().all(|edge| scale.is_whole_at_host(*edge));
            region.steps.push(Step { opcode, rect });
        }
        Ok(Verdict::Forward)
    }

    /// `wl_surface.set_opaque_region`.
    pub fn set_opaque(
        &self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let id = incoming.args().uint()?;
        let region = self.known.get(&id).filter(|region| !region.whole);
        let (Some(region), Some(interface)) = (region, context.tables.find("wl_region")) else {
            return Ok(Verdict::Forward);
        };
        let scale = context.objects.scale();
        let inner = context.objects.make_host_only(interface, 1)?;
        let out = &mut *context.to_host;
        let create = wl_compositor::REQ_CREATE_REGION_OPCODE;
        out.make(region.compositor, create, |request| request.uint(inner));
        for Step { opcode, rect: [x, y, w, h] } in &region.steps {
            let adds = *opcode == wl_region::REQ_ADD_OPCODE;
            let side = |start: i32, len: i32| {
                let (start, end) = scale.edges_to_host(start, start.saturating_add(len), adds);
                (start, end.saturating_sub(start).max(0))
            };
            let ((x, w), (y, h)) = (side(*x, *w), side(*y, *h));
            out.make(inner, *opcode, |request| {
                [x, y, w, h].into_iter().fold(request, |r, n| r.uint(n.cast_unsigned()))
            });
        }
        let set = wl_surface::REQ_SET_OPAQUE_REGION_OPCODE;
        out.make(incoming.object.peer, set, |request| request.uint(inner));
        out.make(inner, wl_region::REQ_DESTROY_OPCODE, |request| request);
        Ok(Verdict::Drop)
    }
}
