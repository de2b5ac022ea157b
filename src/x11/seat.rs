//! The user's input as the window manager needs it: which surface has the keyboard, and the serials
//! that prove to the host that the user did something.

use std::collections::HashMap;

use rustix::time::{ClockId, clock_gettime};

use crate::session::{Incoming, Refusal};

/// A click, key or touch of the user, with its serial, by which the host recognises it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deed {
    /// The `wl_seat`, by the host's id.
    pub seat: u32,
    /// The event's serial.
    pub serial: u32,
    /// The surface on which it happened, by the client's id.
    pub surface: u32,
    /// The device.
    pub tool: Tool,
}

/// The device of an input. Ids are the client's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tool {
    /// A keyboard or another device.
    #[default]
    Other,
    /// A button of a pointer.
    Pointer {
        /// The `wl_pointer`.
        id: u32,
        /// The button.
        button: u32,
    },
    /// A touchscreen.
    Touch {
        /// The `wl_touch`.
        id: u32,
        /// The finger.
        point: u32,
    },
}

/// An event of an input device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// `wl_pointer.enter`
    PointerEnter,
    /// `wl_pointer.leave`
    PointerLeave,
    /// `wl_pointer.motion`
    PointerMotion,
    /// `wl_pointer.button`
    PointerButton,
    /// Another event of a pointer.
    Pointer,
    /// `wl_keyboard.enter`
    KeyboardEnter,
    /// `wl_keyboard.leave`
    KeyboardLeave,
    /// `wl_keyboard.key`
    Key,
    /// Another event of a keyboard.
    Keyboard,
    /// `wl_touch.down`
    TouchDown,
    /// `wl_touch.up`
    TouchUp,
    /// `wl_touch.motion`
    TouchMotion,
    /// `wl_touch.cancel`
    TouchCancel,
    /// `zwp_tablet_tool_v2.proximity_in`
    ToolEnter,
    /// `zwp_tablet_tool_v2.proximity_out`
    ToolLeave,
    /// `zwp_tablet_tool_v2.motion`
    ToolMotion,
}

impl Input {
    /// Whether it is an event of a pointer.
    pub fn is_of_pointer(self) -> bool {
        use Input::{Pointer, PointerButton, PointerEnter, PointerLeave, PointerMotion};
        matches!(self, Pointer | PointerButton | PointerEnter | PointerLeave | PointerMotion)
    }
}

/// A pointer's last position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pointer {
    /// The `wl_pointer`, by the client's id; 0 if no pointer has been on a surface yet.
    pub id: u32,
    /// The host's time of the event.
    pub time: u32,
    /// The position relative to the surface's corner, as the host sends it: in 256ths of its units.
    pub at: (i32, i32),
}

/// See the module.
#[derive(Default)]
pub struct Seat {
    /// The host's id of the `wl_seat` of each of Xwayland's devices.
    devices: HashMap<u32, u32>,
    /// The serial of the last event that had one.
    pub serial: u32,
    /// The last button, key or touch.
    pub last: Option<Deed>,
    /// The last button, key or touch, or the serial with which the keyboard came to a window. Hosts
    /// judge requests for the keyboard by it: they accept nothing older than the last change of the
    /// focus.
    pub newest: Option<Deed>,
    /// The time of the last button, key or touch in the X server's milliseconds, which wrap around.
    pub last_at: u32,
    /// The last button or touch that is still held down.
    pub held: Option<Deed>,
    /// The surface under the pointer, by the client's id.
    pub under_pointer: u32,
    /// The position on that surface.
    pub pointer: Pointer,
    /// The surface with the keyboard, by the client's id.
    pub keyboard: u32,
    /// Whether X programs' drags can go on at the host.
    pub may_drag: bool,
    /// The X window whose program drags; 0 if none does.
    pub dragged_by: u32,
    /// Surfaces that show a pointer, so they are not windows.
    pub cursors: Vec<u32>,
}

/// Bound on the surfaces that show pointers; each pointer and tool has one.
const MAX_CURSORS: usize = 64;

impl Seat {
    /// Notes that Xwayland makes a device of a `wl_seat`.
    ///
    /// # Errors
    /// When its arguments are wrong.
    pub fn device_made(&mut self, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let device = incoming.args().uint()?;
        self.devices.insert(device, incoming.object.peer);
        Ok(())
    }

    /// The host's `wl_seat` of one of Xwayland's devices; 0 if there is none.
    pub fn of_device(&self, device: u32) -> u32 {
        self.devices.get(&device).copied().unwrap_or(0)
    }

    /// Notes which surface shows a pointer.
    ///
    /// # Errors
    /// When its arguments are wrong.
    pub fn cursor_set(&mut self, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let mut args = incoming.args();
        args.uint()?;
        let surface = args.uint()?;
        if surface != 0 && !self.cursors.contains(&surface) {
            self.cursors.truncate(MAX_CURSORS);
            self.cursors.push(surface);
        }
        Ok(())
    }

    /// Notes that a surface is gone.
    pub fn surface_destroyed(&mut self, surface: u32) {
        self.cursors.retain(|cursor| *cursor != surface);
        for place in [&mut self.under_pointer, &mut self.keyboard] {
            if *place == surface {
                *place = 0;
            }
        }
    }

    /// Notes that a pointer enters a surface or moves on it. Call it after the position was
    /// translated to the content.
    ///
    /// # Errors
    /// When its arguments are wrong.
    pub fn pointed(&mut self, input: Input, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let id = incoming.object.peer;
        let mut args = incoming.args();
        let time = match input {
            Input::PointerEnter => {
                args.uint()?;
                args.uint()?;
                // `enter` has no time of its own.
                self.pointer.time
            }
            Input::PointerMotion => args.uint()?,
            _ => return Ok(()),
        };
        let at = (args.uint()?.cast_signed(), args.uint()?.cast_signed());
        self.pointer = Pointer { id, time, at };
        Ok(())
    }

    /// Notes that the user has done something. Xwayland stamps the X server's events with its own
    /// monotonic clock, not with the host's time.
    fn done(&mut self, deed: Deed) {
        let now = clock_gettime(ClockId::Monotonic);
        let milliseconds = now.tv_sec.wrapping_mul(1000).wrapping_add(now.tv_nsec / 1_000_000);
        (self.last, self.newest) = (Some(deed), Some(deed));
        self.last_at = u32::try_from(milliseconds.rem_euclid(1 << 32)).unwrap_or_default();
    }

    /// Handles an event of a device. `surface` gives the client's id of a surface of the host.
    ///
    /// # Errors
    /// When its arguments are wrong.
    pub fn event(
        &mut self,
        input: Input,
        incoming: &mut Incoming<'_>,
        surface: impl Fn(u32) -> u32,
    ) -> Result<(), Refusal> {
        let device = incoming.object.peer;
        let seat = self.of_device(device);
        let mut args = incoming.args();
        match input {
            Input::PointerEnter => {
                self.serial = args.uint()?;
                self.under_pointer = surface(args.uint()?);
            }
            Input::PointerLeave => self.under_pointer = 0,
            Input::PointerButton => {
                let serial = args.uint()?;
                self.serial = serial;
                args.uint()?;
                let tool = Tool::Pointer { id: device, button: args.uint()? };
                let deed = Deed { seat, serial, surface: self.under_pointer, tool };
                let pressed = args.uint()? == 1;
                if pressed {
                    self.done(deed);
                }
                self.held = pressed.then_some(deed);
            }
            Input::KeyboardEnter => {
                let serial = args.uint()?;
                self.serial = serial;
                self.keyboard = surface(args.uint()?);
                let surface = self.keyboard;
                self.newest = Some(Deed { seat, serial, surface, ..Deed::default() });
            }
            Input::KeyboardLeave => self.keyboard = 0,
            Input::Key => {
                let serial = args.uint()?;
                self.serial = serial;
                args.uint()?;
                args.uint()?;
                if args.uint()? == 1 {
                    self.done(Deed { seat, serial, surface: self.keyboard, ..Deed::default() });
                }
            }
            Input::TouchDown => {
                let serial = args.uint()?;
                self.serial = serial;
                args.uint()?;
                let surface = surface(args.uint()?);
                let tool = Tool::Touch { id: device, point: args.uint()? };
                let deed = Deed { seat, serial, surface, tool };
                self.done(deed);
                self.held = Some(deed);
            }
            Input::TouchUp => {
                self.serial = args.uint()?;
                args.uint()?;
                let tool = Tool::Touch { id: device, point: args.uint()? };
                self.held.take_if(|deed| deed.tool == tool);
            }
            _ => {}
        }
        Ok(())
    }
}
