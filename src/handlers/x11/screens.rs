//! The host's screens, and their layout in X.
//!
//! X's coordinates begin at 0, but the host's may not: a screen to the left of all others can have
//! a negative position. So Xwayland is told positions relative to the upper left corner of all
//! screens. Coordinates here are still the host's; scaling comes later.

use std::collections::HashMap;

use wayland_client::protocol::wl_output;
use wayland_protocols::xdg::xdg_output::zv1::client::zxdg_output_v1;

use super::X11;
use crate::handlers::MAX_OUTPUTS;
use crate::session::{Context, Fault, Incoming, Refusal, Scale};
use crate::wire::MessageBuilder;
use crate::x11::geometry::Rect;
use crate::x11::wm::Screen;

/// The host's description of one of Xwayland's outputs.
#[derive(Debug, Default)]
struct ScreenOutput {
    /// The global's name, and the object's version.
    name: u32,
    version: u32,
    /// Its position; `None` if the host has not told it yet.
    at: Option<(i32, i32)>,
    /// Its size in pixels before the transform, which may swap them.
    mode: (i32, i32),
    swapped: bool,
    scale: i32,
    /// The other arguments of `wl_output.geometry`, to repeat the event.
    geometry: Option<Geometry>,
    /// Its `zxdg_output_v1` objects and their versions, and the position and size that they have
    /// told.
    xdg: Vec<(u32, u32)>,
    logical: Option<(i32, i32)>,
}

#[derive(Debug)]
struct Geometry {
    numbers: [u32; 3],
    make: String,
    model: String,
    transform: u32,
}

/// All outputs that Xwayland has bound, by its ids.
#[derive(Debug, Default)]
pub struct ScreenOutputs {
    all: HashMap<u32, ScreenOutput>,
    /// Their ids in the order in which they came.
    order: Vec<u32>,
    /// Whether the session has a scale; then an output without a logical size gets one.
    scaled: bool,
    changed: bool,
}

impl ScreenOutputs {
    /// Without outputs. `scaled`: the session may have a scale.
    pub fn new(scaled: bool) -> Self {
        Self { scaled, ..Self::default() }
    }

    fn bound(&mut self, id: u32, name: u32, version: u32) {
        if self.all.len() < MAX_OUTPUTS {
            self.all
                .insert(id, ScreenOutput { name, version, scale: 1, ..ScreenOutput::default() });
            self.order.push(id);
        }
    }

    fn gone(&mut self, id: u32) {
        self.all.remove(&id);
        self.order.retain(|known| *known != id);
        self.changed = true;
    }

    /// The upper left corner of all known outputs.
    fn origin(&self) -> Option<(i32, i32)> {
        let known = || self.all.values().filter_map(|output| output.at);
        Some((known().map(|at| at.0).min()?, known().map(|at| at.1).min()?))
    }

    /// The screens as X has them, in the order in which they came.
    fn screens(&self, origin: (i32, i32), scale: Scale) -> Vec<Screen> {
        let rect = |output: u32| {
            let facts = self.all.get(&output)?;
            let (at, (width, height)) = (facts.at?, facts.size(self.scaled)?);
            let side = |size: i32| u32::try_from(scale.size_to_client(size)).ok();
            let from = |at: i32, origin: i32| scale.at_to_client(at.saturating_sub(origin));
            let rect = Rect {
                x: from(at.0, origin.0),
                y: from(at.1, origin.1),
                width: side(width)?,
                height: side(height)?,
            };
            Some(Screen { output, rect })
        };
        self.order.iter().filter_map(|output| rect(*output)).collect()
    }
}

impl ScreenOutput {
    /// Its size in host coordinates, as Xwayland understands it; `None` if the host has not told it
    /// yet.
    fn size(&self, scaled: bool) -> Option<(i32, i32)> {
        let (width, height) = if self.swapped { (self.mode.1, self.mode.0) } else { self.mode };
        let by = if scaled { self.scale.max(1) } else { 1 };
        let size = self.logical.unwrap_or((width / by, height / by));
        (size.0 > 0 && size.1 > 0).then_some(size)
    }

    /// Tells Xwayland its position.
    fn tell(&self, id: u32, origin: (i32, i32), context: &mut Context<'_>) {
        let Some(at) = self.at else { return };
        let scale = context.objects.scale();
        let x = scale.at_to_client(at.0.saturating_sub(origin.0)).cast_unsigned();
        let y = scale.at_to_client(at.1.saturating_sub(origin.1)).cast_unsigned();
        let out = &mut *context.to_client;
        for (xdg, version) in &self.xdg {
            let opcode = zxdg_output_v1::EVT_LOGICAL_POSITION_OPCODE;
            out.make(*xdg, opcode, |event| event.uint(x).uint(y));
            if *version < 3 {
                out.make(*xdg, zxdg_output_v1::EVT_DONE_OPCODE, |event| event);
            }
        }
        if let Some(geometry) = self.geometry.as_ref().filter(|_| self.xdg.is_empty()) {
            out.make(id, wl_output::EVT_GEOMETRY_OPCODE, |event| {
                let event =
                    geometry.numbers.into_iter().fold(event.uint(x).uint(y), MessageBuilder::uint);
                event.string(&geometry.make).string(&geometry.model).uint(geometry.transform)
            });
        }
        if self.version >= 2 {
            out.make(id, wl_output::EVT_DONE_OPCODE, |event| event);
        }
    }
}

impl X11 {
    /// Handles that Xwayland binds a global.
    pub(super) fn output_bound(&mut self, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let mut args = incoming.args();
        let name = args.uint()?;
        let is_output = args.string()? == Some(b"wl_output");
        let (version, id) = (args.uint()?, args.uint()?);
        if is_output {
            self.outputs.bound(id, name, version);
        }
        Ok(())
    }

    /// Handles that a global is gone; Xwayland may not destroy the output itself.
    pub(super) fn output_removed(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let name = incoming.args().uint()?;
        let found = self.outputs.all.iter().find(|(_, output)| output.name == name);
        if let Some(id) = found.map(|(id, _)| *id) {
            self.outputs.gone(id);
            self.lay_out(None, context);
        }
        Ok(())
    }

    /// Handles that Xwayland destroys an output.
    pub(super) fn output_released(&mut self, id: u32, context: &mut Context<'_>) {
        self.outputs.gone(id);
        self.lay_out(None, context);
    }

    /// Handles that Xwayland makes a `zxdg_output_v1`.
    pub(super) fn xdg_output_made(&mut self, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let version = incoming.object.versions.client();
        let mut args = incoming.args();
        let (made, output) = (args.uint()?, args.uint()?);
        let output = self.outputs.all.get_mut(&output);
        if let Some(output) = output.filter(|output| output.xdg.len() < MAX_OUTPUTS) {
            output.xdg.push((made, version));
        }
        Ok(())
    }

    /// Handles that Xwayland destroys a `zxdg_output_v1`.
    pub(super) fn xdg_output_destroyed(&mut self, id: u32) {
        let all = self.outputs.all.values_mut();
        all.for_each(|output| output.xdg.retain(|(xdg, _)| *xdg != id));
    }

    /// Handles an event of one of Xwayland's outputs. Positions in it are converted to X's.
    pub(super) fn output_event(
        &mut self,
        is_xdg: bool,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let (id, opcode) = (incoming.object.peer, incoming.header.opcode);
        let of_xdg = |output: &ScreenOutput| output.xdg.iter().any(|(xdg, _)| *xdg == id);
        let mut all = self.outputs.all.iter_mut();
        let found = all.find(|(known, output)| if is_xdg { of_xdg(output) } else { **known == id });
        let Some((output, facts)) = found.map(|(output, facts)| (*output, facts)) else {
            return Ok(());
        };
        self.outputs.changed = true;
        let mut args = incoming.args();
        let mut int = || args.uint().map(u32::cast_signed);
        match (is_xdg, opcode) {
            (true, zxdg_output_v1::EVT_LOGICAL_SIZE_OPCODE) => {
                facts.logical = Some((int()?, int()?));
                return Ok(());
            }
            (false, wl_output::EVT_MODE_OPCODE) => {
                if int()?.cast_unsigned() & wl_output::Mode::Current.bits() != 0 {
                    facts.mode = (int()?, int()?);
                }
                return Ok(());
            }
            (false, wl_output::EVT_SCALE_OPCODE) => {
                facts.scale = int()?;
                return Ok(());
            }
            (true, zxdg_output_v1::EVT_LOGICAL_POSITION_OPCODE) => {
                facts.at = Some((int()?, int()?));
            }
            (false, wl_output::EVT_GEOMETRY_OPCODE) => {
                let at = (int()?, int()?);
                // If the host sends more, this position may be in pixels.
                if facts.logical.is_none() {
                    facts.at = Some(at);
                }
                let numbers = [args.uint()?, args.uint()?, args.uint()?];
                let mut text = || {
                    let text = args.string().map(Option::unwrap_or_default);
                    text.map(|text| String::from_utf8_lossy(text).into_owned())
                };
                let (make, model) = (text()?, text()?);
                let transform = args.uint()?;
                facts.swapped = transform & 1 == 1;
                facts.geometry = Some(Geometry { numbers, make, model, transform });
            }
            _ => return Ok(()),
        }
        self.lay_out(Some(output), context);
        let origin = context.objects.origin();
        let mut args = incoming.args();
        for from in [origin.0, origin.1] {
            let place = args.word()?;
            *place = i32::from_ne_bytes(*place).saturating_sub(from).to_ne_bytes();
        }
        Ok(())
    }

    /// Computes where X's coordinates begin. If that changes, Xwayland is told the positions of all
    /// outputs except `but`, about which it will get an event anyway.
    fn lay_out(&mut self, but: Option<u32>, context: &mut Context<'_>) {
        let Some(origin) = self.outputs.origin() else { return };
        if context.objects.origin() == origin {
            return;
        }
        context.objects.set_origin(origin);
        for id in self.outputs.order.iter().filter(|id| Some(**id) != but) {
            if let Some(output) = self.outputs.all.get(id) {
                output.tell(*id, origin, context);
            }
        }
    }

    /// Tells the window manager about changed screens, once per turn.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub(super) fn settle_screens(
        &mut self,
        scale: Scale,
        context: &mut Context<'_>,
    ) -> Result<(), Fault> {
        if !std::mem::take(&mut self.outputs.changed) && scale == self.scale {
            return Ok(());
        }
        let screens = self.outputs.screens(context.objects.origin(), scale);
        self.manage(context, |wm, env| wm.screens_changed(screens, env))
    }

    /// Handles that a surface of Xwayland enters or leaves a screen of the host.
    pub(super) fn surface_entered(
        &mut self,
        incoming: &mut Incoming<'_>,
        entered: bool,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let surface = incoming.object.peer;
        let output = incoming.args().uint()?;
        // 0 is an output of carafe's own.
        let output = context.objects.host(output).map_or(0, |object| object.peer);
        if output != 0 {
            self.manage(context, |wm, env| wm.surface_entered(surface, output, entered, env))?;
        }
        Ok(())
    }
}
