//! The screens that a client is told of.

use std::sync::{Arc, Mutex};

use wayland_client::backend::ObjectId;
use wayland_client::protocol::wl_output::{self, WlOutput};
use wayland_client::{Connection, Dispatch, Proxy, QueueHandle, delegate_noop};
use wayland_protocols::xdg::xdg_output::zv1::client::zxdg_output_manager_v1::ZxdgOutputManagerV1;
use wayland_protocols::xdg::xdg_output::zv1::client::zxdg_output_v1::{self, ZxdgOutputV1};

use crate::client::{Client, Seen};

/// A screen as `wl_output` and `zxdg_output_v1` describe it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    pub name: String,
    /// Of `geometry`.
    pub place: (i32, i32),
    /// In millimetres.
    pub physical: (i32, i32),
    pub mode: (i32, i32),
    pub scale: i32,
    pub logical_place: (i32, i32),
    pub logical_size: (i32, i32),
    /// The number of `done` events.
    pub done: u32,
}

type Told = Arc<Mutex<Output>>;

/// All screens of a client.
#[derive(Default)]
pub struct Outputs(Vec<(u32, WlOutput, Told)>);

impl Outputs {
    /// Binds new screens and removes those that are gone.
    pub fn update(&mut self, client: &mut Client) {
        let names = client.names_of("wl_output");
        self.0.retain(|(name, output, _)| {
            let stays = names.contains(name);
            if !stays {
                output.release();
            }
            stays
        });
        let handle = client.handle();
        for name in names {
            if self.0.iter().any(|(known, ..)| *known == name) {
                continue;
            }
            let told = Told::default();
            let output: WlOutput = client.registry.bind(name, 4, &handle, Arc::clone(&told));
            if client.offers("zxdg_output_manager_v1").is_some() {
                let manager: ZxdgOutputManagerV1 = client.bind(3);
                manager.get_xdg_output(&output, &handle, Arc::clone(&told));
            }
            self.0.push((name, output, told));
        }
        client.sync();
    }

    /// The scale of a screen.
    pub fn scale_of(&self, id: &ObjectId) -> Option<i32> {
        let (.., told) = self.0.iter().find(|(_, output, _)| output.id() == *id)?;
        Some(told.lock().unwrap().scale)
    }

    /// A screen by its name.
    pub fn named(&self, name: &str) -> &WlOutput {
        let found = self.0.iter().find(|(.., told)| told.lock().unwrap().name == name);
        &found.expect("that screen").1
    }

    /// All screens, sorted by name.
    pub fn all(&self) -> Vec<Output> {
        let mut all: Vec<_> =
            self.0.iter().map(|(.., told)| told.lock().unwrap().clone()).collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }
}

impl Dispatch<WlOutput, Told> for Seen {
    fn event(
        _: &mut Self,
        _: &WlOutput,
        event: wl_output::Event,
        told: &Told,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        let mut output = told.lock().unwrap();
        match event {
            wl_output::Event::Geometry { x, y, physical_width, physical_height, .. } => {
                output.place = (x, y);
                output.physical = (physical_width, physical_height);
            }
            wl_output::Event::Mode { width, height, .. } => output.mode = (width, height),
            wl_output::Event::Scale { factor } => output.scale = factor,
            wl_output::Event::Name { name } => output.name = name,
            wl_output::Event::Done => output.done += 1,
            _ => {}
        }
    }
}

impl Dispatch<ZxdgOutputV1, Told> for Seen {
    fn event(
        _: &mut Self,
        _: &ZxdgOutputV1,
        event: zxdg_output_v1::Event,
        told: &Told,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        let mut output = told.lock().unwrap();
        match event {
            zxdg_output_v1::Event::LogicalPosition { x, y } => output.logical_place = (x, y),
            zxdg_output_v1::Event::LogicalSize { width, height } => {
                output.logical_size = (width, height);
            }
            _ => {}
        }
    }
}

delegate_noop!(Seen: ZxdgOutputManagerV1);
