//! Cursors by name on a host that draws none: carafe takes them from the user's theme, at the size
//! of the densest output.

use std::path::Path;

use super::rig::*;

const STAND_IN: &str = "wp_cursor_shape_manager_v1";
const SURFACE: u32 = 5;
const POINTER: u32 = 6;
const MANAGER: u32 = 7;
const DEVICE: u32 = 8;

/// The shapes' numbers.
const DEFAULT: u32 = 1;
const TEXT: u32 = 9;
const GRAB: u32 = 16;

/// A cursor file with a picture of one colour for each size; the tip is its middle.
fn cursor(sizes: &[u32], colour: u32) -> Vec<u8> {
    let mut words = vec![16, 0x1_0000, sizes.len() as u32];
    let mut at = 16 + 12 * sizes.len() as u32;
    for size in sizes {
        words.extend([0xfffd_0002, *size, at]);
        at += 36 + 4 * size * size;
    }
    for size in sizes {
        words.extend([36, 0xfffd_0002, *size, 1, *size, *size, size / 2, size / 2, 0]);
        words.extend((0..size * size).map(|_| colour));
    }
    let words = words.into_iter().flat_map(u32::to_le_bytes);
    b"Xcur".iter().copied().chain(words).collect()
}

/// A theme with an arrow and, under its old name, a beam.
fn write_theme(icons: &Path) {
    let dir = icons.join("red/cursors");
    std::fs::create_dir_all(&dir).expect("a folder");
    std::fs::write(dir.join("left_ptr"), cursor(&[24, 48], 0xffff_0000)).expect("a file");
    std::fs::write(dir.join("xterm"), cursor(&[32], 0xff00_ff00)).expect("a file");
}

/// A client of a host with an output of this scale, its pointer, and its cursor device.
fn client(rig: &Rig, scale: u32) -> (Peer, Peer) {
    let (mut client, mut host) = rig.connect();
    client.send(&Message::new(DISPLAY, 1).uint(REGISTRY));
    client.send(&Message::new(DISPLAY, 0).uint(3));
    assert_eq!(host.next(), Message::new(DISPLAY, 1).uint(REGISTRY));
    assert_eq!(host.next(), Message::new(DISPLAY, 0).uint(3));
    let globals = [("wl_compositor", 4), ("wl_shm", 1), ("wl_seat", 7), ("wl_output", 3)];
    for (name, (interface, version)) in (1..).zip(globals) {
        host.send(&Message::new(REGISTRY, 0).uint(name).string(interface).uint(version));
    }
    host.send(&Message::new(3, 0).uint(7));
    host.send(&Message::new(DISPLAY, 1).uint(3));
    let mut manager = None;
    loop {
        let message = client.next();
        if message.object == DISPLAY {
            break;
        }
        if message.object == REGISTRY && message.text(1) == STAND_IN {
            manager = Some((message.word(0), STAND_IN, 2));
        }
    }
    for (name, interface, version, id) in [(1, "wl_compositor", 4, 3), (3, "wl_seat", 7, 4)] {
        client.send(&bind((name, interface, version), id));
        assert_eq!(host.next(), bind((name, interface, version), id));
    }
    for made in [Message::new(3, 0).uint(SURFACE), Message::new(4, 0).uint(POINTER)] {
        client.send(&made);
        assert_eq!(host.next(), made);
    }
    client.send(&bind(manager.expect("the stand-in"), MANAGER));
    client.send(&Message::new(MANAGER, 1).uint(DEVICE).uint(POINTER));
    client.send(&Message::new(DEVICE, 1).uint(77).uint(DEFAULT));
    // carafe asks for the scale of the output first.
    assert_eq!(host.next().opcode, 1, "get_registry");
    let output = host.next();
    assert_eq!(output.text(1), "wl_output");
    let output = output.word(output.body.len() / 4 - 1);
    host.send(&Message::new(output, 3).uint(scale));
    (client, host)
}

/// What the host shows: the serial, the tip, the scale, the side in pixels, and the first pixel.
#[derive(Debug, PartialEq)]
struct Shown {
    serial: u32,
    hot: (u32, u32),
    scale: u32,
    side: u32,
    pixel: u32,
}

/// Reads the host's messages up to the next commit of the cursor's surface.
fn next_shown(host: &mut Peer) -> Shown {
    let mut shown = Shown { serial: 0, hot: (0, 0), scale: 1, side: 0, pixel: 0 };
    let mut surface = 0;
    loop {
        let message = host.next();
        match (message.object, message.opcode) {
            (POINTER, 0) => {
                surface = message.word(1);
                (shown.serial, shown.hot) = (message.word(0), (message.word(2), message.word(3)));
            }
            (object, 8) if object == surface => shown.scale = message.word(0),
            (object, 6) if object == surface => return shown,
            // wl_shm.create_pool has the only descriptor; wl_shm_pool.create_buffer has six words.
            (_, 0) if message.body.len() == 6 * 4 => shown.side = message.word(2),
            (_, 0) if message.body.len() == 2 * 4 && host.fds_left() > 0 => {
                let mut bytes = [0; 4];
                rustix::io::pread(host.fd(), &mut bytes, 0).expect("a picture");
                shown.pixel = u32::from_ne_bytes(bytes);
            }
            _ => {}
        }
    }
}

fn rig(icons: &Path) -> Rig {
    write_theme(icons);
    Rig::with_env(&[], &[("XCURSOR_PATH", icons), ("XCURSOR_THEME", "red".as_ref())])
}

#[test]
fn cursors_of_the_theme_have_the_size_of_the_densest_output() {
    let icons = tempfile::tempdir().expect("a folder");
    let rig = rig(icons.path());
    for (scale, side) in [(1, 24), (2, 48), (3, 48)] {
        let (mut client, mut host) = client(&rig, scale);
        // The first one was asked for before the scale was known.
        let mut arrow = next_shown(&mut host);
        while scale > 1 && arrow.scale == 1 {
            arrow = next_shown(&mut host);
        }
        assert_eq!((arrow.serial, arrow.pixel), (77, 0xffff_0000), "{arrow:?}");
        // Its size in units is the usual one, whatever the theme has.
        let units = arrow.side / arrow.scale;
        assert_eq!((arrow.side, units), (side, 24), "{arrow:?}");
        assert_eq!(arrow.hot, (12, 12), "{arrow:?}");
        client.send(&Message::new(DEVICE, 1).uint(78).uint(TEXT));
        let beam = next_shown(&mut host);
        assert_eq!((beam.serial, beam.pixel), (78, 0xff00_ff00), "{beam:?}");
        // The theme has no hand: its arrow is shown. What was read once is not read again.
        client.send(&Message::new(DEVICE, 1).uint(79).uint(GRAB));
        assert_eq!(next_shown(&mut host).pixel, 0xffff_0000);
        client.send(&Message::new(DEVICE, 1).uint(80).uint(TEXT));
        let again = next_shown(&mut host);
        assert_eq!((again.serial, again.side), (80, 0), "no new buffer: {again:?}");
        drop(client);
    }
    rig.still_serves();
}

#[test]
fn a_cursor_of_the_clients_own_stays() {
    let icons = tempfile::tempdir().expect("a folder");
    let rig = rig(icons.path());
    let (mut client, mut host) = client(&rig, 1);
    next_shown(&mut host);
    // It wants one that must be read first, and shows its own before that.
    client.send(&Message::new(DEVICE, 1).uint(78).uint(TEXT));
    let own = Message::new(POINTER, 0).uint(78).uint(SURFACE).uint(0).uint(0);
    client.send(&own);
    while host.next() != own {}
    client.send(&Message::new(DISPLAY, 0).uint(9));
    // The reading ends, and nothing is shown.
    loop {
        let message = host.next();
        assert_ne!((message.object, message.opcode), (POINTER, 0), "{message:?}");
        if (message.object, message.opcode) == (DISPLAY, 0) {
            break;
        }
    }
    client.send(&Message::new(DEVICE, 1).uint(79).uint(TEXT));
    assert_eq!(next_shown(&mut host).serial, 79);
    client.send(&Message::new(DEVICE, 1).uint(80).uint(99));
    assert_eq!(error(&mut client), (DEVICE, 1, "no shape 99".into()));
    rig.still_serves();
}
