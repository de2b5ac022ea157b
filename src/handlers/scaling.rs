//! A client whose coordinates are not the host's: `--scale`, `--direct-scale`, `--dpi`.
//!
//! Most is done by the engine, which rewrites the coordinates that the table names
//! (`protocol/coordinates.txt`). Here is what that cannot say: sizes that the host has
//! asked for and gets back exactly ([`roles`]), the part of a buffer that shows at the
//! size that a surface has at the host ([`surfaces`], [`content`]), edges that touch,
//! opaque regions ([`regions`]), and what is told of outputs ([`outputs`]).

mod buffers;
mod content;
mod kind;
mod messages;
mod outputs;
mod preferred;
mod regions;
mod registries;
mod roles;
mod surfaces;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use wayland_client::protocol::{
    wl_compositor, wl_output, wl_registry, wl_subcompositor, wl_subsurface,
};
use wayland_protocols::wp::fractional_scale::v1::client::wp_fractional_scale_v1;
use wayland_protocols::wp::linux_dmabuf::zv1::client::zwp_linux_buffer_params_v1;
use wayland_protocols::wp::viewporter::client::wp_viewporter;
use wayland_protocols::xdg::xdg_output::zv1::client::zxdg_output_v1;

use self::buffers::Buffers;
use self::kind::{Kind, Kinds, NAMES};
use self::outputs::Outputs;
use self::preferred::Preferred;
use self::regions::Regions;
use self::roles::Roles;
use self::surfaces::Surfaces;
use super::is_release;
use crate::observe::Side;
use crate::protocol::Tables;
use crate::session::{Context, Fault, Handler, Incoming, Object, Refusal, Scale, Verdict, Wait};
use crate::wire::Header;

/// What the user asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scaling {
    /// `--scale`: client units per unit of the host; with `direct` per pixel of the host's
    /// densest output.
    pub scale: Scale,
    /// `--direct-scale`.
    pub direct: bool,
    /// `--dpi`: the densities that clients may be told, in dots per inch.
    pub dpi: Arc<[u32]>,
}

impl Scaling {
    /// The tables that its sessions need.
    pub fn tables(&self) -> &'static Tables {
        if self.is_wanted() { Tables::with_coordinates() } else { Tables::get() }
    }

    /// Whether there is anything to do.
    pub fn is_wanted(&self) -> bool {
        self.direct || !self.scale.is_one() || !self.dpi.is_empty()
    }
}

/// The handler.
pub struct Scaler {
    settings: Scaling,
    kinds: Kinds,
    outputs: Outputs,
    buffers: Buffers,
    regions: Regions,
    surfaces: Surfaces,
    roles: Roles,
    preferred: Preferred,
}

impl Scaler {
    /// For a new session.
    pub fn new(settings: Scaling, tables: &Tables) -> Self {
        Self {
            settings,
            kinds: Kinds::new(tables),
            outputs: Outputs::default(),
            buffers: Buffers::default(),
            regions: Regions::default(),
            surfaces: Surfaces::default(),
            roles: Roles::default(),
            preferred: Preferred::default(),
        }
    }
}

impl Handler for Scaler {
    fn interfaces(&self) -> &'static [&'static str] {
        &NAMES
    }

    fn sees_plain(&self, interface: &str, from: Side) -> bool {
        !is_release(interface, from)
    }

    fn may_wait(&self) -> bool {
        true
    }

    fn must_wait(&self, header: Header, object: &Object) -> Option<Wait> {
        let binds = self.kinds.of(object.interface) == Some(Kind::Registry)
            && header.opcode == wl_registry::REQ_BIND_OPCODE;
        (binds && !self.outputs.known()).then_some(Wait::ForHost)
    }

    fn start(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        if !self.settings.direct {
            context.objects.set_scale(self.settings.scale);
        }
        context.own_registry().map_err(|e| Fault::resources(e.to_string()))?;
        Ok(())
    }

    fn request(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let (id, opcode) = (incoming.header.object, incoming.header.opcode);
        let Some(kind) = self.kinds.of(incoming.object.interface) else {
            return Ok(Verdict::Forward);
        };
        if !kind.is_of_frames() {
            context.objects.unsettle_all();
        }
        match (kind, opcode) {
            (Kind::Registry, wl_registry::REQ_BIND_OPCODE) => return self.bind(incoming, context),
            (Kind::Output, wl_output::REQ_RELEASE_OPCODE) => self.outputs.released(id),
            (Kind::XdgOutputManager, _) => return self.get_xdg_output(incoming, context),
            (Kind::XdgOutput, zxdg_output_v1::REQ_DESTROY_OPCODE) => {
                self.outputs.xdg_destroyed(id);
                return Ok(own_object_gone(incoming, context));
            }
            (Kind::Compositor, wl_compositor::REQ_CREATE_REGION_OPCODE) => {
                return self.regions.create(incoming);
            }
            (Kind::Region, _) => return self.regions.request(incoming, context.objects.scale()),
            (Kind::Surface, _) => return self.surface_request(incoming, context),
            (Kind::Subcompositor, wl_subcompositor::REQ_GET_SUBSURFACE_OPCODE) => {
                let mut args = incoming.args();
                let (made, surface, parent) = (args.uint()?, args.uint()?, args.uint()?);
                for id in [surface, parent] {
                    self.surfaces.find(id, context);
                }
                self.surfaces.get_subsurface(made, surface, parent);
            }
            (Kind::Subsurface, wl_subsurface::REQ_DESTROY_OPCODE) => {
                self.surfaces.destroy_subsurface(id);
            }
            (Kind::Subsurface, wl_subsurface::REQ_SET_POSITION_OPCODE) => {
                let peer = incoming.object.peer;
                let [x, y] = ints(incoming)?;
                let (x, y) = self.surfaces.set_position(id, peer, (x, y), context);
                set_ints(incoming, [x, y])?;
                return Ok(Verdict::Translated);
            }
            (Kind::Viewporter, wp_viewporter::REQ_GET_VIEWPORT_OPCODE) => {
                let mut args = incoming.args();
                let of = (args.uint()?, args.uint()?);
                args.finish()?;
                self.surfaces.get_viewport(id, of, context)?;
                return Ok(Verdict::Drop);
            }
            (Kind::Viewport, _) => return self.viewport_request(incoming, context),
            (Kind::FractionalManager | Kind::Fractional, _) => {
                return self.fractional_request(kind, incoming, context);
            }
            (Kind::Buffer, _) => self.buffers.request(incoming),
            (Kind::Pool, _) => self.buffers.of_pool(incoming)?,
            (Kind::Params, _) => self.buffers.of_params(incoming)?,
            (Kind::Drm, _) => self.buffers.of_drm(incoming)?,
            (Kind::OnePixel, 1) => self.buffers.of_one_pixel(incoming)?,
            _ => return self.roles.request(kind, &mut self.surfaces, incoming, context),
        }
        Ok(Verdict::Forward)
    }

    fn event(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let own = incoming.object.peer == 0;
        let opcode = incoming.header.opcode;
        let kind = self.kinds.of(incoming.object.interface);
        if kind != Some(Kind::Buffer) {
            context.objects.unsettle_all();
        }
        match kind {
            Some(Kind::Registry) if own => self.own_global(incoming, context)?,
            Some(Kind::Registry) => self.global(incoming, context)?,
            Some(kind @ (Kind::Output | Kind::XdgOutput)) if own => {
                let news = match kind {
                    Kind::Output => self.outputs.event(incoming)?,
                    _ => self.outputs.xdg_event(incoming)?,
                };
                if news {
                    self.outputs_changed(context);
                }
            }
            Some(Kind::Output) => self.output_event(incoming, context)?,
            Some(Kind::Surface) => return self.surface_event(incoming, context),
            Some(Kind::Fractional)
                if opcode == wp_fractional_scale_v1::EVT_PREFERRED_SCALE_OPCODE =>
            {
                let ratio = context.objects.scale().ratio();
                let mut args = incoming.args();
                let place = args.word()?;
                let host = f64::from(u32::from_ne_bytes(*place));
                *place = preferred::in_120ths(host / 120.0 / ratio).to_ne_bytes();
            }
            Some(Kind::Params) if opcode == zwp_linux_buffer_params_v1::EVT_CREATED_OPCODE => {
                let host_id = incoming.args().uint()?;
                if let Some(interface) = context.tables.find("wl_buffer") {
                    // Who translates the message gets the same id again.
                    let made = context.objects.mirror_from_host(host_id, interface, 1)?;
                    self.buffers.created(incoming.object.peer, made);
                }
            }
            Some(kind) => self.roles.event(kind, &mut self.surfaces, incoming, context)?,
            None => {}
        }
        Ok(Verdict::Forward)
    }

    fn is_steady(&self, surface: u32) -> bool {
        self.surfaces.is_steady(surface)
    }
}

/// The client destroys an object, which may be one that only carafe knows.
fn own_object_gone(incoming: &Incoming<'_>, context: &mut Context<'_>) -> Verdict {
    if incoming.object.peer != 0 {
        return Verdict::Forward;
    }
    context.delete_client_only(incoming.header.object);
    Verdict::Drop
}

/// A message's arguments, which are so many integers.
fn ints<const N: usize>(incoming: &mut Incoming<'_>) -> Result<[i32; N], Refusal> {
    let mut args = incoming.args();
    let mut words = [0; N];
    for word in &mut words {
        *word = args.uint()?.cast_signed();
    }
    args.finish()?;
    Ok(words)
}

/// Replaces the first arguments.
fn set_ints<const N: usize>(incoming: &mut Incoming<'_>, words: [i32; N]) -> Result<(), Refusal> {
    let mut args = incoming.args();
    for word in words {
        *args.word()? = word.to_ne_bytes();
    }
    Ok(())
}
