//! How large a client's buffers are: surfaces have their sizes from them.

use std::collections::HashMap;

use wayland_client::protocol::{wl_buffer, wl_shm_pool};
use wayland_protocols::wp::linux_dmabuf::zv1::client::zwp_linux_buffer_params_v1 as params;

use crate::session::{Incoming, Refusal};

/// `wl_drm`'s requests that make a buffer: id, then a name or a descriptor.
const DRM_REQUESTS: std::ops::RangeInclusive<u16> = 1..=3;
const CREATE_PRIME_BUFFER: u16 = 3;

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

    /// `wl_buffer`'s requests.
    pub fn request(&mut self, incoming: &Incoming<'_>) {
        if incoming.header.opcode == wl_buffer::REQ_DESTROY_OPCODE {
            self.sizes.remove(&incoming.header.object);
        }
    }

    /// `wl_shm_pool`'s requests.
    pub fn of_pool(&mut self, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        if incoming.header.opcode == wl_shm_pool::REQ_CREATE_BUFFER_OPCODE {
            let mut args = incoming.args();
            let (id, _offset) = (args.uint()?, args.uint()?);
            self.sizes.insert(id, (args.uint()?.cast_signed(), args.uint()?.cast_signed()));
        }
        Ok(())
    }

    /// `zwp_linux_buffer_params_v1`'s requests.
    pub fn of_params(&mut self, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let id = incoming.header.object;
        let opcode = incoming.header.opcode;
        let mut args = incoming.args();
        match opcode {
            params::REQ_CREATE_OPCODE => {
                self.asked.insert(id, (args.uint()?.cast_signed(), args.uint()?.cast_signed()));
            }
            params::REQ_CREATE_IMMED_OPCODE => {
                let made = args.uint()?;
                self.sizes.insert(made, (args.uint()?.cast_signed(), args.uint()?.cast_signed()));
            }
            params::REQ_DESTROY_OPCODE => drop(self.asked.remove(&id)),
            _ => {}
        }
        Ok(())
    }

    /// The host has made a buffer from parameters; `id` is the client's.
    pub fn created(&mut self, params: u32, id: u32) {
        if let Some(size) = self.asked.remove(&params) {
            self.sizes.insert(id, size);
        }
    }

    /// `wl_drm`'s requests.
    pub fn of_drm(&mut self, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let opcode = incoming.header.opcode;
        if DRM_REQUESTS.contains(&opcode) {
            let mut args = incoming.args();
            let id = args.uint()?;
            if opcode != CREATE_PRIME_BUFFER {
                args.uint()?;
            }
            self.sizes.insert(id, (args.uint()?.cast_signed(), args.uint()?.cast_signed()));
        }
        Ok(())
    }

    /// A buffer of one pixel.
    pub fn of_one_pixel(&mut self, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let id = incoming.args().uint()?;
        self.sizes.insert(id, (1, 1));
        Ok(())
    }
}
