//! Surfaces' messages.

use super::wants::Token;
use super::{Scaler, preferred};
use crate::session::{ArgFault, Context, Incoming, Refusal, Verdict};

impl Scaler {
    /// A request to a surface.
    pub(super) fn surface_request(
        &mut self,
        token: Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let id = incoming.header.object;
        let (peer, versions) = (incoming.object.peer, incoming.object.versions);
        let surface = self.surfaces.entry(id, peer, versions);
        surface.is_pending = true;
        match token {
            // The host shows it at the size that the viewport says, or what it takes without
            // viewports. What makes no sense is the host's to refuse.
            Token::BufferScale if incoming.args().uint()?.cast_signed() > 0 => {
                return Ok(Verdict::Drop);
            }
            Token::OpaqueRegion => return self.regions.set_opaque(incoming, context),
            Token::Commit => self.surfaces.commit(id, &self.outputs, context)?,
            Token::SurfaceDestroyed => {
                self.surfaces.destroy(id, context);
                self.roles.surface_gone(id);
                self.preferred.surface_gone(id);
            }
            _ => {}
        }
        Ok(Verdict::Forward)
    }

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
        let told = preferred::whole(surface, host, &self.outputs, context);
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
