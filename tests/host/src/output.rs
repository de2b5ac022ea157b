//! `wl_output`, `zxdg_output_manager_v1`, `wp_fractional_scale_manager_v1`: the screens. One
//! always exists; others can be plugged and unplugged.

use std::iter::once;

use smithay::output::{Mode, Output, PhysicalProperties, Scale, Subpixel};
use smithay::reexports::wayland_protocols::xdg::shell::server::xdg_toplevel::State;
use smithay::reexports::wayland_server::DisplayHandle;
use smithay::reexports::wayland_server::backend::GlobalId;
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
use smithay::utils::{Logical, Physical, Point, Rectangle, Size, Transform};
use smithay::wayland::compositor::{send_surface_state, with_states};
use smithay::wayland::fractional_scale::{FractionalScaleHandler, with_fractional_scale};
use smithay::wayland::output::OutputHandler;
use smithay::{delegate_fractional_scale, delegate_output};

use crate::globals::{OUTPUT, offer_at};
use crate::host::Host;
use crate::scene::Placed;
use crate::surface;

/// Frames in a thousand seconds.
pub const REFRESH: i32 = 60_000;

/// The version that smithay offers.
const VERSION: u32 = 4;

/// The screen that is always there.
pub const FIRST: &str = "HOST-1";

/// Where a screen is, and how dense.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// Its upper left corner.
    pub place: Point<i32, Logical>,
    /// In pixels.
    pub size: Size<i32, Physical>,
    /// Pixels for one unit of a surface.
    pub scale: f64,
    /// Whether it is rotated by 90 degrees, which exchanges width and height.
    pub turned: bool,
}

/// A screen.
#[derive(Debug)]
pub struct Screen {
    /// What clients see of it.
    pub output: Output,
    /// Its place in the layout.
    pub layout: Layout,
    /// Its global, while it is offered.
    pub global: Option<GlobalId>,
}

impl Layout {
    /// Its size in pixels, after the rotation.
    pub fn seen(&self) -> Size<i32, Physical> {
        if self.turned { (self.size.h, self.size.w).into() } else { self.size }
    }

    /// What it covers, in units of surfaces.
    pub fn area(&self) -> Rectangle<i32, Logical> {
        let size = self.seen().to_f64().to_logical(self.scale).to_i32_round();
        Rectangle::new(self.place, size)
    }
}

impl Screen {
    /// A screen that is not offered yet.
    pub fn new(name: &str, layout: Layout) -> Self {
        let physical = PhysicalProperties {
            // About 96 dots an inch.
            size: (layout.size.w * 254 / 960, layout.size.h * 254 / 960).into(),
            subpixel: Subpixel::Unknown,
            make: "carafe".into(),
            model: "stand-in host".into(),
        };
        let screen = Self { output: Output::new(name.into(), physical), layout, global: None };
        screen.tell();
        screen
    }

    /// Offers it.
    pub fn offer(&mut self, display: &DisplayHandle, version: u32) {
        let global = self.output.create_global::<Host>(display);
        self.global = Some(offer_at(display, &global, version));
    }

    /// Removes its global; clients that have it bound keep it.
    pub fn withdraw(&mut self, display: &DisplayHandle) {
        if let Some(global) = self.global.take() {
            display.disable_global::<Host>(global);
        }
    }

    /// Its size in units of surfaces.
    pub fn logical_size(&self) -> Size<i32, Logical> {
        self.layout.area().size
    }

    fn tell(&self) {
        let Layout { place, size, scale, turned } = self.layout;
        let mode = Mode { size, refresh: REFRESH };
        for old in self.output.modes().into_iter().filter(|old| *old != mode) {
            self.output.delete_mode(old);
        }
        let scale = if scale.fract() == 0.0 {
            Scale::Integer(scale as i32)
        } else {
            Scale::Fractional(scale)
        };
        let transform = if turned { Transform::_90 } else { Transform::Normal };
        self.output.change_current_state(Some(mode), Some(transform), Some(scale), Some(place));
        self.output.set_preferred(mode);
    }
}

impl Host {
    /// The version of the screens' globals.
    pub fn screen_version(&self) -> u32 {
        self.exo_version(OUTPUT).unwrap_or(VERSION)
    }

    /// All screens.
    pub fn screens(&self) -> impl Iterator<Item = &Screen> {
        once(&self.screen).chain(&self.more_screens)
    }

    /// All screens, to change them.
    pub fn screens_mut(&mut self) -> impl Iterator<Item = &mut Screen> {
        once(&mut self.screen).chain(&mut self.more_screens)
    }

    /// The screen of that name.
    pub fn screen_named(&self, name: &str) -> Result<&Screen, String> {
        let found = self.screens().find(|screen| screen.output.name() == name);
        found.ok_or_else(|| format!("no screen {name}"))
    }

    /// The screen at a place; the first one if there is none.
    pub fn screen_at(&self, place: Point<i32, Logical>) -> &Screen {
        let found = self.screens().find(|screen| screen.layout.area().contains(place));
        found.unwrap_or(&self.screen)
    }

    /// Plugs a screen in, or changes it.
    pub fn change_screen(&mut self, name: &str, layout: Layout) {
        let mut before = layout.area();
        let known = self.screens_mut().find(|screen| screen.output.name() == name);
        if let Some(screen) = known {
            before = screen.layout.area();
            screen.layout = layout;
            screen.tell();
        } else {
            let mut screen = Screen::new(name, layout);
            if !self.removed.contains(OUTPUT) {
                screen.offer(&self.display, self.screen_version());
            }
            self.more_screens.push(screen);
        }
        self.place_surfaces();
        self.resize_windows(before, layout.area());
    }

    /// Unplugs a screen. Windows stay at their places.
    pub fn unplug_screen(&mut self, name: &str) -> Result<(), String> {
        if name == FIRST {
            return Err(format!("{FIRST} cannot be unplugged"));
        }
        let at = self.more_screens.iter().position(|screen| screen.output.name() == name);
        let at = at.ok_or_else(|| format!("no screen {name}"))?;
        let mut screen = self.more_screens.remove(at);
        for Placed { surface, .. } in self.scene() {
            surface::with(&surface, |surface| surface.screens.retain(|on| on != name));
            screen.output.leave(&surface);
        }
        screen.withdraw(&self.display);
        self.place_surfaces();
        Ok(())
    }

    /// Resizes the windows that fill a screen.
    fn resize_windows(&mut self, before: Rectangle<i32, Logical>, now: Rectangle<i32, Logical>) {
        for window in &mut self.windows {
            if !before.contains(window.place) {
                continue;
            }
            let fills = window.toplevel.with_pending_state(|state| {
                state.bounds = Some(now.size);
                let fills = [State::Maximized, State::Fullscreen]
                    .into_iter()
                    .any(|filling| state.states.contains(filling));
                if fills {
                    state.size = Some(now.size);
                }
                fills
            });
            if fills {
                window.place = now.loc;
            }
            if window.toplevel.is_initial_configure_sent() {
                window.toplevel.send_pending_configure();
            }
        }
    }

    /// Tells all visible surfaces their screens and scales.
    pub fn place_surfaces(&self) {
        for placed in self.scene() {
            let surface = &placed.surface;
            let size = surface::with(surface, |surface| surface.size);
            let area = Rectangle::new(placed.place, size);
            for screen in self.screens() {
                let name = screen.output.name();
                let is_on = screen.layout.area().overlaps(area);
                let was_on = surface::with(surface, |ours| ours.screens.contains(&name));
                if is_on && !was_on {
                    surface::with(surface, |ours| ours.screens.push(name));
                    screen.output.enter(surface);
                } else if !is_on && was_on {
                    surface::with(surface, |ours| ours.screens.retain(|on| *on != name));
                    screen.output.leave(surface);
                }
            }
            self.tell_scale(surface);
        }
    }

    /// Tells a surface its scale, if that is new: the highest scale of its screens.
    pub fn tell_scale(&self, surface: &WlSurface) {
        with_states(surface, |states| {
            let on = &surface::of(states).screens;
            let screens = self.screens().filter(|screen| on.contains(&screen.output.name()));
            let scale = screens.map(|screen| screen.layout.scale).reduce(f64::max);
            let scale = scale.unwrap_or(self.screen.layout.scale);
            send_surface_state(surface, states, scale.ceil() as i32, Transform::Normal);
            with_fractional_scale(states, |fractional| fractional.set_preferred_scale(scale));
        });
    }
}

impl FractionalScaleHandler for Host {
    fn new_fractional_scale(&mut self, surface: WlSurface) {
        self.tell_scale(&surface);
    }
}

impl OutputHandler for Host {}

delegate_output!(Host);
delegate_fractional_scale!(Host);
