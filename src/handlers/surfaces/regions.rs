//! The client's regions. A surface keeps a region as it was when it was set.

use std::collections::HashMap;
use std::sync::Arc;

use wayland_client::protocol::{wl_region, wl_surface};

use crate::session::{Fault, Incoming, Refusal};
use crate::surfaces::{Budget, Changes, Rects, TooManyRects};
use crate::wire;

/// By the client's ids.
#[derive(Default)]
pub struct Regions {
    known: HashMap<u32, Arc<Rects>>,
    budget: Budget,
}

impl Regions {
    /// `wl_compositor.create_region`.
    pub fn create(&mut self, id: u32) {
        self.known.insert(id, Arc::new(Rects::new(&self.budget)));
    }

    /// A request to a region.
    pub fn request(&mut self, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let (id, opcode) = (incoming.header.object, incoming.header.opcode);
        if opcode == wl_region::REQ_DESTROY_OPCODE {
            self.known.remove(&id);
        } else if let Some(shape) = self.known.get_mut(&id) {
            let mut args = incoming.args();
            let mut int = || args.uint().map(u32::cast_signed);
            let rect = [int()?, int()?, int()?, int()?];
            let adds = opcode == wl_region::REQ_ADD_OPCODE;
            own(shape)
                .and_then(|shape| shape.push(adds, rect))
                .map_err(|full| Refusal::from(Fault::resources(full.to_string())))?;
        }
        Ok(())
    }

    /// A request to a surface, which may set one of its regions.
    pub fn set(&self, opcode: u16, region: Result<u32, wire::Shape>, changes: &mut Changes) {
        let place = match opcode {
            wl_surface::REQ_SET_OPAQUE_REGION_OPCODE => &mut changes.opaque,
            wl_surface::REQ_SET_INPUT_REGION_OPCODE => &mut changes.input,
            _ => return,
        };
        *place = region.ok().map(|region| self.known.get(&region).cloned());
    }
}

/// The shape, which surfaces that have it as it was do not see change.
fn own(shape: &mut Arc<Rects>) -> Result<&mut Rects, TooManyRects> {
    if Arc::get_mut(shape).is_none() {
        *shape = Arc::new(shape.copy()?);
    }
    Arc::get_mut(shape).ok_or(TooManyRects)
}
