//! `xdg_activation_v1`. The host has no tokens. It knows the ids with which it starts programs, and
//! it allows some programs to activate windows.

use std::collections::HashSet;

use rustix::rand::{GetRandomFlags, getrandom};
use wayland_protocols::xdg::activation::v1::client::xdg_activation_token_v1;

use super::surfaces::AuraSurfaces;
use crate::session::{Context, Fault, Incoming, Refusal};

/// The prefix of carafe's own tokens. Other tokens come from the host, through the environment.
const OWN: &str = "carafe-";

/// `xdg_activation_token_v1.error.already_used`
const ALREADY_USED: u32 = 0;

/// The tokens.
#[derive(Default)]
pub struct Activation {
    /// The client's objects whose tokens were committed, by their ids.
    used: HashSet<u32>,
}

/// `xdg_activation_v1.get_activation_token`
///
/// # Errors
/// [`Refusal`]: the arguments are wrong.
pub fn make_token(incoming: &mut Incoming<'_>, context: &mut Context<'_>) -> Result<(), Refusal> {
    let mut args = incoming.args();
    let id = args.uint()?;
    args.finish()?;
    context.make_client_only(id, "xdg_activation_token_v1", 1)?;
    Ok(())
}

/// `xdg_activation_v1.activate`
///
/// # Errors
/// [`Refusal`]: the arguments are wrong, or there are too many objects.
pub fn activate(
    incoming: &mut Incoming<'_>,
    surfaces: &mut AuraSurfaces,
    context: &mut Context<'_>,
) -> Result<(), Refusal> {
    let mut args = incoming.args();
    let token = String::from_utf8_lossy(args.string()?.unwrap_or_default()).into_owned();
    let surface = args.uint()?;
    args.finish()?;
    if let Some(aura) = surfaces.of(surface, context)? {
        if !token.starts_with(OWN) && !token.is_empty() {
            aura.set_startup_id(&token, context);
        }
        aura.activate(context);
    }
    Ok(())
}

impl Activation {
    /// Handles what a token is for, which the host does not ask.
    ///
    /// # Errors
    /// [`Refusal`]: the token was used.
    pub fn says(&self, id: u32) -> Result<(), Refusal> {
        if self.used.contains(&id) {
            return Err(Fault::client(id, ALREADY_USED, "the token has been used").into());
        }
        Ok(())
    }

    /// `xdg_activation_token_v1.commit`
    ///
    /// # Errors
    /// [`Refusal`]: the token was used.
    pub fn commit(&mut self, id: u32, context: &mut Context<'_>) -> Result<(), Refusal> {
        self.says(id)?;
        self.used.insert(id);
        let mut bytes = [0; 16];
        // A client that guesses a token may only do what every client may do, so nothing depends on
        // its secrecy.
        let _ = getrandom(&mut bytes, GetRandomFlags::empty());
        let token = format!("{OWN}{:032x}", u128::from_ne_bytes(bytes));
        let opcode = xdg_activation_token_v1::EVT_DONE_OPCODE;
        context.to_client.make(id, opcode, |event| event.string(&token));
        Ok(())
    }

    /// Handles that the client destroys a token.
    pub fn destroyed(&mut self, id: u32) {
        self.used.remove(&id);
    }
}
