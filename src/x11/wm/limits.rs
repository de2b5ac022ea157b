//! How small and how large windows may be, as the host is told.

use super::sizing::Sizing;
use super::{Env, Wm};
use crate::session::Fault;

impl Wm {
    /// Tells the host how small and how large a toplevel may be, if that is news.
    pub(super) fn tell_limits(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        if self.toplevel(id).is_none() {
            return Ok(());
        }
        self.decide_size(id, env, Sizing::limit)
    }
}
