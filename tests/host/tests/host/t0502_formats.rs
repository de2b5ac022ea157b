//! Every format of shared memory shows the right colours.

use wayland_client::protocol::wl_shm::Format;

use crate::client::{Place, memory};
use crate::rig::Rig;

#[test]
fn shared_memory() {
    // Orange, ff8000, as near as the format comes; little-endian.
    #[rustfmt::skip]
    let formats: &[(Format, &[u8], &str)] = &[
        (Format::Xrgb8888, &[0x00, 0x80, 0xff, 0x12], "ff8000"),
        (Format::Argb8888, &[0x00, 0x80, 0xff, 0xff], "ff8000"),
        (Format::Xbgr8888, &[0xff, 0x80, 0x00, 0x12], "ff8000"),
        (Format::Abgr8888, &[0xff, 0x80, 0x00, 0xff], "ff8000"),
        (Format::Rgbx8888, &[0x12, 0x00, 0x80, 0xff], "ff8000"),
        (Format::Rgba8888, &[0xff, 0x00, 0x80, 0xff], "ff8000"),
        (Format::Bgrx8888, &[0x12, 0xff, 0x80, 0x00], "ff8000"),
        (Format::Bgra8888, &[0xff, 0xff, 0x80, 0x00], "ff8000"),
        (Format::Rgb888, &[0x00, 0x80, 0xff], "ff8000"),
        (Format::Bgr888, &[0xff, 0x80, 0x00], "ff8000"),
        (Format::Rgb565, &[0x00, 0xfc], "ff8200"),
        (Format::Bgr565, &[0x1f, 0x04], "ff8200"),
        (Format::Xrgb1555, &[0x00, 0x7e], "ff8400"),
        (Format::Argb4444, &[0x80, 0xff], "ff8800"),
        (Format::Xrgb2101010, &[0x00, 0x00, 0xf8, 0x3f], "ff8000"),
        (Format::Argb2101010, &[0x00, 0x00, 0xf8, 0xff], "ff8000"),
        (Format::Xbgr2101010, &[0xff, 0x03, 0x08, 0x00], "ff8000"),
        // Half transparent red over 203040.
        (Format::Argb8888, &[0x00, 0x00, 0x80, 0x80], "901820"),
    ];
    let mut rig = Rig::new(&[]);
    let mut client = rig.client();
    let (surface, _toplevel) = client.window("formats");
    for (format, pixel, colour) in formats {
        let bytes = pixel.len() as u32;
        let place = Place { offset: 0, width: 30, height: 20, stride: 32 * bytes };
        let file = memory(20 * 32 * pixel.len(), pixel);
        let buffer = client.shm(&file, place, *format);
        client.show(&surface, &buffer);
        let pixels = rig.control().pixels(20, 20, 30, 20).unwrap();
        assert_eq!((pixels.colours, pixels.first.as_str()), (1, *colour), "{format:?}");
        assert_eq!(rig.control().pixels(50, 20, 1, 1).unwrap().first, "203040", "its border");
    }
    let shown = u64::try_from(formats.len()).unwrap();
    assert_eq!(rig.control().counter("shm_shown").unwrap(), shown);
    assert_eq!(rig.control().counter("distinct_buffers").unwrap(), shown);
    assert_eq!(rig.control().counter("pools_created").unwrap(), shown);
    assert_eq!(rig.control().counter("pools_destroyed").unwrap(), shown);
}
