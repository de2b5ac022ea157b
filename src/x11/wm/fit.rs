//! Windows that keep a size of their own where the host wants another one, and are shown
//! enlarged or reduced to that (`--viewport-resize`, and quirks for single programs).

#[cfg(test)]
mod tests;

use std::sync::Once;

use super::properties::{Kind, Properties, SizeHints};
use super::window::Window;
use super::{Env, Wm};
use crate::x11::host::Host;
use crate::x11::role::{Fit, Margins, Role, Toplevel, ToplevelStates, Zoom};
use crate::x11::settings::Settings;

/// What the host asks of a window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Demand {
    pub states: ToplevelStates,
    /// The size that it is to have in X pixels.
    pub wanted: (u32, u32),
    /// The same in the host's units; `None`: the host leaves it to the client.
    pub room: Option<(u32, u32)>,
    /// How it is shown until now, if the host has never forced a size on it.
    pub before: Option<Fit>,
}

/// A demand, and what there is to know for the answer.
#[expect(clippy::struct_excessive_bools, reason = "each is the case without the others")]
struct Asked<'a> {
    states: ToplevelStates,
    wanted: (u32, u32),
    room: Option<(u32, u32)>,
    before: Option<Fit>,
    properties: &'a Properties,
    /// The size that its client has insisted on since the host forced one on it.
    insists: Option<(u32, u32)>,
    /// Its client wants it to fill the screen.
    wants_fullscreen: bool,
    /// It is a window of the usual kind, with title and frame.
    framed: bool,
    /// The size of the X screen that it is on.
    screen: (u32, u32),
    /// It is placed and stacked by the window manager.
    managed: bool,
    /// It can be shown at another size than its own.
    can_fit: bool,
}

impl Asked<'_> {
    /// The size that the window is to have in X pixels, and how it is shown, if not at that.
    fn answer(&self, settings: &Settings) -> ((u32, u32), Option<Fit>) {
        let hints = &self.properties.size;
        let (subject, fullscreen) = (self.properties.subject(), self.states.fullscreen);
        if let Some(emulated) = self.properties.emulated_screen
            && fullscreen
            && settings.emulates_screen(subject)
        {
            // Xwayland itself enlarges what is as large as the screen that it pretends, but
            // for some games to a wrong size.
            let wrong = self.can_fit && settings.corrects_emulation(subject);
            let fit = self.room.filter(|_| wrong).map(|room| Fit { room, fill: true });
            return (emulated, fit);
        }
        let contained = settings.contains(subject) && is_game(self.properties);
        let kept = if !self.can_fit || !self.managed {
            None
        } else if contained {
            self.contained()
        } else if settings.fits(subject) {
            self.own_size()
        } else {
            None
        };
        let Some(kept) = kept else {
            let free = self.managed && !self.states.is_placed();
            let size = if free { hints.constrain(self.wanted) } else { self.wanted };
            return (size, None);
        };
        let fill = self.states.maximized && !fullscreen;
        let fit = match self.room {
            Some(room) => (kept != self.wanted).then_some(Fit { room, fill }),
            None if contained => Some(Fit { room: part(self.screen, 8), fill }),
            None => self.before,
        };
        (kept, fit)
    }

    /// The size of a window that does not follow: its hints forbid the host's, or its client
    /// has refused it.
    fn own_size(&self) -> Option<(u32, u32)> {
        let hints = &self.properties.size;
        let constrained = || hints.constrain(self.wanted);
        let fitted = self.room.is_none() && self.before.is_some();
        let forbidden = !allows(hints, self.wanted) || fitted;
        self.insists.or_else(|| forbidden.then(constrained))
    }

    /// The size of a game that is to believe what it wants, while the host shows it in a
    /// window: its hints' largest, else their smallest, else the whole screen.
    fn contained(&self) -> Option<(u32, u32)> {
        let hints = &self.properties.size;
        let named = hints.max.or(hints.min).filter(|(width, height)| {
            (1..=self.screen.0).contains(width) && (1..=self.screen.1).contains(height)
        });
        if let Some(emulated) = self.properties.emulated_screen {
            return Some(emulated);
        }
        if !self.wants_fullscreen && self.framed && allows(hints, self.wanted) {
            return None;
        }
        let size = named.filter(|_| !self.wants_fullscreen).unwrap_or(self.screen);
        Some(self.insists.unwrap_or(size))
    }
}

/// Whether a window may have that size.
fn allows(hints: &SizeHints, (width, height): (u32, u32)) -> bool {
    let least = hints.min.unwrap_or((0, 0));
    let most = hints.max.unwrap_or((u32::MAX, u32::MAX));
    (least.0..=most.0).contains(&width) && (least.1..=most.1).contains(&height)
}

/// So many tenths of a size.
fn part((width, height): (u32, u32), tenths: u32) -> (u32, u32) {
    let side = |size: u32| (size.saturating_mul(tenths) / 10).max(1);
    (side(width), side(height))
}

/// Windows whose largest size is below this, width and height together, are no games'.
const LEAST_OF_GAMES: u32 = 400;

/// Words in the names of programs that come with games and are none.
const HELPERS: [&str; 4] = ["launcher", "easyanticheat", "battleeye", "nprotect"];

/// Whether a window is probably that of one of Steam's games itself, as sommelier judges it.
fn is_game(properties: &Properties) -> bool {
    let normal = properties.kinds.is_empty() || properties.is(Kind::Normal);
    let large = properties.size.max.is_none_or(|(w, h)| w.saturating_add(h) >= LEAST_OF_GAMES);
    let name = properties.program.as_deref().unwrap_or_default().to_lowercase();
    normal && large && !HELPERS.iter().any(|helper| name.contains(helper))
}

/// Whether the host can show surfaces at other sizes than their own; else says that it is
/// asked for in vain, once in the process's life.
fn host_can_fit(host: &Host<'_, '_>, settings: &Settings) -> bool {
    static SAID: Once = Once::new();
    let can = host.offers("wp_viewporter");
    if !can && settings.asks_to_fit() {
        SAID.call_once(|| {
            tracing::warn!(
                "the host has no wp_viewporter: X11 windows are shown at their own size, \
                 whatever --viewport-resize and --quirks-config say"
            );
        });
    }
    can
}

impl Window {
    /// Whether it may be shown at another size than its own. A client with shadows of its own
    /// knows how to follow; where a window of another shape takes input, the host knows in its
    /// own size only.
    pub(super) fn can_fit(&self, host: &Host<'_, '_>, settings: &Settings) -> bool {
        let toplevel = self.role.as_ref().and_then(Role::toplevel);
        toplevel.is_some_and(|toplevel| toplevel.shadow == Margins::default())
            && self.shape.is_rectangle()
            && host_can_fit(host, settings)
    }

    /// The size that it is to have in X pixels where the host demands one, and how it is
    /// shown, if not at that. `screen`: the size of the X screen that it is on.
    pub(super) fn answer(
        &self,
        demand: Demand,
        screen: (u32, u32),
        host: &Host<'_, '_>,
        settings: &Settings,
    ) -> ((u32, u32), Option<Fit>) {
        let Demand { states, wanted, room, before } = demand;
        let asked = Asked {
            states,
            wanted,
            room,
            before,
            properties: &self.properties,
            insists: self.insists,
            wants_fullscreen: self.wants_fullscreen,
            framed: self.wants_frame(),
            screen,
            managed: self.is_managed(),
            can_fit: self.can_fit(host, settings),
        };
        asked.answer(settings)
    }

    /// The smallest and the largest size that the host is told, in X pixels; zeros: any.
    pub(super) fn bounds(
        &self,
        toplevel: &Toplevel,
        screen: (u32, u32),
        settings: &Settings,
    ) -> ((u32, u32), (u32, u32)) {
        let hints = &self.properties.size;
        if settings.contains(self.properties.subject()) && is_game(&self.properties) {
            return (part(screen, 4), part(screen, 8));
        }
        let comes_fitted = toplevel.configures.last().is_some_and(|last| last.fit.is_some());
        if toplevel.fit.is_some() || comes_fitted {
            return Default::default();
        }
        (hints.min.unwrap_or_default(), hints.most())
    }
}

impl Wm {
    /// A surface, which will have that size, is shown as is said of its role.
    pub(super) fn fit(role: &Role, (surface, size): (u32, (u32, u32)), env: &mut Env<'_, '_>) {
        let size = match role {
            Role::Toplevel(toplevel) => toplevel.fit.map(|fit| fit.size(size)),
            Role::Popup(popup) => popup.zoom.map(|zoom| zoom.size(size)),
            Role::Layer(_) => None,
        };
        env.host.context.fits.set(surface, size);
    }

    /// The screen that Xwayland pretends for a window's client has changed: the answer to the
    /// host's last size is another one now.
    pub(super) fn screen_pretended(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let screen = self.screen_of(id).size();
        let Some(window) = self.windows.get_mut(&id) else { return };
        let toplevel = window.role.as_ref().and_then(Role::toplevel);
        let Some(toplevel) = toplevel.filter(|toplevel| toplevel.configured) else { return };
        let Some(room) = toplevel.room else { return };
        let states = toplevel.states;
        let wanted = env.host.size_in_pixels(room);
        let demand = Demand { states, wanted, room: Some(room), before: None };
        let (size, fit) = window.answer(demand, screen, &env.host, &self.settings);
        let Some(Role::Toplevel(toplevel)) = &mut window.role else { return };
        if !toplevel.configures.answer_anew(size, fit) {
            toplevel.fit = fit;
        }
        let rect = self.resizes.next(id).unwrap_or(window.rect).sized(size);
        self.resize(id, rect, env);
    }

    /// What the pixels of a window are at the host, and of all that lies on it; `None`: what
    /// they are elsewhere.
    pub(super) fn zoom_of(&self, id: u32) -> Option<Zoom> {
        let window = self.windows.get(&self.toplevel_under(id)?)?;
        let toplevel = window.role.as_ref().and_then(Role::toplevel)?;
        toplevel.zoom(window.rect.size())
    }
}
