//! Protocols that need more than forwarding: one file each.

mod display;
mod registry;
mod selections;
mod shm;

use std::sync::Arc;

use crate::channel::Memory;
use crate::protocol::Tables;
use crate::session::Handler;
use crate::wire::FdSet;

pub use selections::{LocalSources, SourceId, Transfer};

/// What a session needs whose channel is a virtual device.
pub struct Virtual {
    /// What stands for clients' memory, which the host cannot see itself.
    pub memory: Arc<dyn Memory>,
    /// What need not go to the host and back.
    pub sources: Box<dyn LocalSources>,
}

/// The handlers of a new session, whose channel carries certain descriptors.
pub fn all(tables: &Tables, carried: FdSet, device: Option<Virtual>) -> Vec<Box<dyn Handler>> {
    let mut all: Vec<Box<dyn Handler>> =
        vec![Box::new(display::Display), Box::new(registry::Registry::new(carried))];
    if let Some(Virtual { memory, sources }) = device {
        all.push(Box::new(shm::Shm::new(memory, tables)));
        all.push(Box::new(selections::Selections::new(sources)));
    }
    all
}
