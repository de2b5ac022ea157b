//! Windows that are put away (ICCCM 4.1.4). To X they stay mapped, so that what shows them
//! small has their pixels; some games draw nothing any more after that, unless they are told
//! that they were unmapped and mapped (`FEATURE_BLACK_SCREEN_FIX`).

use super::states::WmState;
use super::window::Life;
use super::{Env, Wm};

/// What the client of a window that believes to be an icon wants of it when it comes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Later {
    /// To fill the screen, or not to.
    pub fullscreen: Option<bool>,
    /// To be maximized, or not to.
    pub maximized: Option<bool>,
}

impl Wm {
    /// Puts a window away.
    pub(super) fn minimize(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id).filter(|w| w.life == Life::Mapped) else {
            return;
        };
        let Some(toplevel) = window.toplevel() else { return };
        toplevel.minimize(&mut env.host);
        window.wants_icon = true;
        if self.settings.pretends_unmap(window.properties.subject()) && window.icon.is_none() {
            window.icon = Some(Later::default());
            let (rect, border) = (window.rect(), window.border);
            env.x.tell_mapped(id, false);
            self.set_wm_state(id, WmState::Iconic, env);
            env.x.tell_place(id, rect, border);
        }
    }

    /// A window has the keyboard: it is no icon.
    pub(super) fn restored(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        let Some(later) = window.icon.take() else {
            // Some games write it themselves when they lose the keyboard.
            if !window.writers.wm_state.is_own() {
                self.set_wm_state(id, WmState::Normal, env);
            }
            return;
        };
        let (rect, border) = (window.rect(), window.border);
        if let Some(toplevel) = window.toplevel() {
            if let Some(maximized) = later.maximized {
                toplevel.maximize(maximized, &mut env.host);
            }
            if let Some(fullscreen) = later.fullscreen {
                toplevel.fullscreen(fullscreen, &mut env.host);
            }
        }
        env.x.tell_mapped(id, true);
        self.set_wm_state(id, WmState::Normal, env);
        env.x.tell_place(id, rect, border);
    }
}
