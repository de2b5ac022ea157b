//! Both ends of the core protocol's clipboard, and of drag and drop.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsFd;

use rustix::pipe::{PipeFlags, pipe_with};
use wayland_client::protocol::{
    wl_data_device, wl_data_device_manager, wl_data_offer, wl_data_source,
};
use wayland_client::{Connection, Dispatch, QueueHandle, event_created_child};

use crate::client::{Client, State};
use crate::window::Window;

/// The type of the copied data.
pub const MIME: &str = "application/x-carafe-test";

/// A client's access to the clipboard and to drags.
pub struct DataDevice {
    manager: wl_data_device_manager::WlDataDeviceManager,
    pub device: wl_data_device::WlDataDevice,
}

impl DataDevice {
    /// Makes one for the seat of a window.
    pub fn new(client: &mut Client, window: &Window) -> Self {
        let manager: wl_data_device_manager::WlDataDeviceManager = client.bind(3);
        let device = manager.get_data_device(&window.seat, &client.handle(), ());
        client.sync();
        Self { manager, device }
    }

    /// Makes a source that offers the client's `state.data`.
    pub fn source(&self, client: &Client) -> wl_data_source::WlDataSource {
        let source = self.manager.create_data_source(&client.handle(), ());
        source.offer(MIME.into());
        source
    }
}

/// Asks for an offer's data and reads it to its end, while `source` serves.
pub fn receive(target: &mut Client, source: &mut Client) -> Vec<u8> {
    let offer = target.state.offer.clone().expect("an offer");
    let (reader, writer) = pipe_with(PipeFlags::CLOEXEC).expect("a pipe");
    offer.receive(MIME.into(), writer.as_fd());
    target.sync();
    drop(writer);
    source.wait_for_event("asked for");
    let mut data = Vec::new();
    File::from(reader).read_to_end(&mut data).expect("data");
    data
}

impl Dispatch<wl_data_source::WlDataSource, ()> for State {
    fn event(
        state: &mut Self,
        _: &wl_data_source::WlDataSource,
        event: wl_data_source::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        use wl_data_source::Event;
        match event {
            Event::Send { mime_type, fd } => {
                state.log.push(format!("asked for {mime_type}"));
                let data = state.data.clone();
                // The pipe holds less than the data, so a thread must write while this one reads.
                std::thread::spawn(move || File::from(fd).write_all(&data).expect("a reader"));
            }
            Event::Target { mime_type } => state.log.push(format!("target takes {mime_type:?}")),
            Event::Action { dnd_action } => {
                state.log.push(format!("source action {dnd_action:?}"));
            }
            Event::DndDropPerformed => state.log.push("drop performed".into()),
            Event::DndFinished => state.log.push("drag finished".into()),
            Event::Cancelled => state.log.push("source cancelled".into()),
            _ => {}
        }
    }
}

impl Dispatch<wl_data_device::WlDataDevice, ()> for State {
    fn event(
        state: &mut Self,
        _: &wl_data_device::WlDataDevice,
        event: wl_data_device::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        use wl_data_device::Event;
        match event {
            Event::Enter { serial, x, y, id, .. } => {
                let offers = if id.is_some() { "with" } else { "without" };
                state.log.push(format!("drag enters {offers} offer at {x}, {y}"));
                (state.drag_serial, state.offer) = (serial, id);
            }
            Event::Motion { x, y, .. } => state.log.push(format!("drag moves to {x}, {y}")),
            Event::Drop => state.log.push("drop".into()),
            Event::Leave => state.log.push("drag leaves".into()),
            Event::Selection { id } => {
                state.log.push(if id.is_some() { "selection" } else { "no selection" }.into());
                state.offer = id;
            }
            _ => {}
        }
    }

    event_created_child!(State, wl_data_device::WlDataDevice, [
        wl_data_device::EVT_DATA_OFFER_OPCODE => (wl_data_offer::WlDataOffer, ()),
    ]);
}

impl Dispatch<wl_data_offer::WlDataOffer, ()> for State {
    fn event(
        state: &mut Self,
        _: &wl_data_offer::WlDataOffer,
        event: wl_data_offer::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        use wl_data_offer::Event;
        match event {
            Event::Offer { mime_type } => state.log.push(format!("offered {mime_type}")),
            Event::SourceActions { source_actions } => {
                state.log.push(format!("source can {source_actions:?}"));
            }
            Event::Action { dnd_action } => state.log.push(format!("action {dnd_action:?}")),
            _ => {}
        }
    }
}
