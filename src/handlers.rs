//! Protocols that need more than forwarding: one file each.

mod display;
mod registry;
mod shm;

use std::sync::Arc;

use crate::channel::Memory;
use crate::protocol::Tables;
use crate::session::Handler;
use crate::wire::FdSet;

/// The handlers of a new session, whose channel carries certain descriptors.
/// `memory`: what stands for clients' memory, where the host cannot see it itself.
pub fn all(
    tables: &Tables,
    carried: FdSet,
    memory: Option<Arc<dyn Memory>>,
) -> Vec<Box<dyn Handler>> {
    let mut all: Vec<Box<dyn Handler>> =
        vec![Box::new(display::Display), Box::new(registry::Registry::new(carried))];
    if let Some(memory) = memory {
        all.push(Box::new(shm::Shm::new(memory, tables)));
    }
    all
}
