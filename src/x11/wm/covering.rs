//! Windows that have the size of a screen, although their clients have not asked for fullscreen:
//! programs that do not know `_NET_WM_STATE` become fullscreen in this way.
//!
//! The rules are those of Mutter and `KWin`. A window without a frame becomes fullscreen, and so
//! does one that its client resizes to the screen later. A new window with a frame would not fit
//! beside panels, so it is maximized. (Both ignore `WM_STATE` that a client writes: only the window
//! manager may write it.)

use super::states::States;
use super::window::Window;
use super::{Env, Wm};
use crate::x11::geometry::Rect;

impl Wm {
    /// Whether a place is exactly a screen.
    pub(super) fn is_screen(&self, rect: Rect) -> bool {
        self.screens.iter().any(|screen| screen.rect == rect)
    }

    /// The states of a new window at a place, and whether it becomes fullscreen without asking.
    pub(super) fn states_of_new(
        &self,
        window: &Window,
        rect: Rect,
        mut states: States,
    ) -> (States, bool) {
        let subject = window.properties.subject();
        let covers = self.is_screen(rect) && window.is_of_usual_kind();
        if !covers || self.settings.contains(subject) || states.fullscreen {
            return (states, false);
        }
        if window.properties.undecorated {
            states.fullscreen = true;
            return (states, true);
        }
        let resizable = window.properties.functions.maximize && !window.properties.size.is_fixed();
        if window.wants_frame() && resizable {
            states.set_maximized(true);
        }
        (states, false)
    }

    /// Starts or ends fullscreen when a client gives a window this place and size. The client may
    /// not get that size later, so this looks only at what it asks for.
    pub(super) fn cover_screen(&mut self, id: u32, rect: Rect, env: &mut Env<'_, '_>) {
        let is_screen = self.is_screen(rect);
        let is_large = self.screens.iter().any(|screen| screen.rect.size() == rect.size());
        let Some(window) = self.windows.get_mut(&id) else { return };
        let subject = window.properties.subject();
        let states = window.sizing.states();
        let is_legacy = window.is_of_usual_kind()
            && window.properties.frame_extents.is_none()
            && !self.settings.contains(subject)
            && !self.settings.fits(subject)
            && window.iconified.is_none();
        let begins = is_screen && is_legacy && window.sizing.is_configured() && !states.is_placed();
        let ends = window.covers && states.fullscreen && !is_large;
        if !begins && !ends {
            return;
        }
        window.covers = begins;
        if ends {
            window.sizing.set_own_rect(rect);
        }
        if let Some(toplevel) = window.toplevel() {
            toplevel.fullscreen(begins, &mut env.host);
        }
    }
}

impl Window {
    /// Whether it is a program's main window, as far as its properties tell.
    fn is_of_usual_kind(&self) -> bool {
        use super::properties::WindowType;
        let kinds = &self.properties.kinds;
        self.is_managed()
            && (kinds.is_empty() || self.properties.is(WindowType::Normal))
            && self.properties.transient_for.is_none()
    }
}
