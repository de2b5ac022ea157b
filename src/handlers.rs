//! Protocols that need more than forwarding: one file each.

mod buffers;
mod display;
mod dmabuf;
mod drm;
mod registry;
mod selections;
mod x11;

use crate::channel::Crossing;
use crate::protocol::Tables;
use crate::session::Handler;

pub use selections::{LocalSources, SourceId, Transfer};
pub use x11::X11;

/// The handlers of a new session. `sources`: what need not go through a virtual
/// device to the host and back. `x11`: the client is Xwayland.
pub fn all(
    tables: &Tables,
    crossing: &Crossing,
    sources: Option<Box<dyn LocalSources>>,
    x11: Option<X11>,
) -> Vec<Box<dyn Handler>> {
    let mut all: Vec<Box<dyn Handler>> = Vec::new();
    // It says first what Xwayland sees, and what of its surfaces the host sees.
    if let Some(x11) = x11 {
        all.push(Box::new(x11));
    }
    all.push(Box::new(display::Display));
    all.push(Box::new(registry::Registry::new(crossing)));
    if let Some(device) = &crossing.device {
        all.push(Box::new(buffers::Buffers::new(device, tables)));
        if let Some(node) = &device.node {
            all.push(Box::new(dmabuf::Feedback(node.clone())));
        }
    }
    if let Some(sources) = sources {
        all.push(Box::new(selections::Selections::new(sources)));
    }
    all
}
