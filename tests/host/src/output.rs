//! `wl_output`, `zxdg_output_manager_v1`, `wp_fractional_scale_manager_v1`:
//! the one screen there is.

use smithay::output::{Mode, Output, PhysicalProperties, Scale, Subpixel};
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
use smithay::utils::{Logical, Physical, Size, Transform};
use smithay::wayland::compositor::{send_surface_state, with_states};
use smithay::wayland::fractional_scale::{FractionalScaleHandler, with_fractional_scale};
use smithay::wayland::output::OutputHandler;
use smithay::{delegate_fractional_scale, delegate_output};

use crate::host::Host;

/// Frames in a thousand seconds.
pub const REFRESH: i32 = 60_000;

/// The screen.
#[derive(Debug)]
pub struct Screen {
    /// What clients see of it.
    pub output: Output,
    /// In pixels.
    pub size: Size<i32, Physical>,
    /// Pixels for one unit of a surface.
    pub scale: f64,
}

impl Screen {
    /// A screen that nobody has been told of.
    pub fn new(size: Size<i32, Physical>, scale: f64) -> Self {
        let physical = PhysicalProperties {
            // About 96 dots an inch.
            size: (size.w * 254 / 960, size.h * 254 / 960).into(),
            subpixel: Subpixel::Unknown,
            make: "carafe".into(),
            model: "stand-in host".into(),
        };
        let output = Output::new("HOST-1".into(), physical);
        let screen = Self { output, size, scale };
        screen.tell();
        screen
    }

    /// Its size in units of surfaces.
    pub fn logical_size(&self) -> Size<i32, Logical> {
        self.size.to_f64().to_logical(self.scale).to_i32_round()
    }

    fn tell(&self) {
        let mode = Mode { size: self.size, refresh: REFRESH };
        for old in self.output.modes().into_iter().filter(|old| *old != mode) {
            self.output.delete_mode(old);
        }
        let scale = if self.scale.fract() == 0.0 {
            Scale::Integer(self.scale as i32)
        } else {
            Scale::Fractional(self.scale)
        };
        let place = Some((0, 0).into());
        self.output.change_current_state(Some(mode), Some(Transform::Normal), Some(scale), place);
        self.output.set_preferred(mode);
    }
}

impl Host {
    /// Changes the screen's size or scale.
    pub fn change_screen(&mut self, size: Size<i32, Physical>, scale: f64) {
        (self.screen.size, self.screen.scale) = (size, scale);
        self.screen.tell();
        let size = self.screen.logical_size();
        for placed in self.scene() {
            self.tell_scale(&placed.surface);
        }
        for window in &self.windows {
            window.toplevel.with_pending_state(|state| {
                state.bounds = Some(size);
                // Whatever has a size fills the screen.
                if state.size.is_some() {
                    state.size = Some(size);
                }
            });
            if window.toplevel.is_initial_configure_sent() {
                window.toplevel.send_pending_configure();
            }
        }
    }

    /// Tells a surface the scale to draw with, if it has not been told.
    pub fn tell_scale(&self, surface: &WlSurface) {
        with_states(surface, |states| {
            send_surface_state(surface, states, self.screen.scale.ceil() as i32, Transform::Normal);
            with_fractional_scale(states, |fractional| {
                fractional.set_preferred_scale(self.screen.scale);
            });
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
