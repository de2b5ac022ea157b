//! Modal dialogs, which block their parents (`_NET_WM_STATE_MODAL`).

use super::{Env, Wm};
use crate::session::Fault;

impl Wm {
    /// Tells the host whether a window is modal.
    pub(super) fn tell_modal(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let modal = self.windows.get(&id).is_some_and(|window| window.states.modal);
        match self.toplevel_mut(id) {
            Some(toplevel) => toplevel.set_modal(modal, &mut env.host),
            None => Ok(()),
        }
    }
}
