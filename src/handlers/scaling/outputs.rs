//! Outputs: how the host describes them, and how they are described to a client.
//!
//! carafe binds all outputs for itself, before the client does. So it knows the number of pixels
//! per unit in any case, and its descriptions are consistent.

use std::collections::HashMap;

use wayland_client::protocol::wl_output;
use wayland_protocols::xdg::xdg_output::zv1::client::{zxdg_output_manager_v1, zxdg_output_v1};

use crate::handlers::{MAX_OUTPUTS, XDG_OUTPUT_MANAGER, XDG_OUTPUT_MANAGER_VERSION};
use crate::session::{Context, IdFault, Incoming, Objects, Refusal, Scale};

const OUTPUT: &str = "wl_output";

/// The highest version of it that carafe uses itself.
const OUTPUT_VERSION: u32 = 3;

/// The host's description of an output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The size in millimetres.
    physical: (i32, i32),
    /// Whether the transform swaps width and height.
    swapped: bool,
    /// The size in pixels, and the refresh rate in mHz.
    mode: (i32, i32),
    refresh: u32,
    scale: i32,
    /// Its place and its size in the host's logical coordinates.
    at: (i32, i32),
    logical: Option<(i32, i32)>,
}

impl Facts {
    /// Size in the host's logical coordinates.
    fn logical(&self) -> (i32, i32) {
        let (width, height) = if self.swapped { (self.mode.1, self.mode.0) } else { self.mode };
        let scale = self.scale.max(1);
        self.logical.unwrap_or((width / scale, height / scale))
    }

    /// Pixels per logical unit, rounded to a 120th, because logical sizes are rounded too.
    pub fn density(&self) -> f64 {
        let pixels = if self.swapped { self.mode.1 } else { self.mode.0 };
        let (width, _) = self.logical();
        if self.logical.is_none() || pixels <= 0 || width <= 0 {
            return f64::from(self.scale.max(1));
        }
        (f64::from(pixels) / f64::from(width) * 120.0).round() / 120.0
    }
}

/// The description of an output for a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputDescription {
    /// Place and size in client coordinates.
    at: (i32, i32),
    logical: (i32, i32),
    /// Its `wl_output.scale`.
    pub scale: i32,
    /// Its mode: the size times the scale, because clients divide it by the scale again. For
    /// clients that capture outputs, it is the host's mode, which is the size of pictures.
    pub mode: (i32, i32),
    /// Its size in millimetres.
    pub physical: (i32, i32),
    /// Unchanged from the host.
    refresh: u32,
}

impl OutputDescription {
    fn new(
        facts: &Facts,
        (scale, origin): (Scale, (i32, i32)),
        dpi: &[u32],
        captures: bool,
    ) -> Self {
        let (width, height) = facts.logical();
        let logical = (scale.size_to_client(width), scale.size_to_client(height));
        let factor = whole_scale(facts.density() / scale.ratio());
        let mode = (logical.0.saturating_mul(factor), logical.1.saturating_mul(factor));
        let mode = if facts.swapped { (mode.1, mode.0) } else { mode };
        let physical = pick_physical(facts.physical, mode, dpi);
        let mode = if captures { facts.mode } else { mode };
        let from = |at: i32, origin: i32| scale.at_to_client(at.saturating_sub(origin));
        let at = (from(facts.at.0, origin.0), from(facts.at.1, origin.1));
        Self { at, logical, scale: factor, mode, physical, refresh: facts.refresh }
    }
}

/// The scale for clients that know only whole scales.
pub fn whole_scale(density: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "both are bounded")]
    let scale = (density - 1e-3).ceil() as i32;
    scale.max(1)
}

/// For `--dpi`: the size in millimetres whose density is the bucket nearest to the real density.
fn pick_physical(physical: (i32, i32), mode: (i32, i32), dpi: &[u32]) -> (i32, i32) {
    let density = match physical.0 {
        ..=0 => 96.0,
        width => f64::from(mode.0) * 25.4 / f64::from(width),
    };
    let distance = |bucket: &u32| (f64::from(*bucket) - density).abs();
    let nearest = dpi.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
    let Some(bucket) = nearest else { return physical };
    #[expect(clippy::cast_possible_truncation, reason = "smaller than the pixels")]
    let millimetres = |pixels: i32| (f64::from(pixels) * 25.4 / f64::from(*bucket)).round() as i32;
    (millimetres(mode.0), millimetres(mode.1))
}

/// An output as carafe has bound it.
struct OwnOutput {
    /// The global's name.
    name: u32,
    /// Ids at the host; 0 if there is no such manager.
    output: u32,
    xdg: u32,
    version: u32,
    coming: Facts,
    facts: Option<Facts>,
}

/// An output as a client has bound it.
struct ClientOutput {
    name: u32,
    version: u32,
    /// Its `zxdg_output_v1` objects and their versions.
    xdg: Vec<(u32, u32)>,
}

/// All outputs of a session.
#[derive(Default)]
pub struct Outputs {
    own: Vec<OwnOutput>,
    /// carafe's own `zxdg_output_manager_v1` at the host and its version.
    manager: Option<(u32, u32)>,
    /// By the client's ids.
    theirs: HashMap<u32, ClientOutput>,
    /// Whether the client captures outputs. Its buffers then have the size of the host's modes.
    captures: bool,
}

impl Outputs {
    /// Handles that the host announces a global.
    ///
    /// # Errors
    /// [`IdFault`] when there are too many objects.
    pub fn global(
        &mut self,
        (name, interface, version): (u32, &str, u32),
        context: &mut Context<'_>,
    ) -> Result<(), IdFault> {
        match interface {
            OUTPUT if self.own.len() < MAX_OUTPUTS => {
                let version = version.min(OUTPUT_VERSION);
                let bound = bind((name, interface, version), context)?;
                let Some((output, version)) = bound else { return Ok(()) };
                let coming = Facts { scale: 1, ..Facts::default() };
                let mut own = OwnOutput { name, output, xdg: 0, version, coming, facts: None };
                if let Some(manager) = self.manager {
                    own.ask(manager, context)?;
                }
                self.own.push(own);
            }
            XDG_OUTPUT_MANAGER if self.manager.is_none() => {
                let version = version.min(XDG_OUTPUT_MANAGER_VERSION);
                self.manager = bind((name, interface, version), context)?;
                if let Some(manager) = self.manager {
                    self.own.iter_mut().try_for_each(|own| own.ask(manager, context))?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Handles that a global is gone.
    pub fn removed(&mut self, name: u32, context: &mut Context<'_>) {
        for own in self.own.extract_if(.., |own| own.name == name) {
            if own.xdg != 0 {
                let opcode = zxdg_output_v1::REQ_DESTROY_OPCODE;
                context.to_host.make(own.xdg, opcode, |request| request);
            }
            if own.version >= 3 {
                let opcode = wl_output::REQ_RELEASE_OPCODE;
                context.to_host.make(own.output, opcode, |request| request);
            }
        }
    }

    /// Whether the host has a `zxdg_output_manager_v1`.
    pub fn have_manager(&self) -> bool {
        self.manager.is_some()
    }

    /// Whether the host has described all outputs.
    pub fn known(&self) -> bool {
        self.own.iter().all(|own| own.facts.is_some())
    }

    /// Pixels per unit of the densest output.
    pub fn densest(&self) -> Option<f64> {
        let densities = self.own.iter().filter_map(|own| Some(own.facts?.density()));
        densities.max_by(f64::total_cmp)
    }

    /// Pixels per unit of an output, by its id at the host; `None` if it is not one of carafe's.
    pub fn density(&self, output: u32) -> Option<f64> {
        let own = self.own.iter().find(|own| own.output == output)?;
        Some(own.facts.map_or(1.0, |facts| facts.density()))
    }

    /// The same where a surface is that is on those: hosts take the densest output.
    pub fn density_on(&self, entered: &[u32]) -> Option<f64> {
        entered.iter().filter_map(|output| self.density(*output)).max_by(f64::total_cmp)
    }

    /// Whether an id at the host is one of carafe's own outputs.
    pub fn is_own(&self, output: u32) -> bool {
        self.density(output).is_some()
    }

    /// Notes that the client has bound an output.
    pub fn bound(&mut self, id: u32, name: u32, version: u32) {
        self.theirs.insert(id, ClientOutput { name, version, xdg: Vec::new() });
    }

    /// Notes that the client can capture outputs. Returns `true` the first time; then all outputs
    /// must be described again.
    pub fn will_capture(&mut self) -> bool {
        !std::mem::replace(&mut self.captures, true)
    }

    /// Notes that the client destroys an output.
    pub fn released(&mut self, id: u32) {
        self.theirs.remove(&id);
    }

    /// Notes that the client has made a `zxdg_output_v1`.
    pub fn xdg_made(&mut self, id: u32, output: u32, version: u32) {
        if let Some(theirs) = self.theirs.get_mut(&output) {
            theirs.xdg.push((id, version));
        }
    }

    /// Notes that the client destroys a `zxdg_output_v1`.
    pub fn xdg_destroyed(&mut self, id: u32) {
        self.theirs.values_mut().for_each(|theirs| theirs.xdg.retain(|(xdg, _)| *xdg != id));
    }

    /// The description of one of the client's outputs; `None` if the output is gone.
    pub fn told(&self, output: u32, objects: &Objects, dpi: &[u32]) -> Option<OutputDescription> {
        let name = self.theirs.get(&output)?.name;
        let own = self.own.iter().find(|own| own.name == name)?;
        let place = (objects.scale(), objects.origin());
        Some(OutputDescription::new(&own.facts?, place, dpi, self.captures))
    }

    /// Handles an event of one of carafe's outputs. Returns `true` if it changes something.
    ///
    /// # Errors
    /// [`Refusal`]: the arguments are wrong.
    pub fn event(&mut self, incoming: &mut Incoming<'_>) -> Result<bool, Refusal> {
        let (id, opcode) = (incoming.header.object, incoming.header.opcode);
        let has_manager = self.manager.is_some();
        let Some(own) = self.own.iter_mut().find(|own| own.output == id) else { return Ok(false) };
        let mut args = incoming.args();
        let mut int = || args.uint().map(u32::cast_signed);
        match opcode {
            wl_output::EVT_GEOMETRY_OPCODE => {
                let at = (int()?, int()?);
                if !has_manager {
                    own.coming.at = at;
                }
                own.coming.physical = (int()?, int()?);
                int()?;
                args.string()?;
                args.string()?;
                own.coming.swapped = args.uint()? & 1 == 1;
            }
            wl_output::EVT_MODE_OPCODE => {
                if args.uint()? & wl_output::Mode::Current.bits() != 0 {
                    own.coming.mode = (args.uint()?.cast_signed(), args.uint()?.cast_signed());
                    own.coming.refresh = args.uint()?;
                }
            }
            wl_output::EVT_SCALE_OPCODE => own.coming.scale = int()?,
            wl_output::EVT_DONE_OPCODE => {}
            _ => return Ok(false),
        }
        let done = opcode == wl_output::EVT_DONE_OPCODE || incoming.object.versions.host() < 2;
        Ok(done && own.complete(has_manager))
    }

    /// The same for a `zxdg_output_v1`.
    ///
    /// # Errors
    /// [`Refusal`]: the arguments are wrong.
    pub fn xdg_event(&mut self, incoming: &mut Incoming<'_>) -> Result<bool, Refusal> {
        let id = incoming.header.object;
        let Some(own) = self.own.iter_mut().find(|own| own.xdg == id) else { return Ok(false) };
        let opcode = incoming.header.opcode;
        let mut args = incoming.args();
        let mut pair =
            || Ok::<_, Refusal>((args.uint()?.cast_signed(), args.uint()?.cast_signed()));
        match opcode {
            zxdg_output_v1::EVT_LOGICAL_POSITION_OPCODE => own.coming.at = pair()?,
            zxdg_output_v1::EVT_LOGICAL_SIZE_OPCODE => own.coming.logical = Some(pair()?),
            zxdg_output_v1::EVT_DONE_OPCODE => return Ok(own.complete(true)),
            _ => {}
        }
        Ok(false)
    }

    /// Describes all outputs to the client again.
    pub fn tell_all(&self, dpi: &[u32], context: &mut Context<'_>) {
        for (output, theirs) in &self.theirs {
            let Some(told) = self.told(*output, context.objects, dpi) else { continue };
            for (xdg, version) in &theirs.xdg {
                self.tell_xdg(*xdg, *version, *output, context);
            }
            let out = &mut *context.to_client;
            let (width, height) = told.mode;
            out.make(*output, wl_output::EVT_MODE_OPCODE, |event| {
                let event = event.uint(wl_output::Mode::Current.bits()).uint(width.cast_unsigned());
                event.uint(height.cast_unsigned()).uint(told.refresh)
            });
            if theirs.version >= 2 {
                let factor = told.scale.cast_unsigned();
                out.make(*output, wl_output::EVT_SCALE_OPCODE, |event| event.uint(factor));
                out.make(*output, wl_output::EVT_DONE_OPCODE, |event| event);
            }
        }
    }

    /// Describes the place and size of an output to the client's `zxdg_output_v1`.
    pub fn tell_xdg(&self, xdg: u32, version: u32, output: u32, context: &mut Context<'_>) {
        let Some(told) = self.told(output, context.objects, &[]) else { return };
        let out = &mut *context.to_client;
        let mut pair = |opcode, (a, b): (i32, i32)| {
            out.make(xdg, opcode, |event| event.uint(a.cast_unsigned()).uint(b.cast_unsigned()));
        };
        pair(zxdg_output_v1::EVT_LOGICAL_POSITION_OPCODE, told.at);
        pair(zxdg_output_v1::EVT_LOGICAL_SIZE_OPCODE, told.logical);
        if version < 3 {
            out.make(xdg, zxdg_output_v1::EVT_DONE_OPCODE, |event| event);
        }
    }

    /// The version of one of the client's outputs, for events that carafe makes up.
    pub fn version(&self, output: u32) -> u32 {
        self.theirs.get(&output).map_or(0, |theirs| theirs.version)
    }
}

impl OwnOutput {
    /// Asks for an output's logical size.
    fn ask(
        &mut self,
        (manager, version): (u32, u32),
        context: &mut Context<'_>,
    ) -> Result<(), IdFault> {
        let Some(interface) = context.tables.find("zxdg_output_v1") else { return Ok(()) };
        self.xdg = context.objects.make_host_only(interface, version)?;
        let opcode = zxdg_output_manager_v1::REQ_GET_XDG_OUTPUT_OPCODE;
        let (xdg, output) = (self.xdg, self.output);
        context.to_host.make(manager, opcode, |request| request.uint(xdg).uint(output));
        Ok(())
    }

    /// Completes a description; returns whether it differs from the last one.
    fn complete(&mut self, has_manager: bool) -> bool {
        let coming = self.coming;
        let whole = coming.mode.0 > 0 && (!has_manager || coming.logical.is_some());
        whole && self.facts.replace(coming) != Some(coming)
    }
}

/// Binds a global that carafe's own registry has announced, for carafe itself; returns its id and
/// version. `None` if carafe must not use it.
pub fn bind(
    (name, interface, version): (u32, &str, u32),
    context: &mut Context<'_>,
) -> Result<Option<(u32, u32)>, IdFault> {
    let Context { tables, objects, to_host, globals, .. } = context;
    let Some(interface) = tables.find(interface) else { return Ok(None) };
    globals.bind_named(tables, objects, to_host, (name, interface, version))
}
