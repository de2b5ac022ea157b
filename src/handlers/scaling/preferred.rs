//! The scales at which clients should draw: host pixels per client unit.

use std::collections::HashMap;

use wayland_client::protocol::wl_surface;
use wayland_protocols::wp::fractional_scale::v1::client::wp_fractional_scale_v1;

use super::Scaler;
use super::outputs::{Outputs, whole_scale};
use super::surfaces::{ScaledSurface, ScaledSurfaces};
use crate::session::{ArgFault, Context, Fault, Incoming, Refusal, Verdict};

/// The fractional scales that carafe tells if the host has no fractional scales.
#[derive(Default)]
pub struct FractionalScales {
    /// Whether the host has `wp_fractional_scale_manager_v1` itself.
    pub host_has_it: bool,
    /// For each surface, the client's object and the last scale that it was told.
    made: HashMap<u32, (u32, u32)>,
}

/// A scale in the units of `wp_fractional_scale_v1`.
pub fn in_120ths(scale: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded")]
    let parts = (scale * 120.0).round().clamp(1.0, 120_000.0) as u32;
    parts
}

/// The replacement for the host's `preferred_buffer_scale`.
fn whole(surface: &ScaledSurface, host: i32, outputs: &Outputs, context: &Context<'_>) -> i32 {
    let density = outputs.density_on(&surface.outputs).unwrap_or_else(|| f64::from(host));
    whole_scale(density / context.objects.scale().ratio())
}

impl FractionalScales {
    /// Handles `get_fractional_scale`, with the ids of the manager, the new object and the surface.
    ///
    /// # Errors
    /// [`Refusal`]: there is one for that surface.
    pub fn made(
        &mut self,
        manager: u32,
        id: u32,
        surface: u32,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        if self.made.contains_key(&surface) {
            let text = format!("wl_surface#{surface} has a fractional scale already");
            return Err(Fault::client(manager, 0, text).into());
        }
        context.make_client_only(id, "wp_fractional_scale_v1", 1)?;
        self.made.insert(surface, (id, 0));
        Ok(())
    }

    /// Handles that the client destroys such an object, or one of the host's.
    pub fn destroyed(&mut self, id: u32) {
        self.made.retain(|_, (made, _)| *made != id);
    }

    /// Notes that a surface is gone.
    pub fn surface_gone(&mut self, surface: u32) {
        self.made.remove(&surface);
    }

    /// Tells a surface its scales, if they have changed and the host does not tell them.
    pub fn tell(
        &mut self,
        id: u32,
        surface: &mut ScaledSurface,
        outputs: &Outputs,
        context: &mut Context<'_>,
    ) {
        let Some(density) = outputs.density_on(&surface.outputs).or_else(|| outputs.densest())
        else {
            return;
        };
        let scale = density / context.objects.scale().ratio();
        let whole = whole_scale(scale);
        // Only if the host tells it too.
        if surface.preferred != 0 && surface.preferred != whole {
            surface.preferred = whole;
            let opcode = wl_surface::EVT_PREFERRED_BUFFER_SCALE_OPCODE;
            context.to_client.make(id, opcode, |event| event.uint(whole.cast_unsigned()));
        }
        let parts = in_120ths(scale);
        if let Some((object, told)) = self.made.get_mut(&id)
            && *told != parts
        {
            *told = parts;
            let opcode = wp_fractional_scale_v1::EVT_PREFERRED_SCALE_OPCODE;
            context.to_client.make(*object, opcode, |event| event.uint(parts));
        }
    }

    /// Tells all surfaces their scales.
    pub fn tell_all(
        &mut self,
        surfaces: &mut ScaledSurfaces,
        outputs: &Outputs,
        context: &mut Context<'_>,
    ) {
        for (id, surface) in surfaces.iter_mut() {
            self.tell(*id, surface, outputs, context);
        }
    }
}

impl Scaler {
    /// Handles `wl_surface.preferred_buffer_scale`.
    pub(super) fn preferred_buffer_scale(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &Context<'_>,
    ) -> Result<(), Refusal> {
        let (id, peer) = (incoming.object.peer, incoming.header.object);
        let versions = incoming.object.versions;
        let mut args = incoming.args();
        let place = args.word()?;
        let host = i32::from_ne_bytes(*place);
        let surface = self.surfaces.entry(id, peer, versions);
        let told = whole(surface, host, &self.outputs, context);
        *place = told.to_ne_bytes();
        surface.preferred = told;
        Ok(())
    }

    /// Handles `wl_surface.enter` and `leave`. The client gets no events about outputs that only
    /// carafe knows.
    pub(super) fn entered(
        &mut self,
        is_there: bool,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let id = incoming.object.peer;
        let output = incoming.args().uint()?;
        if !self.outputs.is_own(output) {
            return Ok(Verdict::Forward);
        }
        if let Some(surface) = self.surfaces.get(id) {
            surface.outputs.retain(|entered| *entered != output);
            if is_there {
                surface.outputs.push(output);
            }
            self.preferred.tell(id, surface, &self.outputs, context);
        }
        Ok(Verdict::Drop)
    }

    /// Handles `wp_fractional_scale_manager_v1.get_fractional_scale`.
    pub(super) fn get_fractional(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let manager = incoming.header.object;
        if incoming.object.peer != 0 {
            return Ok(Verdict::Forward);
        }
        let mut args = incoming.args();
        let (id, surface) = (args.uint()?, args.uint()?);
        args.finish()?;
        let found = self.surfaces.find(surface, context);
        let known = found.ok_or(ArgFault::UnknownObject(surface))?;
        self.preferred.made(manager, id, surface, context)?;
        self.preferred.tell(surface, known, &self.outputs, context);
        Ok(Verdict::Drop)
    }
}
