//! The book of surfaces is written here: the only reader of what the client says of its
//! surfaces, buffers, regions, viewports and subsurfaces. The handlers behind this one find
//! a commit done when they see it.
//!
//! Errors are for the host to find: what makes no sense is in the book as it was said, or not
//! at all.

mod buffers;
mod kind;
mod regions;

use wayland_client::protocol::{
    wl_buffer, wl_compositor, wl_subcompositor, wl_subsurface, wl_surface,
};
use wayland_protocols::wp::linux_dmabuf::zv1::client::zwp_linux_buffer_params_v1;
use wayland_protocols::wp::viewporter::client::{wp_viewport, wp_viewporter};

use self::buffers::Params;
use self::kind::{Kind, Kinds, NAMES};
use self::regions::Regions;
use crate::observe::Side;
use crate::pixels::{Rect, Transform};
use crate::protocol::Tables;
use crate::session::{Context, Handler, Incoming, Refusal, Verdict};
use crate::surfaces::Buffer;

/// The handler.
pub struct Bookkeeper {
    kinds: Kinds,
    params: Params,
    regions: Regions,
}

impl Bookkeeper {
    /// For a new session.
    pub fn new(tables: &Tables) -> Self {
        Self { kinds: Kinds::new(tables), params: Params::default(), regions: Regions::default() }
    }

    fn surface(
        &self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let (key, opcode) = (incoming.key(), incoming.header.opcode);
        match opcode {
            wl_surface::REQ_COMMIT_OPCODE => context.book.commit(key),
            wl_surface::REQ_DESTROY_OPCODE => context.book.destroy_surface(key),
            wl_surface::REQ_ATTACH_OPCODE => {
                let mut args = incoming.args();
                let id = args.uint()?;
                let offset = (args.uint()?.cast_signed(), args.uint()?.cast_signed());
                let found = context.buffer(id).cloned();
                let buffer = match (id, found) {
                    (0, _) => None,
                    (_, Some(found)) => Some(found),
                    (id, None) => Some(Buffer::other(id, None).into()),
                };
                if let Some(surface) = context.book.surface_mut(key) {
                    surface.attach(buffer, offset);
                }
            }
            _ => {
                let Some(surface) = context.book.surface_mut(key) else { return Ok(()) };
                self.regions.set(opcode, incoming.args().uint(), &mut surface.pending);
                let changes = &mut surface.pending;
                let mut args = incoming.args();
                let mut int = || args.uint().map(u32::cast_signed);
                match opcode {
                    wl_surface::REQ_DAMAGE_OPCODE => {
                        changes.damage(Rect::new(int()?, int()?, int()?, int()?));
                    }
                    wl_surface::REQ_DAMAGE_BUFFER_OPCODE => {
                        changes.damage_buffer(Rect::new(int()?, int()?, int()?, int()?));
                    }
                    wl_surface::REQ_SET_BUFFER_SCALE_OPCODE => changes.view.scale = int()?,
                    wl_surface::REQ_SET_BUFFER_TRANSFORM_OPCODE => {
                        changes.view.transform = Transform::new(int()?.cast_unsigned());
                    }
                    wl_surface::REQ_OFFSET_OPCODE => changes.offset = (int()?, int()?),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn viewport(incoming: &mut Incoming<'_>, context: &mut Context<'_>) -> Result<(), Refusal> {
        let key = incoming.key();
        if incoming.header.opcode == wp_viewport::REQ_DESTROY_OPCODE {
            context.book.destroy_viewport(key);
            return Ok(());
        }
        let Some(surface) = context.book.viewport_mut(key) else { return Ok(()) };
        let view = &mut surface.pending.view;
        let opcode = incoming.header.opcode;
        let mut args = incoming.args();
        let mut int = || args.uint().map(u32::cast_signed);
        match opcode {
            wp_viewport::REQ_SET_SOURCE_OPCODE => {
                let source @ [_, _, width, height] = [int()?, int()?, int()?, int()?];
                view.source = (width > 0 && height > 0).then_some(source);
            }
            wp_viewport::REQ_SET_DESTINATION_OPCODE => {
                let (width, height) = (int()?, int()?);
                view.destination = (width > 0 && height > 0).then_some((width, height));
            }
            _ => {}
        }
        Ok(())
    }

    fn subsurface(incoming: &mut Incoming<'_>, context: &mut Context<'_>) -> Result<(), Refusal> {
        let (key, opcode) = (incoming.key(), incoming.header.opcode);
        let mut args = incoming.args();
        match opcode {
            wl_subsurface::REQ_DESTROY_OPCODE => context.book.destroy_subsurface(key),
            wl_subsurface::REQ_SET_POSITION_OPCODE => {
                let at = (args.uint()?.cast_signed(), args.uint()?.cast_signed());
                context.book.set_position(key, at);
            }
            wl_subsurface::REQ_PLACE_ABOVE_OPCODE | wl_subsurface::REQ_PLACE_BELOW_OPCODE => {
                let sibling = context.objects.key(args.uint()?);
                let is_above = opcode == wl_subsurface::REQ_PLACE_ABOVE_OPCODE;
                context.book.restack(key, sibling, is_above);
            }
            wl_subsurface::REQ_SET_SYNC_OPCODE => context.book.set_sync(key, true),
            wl_subsurface::REQ_SET_DESYNC_OPCODE => context.book.set_sync(key, false),
            _ => {}
        }
        Ok(())
    }
}

impl Handler for Bookkeeper {
    fn interfaces(&self) -> &'static [&'static str] {
        &NAMES
    }

    fn sees_plain(&self, interface: &str, from: Side) -> bool {
        from == Side::Client || interface == "zwp_linux_buffer_params_v1"
    }

    fn request(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let opcode = incoming.header.opcode;
        let Some(kind) = self.kinds.of(incoming.object.interface) else {
            return Ok(Verdict::Forward);
        };
        match (kind, opcode) {
            (Kind::Surface, _) => self.surface(incoming, context)?,
            (Kind::Compositor, wl_compositor::REQ_CREATE_SURFACE_OPCODE) => {
                context.book.create_surface(incoming.args().uint()?);
            }
            (Kind::Compositor, wl_compositor::REQ_CREATE_REGION_OPCODE) => {
                self.regions.create(incoming.args().uint()?);
            }
            (Kind::Region, _) => self.regions.request(incoming)?,
            (Kind::Buffer, wl_buffer::REQ_DESTROY_OPCODE) => {
                context.book.destroy_buffer(incoming.key());
            }
            (Kind::Pool | Kind::Params | Kind::Drm | Kind::OnePixel, _) => {
                self.params.request(kind, incoming, context)?;
            }
            (Kind::Viewporter, wp_viewporter::REQ_GET_VIEWPORT_OPCODE) => {
                let mut args = incoming.args();
                let (id, surface) = (args.uint()?, args.uint()?);
                context.book.create_viewport(id, context.objects.key(surface));
            }
            (Kind::Viewport, _) => Self::viewport(incoming, context)?,
            (Kind::Subcompositor, wl_subcompositor::REQ_GET_SUBSURFACE_OPCODE) => {
                let mut args = incoming.args();
                let (id, surface, parent) = (args.uint()?, args.uint()?, args.uint()?);
                let (surface, parent) = (context.objects.key(surface), context.objects.key(parent));
                context.book.create_subsurface(id, surface, parent);
            }
            (Kind::Subsurface, _) => Self::subsurface(incoming, context)?,
            _ => {}
        }
        Ok(Verdict::Forward)
    }

    fn event(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let created = zwp_linux_buffer_params_v1::EVT_CREATED_OPCODE;
        if self.kinds.of(incoming.object.interface) == Some(Kind::Params)
            && incoming.header.opcode == created
        {
            self.params.created(incoming, context)?;
        }
        Ok(Verdict::Forward)
    }

    fn is_steady(&self, _: u32) -> bool {
        true
    }
}
