//! The requests that make buffers.

use std::collections::HashMap;

use super::ints;
use crate::session::{Context, Incoming, Refusal};
use crate::surfaces::{Buffer, Content, Size};

/// The client makes a buffer: its id, so many other words, its size.
pub fn made(
    between: usize,
    incoming: &mut Incoming<'_>,
    context: &mut Context<'_>,
) -> Result<(), Refusal> {
    let mut args = incoming.args();
    let id = args.uint()?;
    for _ in 0..between {
        args.uint()?;
    }
    let size = ints(&mut args)?.into();
    context.book.create_buffer(Buffer::other(id, Some(size)));
    Ok(())
}

/// The client makes a buffer of one pixel.
pub fn one_pixel(incoming: &mut Incoming<'_>, context: &mut Context<'_>) -> Result<(), Refusal> {
    let mut args = incoming.args();
    let id = args.uint()?;
    let content = Content::OnePixel(ints(&mut args)?.map(i32::cast_unsigned));
    context.book.create_buffer(Buffer { id, size: Some((1, 1)), content });
    Ok(())
}

/// Sizes of the buffers that the host is asked to make from parameters, by the client's ids of
/// these.
#[derive(Default)]
pub struct Asked(HashMap<u32, Size>);

impl Asked {
    /// The host is asked.
    pub fn create(&mut self, params: u32, size: Size) {
        self.0.insert(params, size);
    }

    /// The host has made a buffer.
    pub fn created(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        if incoming.object.peer == 0 {
            return Ok(());
        }
        let size = self.0.remove(&incoming.object.peer);
        let Some(interface) = context.tables.find("wl_buffer") else { return Ok(()) };
        // Whoever translates the message gets the same id again.
        let id = context.objects.mirror_from_host(incoming.args().uint()?, interface, 1)?;
        context.book.create_buffer(Buffer::other(id, size));
        Ok(())
    }

    /// The client destroys parameters.
    pub fn destroyed(&mut self, params: u32) {
        self.0.remove(&params);
    }
}
