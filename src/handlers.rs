//! Protocols that need more than forwarding: one file each.

mod display;
mod registry;

use crate::session::Handler;

/// The handlers of a new session.
pub fn all() -> Vec<Box<dyn Handler>> {
    vec![Box::new(display::Display), Box::<registry::Registry>::default()]
}
