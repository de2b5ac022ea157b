//! Which scales clients are told to draw at: pixels of the host per unit of theirs.

use std::collections::HashMap;

use wayland_client::protocol::wl_surface;
use wayland_protocols::wp::fractional_scale::v1::client::wp_fractional_scale_v1;

use super::Scaler;
use super::outputs::{Outputs, whole_scale};
use super::surfaces::{Surface, Surfaces};
use crate::session::{ArgFault, Context, Fault, Incoming, Refusal, Verdict};

/// Fractional scales that only carafe knows, where the host has none.
#[derive(Default)]
pub struct Preferred {
    /// The host has `wp_fractional_scale_manager_v1` itself.
    pub host_has_it: bool,
    /// By surface: the client's object, and what it was told.
    made: HashMap<u32, (u32, u32)>,
}

/// A scale as `wp_fractional_scale_v1` says it.
pub fn in_120ths(scale: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded")]
    let parts = (scale * 120.0).round().clamp(1.0, 120_000.0) as u32;
    parts
}

/// What a surface is told instead of the host's `preferred_buffer_scale`.
fn whole(surface: &Surface, host: i32, outputs: &Outputs, context: &Context<'_>) -> i32 {
    let density = outputs.density_on(&surface.outputs).unwrap_or_else(|| f64::from(host));
    whole_scale(density / context.objects.scale().ratio())
}

impl Preferred {
    /// `get_fractional_scale`, with the ids of the manager, the new object, the surface.
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
        if let Some(interface) = context.tables.find("wp_fractional_scale_v1") {
            context.objects.make_client_only(id, interface, 1)?;
        }
        self.made.insert(surface, (id, 0));
        Ok(())
    }

    /// The client destroys one of them, or one of the host's.
    pub fn destroyed(&mut self, id: u32) {
        self.made.retain(|_, (made, _)| *made != id);
    }

    /// A surface is gone.
    pub fn surface_gone(&mut self, surface: u32) {
        self.made.remove(&surface);
    }

    /// Tells a surface its scales, as far as the host does not do it and they are new.
    pub fn tell(
        &mut self,
        id: u32,
        surface: &mut Surface,
        outputs: &Outputs,
        context: &mut Context<'_>,
    ) {
        let Some(density) = outputs.density_on(&surface.outputs).or_else(|| outputs.densest())
        else {
            return;
        };
        let scale = density / context.objects.scale().ratio();
        let whole = whole_scale(scale);
        // Only where the host tells it too.
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

    /// Tells all of them.
    pub fn tell_all(
        &mut self,
        surfaces: &mut Surfaces,
        outputs: &Outputs,
        context: &mut Context<'_>,
    ) {
        for (id, surface) in surfaces.iter_mut() {
            self.tell(*id, surface, outputs, context);
        }
    }
}

impl Scaler {
    /// `wl_surface.preferred_buffer_scale`
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

    /// `wl_surface.enter` and `leave`: of outputs that only carafe knows, the client does not hear.
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

    /// `wp_fractional_scale_manager_v1.get_fractional_scale`
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
