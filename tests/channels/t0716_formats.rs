//! Every format that the host takes in shared memory is offered and comes through.

use std::sync::{Arc, Mutex};

use wayland_client::protocol::wl_shm::{self, Format, WlShm};
use wayland_client::{Connection, Dispatch, QueueHandle, WEnum};

use crate::canvas::Canvas;
use crate::client::Seen;
use crate::stage::{Stage, everywhere};
use crate::ways;

/// Formats that were offered.
type Offered = Arc<Mutex<Vec<Format>>>;

impl Dispatch<WlShm, Offered> for Seen {
    fn event(
        _: &mut Self,
        _: &WlShm,
        event: wl_shm::Event,
        offered: &Offered,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let wl_shm::Event::Format { format: WEnum::Value(format) } = event {
            offered.lock().unwrap().push(format);
        }
    }
}

fn offered(stage: &mut Stage) -> Vec<Format> {
    let offered = Offered::default();
    let _shm: WlShm = stage.client.bind_with(1, Arc::clone(&offered));
    stage.client.sync();
    let mut formats = std::mem::take(&mut *offered.lock().unwrap());
    formats.sort_by_key(|format| *format as u32);
    formats
}

/// Bytes a pixel.
fn bytes(format: Format) -> u32 {
    match format {
        Format::Rgb888 | Format::Bgr888 => 3,
        Format::Rgb565 | Format::Bgr565 => 2,
        Format::Argb1555 | Format::Xrgb1555 | Format::Argb4444 | Format::Xrgb4444 => 2,
        _ => 4,
    }
}

/// Formats that both device and host know as dma-bufs, which hosts hold on to.
const DMABUFS: [Format; 5] =
    [Format::Argb8888, Format::Xrgb8888, Format::Abgr8888, Format::Xbgr8888, Format::Rgb565];

const OF_VIRTGPU: [Format; 2] = [Format::Argb2101010, Format::Xrgb2101010];

#[test]
fn t0716_each_format() {
    let seen = Mutex::new(Vec::new());
    everywhere(|stage| {
        let formats = offered(stage);
        let mut seen = seen.lock().unwrap();
        if seen.is_empty() {
            assert_eq!(formats.len(), 20, "{formats:?}");
            seen.clone_from(&formats);
        }
        assert_eq!(*seen, formats, "other formats through carafe");
        for format in formats {
            let (surface, toplevel) = stage.client.window("format");
            let mut canvas = Canvas::of(61, 37, bytes(format));
            let buffer = stage.client.shm(&canvas.file, canvas.place, format);
            let gpu = stage.way.is_some_and(|way| way.name == ways::VIRTGPU.name);
            stage.is_held(DMABUFS.contains(&format) || gpu && OF_VIRTGPU.contains(&format));
            for at in [canvas.whole(), [7, 5, 10, 20]] {
                stage.update(&surface, &mut canvas, &buffer, at);
                stage.look("a format");
            }
            toplevel.destroy();
            stage.client.forget_window();
            surface.destroy();
        }
    });
}
