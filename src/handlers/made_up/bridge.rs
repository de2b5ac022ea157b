//! Makes up what clients expect of a global but the host does not have, because its version is
//! older: see the [table](super::table::TABLE). It wants no messages until a client binds such a global,
//! and then only those that this global needs.

mod wants;

use wayland_client::protocol::{wl_output, wl_pointer, wl_surface};
use wayland_protocols::xdg::shell::client::xdg_toplevel;

use self::wants::{Awake, Token, wants};
use super::Bind;
use super::damage::{self, Offsets};
use super::decorations::Decorations;
use super::outputs::BoundOutputs;
use super::preferred::PreferredScales;
use super::windows::Windows;
use crate::aura::is_chromeos;
use crate::session::{Context, Handler, Incoming, Refusal, Verdict, Want, WantLists};

/// `wl_pointer.axis_value120` counts this many for a step of the wheel.
const PARTS_OF_STEP: i32 = 120;

/// The handler.
pub struct Bridge {
    awake: Awake,
    outputs: BoundOutputs,
    preferred: PreferredScales,
    offsets: Offsets,
    windows: Windows,
    decorations: Decorations,
}

impl Bridge {
    /// For a new session; `is_scaled` tells that its client has coordinates of its own.
    pub fn new(is_scaled: bool) -> Self {
        Self {
            awake: Awake::default(),
            outputs: BoundOutputs::new(is_scaled),
            preferred: PreferredScales::new(is_scaled),
            offsets: Offsets::default(),
            windows: Windows::default(),
            decorations: Decorations::default(),
        }
    }

    fn wake(&mut self, part: Awake, context: &mut Context<'_>) {
        let awake = self.awake.with(part);
        if awake != self.awake {
            self.awake = awake;
            *context.wants_others = true;
        }
    }

    /// Handles that the client has bound a global.
    fn bound(&mut self, bind: &Bind, context: &mut Context<'_>) -> Result<(), Refusal> {
        let lacks = |interface, since| bind.lacks(interface, since);
        if bind.lacks_buffer_damage() {
            self.wake(Awake::DAMAGE, context);
        }
        if lacks("wl_compositor", wl_surface::REQ_OFFSET_SINCE) {
            self.wake(Awake::OFFSET, context);
        }
        if lacks("wl_compositor", wl_surface::EVT_PREFERRED_BUFFER_SCALE_SINCE) {
            self.wake(Awake::SURFACES, context);
        }
        if lacks("wl_seat", wl_pointer::EVT_AXIS_VALUE120_SINCE) {
            self.wake(Awake::POINTERS, context);
        }
        if lacks("xdg_wm_base", xdg_toplevel::EVT_CONFIGURE_BOUNDS_SINCE)
            || lacks("xdg_wm_base", xdg_toplevel::EVT_WM_CAPABILITIES_SINCE)
        {
            self.wake(Awake::WINDOWS, context);
        }
        if bind.interface == "zxdg_decoration_manager_v1" && is_chromeos(context) {
            self.wake(Awake::DECORATIONS, context);
        }
        if bind.interface == "wl_output" {
            let is_old = |interface, since| {
                let found = context.globals.find(context.tables, interface);
                found.is_some_and(|(_, version)| version < since)
            };
            let bounds_since = xdg_toplevel::EVT_CONFIGURE_BOUNDS_SINCE;
            // The other outputs may be bound later.
            if bind.lacks("wl_output", wl_output::EVT_NAME_SINCE)
                || is_old("wl_compositor", wl_surface::EVT_PREFERRED_BUFFER_SCALE_SINCE)
                || is_old("xdg_wm_base", bounds_since)
            {
                self.outputs.bound(bind, is_old("xdg_wm_base", bounds_since), context)?;
                self.wake(Awake::OUTPUTS, context);
            }
        }
        Ok(())
    }

    fn output_event(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let output = incoming.object.peer;
        let crosses = output == 0 || self.outputs.event(incoming, context)?;
        if incoming.header.opcode == wl_output::EVT_DONE_OPCODE {
            self.preferred.output_changed(output, &self.outputs, context);
        }
        Ok(if crosses { Verdict::Forward } else { Verdict::Drop })
    }
}

/// `wl_pointer.axis_discrete`, which newer clients get in fractions of a step.
fn axis_discrete(
    incoming: &mut Incoming<'_>,
    context: &mut Context<'_>,
) -> Result<Verdict, Refusal> {
    let (id, versions) = (incoming.object.peer, incoming.object.versions);
    if id == 0 || versions.client() < wl_pointer::EVT_AXIS_VALUE120_SINCE {
        return Ok(Verdict::Forward);
    }
    let mut args = incoming.args();
    let (axis, steps) = (args.uint()?, args.uint()?.cast_signed());
    args.finish()?;
    let parts = steps.saturating_mul(PARTS_OF_STEP).cast_unsigned();
    let opcode = wl_pointer::EVT_AXIS_VALUE120_OPCODE;
    context.to_client.make(id, opcode, |event| event.uint(axis).uint(parts));
    Ok(Verdict::Drop)
}

impl Handler for Bridge {
    type Token = Token;

    fn wants(&self) -> &'static [Want<Token>] {
        static LISTS: WantLists<Token, { Awake::SORTS }> = WantLists::empty();
        LISTS.get(self.awake.index(), || wants(self.awake))
    }

    fn handle(
        &mut self,
        token: Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let id = incoming.header.object;
        match token {
            Token::Bind => {
                if let Some(bind) = Bind::read(incoming, context)? {
                    self.bound(&bind, context)?;
                }
            }
            Token::Output => return self.output_event(incoming, context),
            Token::OutputReleased => {
                self.outputs.released(id, context);
                self.preferred.output_released(id, &self.outputs, context);
                if incoming.object.versions.host() < wl_output::REQ_RELEASE_SINCE {
                    context.leave_at_host(id);
                    return Ok(Verdict::Drop);
                }
            }
            Token::XdgOutput => self.outputs.xdg_event(incoming, context)?,
            Token::Insets => self.outputs.insets(incoming)?,
            Token::Entered { is_there } => {
                let output = incoming.args().uint()?;
                let output = context.objects.host(output).map_or(0, |output| output.peer);
                let (id, outputs) = (incoming.object.peer, &self.outputs);
                if id != 0 && output != 0 {
                    self.preferred.entered((id, output), is_there, outputs, context);
                }
            }
            Token::SurfaceDestroyed => {
                self.preferred.gone(id);
                self.offsets.gone(id);
            }
            Token::DamageBuffer => {
                if incoming.object.versions.host() < wl_surface::REQ_DAMAGE_BUFFER_SINCE {
                    return Ok(Verdict::Drop);
                }
            }
            Token::Commit => {
                if incoming.object.versions.host() < wl_surface::REQ_DAMAGE_BUFFER_SINCE {
                    damage::commit(incoming, context);
                }
            }
            Token::Offset => {
                if incoming.object.versions.host() < wl_surface::REQ_OFFSET_SINCE {
                    self.offsets.set(incoming)?;
                    self.wake(Awake::ATTACH, context);
                    return Ok(Verdict::Drop);
                }
            }
            Token::Attach => self.offsets.attach(incoming)?,
            Token::AxisDiscrete => return axis_discrete(incoming, context),
            Token::Configure => {
                self.windows.configure(incoming, &self.outputs, context);
                self.decorations.configure(incoming.object.peer, context);
            }
            Token::ToplevelDestroyed => self.windows.gone(id),
            Token::GetDecoration => self.decorations.made(incoming)?,
            Token::DecorationWants => self.decorations.wants(incoming)?,
            Token::DecorationTold => self.decorations.told(incoming.object.peer),
            Token::DecorationDestroyed => self.decorations.gone(id),
        }
        Ok(Verdict::Forward)
    }
}
