//! `wl_seat`: focus, the cursor, and the protocols around them.

use smithay::backend::input::TabletToolDescriptor;
use smithay::input::pointer::{CursorImageStatus, PointerHandle};
use smithay::input::{Seat, SeatHandler, SeatState};
use smithay::reexports::wayland_server::Resource;
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
use smithay::utils::{Logical, Point, SERIAL_COUNTER};
use smithay::wayland::keyboard_shortcuts_inhibit::{
    KeyboardShortcutsInhibitHandler, KeyboardShortcutsInhibitState, KeyboardShortcutsInhibitor,
};
use smithay::wayland::pointer_constraints::{PointerConstraintsHandler, with_pointer_constraint};
use smithay::wayland::selection::data_device::set_data_device_focus;
use smithay::wayland::selection::primary_selection::set_primary_focus;
use smithay::wayland::tablet_manager::TabletSeatHandler;
use smithay::{
    delegate_cursor_shape, delegate_keyboard_shortcuts_inhibit, delegate_pointer_constraints,
    delegate_pointer_gestures, delegate_relative_pointer, delegate_seat, delegate_tablet_manager,
    delegate_virtual_keyboard_manager,
};

use crate::exo::{Difference, Exo};
use crate::focus::Focus;
use crate::host::Host;

/// The mouse cursor.
#[derive(Debug)]
pub struct Cursor {
    /// The cursor that the client under it has set.
    pub image: CursorImageStatus,
    /// Whether the mouse has moved yet; until then it is not shown.
    pub shown: bool,
}

impl Host {
    /// Gives the keyboard to a surface.
    pub fn focus_keyboard(&mut self, surface: Option<WlSurface>) {
        if let Some(keyboard) = self.seat.get_keyboard() {
            keyboard.set_focus(self, surface.map(Focus), SERIAL_COUNTER.next_serial());
        }
    }

    /// Where the mouse is.
    pub fn pointer_place(&self) -> Point<f64, Logical> {
        self.seat.get_pointer().map(|p| p.current_location()).unwrap_or_default()
    }
}

impl SeatHandler for Host {
    type KeyboardFocus = Focus;
    type PointerFocus = WlSurface;
    type TouchFocus = WlSurface;

    fn seat_state(&mut self) -> &mut SeatState<Self> {
        &mut self.seats
    }

    fn focus_changed(&mut self, seat: &Seat<Self>, focused: Option<&Focus>) {
        let focused = focused.map(|focus| &focus.0);
        if let Some(exo) = &mut self.exo {
            exo.keys.forget();
        }
        self.text_inputs.focus(focused.cloned());
        let client = focused.and_then(Resource::client);
        set_data_device_focus(&self.display, seat, client.clone());
        set_primary_focus(&self.display, seat, client);
    }

    fn cursor_image(&mut self, _seat: &Seat<Self>, image: CursorImageStatus) {
        self.cursor.image = image;
    }
}

impl PointerConstraintsHandler for Host {
    fn new_constraint(&mut self, surface: &WlSurface, pointer: &PointerHandle<Self>) {
        if pointer.current_focus().as_ref() == Some(surface) {
            with_pointer_constraint(surface, pointer, |constraint| {
                if let Some(constraint) = constraint {
                    constraint.activate();
                }
            });
        }
    }

    fn cursor_position_hint(
        &mut self,
        _surface: &WlSurface,
        _pointer: &PointerHandle<Self>,
        _location: Point<f64, Logical>,
    ) {
    }
}

impl KeyboardShortcutsInhibitHandler for Host {
    fn keyboard_shortcuts_inhibit_state(&mut self) -> &mut KeyboardShortcutsInhibitState {
        &mut self.protocols.shortcuts_inhibit
    }

    fn new_inhibitor(&mut self, inhibitor: KeyboardShortcutsInhibitor) {
        let tells = |exo: &Exo| exo.differs(Difference::TellsInhibitors);
        if self.exo.as_ref().is_none_or(tells) {
            inhibitor.activate();
        }
    }
}

impl TabletSeatHandler for Host {
    fn tablet_tool_image(&mut self, _tool: &TabletToolDescriptor, image: CursorImageStatus) {
        self.cursor.image = image;
    }
}

delegate_seat!(Host);
delegate_cursor_shape!(Host);
delegate_keyboard_shortcuts_inhibit!(Host);
delegate_pointer_constraints!(Host);
delegate_pointer_gestures!(Host);
delegate_relative_pointer!(Host);
delegate_tablet_manager!(Host);
delegate_virtual_keyboard_manager!(Host);
