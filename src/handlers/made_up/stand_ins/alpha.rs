//! `wp_alpha_modifier_v1`, made from `zcr_alpha_compositing_v1`.

use std::collections::HashMap;

use crate::protocol::chromeos::{self, DESTROY_BLENDING, GET_BLENDING, SET_ALPHA};
use crate::session::{Context, Fault, Incoming, Refusal};

/// `wp_alpha_modifier_v1.error.already_constructed`
const ALREADY_CONSTRUCTED: u32 = 0;
/// `wp_alpha_modifier_surface_v1.error.no_surface`
const NO_SURFACE: u32 = 0;

/// A client's object.
struct Modifier {
    /// Its surface; 0 if that is gone.
    surface: u32,
    /// The host's `zcr_blending_v1`.
    blending: u32,
}

/// The client's objects, by their ids.
#[derive(Default)]
pub struct Alpha(HashMap<u32, Modifier>);

impl Alpha {
    /// `wp_alpha_modifier_v1.get_surface`
    ///
    /// # Errors
    /// [`Refusal`]: the surface has one, or there is none.
    pub fn make(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let manager = incoming.header.object;
        let mut args = incoming.args();
        let (id, surface) = (args.uint()?, args.uint()?);
        args.finish()?;
        if self.0.values().any(|modifier| modifier.surface == surface) {
            let text = format!("wl_surface#{surface} has an alpha modifier already");
            return Err(Fault::client(manager, ALREADY_CONSTRUCTED, text).into());
        }
        context.make_client_only(id, "wp_alpha_modifier_surface_v1", 1)?;
        let Some(at_host) = context.id_at_host(surface, "wl_surface") else { return Ok(()) };
        if let Some((host, blending, _)) =
            context.make_at_host("zcr_alpha_compositing_v1", 1, "zcr_blending_v1")?
        {
            let to_host = &mut *context.to_host;
            to_host.make(host, GET_BLENDING, |request| request.uint(blending).uint(at_host));
            self.0.insert(id, Modifier { surface, blending });
        }
        Ok(())
    }

    /// `wp_alpha_modifier_surface_v1.set_multiplier`
    ///
    /// # Errors
    /// [`Refusal`]: its surface is gone.
    pub fn set(
        &self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let id = incoming.header.object;
        let mut args = incoming.args();
        let factor = args.uint()?;
        args.finish()?;
        let Some(modifier) = self.0.get(&id).filter(|modifier| modifier.surface != 0) else {
            return Err(Fault::client(id, NO_SURFACE, "the surface is gone").into());
        };
        context.to_host.make(modifier.blending, SET_ALPHA, |r| r.uint(chromeos::alpha(factor)));
        Ok(())
    }

    /// Handles that the client destroys an object: its surface becomes opaque again with the next
    /// commit.
    pub fn destroyed(&mut self, id: u32, context: &mut Context<'_>) {
        let Some(Modifier { surface, blending }) = self.0.remove(&id) else { return };
        if surface != 0 {
            context
                .to_host
                .make(blending, SET_ALPHA, |request| request.uint(chromeos::alpha(u32::MAX)));
        }
        context.to_host.make(blending, DESTROY_BLENDING, |request| request);
    }

    /// A surface is gone.
    pub fn surface_gone(&mut self, surface: u32) {
        for modifier in self.0.values_mut().filter(|modifier| modifier.surface == surface) {
            modifier.surface = 0;
        }
    }
}
