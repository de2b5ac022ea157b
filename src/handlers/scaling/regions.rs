//! Opaque regions. They must not cover anything that is not opaque: if one of their edges falls
//! between two host units, the region is rounded inwards.

use wayland_client::protocol::{wl_compositor, wl_region, wl_surface};

use crate::session::{Context, Incoming, Refusal, Scale, Verdict};
use crate::surfaces::Rects;

/// Whether no edge falls between two units.
fn is_whole(region: &Rects, scale: Scale) -> bool {
    region.steps().iter().all(|(_, [x, y, w, h])| {
        let edges = [*x, *y, x.saturating_add(*w), y.saturating_add(*h)];
        edges.iter().all(|edge| scale.is_whole_at_host(*edge))
    })
}

/// `wl_surface.set_opaque_region`, which is in the book. `compositor`: the host's; 0 if
/// there is none.
///
/// # Errors
/// [`Refusal`]: there are too many objects.
pub fn set_opaque(
    compositor: u32,
    incoming: &Incoming<'_>,
    context: &mut Context<'_>,
) -> Result<Verdict, Refusal> {
    let scale = context.objects.scale();
    let booked = context.book.surface(incoming.key());
    let region = booked.and_then(|surface| surface.pending.opaque.as_ref()?.as_ref());
    let region = region.filter(|region| !is_whole(region, scale));
    let (Some(region), Some(interface)) = (region, context.tables.find("wl_region")) else {
        return Ok(Verdict::Forward);
    };
    let set = wl_surface::REQ_SET_OPAQUE_REGION_OPCODE;
    if compositor == 0 {
        // No region at all is true of every surface.
        context.to_host.make(incoming.object.peer, set, |request| request.uint(0));
        return Ok(Verdict::Drop);
    }
    let inner = context.objects.make_host_only(interface, 1)?;
    let out = &mut *context.to_host;
    let create = wl_compositor::REQ_CREATE_REGION_OPCODE;
    out.make(compositor, create, |request| request.uint(inner));
    for (adds, [x, y, w, h]) in region.steps() {
        let side = |start: i32, len: i32| {
            let (start, end) = scale.edges_to_host(start, start.saturating_add(len), *adds);
            (start, end.saturating_sub(start).max(0))
        };
        let ((x, w), (y, h)) = (side(*x, *w), side(*y, *h));
        let opcode = if *adds { wl_region::REQ_ADD_OPCODE } else { wl_region::REQ_SUBTRACT_OPCODE };
        out.make(inner, opcode, |request| {
            [x, y, w, h].into_iter().fold(request, |r, n| r.uint(n.cast_unsigned()))
        });
    }
    out.make(incoming.object.peer, set, |request| request.uint(inner));
    out.make(inner, wl_region::REQ_DESTROY_OPCODE, |request| request);
    Ok(Verdict::Drop)
}
