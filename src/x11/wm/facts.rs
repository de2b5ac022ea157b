//! Collects the facts about a window that [`sizing`](super::sizing) needs to decide about its size.

use std::sync::{Arc, Once};

use super::game::is_game;
use super::sizing::{FitMode, Habits, Scene};
use super::window::{Life, Window};
use super::{Env, Wm};
use crate::x11::host::Host;
use crate::x11::role::Margins;
use crate::x11::settings::Settings;

impl Wm {
    /// The surroundings of a window.
    pub(super) fn scene(&self, id: u32, env: &mut Env<'_, '_>) -> Option<Scene> {
        let window = self.windows.get(&id)?;
        let toplevel = window.toplevel();
        let is_placed_by_client = toplevel.is_some_and(|toplevel| toplevel.aura.is_some());
        let surface = window.surface.unwrap_or_default();
        Some(Scene {
            units: env.host.units(),
            shadow: window.shadow(),
            is_framed: toplevel.is_some_and(|toplevel| toplevel.needs_frame(&env.host)),
            screen: self.screen_of(id),
            unseen_on: window.output.is_none().then(|| Arc::clone(&self.screens)),
            is_kept: window.is_managed() && !is_placed_by_client,
            is_placed_by_client,
            can_sync: window.life == Life::Mapped && window.sync_counter().is_some(),
            shown: env.host.shown_size(surface),
            may_commit: !env.surfaces.is_within_frame(surface, env.host.context),
        })
    }

    /// How a window reacts to the sizes that the host wants.
    pub(super) fn habits(&self, id: u32, env: &Env<'_, '_>) -> Option<Habits> {
        let window = self.windows.get(&id)?;
        let (properties, settings) = (&window.properties, &self.settings);
        let subject = properties.subject();
        let can_fit = window.can_fit(&env.host, settings);
        let is_contained = settings.contains(subject) && is_game(properties);
        let mode = if !can_fit || !window.is_managed() {
            FitMode::Follows
        } else if is_contained {
            FitMode::Contained
        } else if settings.fits(subject) {
            FitMode::Keeps
        } else {
            FitMode::Follows
        };
        Some(Habits {
            mode,
            hints: properties.size,
            is_managed: window.is_managed(),
            has_frame: window.wants_frame(),
            wants_fullscreen: window.wants_fullscreen,
            is_contained,
            screen: self.screen_of(id).size(),
            emulated_screen: properties.emulated_screen,
            emulates: settings.emulates_screen(subject),
            corrects: can_fit && settings.corrects_emulation(subject),
            ignores_stateless: settings.ignore_stateless,
        })
    }
}

impl Window {
    /// Whether a window like this can be shown scaled. A client that draws shadows can follow the
    /// host's sizes. If the window has a shape, the host knows its input region only in the
    /// window's own size.
    fn can_fit(&self, host: &Host<'_, '_>, settings: &Settings) -> bool {
        self.shadow() == Margins::default()
            && self.shape.is_rectangle()
            && host_can_fit(host, settings)
    }

    /// The shadow that its client draws.
    pub(super) fn shadow(&self) -> Margins {
        self.properties.frame_extents.map(Margins::of_shadow).unwrap_or_default()
    }
}

/// Whether the host can scale surfaces. If it cannot, although the user wants scaling, this logs a
/// warning, once per process.
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
