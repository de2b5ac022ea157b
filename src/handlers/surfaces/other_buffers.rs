//! Requests that make buffers from anything but shared memory.

use std::collections::HashMap;
use std::os::fd::OwnedFd;

use super::ints;
use crate::foreign;
use crate::session::{Context, Incoming, Refusal};
use crate::surfaces::{Buffer, Content, Size};

/// Handles that the client makes a buffer of one pixel.
pub fn one_pixel(incoming: &mut Incoming<'_>, context: &mut Context<'_>) -> Result<(), Refusal> {
    let mut args = incoming.args();
    let id = args.uint()?;
    let color = ints(&mut args)?.map(i32::cast_unsigned);
    let pixel = Buffer { id, size: Some((1, 1)), content: Content::OnePixel(color) };
    context.book.create_buffer(pixel);
    Ok(())
}

/// Handles that the client makes a buffer of `wl_drm`: its id, a name or descriptor, its size.
pub fn drm(
    has_name: bool,
    waits_for_fences: bool,
    incoming: &mut Incoming<'_>,
    context: &mut Context<'_>,
) -> Result<(), Refusal> {
    let mut args = incoming.args();
    let id = args.uint()?;
    if has_name {
        args.uint()?;
    }
    let size = Some(ints(&mut args)?.into());
    let fence = if waits_for_fences && !has_name { fence(context) } else { None };
    context.book.create_buffer(dmabuf(id, size, fence));
    Ok(())
}

fn dmabuf(id: u32, size: Option<Size>, fence: Option<OwnedFd>) -> Buffer {
    Buffer { id, size, content: fence.map_or(Content::Other, Content::DmaBuf) }
}

/// A copy of the message's descriptor, if it can be polled for fences.
fn fence(context: &Context<'_>) -> Option<OwnedFd> {
    context.fds.get(0).filter(|fd| foreign::can_poll(*fd))?.try_clone_to_owned().ok()
}

/// A buffer that will be made from parameters.
#[derive(Default)]
struct PendingBuffer {
    /// The dma-buf of its first plane.
    fence: Option<OwnedFd>,
    /// Its size, once the host is asked to make it.
    size: Option<Size>,
}

/// The buffers to be made, by the client's ids of the parameters.
#[derive(Default)]
pub struct PendingBuffers(HashMap<u32, PendingBuffer>);

impl PendingBuffers {
    /// Notes that a plane is added.
    pub fn add(&mut self, params: u32, context: &Context<'_>) {
        let making = self.0.entry(params).or_default();
        if making.fence.is_none() {
            making.fence = fence(context);
        }
    }

    /// Notes that the host is asked to make the buffer.
    pub fn create(&mut self, params: u32, size: Size) {
        self.0.entry(params).or_default().size = Some(size);
    }

    /// Handles that the client makes the buffer.
    pub fn create_immed(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let mut args = incoming.args();
        let id = args.uint()?;
        let size = Some(ints(&mut args)?.into());
        let fence = self.0.remove(&incoming.header.object).and_then(|making| making.fence);
        context.book.create_buffer(dmabuf(id, size, fence));
        Ok(())
    }

    /// Handles that the host has made the buffer.
    pub fn created(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        if incoming.object.peer == 0 {
            return Ok(());
        }
        let PendingBuffer { fence, size } =
            self.0.remove(&incoming.object.peer).unwrap_or_default();
        let Some(interface) = context.tables.find("wl_buffer") else { return Ok(()) };
        // The translation of the message will get the same id again.
        let id = context.objects.mirror_from_host(incoming.args().uint()?, interface, 1)?;
        context.book.create_buffer(dmabuf(id, size, fence));
        Ok(())
    }

    /// Notes that the client destroys parameters.
    pub fn destroyed(&mut self, params: u32) {
        self.0.remove(&params);
    }
}
