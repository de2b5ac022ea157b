//! The list of a session's handlers. Their order matters: of several handlers that want a message,
//! the first one in the list sees it first.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::aura::AuraShell;
use super::keyboard::{self, Keyboards};
use super::made_up::{Bridge, StandIns};
use super::policy::{Formats, Names, SelectionPolicy};
use super::surfaces::MemoryUse;
use super::text_input::TextInputs;
use super::{
    ContextServer, Scaling, X11, copying, display, dmabuf, local_selections, presentation, quotas,
    registry, scaling, security_context, surfaces, x11,
};
use crate::aura::ShellSettings;
use crate::channel::Crossing;
use crate::cursors::CursorLook;
use crate::policy::{LocalSources, Policy};
use crate::session::{AnyHandler, Handler};
use crate::shortcuts::Shortcuts;

/// What is needed to make a session's handlers.
pub struct Setup<'a> {
    /// What can cross to the host, and how.
    pub crossing: &'a Crossing,
    /// How the client's coordinates are scaled.
    pub scaling: &'a Scaling,
    /// What the client may do.
    pub policy: &'a Arc<Policy>,
    /// The keys that the host keeps.
    pub shortcuts: Arc<Shortcuts>,
    /// What the host's shell is told about windows.
    pub shell: Arc<ShellSettings>,
    /// The name of the client's program, if it is known.
    pub program: Option<String>,
    /// The sources of other sessions, if their data can bypass a virtual device.
    pub sources: Option<Box<dyn LocalSources>>,
    /// The primary selection of carafe's clients, for hosts that have none.
    pub primary: Option<Box<dyn LocalSources>>,
    /// The client's sandboxes, if it may have any.
    pub contexts: Option<Box<dyn ContextServer>>,
    /// If the client is an Xwayland: its window manager.
    pub x11: Option<X11>,
    /// Whether the client is an Xwayland whose windows may have shapes.
    pub has_shapes: bool,
}

impl<'a> Setup<'a> {
    /// For a client that is not an Xwayland, has no sandboxes, and shares no selections.
    pub fn new(crossing: &'a Crossing, scaling: &'a Scaling, policy: &'a Arc<Policy>) -> Self {
        let (sources, primary, contexts, x11, has_shapes) = (None, None, None, None, false);
        let (shortcuts, shell, program) = (Arc::default(), Arc::default(), None);
        Self {
            crossing,
            scaling,
            policy,
            shortcuts,
            shell,
            program,
            sources,
            primary,
            contexts,
            x11,
            has_shapes,
        }
    }
}

/// An entry in the list: empty if there is nothing for the handler to do.
type ChainEntry = Option<Box<dyn AnyHandler>>;

fn place<H: Handler + 'static>(handler: Option<H>) -> ChainEntry {
    handler.map(|handler| -> Box<dyn AnyHandler> { Box::new(handler) })
}

/// Makes the handlers of a new session, in order.
pub fn chain(setup: Setup<'_>) -> Vec<Box<dyn AnyHandler>> {
    let Setup {
        crossing,
        scaling,
        policy,
        shortcuts,
        sources,
        primary,
        contexts,
        x11,
        has_shapes,
        ..
    } = setup;
    let device = crossing.device.as_ref();
    let hidden = if has_shapes { &x11::HIDDEN[..] } else { &[keyboard::EXTENSION] };
    // Xwayland makes do with what old hosts have.
    let raises = !has_shapes;
    let registry = registry::Registry::new(crossing, Arc::clone(&policy.globals), hidden, raises);
    let markers = sources.is_none().then_some(local_selections::Markers);
    let (memory, copying) = match device {
        Some(device) => (MemoryUse::Kept, place(Some(copying::Copier::new(device)))),
        None if has_shapes => (MemoryUse::Shared, place(Some(copying::ShapeCopier::default()))),
        None => (MemoryUse::Unread, None),
    };
    let has_book = scaling.is_wanted() || memory != MemoryUse::Unread;
    let bookkeeper = surfaces::Bookkeeper::new(memory, !has_book);
    let formats = policy.formats.is_some().then(|| Formats::new(Arc::clone(policy)));
    let counted = x11.is_none().then(|| quotas::QuotaCounter::new(policy.quotas));
    let shell = raises.then(|| AuraShell::new(&setup.shell, Arc::clone(policy), setup.program));
    let places: [ChainEntry; 20] = [
        // What goes beyond a limit nobody else hears of. (Xwayland's clients have limits of their own.)
        place(counted),
        // The policy also limits what X11 programs show.
        place((!policy.shares_all()).then(|| SelectionPolicy::new(Arc::clone(policy)))),
        // On ChromeOS, it names windows in the policy's place.
        place(shell),
        place(Some(Names(Arc::clone(policy)))),
        place(formats),
        // Other handlers do not see the keys that it keeps for the host.
        place(Some(Keyboards::new(shortcuts))),
        place(raises.then(TextInputs::default)),
        // It holds back a window's content until the role is configured; no handler may act on that
        // before.
        place(x11),
        place(Some(display::Display)),
        // The handlers after this one find each commit done.
        place((has_book || raises).then_some(bookkeeper)),
        // It must come after the registry, which must not judge the globals that it makes up. It
        // needs the client's own buffers and arguments, and drops some of its requests. Those that
        // copy need these requests too, and make other ones; so they come later.
        place(scaling.is_wanted().then(|| scaling::Scaler::new(scaling.clone()))),
        place(Some(registry)),
        // It finds commits booked, outputs scaled, and globals bound.
        place(raises.then(|| Bridge::new(scaling.is_wanted()))),
        place(raises.then(|| {
            let primary = primary.map(|local| (local, Arc::clone(policy)));
            let memory = device.map(|device| Arc::clone(&device.memory));
            StandIns::new(primary, CursorLook::of_environment(scaling.scale), memory)
        })),
        copying,
        place(device.map(|_| presentation::Presentation::default())),
        place(device.and_then(|device| device.node.clone()).map(dmabuf::Feedback)),
        place(markers),
        place(sources.map(local_selections::LocalSelections::new)),
        place(contexts.map(security_context::SecurityContexts)),
    ];
    places.into_iter().flatten().collect()
}
