//! Protocols that need more than forwarding: one file each.

mod buffers;
mod display;
mod dmabuf;
mod registry;

use crate::channel::Crossing;
use crate::protocol::Tables;
use crate::session::Handler;

/// The handlers of a new session.
pub fn all(tables: &Tables, crossing: &Crossing) -> Vec<Box<dyn Handler>> {
    let mut all: Vec<Box<dyn Handler>> =
        vec![Box::new(display::Display), Box::new(registry::Registry::new(crossing.carried))];
    if let Some(device) = &crossing.device {
        all.push(Box::new(buffers::Buffers::new(device, tables)));
        if let Some(node) = &device.node {
            all.push(Box::new(dmabuf::Feedback(node.clone())));
        }
    }
    all
}
