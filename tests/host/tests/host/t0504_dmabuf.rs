//! dma-bufs, which may be memfds: their exact pixels are shown, and wrong ones are refused.

use std::fs::File;
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;

use wayland_client::protocol::wl_buffer::WlBuffer;
use wayland_protocols::wp::linux_dmabuf::zv1::client::zwp_linux_buffer_params_v1::{Error, Flags};
use wayland_protocols::wp::linux_dmabuf::zv1::client::zwp_linux_dmabuf_v1::ZwpLinuxDmabufV1;

use crate::client::{Client, Place, memory};
use crate::rig::Rig;

type Code = [u8; 4];

const LINEAR: u64 = 0;
const INVALID: u64 = 0x00ff_ffff_ffff_ffff;
/// Some tiling.
const OTHER: u64 = 0x0100_0000_0000_0001;

/// Asks for a buffer; planes are an offset and a stride each.
fn create(
    client: &mut Client,
    file: &File,
    size: (i32, i32),
    format: Code,
    modifier: u64,
    planes: &[(u32, u32)],
) -> Option<WlBuffer> {
    let handle = client.handle();
    let params = client.bind::<ZwpLinuxDmabufV1>(4).create_params(&handle, ());
    for (n, (offset, stride)) in planes.iter().enumerate() {
        let (high, low) = ((modifier >> 32) as u32, modifier as u32);
        params.add(file.as_fd(), n as u32, *offset, *stride, high, low);
    }
    params.create(size.0, size.1, u32::from_le_bytes(format), Flags::empty());
    client.seen.created = None;
    // A refusal may end the connection.
    let _ = client.try_sync();
    client.seen.created.take()
}

#[test]
fn packed_formats() {
    let mut rig = Rig::new(&[]);
    let mut client = rig.client();
    let (surface, _toplevel) = client.window("dmabuf");
    #[rustfmt::skip]
    let formats: &[(Code, &[u8], &str)] = &[
        (*b"AR24", &[0x00, 0x80, 0xff, 0xff], "ff8000"),
        (*b"XR24", &[0x00, 0x80, 0xff, 0x12], "ff8000"),
        (*b"AB24", &[0xff, 0x80, 0x00, 0xff], "ff8000"),
        (*b"XB24", &[0xff, 0x80, 0x00, 0x12], "ff8000"),
        (*b"RG16", &[0x00, 0xfc], "ff8200"),
    ];
    for &(format, pixel, colour) in formats {
        for modifier in [LINEAR, INVALID] {
            // The rows are longer than the picture, and it has an offset.
            let place = Place { offset: 256, width: 30, height: 20, stride: 192 };
            let file = memory(256 + 20 * 192, &[0x55]);
            for row in 0..20 {
                file.write_all_at(&pixel.repeat(30), 256 + row * 192).unwrap();
            }
            let planes = [(place.offset, place.stride)];
            let buffer = create(&mut client, &file, (30, 20), format, modifier, &planes);
            client.show(&surface, &buffer.expect("a buffer"));
            let pixels = rig.control().pixels(20, 20, 30, 20).unwrap();
            assert_eq!((pixels.colours, pixels.first.as_str()), (1, colour), "{format:?}");
        }
    }
    assert_eq!(rig.control().counter("dmabufs_imported").unwrap(), 10);
    assert_eq!(rig.control().counter("dmabufs_shown").unwrap(), 10);
    let windows = rig.control().windows().unwrap();
    assert_eq!(windows[0].all["surfaces"][0]["kind"], "dmabuf");
    // Each is held until the next one arrives, as GPUs do.
    assert_eq!(client.seen.events.iter().filter(|event| *event == "release").count(), 9);
}

#[test]
fn a_row_is_what_it_was_written_as() {
    let mut rig = Rig::new(&[]);
    let mut client = rig.client();
    let (surface, _toplevel) = client.window("rows");
    let file = memory(64 * 256, &[0]);
    for y in 0..64 {
        let row: Vec<u8> = (0..64).flat_map(|x| [x * 4, y * 4, 128, 255]).collect();
        file.write_all_at(&row, u64::from(y) * 256).unwrap();
    }
    let buffer = create(&mut client, &file, (64, 64), *b"XR24", LINEAR, &[(0, 256)]);
    client.show(&surface, &buffer.expect("a buffer"));
    for (x, y) in [(0, 0), (63, 0), (0, 63), (17, 42), (63, 63)] {
        let pixels = rig.control().pixels(20 + x, 20 + y, 1, 1).unwrap();
        assert_eq!(pixels.first, format!("80{:02x}{:02x}", y * 4, x * 4));
    }
    rig.keep("rows");
}

#[test]
fn nv12() {
    let mut rig = Rig::new(&[]);
    let mut client = rig.client();
    let (surface, _toplevel) = client.window("video");
    // Red in BT.601's limited range.
    let file = memory(32 * 64 + 16 * 64, &[81]);
    file.write_all_at(&[90, 240].repeat(16 * 32), 32 * 64).unwrap();
    let planes = [(0, 64), (32 * 64, 64)];
    let buffer = create(&mut client, &file, (60, 32), *b"NV12", LINEAR, &planes);
    client.show(&surface, &buffer.expect("a buffer"));
    let pixels = rig.control().pixels(20, 20, 60, 32).unwrap();
    assert_eq!((pixels.colours, pixels.first.as_str()), (1, "ff0000"));
}

#[test]
fn feedback() {
    let rig = Rig::new(&["--main-device=226:129"]);
    let mut client = rig.client();
    let handle = client.handle();
    assert_eq!(client.offers("zwp_linux_dmabuf_v1"), Some(5));
    client.bind::<ZwpLinuxDmabufV1>(4).get_default_feedback(&handle, ());
    client.sync();
    let device = rustix::fs::makedev(226, 129).to_ne_bytes().to_vec();
    assert!(client.seen.events.contains(&format!("main device {device:?}")));
    let (table, size) = client.seen.table.take().expect("a table");
    let mut entries = vec![0; size as usize];
    File::from(table).read_exact_at(&mut entries, 0).unwrap();
    let mut entries = entries.chunks_exact(16);
    assert!(client.seen.events.contains(&format!("{} formats", entries.len())));
    assert!(entries.clone().any(|entry| entry[..4] == *b"NV12" && entry[8..16] == [0; 8]));
    assert!(entries.any(|entry| entry[..4] == *b"AR24" && entry[8..16] == INVALID.to_le_bytes()));
}

/// The protocol error that a buffer leads to.
fn error(format: Code, size: (i32, i32), modifier: u64, planes: &[(u32, u32)]) -> Option<u32> {
    let rig = Rig::new(&[]);
    let mut client = rig.client();
    let file = memory(4096, &[0]);
    let buffer = create(&mut client, &file, size, format, modifier, planes);
    assert!(buffer.is_none(), "it was accepted");
    client.connection.protocol_error().map(|error| error.code)
}

#[test]
fn bad_ones() {
    let code = |error: Error| Some(u32::from(error));
    assert_eq!(error(*b"ZZZZ", (16, 16), LINEAR, &[(0, 64)]), code(Error::InvalidFormat));
    assert_eq!(error(*b"AR24", (16, 16), OTHER, &[(0, 64)]), code(Error::InvalidFormat));
    assert_eq!(error(*b"AR24", (16, 16), LINEAR, &[(0, 64), (0, 64)]), code(Error::InvalidFormat));
    assert_eq!(error(*b"AR24", (16, 16), LINEAR, &[]), code(Error::Incomplete));
    assert_eq!(error(*b"NV12", (16, 16), LINEAR, &[(0, 64)]), code(Error::Incomplete));
    assert_eq!(error(*b"AR24", (0, 16), LINEAR, &[(0, 64)]), code(Error::InvalidDimensions));
    assert_eq!(error(*b"AR24", (16, 99), LINEAR, &[(0, 64)]), code(Error::OutOfBounds));
    assert_eq!(error(*b"AR24", (16, 16), LINEAR, &[(4090, 64)]), code(Error::OutOfBounds));
    // Overlapping rows are not a protocol error, but show nothing.
    assert_eq!(error(*b"AR24", (16, 16), LINEAR, &[(0, 60)]), None);
}

#[test]
fn left_out() {
    let rig = Rig::new(&["--without=zwp_linux_dmabuf_v1,wl_shm"]);
    let client = rig.client();
    assert_eq!(client.offers("zwp_linux_dmabuf_v1"), None);
    assert_eq!(client.offers("wl_shm"), None);
    assert_eq!(client.offers("wl_compositor"), Some(6));
}
