//! Collects the facts about a window's surroundings from which [`choose`] decides.

use super::choice::{Choice, NamedParent, Nature, Surroundings, WindowFacts, choose};
use super::window::{Life, Window, is_of_same_client};
use super::{Env, Wm};
use crate::x11::atoms::Atoms;
use crate::x11::role::{LAYER_SHELL, Role};
use crate::x11::seat::Seat;

/// Bound on the length of a chain of parents.
const MAX_LEVELS: usize = 64;

impl Wm {
    /// The nature of a window.
    pub(super) fn nature(&self, window: &Window, atoms: &Atoms) -> Nature {
        let properties = &window.properties;
        let skips_taskbar = properties.states.contains(&atoms._NET_WM_STATE_SKIP_TASKBAR);
        let facts = WindowFacts {
            override_redirect: window.override_redirect,
            rect: window.rect(),
            screen: self.screen(),
            properties,
            skips_taskbar,
            quirk: self.settings.is_popup(properties.subject()),
        };
        facts.nature()
    }

    /// Decides how a window is shown.
    pub(super) fn choice(&self, window: &Window, env: &Env<'_, '_>) -> Choice {
        let nature = self.nature(window, env.x.atoms());
        if matches!(nature, Nature::Helper | Nature::Managed) {
            return choose(nature, &Surroundings::default());
        }
        let id = window.id;
        let is_own = |other: &u32| *other != id && is_of_same_client(*other, id);
        let pointed = self.window_under(env.seat.under_pointer);
        let focused = self.focus.window();
        let pressed = env.seat.last.and_then(|input| self.window_under(input.surface));
        let newest = self.mapped.iter().rev().filter_map(|id| self.toplevel_under(*id));
        let own: Vec<u32> = [pressed, pointed, focused]
            .into_iter()
            .flatten()
            .chain(newest)
            .filter(is_own)
            .collect();
        let around = Surroundings {
            named: self.named_parent(window, env.x.atoms()),
            own_in_use: own.iter().copied().find(|id| self.is_in_use(*id, env.seat)),
            own: own.first().copied(),
            own_soon: self.awaits_toplevel(id, env.x.atoms()),
            pointed: pointed.filter(|on| *on != id),
            focused: focused.filter(|on| *on != id),
            covers_screen: self.covers_screen(window),
            takes_input: window.shape.takes_input,
            grabs_keyboard: self.focus.is_grabbed_by(id, self.root.map(|root| root.window)),
            has_layers: env.host.offers(LAYER_SHELL),
        };
        choose(nature, &around)
    }

    /// The toplevel of one of Xwayland's surfaces, or the toplevel that it is a popup on.
    fn window_under(&self, surface: u32) -> Option<u32> {
        self.toplevel_under(self.window_of(surface)?)
    }

    /// Whether the user works in a window, or may be about to: since the keyboard came to it, it
    /// was not elsewhere.
    fn is_in_use(&self, id: u32, seat: &Seat) -> bool {
        let is_pointed = || self.window_under(seat.under_pointer) == Some(id);
        self.focus.has(id) || !self.focus.was_left(id) || is_pointed()
    }

    /// Whether a window covers a whole screen.
    fn covers_screen(&self, window: &Window) -> bool {
        let (_, screen) = self.screen_for(window.rect());
        screen.width > 0 && window.rect().covers(&screen)
    }

    /// Finds the parent that a window names. If that is not shown, its own parent is tried.
    fn named_parent(&self, window: &Window, atoms: &Atoms) -> NamedParent {
        let mut named = window.properties.transient_for;
        for _ in 0..MAX_LEVELS {
            let Some(parent) = named.filter(|parent| *parent != window.id) else { break };
            if let Some(toplevel) = self.toplevel_under(parent) {
                return NamedParent::Window(toplevel);
            }
            let Some(parent) = self.windows.get(&parent) else { break };
            if self.is_soon_toplevel(parent, atoms) {
                return NamedParent::Soon;
            }
            named = parent.properties.transient_for;
        }
        NamedParent::None
    }

    /// Whether a window of the same client is about to become a toplevel.
    fn awaits_toplevel(&self, id: u32, atoms: &Atoms) -> bool {
        let is_soon =
            |other: &Window| is_of_same_client(other.id, id) && self.is_soon_toplevel(other, atoms);
        self.windows.values().any(is_soon)
    }

    /// Whether a window is about to become a toplevel at the host.
    fn is_soon_toplevel(&self, window: &Window, atoms: &Atoms) -> bool {
        let is_coming = window.is_managed() && window.life != Life::Withdrawn && !window.is_shown();
        is_coming && self.nature(window, atoms) == Nature::Managed
    }

    /// The toplevel or layer surface of a window, or the one that it is a popup on, if the host
    /// shows that.
    pub(super) fn toplevel_under(&self, id: u32) -> Option<u32> {
        let under = self.role_under(id)?;
        self.windows.get(&under)?.is_shown().then_some(under)
    }

    /// The same, whether it is shown or not.
    pub(super) fn role_under(&self, id: u32) -> Option<u32> {
        let mut next = id;
        for _ in 0..MAX_LEVELS {
            match self.windows.get(&next)?.role.as_ref()? {
                Role::Toplevel(_) | Role::Layer(_) => return Some(next),
                Role::Popup(popup) => next = popup.parent,
            }
        }
        None
    }
}
