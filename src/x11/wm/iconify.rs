//! Windows that are put away (ICCCM 4.1.4). To X they stay mapped, so that what shows them
//! small has their pixels; some games draw nothing any more after that, unless they are told
//! that they were unmapped and mapped (`FEATURE_BLACK_SCREEN_FIX`).

use super::states::WmState;
use super::window::Life;
use super::{Env, Wm};

/// What the client of a window that believes to be an icon wants of it when it comes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RestoreStates {
    /// To fill the screen, or not to.
    pub fullscreen: Option<bool>,
    /// To be maximized, or not to.
    pub maximized: Option<bool>,
}

/// What a client wants of the host for a window that is to be put away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IconWish {
    /// Nothing, or no more.
    #[default]
    None,
    /// The host was asked. What it says before this `wl_callback` is done, it may have said
    /// before it read that.
    Asked(u32),
    /// The host knows it.
    Known,
}

impl Wm {
    /// Puts a window away.
    pub(super) fn minimize(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id).filter(|w| w.life == Life::Mapped) else {
            return;
        };
        let Some(toplevel) = window.toplevel() else { return };
        toplevel.minimize(&mut env.host);
        window.icon_wish = env.host.sync().map_or(IconWish::Known, IconWish::Asked);
        if self.settings.pretends_unmap(window.properties.subject()) && window.icon.is_none() {
            window.icon = Some(RestoreStates::default());
            let (rect, border) = (window.rect(), window.border);
            env.x.tell_mapped(id, false);
            self.set_wm_state(id, WmState::Iconic, env);
            env.x.tell_place(id, rect, border);
        }
    }

    /// The host has read the wish that stands in front of a callback.
    pub(super) fn icon_wish_read(&mut self, callback: u32) {
        let mut windows = self.windows.values_mut();
        if let Some(window) = windows.find(|window| window.icon_wish == IconWish::Asked(callback)) {
            window.icon_wish = IconWish::Known;
        }
    }

    /// The host has said that the user works in a window: if it knew what its client wanted,
    /// that is over.
    pub(super) fn activated(&mut self, id: u32) {
        if let Some(window) = self.windows.get_mut(&id) {
            let wish = &mut window.icon_wish;
            *wish = if let IconWish::Asked(_) = wish { *wish } else { IconWish::None };
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
