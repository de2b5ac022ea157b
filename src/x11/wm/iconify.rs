//! Minimized windows (ICCCM 4.1.4). In X they stay mapped, so that previews of them have content.
//! But some games draw nothing after they were minimized, unless they see their windows unmapped
//! and mapped again (`FEATURE_BLACK_SCREEN_FIX`).

use super::states::WmState;
use super::window::Life;
use super::{Env, Wm};

/// The states that a client asks for while it sees its window as iconified; they are applied when
/// the window is restored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RestoreStates {
    /// Fullscreen, or not.
    pub fullscreen: Option<bool>,
    /// Maximized, or not.
    pub maximized: Option<bool>,
}

/// A client's wish that a window be minimized, as far as the host knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IconWish {
    /// There is none, or it is over.
    #[default]
    None,
    /// carafe has asked the host. Events that come before this `wl_callback` is done may be older
    /// than the request.
    Asked(u32),
    /// The host has read the request.
    Known,
}

impl Wm {
    /// Minimizes a window.
    pub(super) fn minimize(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id).filter(|w| w.life == Life::Mapped) else {
            return;
        };
        let Some(toplevel) = window.toplevel() else { return };
        toplevel.minimize(&mut env.host);
        window.icon_wish = env.host.sync().map_or(IconWish::Known, IconWish::Asked);
        if self.settings.pretends_unmap(window.properties.subject()) && window.iconified.is_none() {
            window.iconified = Some(RestoreStates::default());
            let (rect, border) = (window.rect(), window.border);
            env.x.tell_mapped(id, false);
            self.set_wm_state(id, WmState::Iconic, env);
            env.x.tell_place(id, rect, border);
        }
    }

    /// Handles a callback: the host has read the request before it.
    pub(super) fn icon_wish_read(&mut self, callback: u32) {
        let mut windows = self.windows.values_mut();
        if let Some(window) = windows.find(|window| window.icon_wish == IconWish::Asked(callback)) {
            window.icon_wish = IconWish::Known;
        }
    }

    /// Notes that the host has activated a window. If the host knew of the client's wish to
    /// minimize it, that is over.
    pub(super) fn activated(&mut self, id: u32) {
        if let Some(window) = self.windows.get_mut(&id) {
            let wish = &mut window.icon_wish;
            *wish = if let IconWish::Asked(_) = wish { *wish } else { IconWish::None };
        }
    }

    /// Notes that a window has the keyboard, so it is not iconified any more.
    pub(super) fn restored(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        let Some(later) = window.iconified.take() else {
            // Some games write `WM_STATE` themselves when they lose the keyboard.
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
