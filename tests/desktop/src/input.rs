//! A virtual mouse for sway, or the one of the stand-in host.

use std::os::unix::net::UnixStream;

use carafe_fixture::process::wait_for;
use wayland_client::globals::{GlobalListContents, registry_queue_init};
use wayland_client::protocol::{wl_pointer::ButtonState, wl_registry};
use wayland_client::{Connection, Dispatch, EventQueue, QueueHandle, delegate_noop};
use wayland_protocols_wlr::virtual_pointer::v1::client::{
    zwlr_virtual_pointer_manager_v1::ZwlrVirtualPointerManagerV1 as Manager,
    zwlr_virtual_pointer_v1::ZwlrVirtualPointerV1,
};

use crate::hosts::Host;

/// The size of sway's screen.
const SCREEN: (u32, u32) = (1024, 768);

/// The left button (`linux/input-event-codes.h`).
const BTN_LEFT: u32 = 0x110;

struct Nothing;

/// A mouse.
pub struct Mouse<'a> {
    host: &'a Host,
    plugged: Option<Plugged>,
}

/// A mouse that sway lets a client plug in.
struct Plugged {
    queue: EventQueue<Nothing>,
    pointer: ZwlrVirtualPointerV1,
    time: u32,
}

impl<'a> Mouse<'a> {
    /// Plugs the mouse in; from then on there is a pointer.
    pub fn new(host: &'a Host) -> Self {
        Self { host, plugged: (!host.is_stand_in()).then(|| Plugged::new(host)) }
    }

    /// Moves it to a place on the screen.
    pub fn move_to(&mut self, place: (u32, u32)) {
        self.move_within(place, SCREEN);
    }

    /// Moves it to a place in an area that is as large as all screens together.
    pub fn move_within(&mut self, place: (u32, u32), area: (u32, u32)) {
        match &mut self.plugged {
            Some(plugged) => plugged.move_within(place, area),
            None => drop(self.host.ask(&format!("pointer move {} {}", place.0, place.1))),
        }
    }

    /// Presses the left button.
    pub fn press(&mut self) {
        match &mut self.plugged {
            Some(plugged) => plugged.button(ButtonState::Pressed),
            None => drop(self.host.ask("pointer button left press")),
        }
    }

    /// Releases it.
    pub fn release(&mut self) {
        match &mut self.plugged {
            Some(plugged) => plugged.button(ButtonState::Released),
            None => drop(self.host.ask("pointer button left release")),
        }
    }

    /// Moves and clicks.
    pub fn click(&mut self, place: (u32, u32)) {
        self.move_to(place);
        self.press();
        self.release();
    }
}

impl Plugged {
    fn new(host: &Host) -> Self {
        let socket = host.runtime().join(host.display());
        let stream = wait_for("a connection", || UnixStream::connect(&socket).ok());
        let connection = Connection::from_socket(stream).unwrap();
        let (globals, mut queue) = registry_queue_init::<Nothing>(&connection).unwrap();
        let manager: Manager = globals.bind(&queue.handle(), 1..=1, ()).unwrap();
        let pointer = manager.create_virtual_pointer(None, &queue.handle(), ());
        queue.roundtrip(&mut Nothing).unwrap();
        Self { queue, pointer, time: 0 }
    }

    fn move_within(&mut self, (x, y): (u32, u32), (width, height): (u32, u32)) {
        self.time += 10;
        self.pointer.motion_absolute(self.time, x, y, width, height);
        self.frame();
    }

    fn button(&mut self, state: ButtonState) {
        self.time += 10;
        self.pointer.button(self.time, BTN_LEFT, state);
        self.frame();
    }

    fn frame(&mut self) {
        self.pointer.frame();
        self.queue.roundtrip(&mut Nothing).unwrap();
    }
}

impl Dispatch<wl_registry::WlRegistry, GlobalListContents> for Nothing {
    fn event(
        _: &mut Self,
        _: &wl_registry::WlRegistry,
        _: wl_registry::Event,
        _: &GlobalListContents,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
    }
}

delegate_noop!(Nothing: ignore Manager);
delegate_noop!(Nothing: ignore ZwlrVirtualPointerV1);
