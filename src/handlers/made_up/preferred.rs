//! `wl_surface.preferred_buffer_scale` and `preferred_buffer_transform`. With older hosts, clients
//! must find them out themselves, from the outputs of a surface; carafe does that for them.

use std::collections::HashMap;

use wayland_client::protocol::wl_surface;

use super::outputs::BoundOutputs;
use crate::session::Context;

/// Bound on the surfaces, and on the outputs of one of them.
const MAX_PREFERRED_SURFACES: usize = 4096;

/// A surface that is on an output.
#[derive(Default)]
struct SurfaceOutputs {
    /// The outputs, by the client's ids.
    outputs: Vec<u32>,
    /// The values that it was told.
    scale: Option<i32>,
    transform: Option<u32>,
}

/// The scales and transforms of surfaces.
pub struct PreferredScales {
    /// By the client's ids.
    surfaces: HashMap<u32, SurfaceOutputs>,
    /// In a scaled session, scaling tells the scale.
    is_scaled: bool,
}

impl PreferredScales {
    /// For a client without surfaces.
    pub fn new(is_scaled: bool) -> Self {
        Self { surfaces: HashMap::new(), is_scaled }
    }

    /// Handles that a surface enters or leaves an output.
    pub fn entered(
        &mut self,
        (id, output): (u32, u32),
        is_there: bool,
        outputs: &BoundOutputs,
        context: &mut Context<'_>,
    ) {
        let since = wl_surface::EVT_PREFERRED_BUFFER_SCALE_SINCE;
        let object = context.objects.client(id).map(|object| object.versions);
        let lacks_it = object.is_some_and(|it| it.client() >= since && it.host() < since);
        if !lacks_it
            || self.surfaces.len() >= MAX_PREFERRED_SURFACES && !self.surfaces.contains_key(&id)
        {
            return;
        }
        let surface = self.surfaces.entry(id).or_default();
        surface.outputs.retain(|entered| *entered != output);
        if is_there && surface.outputs.len() < MAX_PREFERRED_SURFACES {
            surface.outputs.push(output);
        }
        surface.tell(id, self.is_scaled, outputs, context);
    }

    /// Notes that a surface is gone.
    pub fn gone(&mut self, id: u32) {
        self.surfaces.remove(&id);
    }

    /// Handles that an output has changed.
    pub fn output_changed(
        &mut self,
        output: u32,
        outputs: &BoundOutputs,
        context: &mut Context<'_>,
    ) {
        for (id, surface) in &mut self.surfaces {
            if surface.outputs.contains(&output) {
                surface.tell(*id, self.is_scaled, outputs, context);
            }
        }
    }

    /// Handles that the client releases an output.
    pub fn output_released(
        &mut self,
        output: u32,
        outputs: &BoundOutputs,
        context: &mut Context<'_>,
    ) {
        for (id, surface) in &mut self.surfaces {
            if surface.outputs.contains(&output) {
                surface.outputs.retain(|entered| *entered != output);
                surface.tell(*id, self.is_scaled, outputs, context);
            }
        }
    }
}

impl SurfaceOutputs {
    /// Tells what has changed. The densest output counts; less dense ones show the surface smaller.
    fn tell(
        &mut self,
        id: u32,
        is_scaled: bool,
        outputs: &BoundOutputs,
        context: &mut Context<'_>,
    ) {
        let entered = || self.outputs.iter().filter_map(|output| outputs.get(*output));
        let Some(output) = entered().max_by_key(|output| output.scale) else { return };
        let (scale, transform) = (output.scale.max(1), output.transform);
        let out = &mut *context.to_client;
        if !is_scaled && self.scale.replace(scale) != Some(scale) {
            let opcode = wl_surface::EVT_PREFERRED_BUFFER_SCALE_OPCODE;
            out.make(id, opcode, |event| event.uint(scale.cast_unsigned()));
        }
        if self.transform.replace(transform) != Some(transform) {
            let opcode = wl_surface::EVT_PREFERRED_BUFFER_TRANSFORM_OPCODE;
            out.make(id, opcode, |event| event.uint(transform));
        }
    }
}
