//! Protocols that need more than forwarding: one file each.

mod display;
mod dmabuf;
mod registry;
mod shm;

use std::sync::Arc;

use crate::channel::{Crossing, Virtual};
use crate::protocol::Tables;
use crate::session::Handler;

/// The handlers of a new session.
pub fn all(tables: &Tables, crossing: &Crossing) -> Vec<Box<dyn Handler>> {
    let mut all: Vec<Box<dyn Handler>> =
        vec![Box::new(display::Display), Box::new(registry::Registry::new(crossing.carried))];
    if let Some(Virtual { memory, node }) = &crossing.device {
        all.push(Box::new(shm::Shm::new(Arc::clone(memory), tables)));
        if let Some(node) = node {
            all.push(Box::new(dmabuf::Dmabuf::new(node.clone(), Arc::clone(memory), tables)));
        }
    }
    all
}
