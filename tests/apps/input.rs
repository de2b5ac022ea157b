//! A mouse, directly on the host.

use wayland_client::delegate_noop;
use wayland_client::protocol::wl_pointer::ButtonState;
use wayland_protocols_wlr::virtual_pointer::v1::client::{
    zwlr_virtual_pointer_manager_v1::ZwlrVirtualPointerManagerV1 as Manager,
    zwlr_virtual_pointer_v1::ZwlrVirtualPointerV1,
};

use crate::client::{Client, State};
use crate::hosts::Host;

/// Size of sway's output.
const SCREEN: (u32, u32) = (1024, 768);

/// The left button (`linux/input-event-codes.h`).
const BTN_LEFT: u32 = 0x110;

/// A mouse.
pub struct Mouse {
    client: Client,
    pointer: ZwlrVirtualPointerV1,
    time: u32,
}

impl Mouse {
    /// Plugs it into sway.
    pub fn new(host: &Host) -> Self {
        let mut client = Client::connect(host, host.display());
        let manager: Manager = client.bind(1);
        let pointer = manager.create_virtual_pointer(None, &client.handle(), ());
        client.sync();
        Self { client, pointer, time: 0 }
    }

    /// Moves it to a place on the screen.
    pub fn move_to(&mut self, x: u32, y: u32) {
        self.time += 10;
        self.pointer.motion_absolute(self.time, x, y, SCREEN.0, SCREEN.1);
        self.frame();
    }

    /// Presses the left button.
    pub fn press(&mut self) {
        self.button(ButtonState::Pressed);
    }

    /// Releases it.
    pub fn release(&mut self) {
        self.button(ButtonState::Released);
    }

    /// Moves and clicks.
    pub fn click(&mut self, x: u32, y: u32) {
        self.move_to(x, y);
        self.press();
        self.release();
    }

    fn button(&mut self, state: ButtonState) {
        self.time += 10;
        self.pointer.button(self.time, BTN_LEFT, state);
        self.frame();
    }

    fn frame(&mut self) {
        self.pointer.frame();
        self.client.sync();
    }
}

delegate_noop!(State: ignore Manager);
delegate_noop!(State: ignore ZwlrVirtualPointerV1);
