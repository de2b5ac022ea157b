//! The smallest and largest size of windows, as the host is told.

use super::sizing::Sizing;
use super::{Env, Wm};
use crate::session::Fault;

impl Wm {
    /// Tells the host the smallest and largest size of a toplevel, if they have changed.
    pub(super) fn tell_limits(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        if self.toplevel(id).is_none() {
            return Ok(());
        }
        self.decide_size(id, env, Sizing::limit)
    }
}
