//! `ext_foreign_toplevel_list_v1`: windows, as other clients see them.

use smithay::delegate_foreign_toplevel_list;
use smithay::wayland::foreign_toplevel_list::{
    ForeignToplevelListHandler, ForeignToplevelListState,
};

use crate::host::Host;

impl Host {
    /// Updates the list after windows were added, removed or renamed.
    pub fn list_toplevels(&mut self) {
        let list = &mut self.protocols.foreign_toplevels;
        for window in &mut self.windows {
            let (app_id, title) = window.names();
            match &window.listed {
                Some(listed) if !window.mapped => {
                    list.remove_toplevel(listed);
                    window.listed = None;
                }
                Some(listed) if listed.title() != title || listed.app_id() != app_id => {
                    listed.send_title(&title);
                    listed.send_app_id(&app_id);
                    listed.send_done();
                }
                None if window.mapped => {
                    window.listed = Some(list.new_toplevel::<Self>(title, app_id));
                }
                _ => {}
            }
        }
    }
}

impl ForeignToplevelListHandler for Host {
    fn foreign_toplevel_list_state(&mut self) -> &mut ForeignToplevelListState {
        &mut self.protocols.foreign_toplevels
    }
}

delegate_foreign_toplevel_list!(Host);
