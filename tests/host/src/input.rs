//! Input from the control interface: mouse, keyboard and touch.

use smithay::backend::input::{Axis, AxisSource, ButtonState, KeyState, TouchSlot};
use smithay::input::keyboard::{FilterResult, Keycode};
use smithay::input::pointer::{
    AxisFrame, ButtonEvent, MotionEvent, PointerHandle, RelativeMotionEvent,
};
use smithay::input::touch;
use smithay::reexports::wayland_server::Resource;
use smithay::utils::{Logical, Point, Rectangle, SERIAL_COUNTER};
use smithay::wayland::pointer_constraints::{PointerConstraint, with_pointer_constraint};

use crate::host::Host;
use crate::surface;

/// XKB counts keys from 8.
pub const XKB_OFFSET: u32 = 8;

impl Host {
    /// Whether a constraint of the surface under it lets the mouse go to a place.
    fn may_move(&self, pointer: &PointerHandle<Self>, to: Point<f64, Logical>) -> bool {
        let Some(focus) = pointer.current_focus() else { return true };
        // A place of the same surface; popups and the like in front of it do not count.
        let placed = self.scene().into_iter().find(|placed| placed.surface == focus);
        let Some(placed) = placed else { return true };
        let inside = to - placed.place.to_f64();
        let size = surface::with(&focus, |surface| surface.size);
        with_pointer_constraint(&focus, pointer, |constraint| {
            let Some(constraint) = constraint.filter(|constraint| constraint.is_active()) else {
                return true;
            };
            let confined = matches!(*constraint, PointerConstraint::Confined(_));
            let in_region =
                constraint.region().is_none_or(|region| region.contains(inside.to_i32_floor()));
            confined && in_region && Rectangle::from_size(size.to_f64()).contains(inside)
        })
    }

    /// Whether a constraint of the surface under it holds the mouse.
    pub fn is_pointer_constrained(&self) -> bool {
        let Some(pointer) = self.seat.get_pointer() else { return false };
        pointer.current_focus().is_some_and(|focus| {
            with_pointer_constraint(&focus, &pointer, |constraint| {
                constraint.is_some_and(|constraint| constraint.is_active())
            })
        })
    }

    /// Moves the mouse to a place. If it is locked, or would leave its region, it stays and only
    /// sends relative motion.
    pub fn pointer_move(&mut self, to: Point<f64, Logical>) {
        let Some(pointer) = self.seat.get_pointer() else { return };
        self.cursor.shown = true;
        let from = pointer.current_location();
        let moves = self.may_move(&pointer, to);
        let under = self.surface_under(if moves { to } else { from });
        let delta = to - from;
        let utime = u64::from(self.now()) * 1000;
        let relative = RelativeMotionEvent { delta, delta_unaccel: delta, utime };
        pointer.relative_motion(self, under.clone(), &relative);
        if moves {
            let serial = SERIAL_COUNTER.next_serial();
            pointer.motion(
                self,
                under.clone(),
                &MotionEvent { location: to, serial, time: self.now() },
            );
        }
        pointer.frame(self);
        // A constraint begins when the pointer comes to its surface.
        if let Some((surface, _)) = under {
            with_pointer_constraint(&surface, &pointer, |constraint| {
                if let Some(constraint) = constraint.filter(|constraint| !constraint.is_active()) {
                    constraint.activate();
                }
            });
        }
        self.active();
    }

    /// Updates the focus of the mouse, because other things may be under it now.
    pub fn refocus_pointer(&mut self) {
        let Some(pointer) = self.seat.get_pointer() else { return };
        if !self.cursor.shown || pointer.is_grabbed() {
            return;
        }
        let location = pointer.current_location();
        let under = self.surface_under(location);
        if pointer.current_focus() != under.as_ref().map(|(surface, _)| surface.clone()) {
            let serial = SERIAL_COUNTER.next_serial();
            pointer.motion(self, under, &MotionEvent { location, serial, time: self.now() });
            pointer.frame(self);
        }
    }

    /// Presses or releases a button (a code of `linux/input-event-codes.h`).
    pub fn pointer_button(&mut self, button: u32, pressed: bool) {
        let Some(pointer) = self.seat.get_pointer() else { return };
        if pressed {
            self.click_focus();
        }
        let state = if pressed { ButtonState::Pressed } else { ButtonState::Released };
        let serial = SERIAL_COUNTER.next_serial();
        pointer.button(self, &ButtonEvent { serial, time: self.now(), button, state });
        pointer.frame(self);
        self.active();
    }

    /// Raises what is clicked; closes popups whose client is not.
    fn click_focus(&mut self) {
        let Some((surface, _)) = self.surface_under(self.pointer_place()) else {
            self.dismiss_popups();
            return;
        };
        if let Some(popup) = self.grabs.last() {
            if !popup.wl_surface().id().same_client_as(&surface.id()) {
                self.dismiss_popups();
            }
            return;
        }
        let mut root = surface;
        while let Some(parent) = smithay::wayland::compositor::get_parent(&root) {
            root = parent;
        }
        let window = self.windows.iter().find(|window| *window.toplevel.wl_surface() == root);
        if let Some(window) = window {
            self.raise(&window.toplevel.clone());
        } else if self.layers.iter().any(|layer| *layer.surface.wl_surface() == root) {
            self.focus_keyboard(Some(root));
        }
    }

    /// Turns the wheel by distances; down and right are positive. 15 is one notch.
    pub fn pointer_axis(&mut self, horizontal: f64, vertical: f64) {
        const NOTCH: f64 = 15.0;
        let Some(pointer) = self.seat.get_pointer() else { return };
        let mut frame = AxisFrame::new(self.now()).source(AxisSource::Wheel);
        for (axis, value) in [(Axis::Horizontal, horizontal), (Axis::Vertical, vertical)] {
            if value != 0.0 {
                frame = frame.value(axis, value).v120(axis, (value / NOTCH * 120.0) as i32);
            }
        }
        pointer.axis(self, frame);
        pointer.frame(self);
        self.active();
    }

    /// Presses or releases a key (a code of `linux/input-event-codes.h`).
    pub fn key(&mut self, code: u32, pressed: bool) {
        if self.exo.is_some() {
            self.exo_key(code, pressed);
        } else {
            self.plain_key(code, pressed);
        }
        self.active();
    }

    fn plain_key(&mut self, code: u32, pressed: bool) {
        let Some(keyboard) = self.seat.get_keyboard() else { return };
        let state = if pressed { KeyState::Pressed } else { KeyState::Released };
        let (serial, time) = (SERIAL_COUNTER.next_serial(), self.now());
        let code = Keycode::new(code + XKB_OFFSET);
        keyboard.input::<(), _>(self, code, state, serial, time, |_, _, _| FilterResult::Forward);
    }

    /// A finger touches the screen.
    pub fn touch_down(&mut self, finger: u32, location: Point<f64, Logical>) {
        let Some(touch) = self.seat.get_touch() else { return };
        let under = self.surface_under(location);
        let (slot, serial) = (TouchSlot::from(Some(finger)), SERIAL_COUNTER.next_serial());
        let event = touch::DownEvent { slot, location, serial, time: self.now() };
        touch.down(self, under, &event);
        touch.frame(self);
        self.active();
    }

    /// A finger moves.
    pub fn touch_move(&mut self, finger: u32, location: Point<f64, Logical>) {
        let Some(touch) = self.seat.get_touch() else { return };
        let under = self.surface_under(location);
        let slot = TouchSlot::from(Some(finger));
        touch.motion(self, under, &touch::MotionEvent { slot, location, time: self.now() });
        touch.frame(self);
        self.active();
    }

    /// A finger leaves the screen.
    pub fn touch_up(&mut self, finger: u32) {
        let Some(touch) = self.seat.get_touch() else { return };
        let (slot, serial) = (TouchSlot::from(Some(finger)), SERIAL_COUNTER.next_serial());
        touch.up(self, &touch::UpEvent { slot, serial, time: self.now() });
        touch.frame(self);
        self.active();
    }

    /// Cancels all touches.
    pub fn touch_cancel(&mut self) {
        if let Some(touch) = self.seat.get_touch() {
            touch.cancel(self);
        }
    }

    fn active(&mut self) {
        let seat = self.seat.clone();
        self.protocols.idle_notify.notify_activity(&seat);
    }
}
