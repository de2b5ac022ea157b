//! The requests that make buffers.

use std::collections::HashMap;

use wayland_client::protocol::wl_shm_pool;
use wayland_protocols::wp::linux_dmabuf::zv1::client::zwp_linux_buffer_params_v1 as params;
use wayland_protocols::wp::single_pixel_buffer::v1::client::wp_single_pixel_buffer_manager_v1 as pixel;

use super::kind::Kind;
use crate::handlers::drm;
use crate::session::{Context, Incoming, Refusal};
use crate::surfaces::{Buffer, Content, Size};

/// Sizes of the buffers that the host is asked to make from parameters, by these.
#[derive(Default)]
pub struct Params {
    asked: HashMap<u32, Size>,
}

impl Params {
    /// A request to an object that makes buffers.
    pub fn request(
        &mut self,
        kind: Kind,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let (object, opcode) = (incoming.header.object, incoming.header.opcode);
        let mut args = incoming.args();
        // How many words are between the id and the size.
        let between = match (kind, opcode) {
            (Kind::Params, params::REQ_CREATE_OPCODE) => {
                self.asked.insert(object, (args.uint()?.cast_signed(), args.uint()?.cast_signed()));
                return Ok(());
            }
            (Kind::Params, params::REQ_DESTROY_OPCODE) => {
                self.asked.remove(&object);
                return Ok(());
            }
            (Kind::OnePixel, pixel::REQ_CREATE_U32_RGBA_BUFFER_OPCODE) => {
                let id = args.uint()?;
                let color = [args.uint()?, args.uint()?, args.uint()?, args.uint()?];
                let (size, content) = (Some((1, 1)), Content::OnePixel(color));
                context.book.create_buffer(Buffer { id, size, content });
                return Ok(());
            }
            (Kind::Params, params::REQ_CREATE_IMMED_OPCODE)
            | (Kind::Drm, drm::CREATE_PRIME_BUFFER) => 0,
            (Kind::Pool, wl_shm_pool::REQ_CREATE_BUFFER_OPCODE)
            | (Kind::Drm, drm::CREATE_BUFFER | drm::CREATE_PLANAR_BUFFER) => 1,
            _ => return Ok(()),
        };
        let id = args.uint()?;
        for _ in 0..between {
            args.uint()?;
        }
        let size = (args.uint()?.cast_signed(), args.uint()?.cast_signed());
        context.book.create_buffer(Buffer::other(id, Some(size)));
        Ok(())
    }

    /// `zwp_linux_buffer_params_v1.created`: the host has made a buffer.
    pub fn created(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        if incoming.object.peer == 0 {
            return Ok(());
        }
        let size = self.asked.remove(&incoming.object.peer);
        let Some(interface) = context.tables.find("wl_buffer") else { return Ok(()) };
        // Whoever translates the message gets the same id again.
        let id = context.objects.mirror_from_host(incoming.args().uint()?, interface, 1)?;
        context.book.create_buffer(Buffer::other(id, size));
        Ok(())
    }
}
