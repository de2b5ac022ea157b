//! Buffers behind a virtual device, through an engine without sockets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::fs::File;
use std::io::Write;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;
use std::sync::Arc;

use super::named_buffers::{BufferUse, USES};
use super::{Token, WANTS};
use crate::channel::{Area, Crossing, Image, Mapping, Memory, RenderNode, Virtual, virtgpu};
use crate::handlers;
use crate::observe::Side;
use crate::protocol::{Arg, Tables};
use crate::session::testing::{Rig, filled, message, read, take};
use crate::session::{FaultKind, Want};
use crate::wire::FdKind;

const NODE: &str = "/dev/dri/renderD128";
const NUMBER: u64 = 0xe280;

/// A device whose dma-bufs are pipes. They become readable when the test wants it, like fences. The
/// device may know their first planes.
#[derive(Default)]
struct Pipes {
    first_plane: Option<(u32, u64)>,
}

impl Memory for Pipes {
    fn has_images(&self) -> bool {
        false
    }

    fn allocate(&self, len: usize) -> std::io::Result<Area> {
        let file = tempfile::tempfile()?;
        file.set_len(len as u64)?;
        let map = Mapping::new(file.as_fd(), 0, len)?;
        Ok(Area { fd: file.into(), map })
    }

    fn image(&self, _: u32, _: u32, _: u32) -> std::io::Result<Image> {
        Err(std::io::ErrorKind::Unsupported.into())
    }

    fn takes(&self, dmabuf: BorrowedFd<'_>) -> bool {
        let mode = rustix::fs::fstat(dmabuf).unwrap().st_mode;
        rustix::fs::FileType::from_raw_mode(mode) == rustix::fs::FileType::Fifo
    }

    fn first_plane(&self, _: BorrowedFd<'_>) -> Option<(u32, u64)> {
        self.first_plane
    }
}

struct Setup {
    rig: Rig,
}

const REGISTRY: u32 = 2;
const COMPOSITOR: u32 = 3;
const DMABUF: u32 = 4;
const SURFACE: u32 = 5;

impl Setup {
    /// A client with a surface (5), and what it has got so far.
    fn new() -> (Self, Vec<u8>) {
        Self::with(Pipes::default())
    }

    fn with(memory: Pipes) -> (Self, Vec<u8>) {
        let tables = Tables::get();
        let node = Some(RenderNode { path: PathBuf::from(NODE), number: NUMBER });
        let device = Some(Virtual { memory: Arc::new(memory), node });
        let crossing = Crossing { carried: virtgpu::CARRIED, device };
        let scaling = handlers::Scaling::default();
        let all = handlers::chain(handlers::Setup::new(&crossing, &scaling, &Arc::default()));
        let mut setup = Self { rig: Rig::new(tables, all) };
        setup.rig.request(&message(1, 1, &[REGISTRY])).unwrap();
        let mut globals = filled(REGISTRY, 0, |m| m.uint(1).string("wl_compositor").uint(4));
        globals.extend(filled(REGISTRY, 0, |m| m.uint(2).string("zwp_linux_dmabuf_v1").uint(4)));
        let seen = setup.rig.event(&globals);
        let mut bind =
            filled(REGISTRY, 0, |m| m.uint(1).string("wl_compositor").uint(4).uint(COMPOSITOR));
        bind.extend(filled(REGISTRY, 0, |m| {
            m.uint(2).string("zwp_linux_dmabuf_v1").uint(4).uint(DMABUF)
        }));
        bind.extend(message(COMPOSITOR, 0, &[SURFACE]));
        setup.rig.request(&bind).unwrap();
        (setup, seen)
    }

    fn send_fd(&mut self, fd: OwnedFd) {
        self.rig.engine.requests.fds.push(fd, FdKind::Unknown).unwrap();
    }

    fn events(&mut self) -> Vec<u8> {
        take(&mut self.rig.engine.events)
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn a_release_is_for_the_buffer_and_not_for_what_has_its_id_now() {
    let (mut setup, _) = Setup::new();
    setup.rig.event(&filled(REGISTRY, 0, |m| m.uint(3).string("wl_shm").uint(1)));
    setup
        .rig
        .request(&filled(REGISTRY, 0, |m| m.uint(3).string("wl_shm").uint(1).uint(6)))
        .unwrap();
    let pool = |setup: &mut Setup, id| {
        let file = tempfile::tempfile().unwrap();
        file.set_len(4096).unwrap();
        setup.send_fd(file.into());
        setup.rig.request(&message(6, 0, &[id, 4096])).unwrap();
    };
    pool(&mut setup, 7);
    let show = [message(7, 0, &[8, 0, 8, 8, 32, 1]), message(SURFACE, 1, &[8, 0, 0])].concat();
    setup.rig.request(&show).unwrap();
    // It is released at once if it still exists.
    setup.rig.request(&message(SURFACE, 6, &[])).unwrap();
    assert_eq!(read(&setup.events()), [(8, 0, vec![])]);
    setup.rig.request(&message(SURFACE, 1, &[8, 0, 0])).unwrap();
    setup.rig.request(&message(8, 0, &[])).unwrap();
    assert_eq!(read(&setup.events()), [(1, 1, vec![8])]);
    pool(&mut setup, 8);
    let sent = setup.rig.request(&message(SURFACE, 6, &[])).unwrap();
    assert!(read(&sent).iter().any(|m| (m.0, m.1) == (SURFACE, 1)), "it is shown all the same");
    assert_eq!(setup.events(), b"");
}

#[test]
fn feedback_names_the_guests_node() {
    let (mut setup, _) = Setup::new();
    // get_default_feedback
    setup.rig.request(&message(DMABUF, 2, &[6])).unwrap();
    for opcode in [2, 4] {
        let seen = setup.rig.event(&message(6, opcode, &[8, 226, 0]));
        assert_eq!(read(&seen), [(6, opcode, vec![8, 0xe280, 0])]);
    }
    // Formats are not devices, and a device number of another size is not known.
    let seen = setup.rig.event(&message(6, 5, &[8, 226, 0]));
    assert_eq!(read(&seen), [(6, 5, vec![8, 226, 0])]);
    let seen = setup.rig.event(&message(6, 2, &[4, 226]));
    assert_eq!(read(&seen), [(6, 2, vec![4, 226])]);
}

#[test]
fn a_commit_waits_for_the_fence_of_its_buffer() {
    let (mut setup, _) = Setup::new();
    let (fence, mut reached) = std::io::pipe().unwrap();
    setup.rig.request(&message(DMABUF, 1, &[6])).unwrap(); // create_params
    setup.send_fd(fence.into());
    setup.rig.request(&message(6, 1, &[0, 0, 256, 0, 0])).unwrap(); // add
    setup.rig.request(&message(6, 3, &[7, 64, 64, 0x3432_5258, 0])).unwrap(); // create_immed
    setup.rig.request(&message(6, 0, &[])).unwrap();
    let frame = [
        message(SURFACE, 1, &[7, 0, 0]),
        message(SURFACE, 6, &[]),
        message(1, 0, &[8]), // sync
    ];
    let sent = read(&setup.rig.request(&frame.concat()).unwrap());
    assert_eq!(sent.len(), 1, "only attach: {sent:?}");
    let wait = setup.rig.engine.take_wait().expect("something to wait for");
    // A try that is too early changes nothing, and waits again.
    setup.rig.engine.forward().unwrap();
    assert_eq!(take(&mut setup.rig.engine.requests), b"");
    assert!(setup.rig.engine.take_wait().is_some());
    assert!(!setup.rig.engine.is_stalled(), "the loop would spin");
    reached.write_all(b"!").unwrap();
    drop(wait);
    setup.rig.engine.forward().unwrap();
    let sent = read(&take(&mut setup.rig.engine.requests));
    assert_eq!(sent.iter().map(|m| (m.0, m.1)).collect::<Vec<_>>(), [(5, 6), (1, 0)]);
    // The fence of the next frame is already reached.
    let sent = read(&setup.rig.request(&frame[..2].concat()).unwrap());
    assert_eq!(sent.len(), 2);
    assert!(setup.rig.engine.take_wait().is_none());
}

#[test]
fn a_foreign_buffer_fails_as_the_protocol_says() {
    let (mut setup, _) = Setup::new();
    setup.rig.request(&message(DMABUF, 1, &[6])).unwrap();
    setup.send_fd(File::open("/dev/null").unwrap().into());
    assert_eq!(setup.rig.request(&message(6, 1, &[0, 0, 256, 0, 0])).unwrap(), b"");
    assert_eq!(setup.rig.request(&message(6, 2, &[64, 64, 0x3432_5258, 0])).unwrap(), b"");
    assert_eq!(read(&setup.events()), [(6, 1, vec![])]); // failed
    let fault = setup.rig.request(&message(6, 3, &[7, 64, 64, 0x3432_5258, 0])).unwrap_err();
    assert!(matches!(fault.kind(), FaultKind::Client { object: 6, code: 7, .. }), "{fault:?}");
}

#[test]
fn a_host_without_wl_drm_gets_dma_bufs() {
    let (mut setup, seen) = Setup::new();
    assert!(contains(&seen, "wl_drm"));
    let bind = filled(REGISTRY, 0, |m| m.uint(u32::MAX - 1).string("wl_drm").uint(2).uint(6));
    assert_eq!(setup.rig.request(&bind).unwrap(), b"");
    let seen = setup.events();
    assert!(contains(&seen, NODE));
    let opcodes: Vec<u16> = read(&seen).iter().map(|m| m.1).collect();
    assert_eq!(opcodes, [0, 3, 1, 1]);
    setup.rig.request(&message(6, 0, &[99])).unwrap(); // authenticate
    assert_eq!(read(&setup.events()), [(6, 2, vec![])]);

    let (dmabuf, _writer) = std::io::pipe().unwrap();
    setup.send_fd(dmabuf.into());
    let prime = [7, 64, 32, 0x3432_5258, 16, 256, 0, 0, 0, 0];
    let sent = read(&setup.rig.request(&message(6, 3, &prime)).unwrap());
    // A registry and zwp_linux_dmabuf_v1 of carafe's own, then the buffer.
    let opcodes: Vec<u16> = sent.iter().map(|m| m.1).collect();
    assert_eq!(opcodes, [1, 0, 1, 1, 3, 0], "{sent:?}");
    assert_eq!(sent[3].2, [0, 16, 256, 0x00ff_ffff, u32::MAX]);
    let made = sent[4].2[0];
    assert_eq!(sent[4].2, [made, 64, 32, 0x3432_5258, 0]);
    let sent = read(&setup.rig.request(&message(SURFACE, 1, &[7, 0, 0])).unwrap());
    assert_eq!(sent, [(5, 1, vec![made, 0, 0])]);
    // As in any other request, an id that is in use is the client's error.
    let (dmabuf, _writer) = std::io::pipe().unwrap();
    setup.send_fd(dmabuf.into());
    let taken = [SURFACE, 64, 32, 0x3432_5258, 16, 256, 0, 0, 0, 0];
    let fault = setup.rig.request(&message(6, 3, &taken)).unwrap_err();
    assert!(matches!(fault.kind(), FaultKind::Client { object: 1, code: 1, .. }), "{fault:?}");
}

#[test]
fn buffers_by_name_are_of_another_kernel() {
    let (mut setup, _) = Setup::new();
    let bind = filled(REGISTRY, 0, |m| m.uint(u32::MAX - 1).string("wl_drm").uint(2).uint(6));
    setup.rig.request(&bind).unwrap();
    let fault = setup.rig.request(&message(6, 1, &[7, 1, 64, 32, 256, 0])).unwrap_err();
    assert!(matches!(fault.kind(), FaultKind::Client { object: 6, code: 2, .. }), "{fault:?}");
}

#[test]
fn a_hosts_wl_drm_is_shown_with_the_guests_device() {
    let (mut setup, _) = Setup::new();
    setup.rig.event(&filled(REGISTRY, 0, |m| m.uint(9).string("wl_drm").uint(2)));
    let bind = filled(REGISTRY, 0, |m| m.uint(9).string("wl_drm").uint(2).uint(6));
    setup.rig.request(&bind).unwrap();
    let seen = setup.rig.event(&filled(6, 0, |m| m.string("/dev/dri/card0")));
    assert!(contains(&seen, NODE) && !contains(&seen, "card0"));
}

#[test]
fn every_interface_that_names_buffers_has_a_row() {
    let tables = Tables::get();
    let names_buffers = |message: &crate::protocol::Message| {
        let is_buffer = |arg: &Arg| matches!(arg, Arg::Object(want, _) if *want == tables.buffer());
        message.args.iter().any(is_buffer)
    };
    let found: std::collections::BTreeSet<_> = (tables.iter())
        .filter(|interface| interface.requests.iter().any(names_buffers))
        .map(|interface| interface.name)
        .collect();
    assert_eq!(found, USES.iter().map(|(interface, _)| *interface).collect());
    for (interface, used) in USES {
        let interface = tables.interface(tables.find(interface).unwrap());
        for request in interface.requests.iter().filter(|request| names_buffers(request)) {
            let name = format!("{}.{}", interface.name, request.name);
            match used {
                BufferUse::Shown => assert_eq!(name, "wl_surface.attach"),
                // The replacement is always the first argument, followed by words only.
                BufferUse::Copied => {
                    let [Arg::Object(..), rest @ ..] = &*request.args else { panic!("{name}") };
                    assert!(rest.iter().all(|arg| matches!(arg, Arg::Int | Arg::Uint)), "{name}");
                    let of_it =
                        |want: &&Want<Token>| want.is(Side::Client, interface.name, request.name);
                    let want = WANTS.iter().find(of_it);
                    assert!(want.is_some_and(|w| matches!(w.token, Token::Copied)), "{name}");
                }
                BufferUse::NotOffered(global, _) => {
                    assert!(tables.find(global).is_some(), "{global}");
                    assert!(super::objection(global).is_some(), "{global}");
                }
            }
        }
    }
}

/// Objects that the client may have but the host does not know, behind a device or with a scale.
/// Only their own requests make sense; this tests everything that requests could name with them.
#[test]
fn nothing_else_that_only_the_client_knows_is_named_by_requests() {
    let tables = Tables::get();
    let only_client = [
        "wl_shm_pool",
        "wl_drm",
        "wp_viewporter",
        "wp_viewport",
        "wp_fractional_scale_manager_v1",
        "wp_fractional_scale_v1",
        "zxdg_output_manager_v1",
        "zxdg_output_v1",
        "xwayland_shell_v1",
        "xwayland_surface_v1",
        "zwp_xwayland_keyboard_grab_manager_v1",
        "zwp_xwayland_keyboard_grab_v1",
    ];
    for name in only_client {
        let id = tables.find(name).unwrap();
        for interface in tables.iter() {
            for request in &interface.requests {
                let named =
                    request.args.iter().any(|a| matches!(a, Arg::Object(Some(o), _) if *o == id));
                assert!(!named, "{}.{} names a {name}", interface.name, request.name);
            }
        }
    }
}

#[test]
fn what_needs_the_clients_memory_or_clock_at_the_host_is_not_offered() {
    let (mut setup, _) = Setup::new();
    let of_memory = USES.iter().filter_map(|(_, used)| match used {
        BufferUse::NotOffered(global, _) => Some(*global),
        _ => None,
    });
    let of_clock = ["wp_commit_timing_manager_v1", "zcr_vsync_feedback_v1"];
    let input = ["zwp_input_timestamps_manager_v1"];
    for (name, global) in (10..).zip(of_memory.chain(of_clock).chain(input)) {
        let offer = filled(REGISTRY, 0, |m| m.uint(name).string(global).uint(1));
        assert_eq!(setup.rig.event(&offer), b"", "{global}");
    }
    let offer = filled(REGISTRY, 0, |m| m.uint(99).string("wp_presentation").uint(1));
    assert_eq!(setup.rig.event(&offer), offer);
    let why = super::objection("zwlr_screencopy_manager_v1").unwrap();
    assert_eq!(why, "the host would write into the client's memory, which it cannot see");
}

/// The client's driver reports another layout for its dma-buf than the host has.
#[test]
fn the_first_plane_is_as_the_device_knows_it() {
    const PARAMS: u32 = 6;
    let add = |plane| message(PARAMS, 1, &[plane, 64, 256, 7, 8]);
    for (known, first) in [
        (None, [0, 64, 256, 7, 8]),
        (Some((4096, 0x0100_0000_0000_0002)), [0, 64, 4096, 0x0100_0000, 2]),
    ] {
        let (mut setup, _) = Setup::with(Pipes { first_plane: known });
        setup.rig.request(&message(DMABUF, 1, &[PARAMS])).unwrap();
        for (plane, expected) in [(0, first), (1, [1, 64, 256, 7, 8])] {
            let (reader, _writer) = std::io::pipe().unwrap();
            setup.send_fd(reader.into());
            let sent = setup.rig.request(&add(plane)).unwrap();
            let [(_, opcode, words)] = &read(&sent)[..] else { panic!("{sent:?}") };
            assert_eq!((*opcode, &words[..]), (1, &expected[..]));
        }
    }
}
