//! What needs more than forwarding: a file or folder for each concern, which may span several protocols.

mod buffers;
mod display;
mod dmabuf;
mod drm;
mod made_up;
mod policy;
mod presentation;
mod registry;
mod scaling;
mod security_context;
mod selections;
mod surfaces;
mod x11;

use std::sync::Arc;

use crate::channel::Crossing;
use crate::observe::Side;
use crate::pixels::Masks;
use crate::protocol::Tables;
use crate::session::Handler;

pub use policy::{Policy, Sharing};
pub use scaling::Scaling;
pub use security_context::Contexts;
pub use selections::{LocalSources, SourceId, Transfer};
pub use x11::X11;

/// Whether a side's plain messages of an interface are the releases of buffers. Handlers
/// want those of their own buffers only, which they see in any case.
fn is_release(interface: &str, from: Side) -> bool {
    (interface, from) == ("wl_buffer", Side::Host)
}

/// The handlers of a new session. `sources`: what need not go through a virtual
/// device to the host and back. `scaling`, `policy`: what the user asked for; the policy's own
/// handler ([`Policy::handler`]) is not among them, nor that of [`security_contexts`]. `masks`: what of an Xwayland's surfaces
/// shows.
pub fn all(
    tables: &Tables,
    crossing: &Crossing,
    sources: Option<Box<dyn LocalSources>>,
    scaling: &Scaling,
    policy: &Arc<Policy>,
    masks: Option<Masks>,
) -> Vec<Box<dyn Handler>> {
    let hidden = if masks.is_some() { x11::HIDDEN.as_slice() } else { &[] };
    let registry = registry::Registry::new(crossing, Arc::clone(&policy.globals), hidden);
    let mut all: Vec<Box<dyn Handler>> = vec![Box::new(display::Display)];
    if scaling.is_wanted() || crossing.device.is_some() || masks.is_some() {
        // Before those that read the book.
        all.push(Box::new(surfaces::Bookkeeper::new(tables)));
    }
    if scaling.is_wanted() {
        // Before those that see the same messages: what it makes up is not theirs to judge.
        all.push(Box::new(scaling::Scaler::new(scaling.clone(), tables)));
    }
    all.push(Box::new(registry));
    if let Some(device) = &crossing.device {
        all.push(Box::new(buffers::Buffers::new(device, masks, tables)));
        all.push(Box::new(presentation::Presentation::default()));
        if let Some(node) = &device.node {
            all.push(Box::new(dmabuf::Feedback(node.clone())));
        }
    } else if let Some(masks) = masks {
        all.push(Box::new(buffers::Shaped::new(masks, tables)));
    }
    if let Some(sources) = sources {
        all.push(Box::new(selections::Selections::new(sources)));
    } else {
        all.push(Box::new(selections::Markers));
    }
    all
}

/// One more: of security contexts, whose clients these serve.
pub fn security_contexts(contexts: Box<dyn Contexts>) -> Box<dyn Handler> {
    Box::new(security_context::SecurityContexts(contexts))
}
