//! The one list of a session's handlers, in their order: of those that want the same message, one
//! that is further up sees it first.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::policy::{NamePrefixes, SelectionPolicy};
use super::surfaces::Memory;
use super::{
    Contexts, Scaling, X11, buffers, display, dmabuf, presentation, registry, scaling,
    security_context, selections, surfaces, x11,
};
use crate::channel::Crossing;
use crate::session::{AnyHandler, Handler};
use crate::sharing::{LocalSources, Policy};

/// What a session's handlers are made from.
pub struct Setup<'a> {
    /// What crosses to its host, and how.
    pub crossing: &'a Crossing,
    /// How its client's coordinates are scaled.
    pub scaling: &'a Scaling,
    /// What is kept from its client, and from the host.
    pub policy: &'a Arc<Policy>,
    /// The sources of other sessions, where data need not go through a virtual device to the host
    /// and back.
    pub sources: Option<Box<dyn LocalSources>>,
    /// The sandboxes of its client, if it may have any.
    pub contexts: Option<Box<dyn Contexts>>,
    /// Its client is an Xwayland: the other half of it.
    pub x11: Option<X11>,
    /// Its client is an Xwayland, whose windows may have shapes.
    pub has_shapes: bool,
}

impl<'a> Setup<'a> {
    /// For a client that is no Xwayland, has no sandboxes, and shares no selections.
    pub fn new(crossing: &'a Crossing, scaling: &'a Scaling, policy: &'a Arc<Policy>) -> Self {
        let (sources, contexts, x11, has_shapes) = (None, None, None, false);
        Self { crossing, scaling, policy, sources, contexts, x11, has_shapes }
    }
}

/// A handler, if there is anything for it to do.
type Place = Option<Box<dyn AnyHandler>>;

fn place(handler: impl Handler + 'static) -> Place {
    Some(Box::new(handler))
}

/// The handlers of a new session, in order.
pub fn chain(setup: Setup<'_>) -> Vec<Box<dyn AnyHandler>> {
    let Setup { crossing, scaling, policy, sources, contexts, x11, has_shapes } = setup;
    let hidden = if has_shapes { x11::HIDDEN.as_slice() } else { &[] };
    let registry = registry::Registry::new(crossing, Arc::clone(&policy.globals), hidden);
    let device = crossing.device.as_ref();
    let node = device.and_then(|device| device.node.clone());
    let memory = match device {
        Some(_) => Memory::Kept,
        None if has_shapes => Memory::Shared,
        None => Memory::Unread,
    };
    let has_book = scaling.is_wanted() || memory != Memory::Unread;
    let shaped = (memory == Memory::Shared).then(buffers::Shaped::default);
    let selections = (!policy.shares_all()).then(|| SelectionPolicy::new(Arc::clone(policy)));
    let names = policy.has_prefix().then(|| NamePrefixes(Arc::clone(policy)));
    let places: [Place; 14] = [
        // X11 programs too are shown only what the policy lets through.
        selections.and_then(place),
        names.and_then(place),
        // It holds what a window shows until its role is configured: nobody may act on that before.
        x11.and_then(place),
        place(display::Display),
        // Those behind it find each commit done.
        has_book.then(|| surfaces::Bookkeeper::new(memory)).and_then(place),
        // The sizes that it has from attach and commit are the client's. Those that copy make other
        // buffers of the client's ones, and drop what it said of them. What it makes up for clients
        // is not the registry's to judge.
        scaling.is_wanted().then(|| scaling::Scaler::new(scaling.clone())).and_then(place),
        place(registry),
        device.map(buffers::Buffers::new).and_then(place),
        shaped.and_then(place),
        device.and_then(|_| place(presentation::Presentation::default())),
        node.and_then(|node| place(dmabuf::Feedback(node))),
        // One of the two.
        place(selections::Markers).filter(|_| sources.is_none()),
        sources.and_then(|sources| place(selections::Selections::new(sources))),
        contexts.and_then(|contexts| place(security_context::SecurityContexts(contexts))),
    ];
    places.into_iter().flatten().collect()
}
