//! A client that pastes without focus (`zwlr_data_control_manager_v1`).

use std::io::Read;
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex};

use carafe_fixture::copy::WlCopy;
use carafe_fixture::process::{command, wait_for};
use wayland_client::protocol::wl_seat::WlSeat;
use wayland_client::{Connection, Dispatch, QueueHandle, delegate_noop};
use wayland_protocols_wlr::data_control::v1::client::zwlr_data_control_device_v1::{
    self as device, ZwlrDataControlDeviceV1 as Device,
};
use wayland_protocols_wlr::data_control::v1::client::zwlr_data_control_manager_v1::ZwlrDataControlManagerV1 as Manager;
use wayland_protocols_wlr::data_control::v1::client::zwlr_data_control_offer_v1::ZwlrDataControlOfferV1 as Offer;

use crate::client::{Client, Seen};
use crate::rig::Rig;

/// The type of what is pasted.
const MIME: &str = "application/x-noise";

/// A client that has an offer of a selection, and the expected data.
pub struct Paster {
    pub client: Client,
    offer: Offer,
    pub data: Vec<u8>,
    _copy: WlCopy,
}

/// A pipe's end from which a selection comes.
pub struct Paste(std::io::PipeReader);

impl Paster {
    /// Copies `size` bytes of noise directly on the host, and offers them to a client.
    pub fn new(rig: &mut Rig, size: usize) -> Self {
        let mut data = vec![0; size];
        std::fs::File::open("/dev/urandom").unwrap().read_exact(&mut data).unwrap();
        let mut copy = command("wl-copy", &rig.runtime);
        copy.args(["--foreground", "--type", MIME]).env("WAYLAND_DISPLAY", "host");
        let copy = WlCopy::start(&mut copy, &data);
        wait_for("something copied", || {
            rig.ask("state")["selection"].to_string().contains(MIME).then_some(())
        });
        let mut client = rig.client();
        let manager: Manager = client.bind(1);
        let seat: WlSeat = client.bind(1);
        let offered = Offered::default();
        manager.get_data_device(&seat, &client.handle(), Arc::clone(&offered));
        client.wait_for("selection");
        let offer = offered.lock().unwrap().take().expect("an offer");
        Self { client, offer, data, _copy: copy }
    }

    /// Asks for it once more.
    pub fn paste(&mut self) -> Paste {
        let (reader, writer) = std::io::pipe().unwrap();
        self.offer.receive(MIME.to_owned(), writer.as_fd());
        self.client.connection.flush().expect("the connection works");
        Paste(reader)
    }
}

impl Paste {
    /// Reads some of it.
    pub fn read(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        self.0.read_exact(&mut bytes).expect("more");
        bytes
    }

    /// Reads the rest of it.
    pub fn rest(mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.0.read_to_end(&mut bytes).expect("the end");
        bytes
    }
}

/// The last selection.
type Offered = Arc<Mutex<Option<Offer>>>;

impl Dispatch<Device, Offered> for Seen {
    fn event(
        seen: &mut Self,
        _: &Device,
        event: device::Event,
        offered: &Offered,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let device::Event::Selection { id: Some(offer) } = event {
            *offered.lock().unwrap() = Some(offer);
            seen.events.push("selection".to_owned());
        }
    }

    wayland_client::event_created_child!(Seen, Device, [
        device::EVT_DATA_OFFER_OPCODE => (Offer, ()),
    ]);
}

delegate_noop!(Seen: Manager);
delegate_noop!(Seen: ignore Offer);
