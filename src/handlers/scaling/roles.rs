//! Roles: the sizes that the host asks for, and the sizes that the client sets.

use std::collections::HashMap;

use wayland_protocols::xdg::shell::client::{xdg_surface, xdg_toplevel};

use super::surfaces::ScaledSurfaces;
use super::{ints, set_ints};
use crate::session::{Context, Incoming, Refusal, Scale, Verdict};

/// The meaning of a message to an object that gives a surface its role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleMessage {
    /// A toplevel is made for an `xdg_surface`.
    Toplevel,
    /// A popup is made for a surface, as in xdg-shell's version 5.
    OldPopup,
    /// The client sets its window geometry.
    Geometry,
    Ack,
    LayerSize,
    MinSize,
    MaxSize,
    ToplevelDestroyed,
    /// The host asks for a size; with the number of words before it.
    Configure {
        before: usize,
    },
}

/// Bound on the bytes of a toplevel's states that are remembered.
const MAX_STATES: usize = 1024;

/// The serials of configures that carafe makes up count up from here.
const OWN_SERIALS: u32 = 0xffff_ff00;

/// A toplevel.
#[derive(Default)]
struct ScaledToplevel {
    xdg_surface: u32,
    min: (i32, i32),
    max: (i32, i32),
    /// The host's last configure: its size and states.
    asked: Option<((i32, i32), Vec<u8>)>,
    /// The serial of the last configure that carafe made up.
    own_serial: u32,
}

/// The client's toplevels by their ids.
#[derive(Default)]
pub struct Roles(HashMap<u32, ScaledToplevel>);

impl Roles {
    /// Handles a message to an object of a role.
    pub fn handle(
        &mut self,
        role: RoleMessage,
        surfaces: &mut ScaledSurfaces,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let id = incoming.header.object;
        let scale = context.objects.scale();
        match role {
            RoleMessage::Toplevel => {
                let toplevel = ScaledToplevel { xdg_surface: id, ..ScaledToplevel::default() };
                self.0.insert(incoming.args().uint()?, toplevel);
            }
            RoleMessage::OldPopup => {
                let [_, surface, parent, _, _, x, y] = ints(incoming)?;
                let [surface, parent] = [surface, parent].map(i32::cast_unsigned);
                // The position counts from the corner of the parent's surface, not of its window.
                let geometry = surfaces.get(parent).and_then(|parent| parent.geometry);
                let (left, top) = geometry.unwrap_or_default();
                let (x, y) = (scale.at_to_host(x), scale.at_to_host(y));
                if let Some(surface) = surfaces.find(surface, context) {
                    surface.popup_at = (x.saturating_sub(left), y.saturating_sub(top));
                }
            }
            RoleMessage::Geometry => return set_geometry(incoming, surfaces, context),
            RoleMessage::Ack => return self.ack(incoming),
            RoleMessage::LayerSize => {
                let [width, height] = ints(incoming)?;
                set_ints(incoming, [scale.size_to_host(width), scale.size_to_host(height)])?;
                return Ok(Verdict::Translated);
            }
            RoleMessage::MinSize => return self.set_limit(false, incoming, scale, context),
            RoleMessage::MaxSize => return self.set_limit(true, incoming, scale, context),
            RoleMessage::ToplevelDestroyed => drop(self.0.remove(&id)),
            RoleMessage::Configure { before } => {
                self.configure(incoming, before, surfaces, context)?;
            }
        }
        Ok(Verdict::Forward)
    }

    /// Handles that the host asks for a size, after this many other words; the client gets the size
    /// in its own coordinates.
    fn configure(
        &mut self,
        incoming: &mut Incoming<'_>,
        before: usize,
        surfaces: &mut ScaledSurfaces,
        context: &Context<'_>,
    ) -> Result<(), Refusal> {
        let id = incoming.object.peer;
        let mut args = incoming.args();
        let mut front = [0; 2];
        for word in front.iter_mut().take(before) {
            *word = args.uint()?.cast_signed();
        }
        let host = (args.uint()?.cast_signed(), args.uint()?.cast_signed());
        if let Some(toplevel) = self.0.get_mut(&id) {
            let states = args.array()?;
            let states = if states.len() > MAX_STATES { Vec::new() } else { states.to_vec() };
            toplevel.asked = Some((host, states));
        }
        if let Some(surface) = surfaces.with_role(context.objects.key(id), context) {
            surface.configured.ask(host, context.objects.scale());
            surface.popup_at = front.into();
        }
        Ok(())
    }

    /// Handles `xdg_toplevel.set_min_size` and `set_max_size`. At the host, too, the smallest size
    /// must not exceed the largest one.
    fn set_limit(
        &mut self,
        largest: bool,
        incoming: &mut Incoming<'_>,
        scale: Scale,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let peer = incoming.object.peer;
        let [width, height] = ints(incoming)?;
        let Some(toplevel) = self.0.get_mut(&incoming.header.object) else {
            return Ok(Verdict::Forward);
        };
        if largest {
            toplevel.max = (width, height);
        } else {
            toplevel.min = (width, height);
        }
        let max = (scale.size_to_host(toplevel.max.0), scale.size_to_host(toplevel.max.1));
        let least = |min: i32, client_max: i32, max: i32| {
            let up = scale.size_up_to_host(min);
            if max > 0 && min <= client_max { up.min(max) } else { up }
        };
        let min = (
            least(toplevel.min.0, toplevel.max.0, max.0),
            least(toplevel.min.1, toplevel.max.1, max.1),
        );
        if largest {
            let opcode = xdg_toplevel::REQ_SET_MIN_SIZE_OPCODE;
            context.to_host.make(peer, opcode, |request| {
                request.uint(min.0.cast_unsigned()).uint(min.1.cast_unsigned())
            });
        }
        let (width, height) = if largest { max } else { min };
        set_ints(incoming, [width, height])?;
        Ok(Verdict::Translated)
    }

    /// Handles `xdg_surface.ack_configure`; the host does not know configures that carafe made up.
    fn ack(&self, incoming: &mut Incoming<'_>) -> Result<Verdict, Refusal> {
        let serial = incoming.args().uint()?;
        let id = incoming.header.object;
        let mut toplevels = self.0.values().filter(|t| t.xdg_surface == id);
        let own = serial > OWN_SERIALS && toplevels.any(|t| t.own_serial >= serial);
        Ok(if own { Verdict::Drop } else { Verdict::Forward })
    }

    /// Asks all toplevels for the same size again, in the client's new coordinates.
    pub fn configure_all(&mut self, surfaces: &mut ScaledSurfaces, context: &mut Context<'_>) {
        let scale = context.objects.scale();
        for (id, toplevel) in &mut self.0 {
            let Some((host, states)) = &toplevel.asked else { continue };
            let key = context.objects.key(*id);
            let Some(surface) = surfaces.with_role(key, context) else { continue };
            let (width, height) = surface.configured.ask(*host, scale);
            toplevel.own_serial = toplevel.own_serial.max(OWN_SERIALS).wrapping_add(1);
            let serial = toplevel.own_serial;
            let out = &mut *context.to_client;
            out.make(*id, xdg_toplevel::EVT_CONFIGURE_OPCODE, |event| {
                event.uint(width.cast_unsigned()).uint(height.cast_unsigned()).array(states)
            });
            let opcode = xdg_surface::EVT_CONFIGURE_OPCODE;
            out.make(toplevel.xdg_surface, opcode, |event| event.uint(serial));
        }
    }
}

/// Handles `xdg_surface.set_window_geometry`.
fn set_geometry(
    incoming: &mut Incoming<'_>,
    surfaces: &mut ScaledSurfaces,
    context: &Context<'_>,
) -> Result<Verdict, Refusal> {
    let scale = context.objects.scale();
    let Some(surface) = surfaces.with_role(incoming.key(), context) else {
        return Ok(Verdict::Forward);
    };
    let [x, y, width, height] = ints(incoming)?;
    let (x, y) = (scale.at_to_host(x), scale.at_to_host(y));
    let (width, height) = surface.configured.to_host((width, height), scale);
    surface.geometry = Some((x, y));
    set_ints(incoming, [x, y, width, height])?;
    Ok(Verdict::Translated)
}
