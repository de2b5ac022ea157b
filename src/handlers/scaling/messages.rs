//! Surfaces' messages.

use wayland_client::protocol::wl_surface;
use wayland_protocols::wp::fractional_scale::v1::client::wp_fractional_scale_manager_v1;
use wayland_protocols::wp::viewporter::client::wp_viewport;

use super::buffers::Size;
use super::kind::Kind;
use super::{Scaler, ints, own_object_gone, preferred};
use crate::session::{ArgFault, Context, Incoming, Refusal, Verdict};

/// Buffers of the same size are alike.
fn likeness((width, height): Size) -> Option<u32> {
    let [width, height] = [u16::try_from(width).ok()?, u16::try_from(height).ok()?];
    Some(u32::from(width) << 16 | u32::from(height))
}

impl Scaler {
    pub(super) fn surface_request(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let (id, opcode) = (incoming.header.object, incoming.header.opcode);
        let (peer, version) = (incoming.object.peer, incoming.object.version);
        let surface = self.surfaces.entry(id, peer, version);
        surface.is_pending = true;
        match opcode {
            wl_surface::REQ_ATTACH_OPCODE => {
                let buffer = incoming.args().uint()?;
                // One whose size is not known keeps the size that it has.
                let size = self.buffers.size(buffer);
                if buffer == 0 || size.is_some() {
                    surface.buffer = size;
                }
                let likeness = size.and_then(likeness).unwrap_or_default();
                context.objects.set_likeness(buffer, likeness);
            }
            wl_surface::REQ_SET_BUFFER_SCALE_OPCODE => {
                surface.scale = incoming.args().uint()?.cast_signed();
                // A wrong one is the host's to refuse. At the host it is one otherwise,
                // or what it takes without viewports.
                if surface.scale > 0 {
                    return Ok(Verdict::Drop);
                }
            }
            wl_surface::REQ_SET_BUFFER_TRANSFORM_OPCODE => {
                surface.swapped = incoming.args().uint()? & 1 == 1;
            }
            wl_surface::REQ_SET_OPAQUE_REGION_OPCODE => {
                return self.regions.set_opaque(incoming, context);
            }
            wl_surface::REQ_COMMIT_OPCODE => self.surfaces.commit(id, &self.outputs, context)?,
            wl_surface::REQ_DESTROY_OPCODE => {
                self.surfaces.destroy(id, context);
                self.roles.surface_gone(id);
                self.preferred.surface_gone(id);
            }
            _ => {}
        }
        Ok(Verdict::Forward)
    }

    pub(super) fn surface_event(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let id = incoming.object.peer;
        let opcode = incoming.header.opcode;
        if opcode == wl_surface::EVT_PREFERRED_BUFFER_SCALE_OPCODE {
            let (peer, version) = (incoming.header.object, incoming.object.version);
            let mut args = incoming.args();
            let place = args.word()?;
            let host = i32::from_ne_bytes(*place);
            let surface = self.surfaces.entry(id, peer, version);
            let told = preferred::whole(surface, host, &self.outputs, context);
            *place = told.to_ne_bytes();
            surface.preferred = told;
            return Ok(Verdict::Forward);
        }
        let output = incoming.args().uint()?;
        let crosses = [wl_surface::EVT_ENTER_OPCODE, wl_surface::EVT_LEAVE_OPCODE];
        if !crosses.contains(&opcode) || !self.outputs.is_own(output) {
            return Ok(Verdict::Forward);
        }
        if let Some(surface) = self.surfaces.get(id) {
            surface.outputs.retain(|entered| *entered != output);
            if opcode == wl_surface::EVT_ENTER_OPCODE {
                surface.outputs.push(output);
            }
            self.preferred.tell(id, surface, &self.outputs, context);
        }
        Ok(Verdict::Drop)
    }

    pub(super) fn fractional_request(
        &mut self,
        kind: Kind,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let manager = incoming.header.object;
        let get = wp_fractional_scale_manager_v1::REQ_GET_FRACTIONAL_SCALE_OPCODE;
        if kind == Kind::FractionalManager && incoming.header.opcode == get {
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
            return Ok(Verdict::Drop);
        }
        if kind == Kind::Fractional {
            self.preferred.destroyed(manager);
        }
        Ok(own_object_gone(incoming, context))
    }

    pub(super) fn viewport_request(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let (id, opcode) = (incoming.header.object, incoming.header.opcode);
        match opcode {
            wp_viewport::REQ_SET_SOURCE_OPCODE => {
                let source: [i32; 4] = ints(incoming)?;
                self.surfaces.viewport(id, opcode, &source, context)?;
            }
            wp_viewport::REQ_SET_DESTINATION_OPCODE => {
                let size: [i32; 2] = ints(incoming)?;
                self.surfaces.viewport(id, opcode, &size, context)?;
            }
            _ => self.surfaces.viewport(id, opcode, &ints::<0>(incoming)?, context)?,
        }
        Ok(Verdict::Drop)
    }
}
