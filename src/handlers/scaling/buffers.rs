//! How large a client's buffers are: surfaces have their sizes from them.

use std::collections::HashMap;

use crate::session::{Incoming, Refusal};

/// Width and height in pixels.
pub type Size = (i32, i32);

/// The sizes of a client's buffers by their ids.
#[derive(Default)]
pub struct Buffers {
    sizes: HashMap<u32, Size>,
    /// Of those that the host is asked to make from parameters, by these.
    asked: HashMap<u32, Size>,
}

impl Buffers {
    /// A buffer's size.
    pub fn size(&self, id: u32) -> Option<Size> {
        self.sizes.get(&id).copied()
    }

    /// The client makes a buffer: its id, so many other words, its size.
    pub fn made(&mut self, between: usize, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let mut args = incoming.args();
        let id = args.uint()?;
        for _ in 0..between {
            args.uint()?;
        }
        self.sizes.insert(id, (args.uint()?.cast_signed(), args.uint()?.cast_signed()));
        Ok(())
    }

    /// A buffer of one pixel.
    pub fn made_of_one_pixel(&mut self, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let id = incoming.args().uint()?;
        self.sizes.insert(id, (1, 1));
        Ok(())
    }

    /// A buffer is gone.
    pub fn destroyed(&mut self, id: u32) {
        self.sizes.remove(&id);
    }

    /// The host is asked to make a buffer from parameters.
    pub fn ask(&mut self, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let params = incoming.header.object;
        let mut args = incoming.args();
        self.asked.insert(params, (args.uint()?.cast_signed(), args.uint()?.cast_signed()));
        Ok(())
    }

    /// Parameters are gone.
    pub fn params_destroyed(&mut self, params: u32) {
        self.asked.remove(&params);
    }

    /// The host has made a buffer from parameters; `id` is the client's.
    pub fn created(&mut self, params: u32, id: u32) {
        if let Some(size) = self.asked.remove(&params) {
            self.sizes.insert(id, size);
        }
    }
}
