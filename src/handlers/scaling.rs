//! Clients whose coordinates are not the host's: `--scale`, `--direct-scale`, `--dpi`.
//!
//! Most is done by the engine: `session/translate.rs` with `session/scale.rs` rewrites the coordinates
//! that the table names (`protocol/coordinates.txt`). Here is what the table cannot say: sizes that the host has
//! asked for and gets back exactly ([`roles`]), the part of a buffer that shows at the
//! size that a surface has at the host ([`surfaces`], [`content`]), edges that touch
//! ([`places`]), opaque regions ([`regions`]), and what is told of outputs ([`outputs`]).

mod content;
mod outputs;
mod places;
mod preferred;
mod regions;
mod registries;
mod roles;
mod surfaces;
mod viewports;
mod wants;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use self::outputs::Outputs;
use self::preferred::FractionalScales;
use self::roles::Roles;
use self::surfaces::ScaledSurfaces;
use self::wants::{FrameRequest, Token, WANTS};
use crate::protocol::Tables;
use crate::session::{Context, Fault, Handler, Incoming, Refusal, Scale, Verdict, Wait, Want};
use crate::surfaces::{Book, Key, Surface};

/// The user's options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scaling {
    /// `--scale`: client units per host unit; with `direct`, per pixel of the host's densest
    /// output.
    pub scale: Scale,
    /// `--direct-scale`.
    pub direct: bool,
    /// `--dpi`: the densities that clients may be told, in dots per inch.
    pub dpi: Arc<[u32]>,
}

impl Scaling {
    /// The tables for its sessions.
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
    outputs: Outputs,
    /// A `wl_compositor` of the client's at the host, for regions; 0 if there is none.
    compositor: u32,
    surfaces: ScaledSurfaces,
    roles: Roles,
    preferred: FractionalScales,
}

impl Scaler {
    /// For a new session.
    pub fn new(settings: Scaling) -> Self {
        Self {
            settings,
            outputs: Outputs::default(),
            compositor: 0,
            surfaces: ScaledSurfaces::default(),
            roles: Roles::default(),
            preferred: FractionalScales::default(),
        }
    }
}

impl Scaler {
    /// A request that comes with frames, and is nothing to other surfaces.
    fn frame(
        &mut self,
        request: FrameRequest,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let id = incoming.header.object;
        match request {
            FrameRequest::Commit => self.surfaces.commit(incoming, &self.outputs, context)?,
            FrameRequest::Callback => {
                let (peer, versions) = (incoming.object.peer, incoming.object.versions);
                self.surfaces.entry(id, peer, versions).has_callback = true;
            }
            // The host shows the surface at the size of the viewport, or at the buffer scale if it
            // has no viewports. It must judge an invalid scale.
            FrameRequest::BufferScale if incoming.args().uint()?.cast_signed() > 0 => {
                return Ok(Verdict::Drop);
            }
            FrameRequest::CreateRegion => self.compositor = incoming.object.peer,
            FrameRequest::CompositorReleased if self.compositor == incoming.object.peer => {
                self.compositor = 0;
            }
            FrameRequest::BufferScale | FrameRequest::CompositorReleased => {}
            FrameRequest::OpaqueRegion => {
                return regions::set_opaque(self.compositor, incoming, context);
            }
            FrameRequest::SurfaceDestroyed => {
                self.surfaces.destroy(id, context);
                self.preferred.surface_gone(id);
            }
        }
        Ok(Verdict::Forward)
    }
}

impl Handler for Scaler {
    type Token = Token;

    fn wants(&self) -> &'static [Want<Token>] {
        &WANTS
    }

    /// A bind waits until the host has described all its outputs.
    fn must_wait(&self, _: Token, _: Key, _: &Book) -> Option<Wait> {
        (!self.outputs.known()).then_some(Wait::ForHost)
    }

    fn start(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        if !self.settings.direct {
            context.objects.set_scale(self.settings.scale);
        }
        context.own_registry().map_err(|e| Fault::resources(e.to_string()))?;
        Ok(())
    }

    fn handle(
        &mut self,
        token: Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        if let Token::Frame(request) = token {
            return self.frame(request, incoming, context);
        }
        context.objects.unsettle_all();
        self.surfaces.changed();
        let id = incoming.header.object;
        let own = incoming.object.peer == 0;
        match token {
            Token::Bind => return self.bind(incoming, context),
            Token::Global if own => self.own_global(incoming, context)?,
            Token::Global => self.global(incoming, context)?,
            Token::GlobalRemove if own => self.own_global_removed(incoming, context)?,
            Token::Output if own => {
                if self.outputs.event(incoming)? {
                    self.outputs_changed(context);
                }
            }
            Token::Output => self.output_event(incoming, context)?,
            Token::XdgOutput => {
                if own && self.outputs.xdg_event(incoming)? {
                    self.outputs_changed(context);
                }
            }
            Token::OutputReleased => self.outputs.released(id),
            Token::GetXdgOutput => return self.get_xdg_output(incoming, context),
            Token::XdgOutputDestroyed => {
                self.outputs.xdg_destroyed(id);
                return Ok(own_object_gone(incoming, context));
            }
            Token::Destroyed => return Ok(own_object_gone(incoming, context)),
            Token::Entered { is_there } => return self.entered(is_there, incoming, context),
            Token::PreferredBufferScale => self.preferred_buffer_scale(incoming, context)?,
            Token::GetSubsurface => {
                let mut args = incoming.args();
                let (_, surface, parent) = (args.uint()?, args.uint()?, args.uint()?);
                self.surfaces.find(parent, context);
                if let Some(surface) = self.surfaces.find(surface, context) {
                    surface.told_at = (0, 0);
                }
            }
            Token::Position => {
                if let Some((x, y)) = self.surfaces.set_position(incoming.key(), context) {
                    set_ints(incoming, [x, y])?;
                    return Ok(Verdict::Translated);
                }
            }
            Token::GetViewport => {
                let mut args = incoming.args();
                let of = (args.uint()?, args.uint()?);
                args.finish()?;
                viewports::get_viewport(id, of, context)?;
                return Ok(Verdict::Drop);
            }
            Token::ViewportDestroyed => {
                context.delete_client_only(id);
                return Ok(Verdict::Drop);
            }
            Token::Source | Token::Destination => {
                viewports::check(token, incoming, context)?;
                return Ok(Verdict::Drop);
            }
            Token::GetFractional => return self.get_fractional(incoming, context),
            Token::FractionalDestroyed => {
                self.preferred.destroyed(id);
                return Ok(own_object_gone(incoming, context));
            }
            Token::PreferredScale => {
                let ratio = context.objects.scale().ratio();
                let mut args = incoming.args();
                let place = args.word()?;
                let host = f64::from(u32::from_ne_bytes(*place));
                *place = preferred::in_120ths(host / 120.0 / ratio).to_ne_bytes();
            }
            Token::GlobalRemove | Token::SubsurfaceDestroyed | Token::Frame(_) => {}
            Token::Role(role) => {
                return self.roles.handle(role, &mut self.surfaces, incoming, context);
            }
        }
        Ok(Verdict::Forward)
    }

    fn is_steady(&self, surface: &Surface) -> bool {
        self.surfaces.is_steady(surface)
    }
}

/// Handles that the client destroys an object, which may be one that only carafe knows.
fn own_object_gone(incoming: &Incoming<'_>, context: &mut Context<'_>) -> Verdict {
    if incoming.object.peer != 0 {
        return Verdict::Forward;
    }
    context.delete_client_only(incoming.header.object);
    Verdict::Drop
}

/// A message's arguments, which are this many integers.
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
