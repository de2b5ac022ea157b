//! A window of one colour that can have the focus of mouse and keyboard.

use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;

use wayland_client::protocol::{
    wl_buffer::WlBuffer, wl_compositor::WlCompositor, wl_keyboard, wl_output::WlOutput, wl_pointer,
    wl_seat::WlSeat, wl_shm, wl_shm_pool::WlShmPool, wl_surface::WlSurface,
};
use wayland_client::{Connection, Dispatch, QueueHandle, delegate_noop};
use wayland_protocols::xdg::shell::client::{xdg_surface, xdg_toplevel, xdg_wm_base};

use crate::client::{Client, State};

/// Width and height of a window.
pub const SIZE: i32 = 400;

/// A place on the screen in the window `left`, and in `right`.
pub const LEFT: (u32, u32) = (200, 200);
pub const RIGHT: (u32, u32) = (700, 200);

/// A window that is shown.
pub struct Window {
    pub surface: WlSurface,
    pub toplevel: xdg_toplevel::XdgToplevel,
    pub seat: WlSeat,
    pub output: WlOutput,
}

impl Window {
    /// Shows a window; sway's configuration gives `app_id` its place.
    pub fn show(client: &mut Client, app_id: &str) -> Self {
        let handle = client.handle();
        let seat: WlSeat = client.bind(5);
        // Without a wl_output object, the client gets no wl_surface.enter.
        let output: WlOutput = client.bind(1);
        let shell: xdg_wm_base::XdgWmBase = client.bind(1);
        let surface = client.bind::<WlCompositor>(3).create_surface(&handle, ());
        let xdg_surface = shell.get_xdg_surface(&surface, &handle, ());
        let toplevel = xdg_surface.get_toplevel(&handle, ());
        toplevel.set_app_id(app_id.into());
        surface.commit();
        client.wait_for_event("configured");
        paint(client, &surface, SIZE, 0xff80_a0c0);
        client.wait_for_event("on output");
        client.sync();
        Self { surface, toplevel, seat, output }
    }
}

/// Fills a surface with one colour.
pub fn paint(client: &Client, surface: &WlSurface, size: i32, colour: u32) {
    let handle = client.handle();
    let pixels = colour.to_ne_bytes().repeat(usize::try_from(size * size).expect("positive"));
    let mut file: File = tempfile::tempfile().expect("a file");
    file.write_all(&pixels).expect("room for a picture");
    let shm: wl_shm::WlShm = client.bind(1);
    let pool = shm.create_pool(file.as_fd(), size * size * 4, &handle, ());
    let buffer = pool.create_buffer(0, size, size, size * 4, wl_shm::Format::Argb8888, &handle, ());
    pool.destroy();
    surface.attach(Some(&buffer), 0, 0);
    surface.damage(0, 0, size, size);
    surface.commit();
}

impl Dispatch<xdg_surface::XdgSurface, ()> for State {
    fn event(
        state: &mut Self,
        surface: &xdg_surface::XdgSurface,
        event: xdg_surface::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let xdg_surface::Event::Configure { serial } = event {
            surface.ack_configure(serial);
            state.log.push("configured".into());
        }
    }
}

impl Dispatch<xdg_wm_base::XdgWmBase, ()> for State {
    fn event(
        _: &mut Self,
        shell: &xdg_wm_base::XdgWmBase,
        event: xdg_wm_base::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let xdg_wm_base::Event::Ping { serial } = event {
            shell.pong(serial);
        }
    }
}

impl Dispatch<wl_pointer::WlPointer, ()> for State {
    fn event(
        state: &mut Self,
        _: &wl_pointer::WlPointer,
        event: wl_pointer::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        match event {
            wl_pointer::Event::Enter { surface_x, surface_y, .. } => {
                state.log.push(format!("pointer enters at {surface_x}, {surface_y}"));
            }
            wl_pointer::Event::Button { serial, state: how, .. } => {
                state.button_serial = serial;
                state.log.push(format!("button {:?}", how.into_result()));
            }
            _ => {}
        }
    }
}

impl Dispatch<wl_keyboard::WlKeyboard, ()> for State {
    fn event(
        state: &mut Self,
        _: &wl_keyboard::WlKeyboard,
        event: wl_keyboard::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        match event {
            wl_keyboard::Event::Enter { .. } => state.log.push("keyboard enters".into()),
            wl_keyboard::Event::Key { key, state: how, .. } => {
                state.log.push(format!("key {key} {:?}", how.into_result()));
            }
            _ => {}
        }
    }
}

delegate_noop!(State: ignore WlSeat);
delegate_noop!(State: ignore wl_shm::WlShm);
delegate_noop!(State: ignore WlShmPool);
delegate_noop!(State: ignore WlBuffer);
delegate_noop!(State: ignore xdg_toplevel::XdgToplevel);
