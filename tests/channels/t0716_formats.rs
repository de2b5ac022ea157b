//! carafe offers every format that the host takes in shared memory, and its pixels arrive.

use std::fs::File;
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex};

use wayland_client::protocol::wl_buffer::WlBuffer;
use wayland_client::protocol::wl_shm::{self, Format, WlShm};
use wayland_client::{Connection, Dispatch, QueueHandle, WEnum};
use wayland_protocols::wp::linux_dmabuf::zv1::client::zwp_linux_buffer_params_v1::Flags;
use wayland_protocols::wp::linux_dmabuf::zv1::client::zwp_linux_dmabuf_v1::ZwpLinuxDmabufV1;

use crate::canvas::Canvas;
use crate::client::{Client, Place, Seen, memory};
use crate::rig::Rig;
use crate::stage::everywhere;
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

fn offered(client: &mut Client) -> Vec<Format> {
    let offered = Offered::default();
    let _shm: WlShm = client.bind_with(1, Arc::clone(&offered));
    client.sync();
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

/// Formats of dma-bufs that both device and host know; hosts keep dma-bufs for long.
const DMABUFS: [Format; 5] =
    [Format::Argb8888, Format::Xrgb8888, Format::Abgr8888, Format::Xbgr8888, Format::Rgb565];

const OF_VIRTGPU: [Format; 2] = [Format::Argb2101010, Format::Xrgb2101010];

#[test]
fn each_format_is_shown() {
    let seen = Mutex::new(Vec::new());
    everywhere(|stage| {
        let mut formats = offered(&mut stage.client);
        let mut seen = seen.lock().unwrap();
        if seen.is_empty() {
            assert_eq!(formats.len(), 20, "{formats:?}");
            seen.clone_from(&formats);
        }
        // The host takes this format only as a dma-buf: see below.
        let video = formats.extract_if(.., |format| *format == Format::Nv12).count();
        assert_eq!(video, usize::from(stage.way.is_some_and(|way| way.dmabufs)));
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

/// An odd size, so that samples of the second plane are half outside.
const VIDEO: Place = Place { offset: 4096, width: 61, height: 33, stride: 80 };

/// Draws luma, then pairs of chroma; each round is brighter and has other colours.
fn draw_video(file: &File, round: u32, [x, y, width, height]: [u32; 4]) {
    let Place { offset, stride, height: all, .. } = VIDEO;
    let put = |row: u32, column: u32, byte: u32| {
        let at = offset + row * stride + column;
        file.write_all_at(&[byte as u8], u64::from(at)).expect("written");
    };
    for row in y..y + height {
        (x..x + width)
            .for_each(|column| put(row, column, 16 + (row * 7 + column * 5 + round) % 219));
    }
    for row in y / 2..(y + height).div_ceil(2) {
        for column in x & !1..(x + width).next_multiple_of(2) {
            put(all + row, column, 16 + (row * 11 + column * 3 + round * 50) % 224);
        }
    }
}

/// The video as a dma-buf, directly on the host.
fn video_dmabuf(client: &Client, file: &File) -> WlBuffer {
    let handle = client.handle();
    let Place { offset, width, height, stride } = VIDEO;
    let params = client.bind::<ZwpLinuxDmabufV1>(3).create_params(&handle, ());
    for (n, offset) in [(0, offset), (1, offset + stride * height)] {
        params.add(file.as_fd(), n, offset, stride, 0, 0);
    }
    let (width, height) = (width as i32, height as i32);
    params.create_immed(width, height, Format::Nv12 as u32, Flags::empty(), &handle, ())
}

/// The host gets a client's video in shared memory as dma-bufs.
#[test]
fn nv12_is_shown() {
    let play = |mut rig: Rig, make: fn(&mut Client, &File) -> WlBuffer| {
        let mut client = rig.client();
        let (surface, _toplevel) = client.window("video");
        let file = memory(4096 + 80 * (33 + 17), &[0]);
        let buffer = make(&mut client, &file);
        let mut seen = Vec::new();
        for (round, [x, y, width, height]) in
            [[0, 0, 61, 33], [7, 5, 11, 20], [40, 12, 21, 21]].into_iter().enumerate()
        {
            draw_video(&file, round as u32, [x, y, width, height]);
            surface.attach(Some(&buffer), 0, 0);
            surface.damage_buffer(x as i32, y as i32, width as i32, height as i32);
            surface.commit();
            client.sync();
            seen.push(rig.screen());
            assert!(seen[round].colours > 100, "no picture");
        }
        drop(client);
        if rig.carafe.is_some() {
            rig.stop();
        }
        seen
    };
    let straight = play(Rig::direct(&[]), |client, file| video_dmabuf(client, file));
    for way in ways::devices() {
        let seen = play(Rig::new(way), |client, file| {
            assert!(offered(client).contains(&Format::Nv12));
            client.shm(file, VIDEO, Format::Nv12)
        });
        assert!(seen == straight, "{way:?} shows something else");
    }
}

/// Without images, the format is unknown.
#[test]
fn nv12_is_not_offered_without_dma_bufs() {
    for way in ways::all().into_iter().filter(|way| !way.dmabufs) {
        let rig = Rig::new(way);
        let mut client = rig.client();
        assert!(!offered(&mut client).contains(&Format::Nv12));
        client.shm(&memory(8192, &[0]), VIDEO, Format::Nv12);
        assert!(client.try_sync().is_err());
        assert_eq!(client.connection.protocol_error().map(|error| error.code), Some(0));
        drop(client);
        rig.carafe.unwrap().stop_complaining();
    }
}
