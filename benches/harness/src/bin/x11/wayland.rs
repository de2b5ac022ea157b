//! A Wayland client that draws as Xwayland does for its clients: the same requests per frame, in
//! one write.

use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::time::Duration;

use carafe::channel::Mapping;
use carafe_fixture::wire::{Message, Peer};

const SURFACE: u32 = 7;
const XDG_SURFACE: u32 = 8;
const CALLBACK: u32 = 13;
/// Two buffers, used in turns.
const BUFFERS: [u32; 2] = [11, 12];

/// A window.
pub struct Client {
    peer: Peer,
    map: Mapping,
    len: usize,
    next: usize,
    size: (u32, u32),
    /// Whether the callback's id is free again.
    done: bool,
    _file: OwnedFd,
}

impl Client {
    /// Shows a window.
    pub fn show(socket: &Path, (width, height): (u32, u32)) -> Self {
        let mut peer = Peer::connect(socket);
        peer.send(&Message::new(1, 1).uint(2)); // get_registry
        peer.send(&Message::new(1, 0).uint(3)); // sync
        let mut globals = Vec::new();
        loop {
            let message = peer.next();
            match message.object {
                2 => globals.push((message.text(1), message.word(0))),
                3 => break,
                _ => {}
            }
        }
        let wanted = [("wl_compositor", 4, 4), ("xdg_wm_base", 1, 5), ("wl_shm", 1, 6)];
        for (name, version, id) in wanted {
            let global = globals.iter().find(|global| global.0 == name).expect("the global").1;
            peer.send(&Message::new(2, 0).uint(global).string(name).uint(version).uint(id));
        }
        peer.send(&Message::new(4, 0).uint(SURFACE));
        peer.send(&Message::new(5, 2).uint(XDG_SURFACE).uint(SURFACE));
        peer.send(&Message::new(XDG_SURFACE, 1).uint(9)); // get_toplevel
        peer.send(&Message::new(SURFACE, 6)); // commit
        let serial = loop {
            let message = peer.next();
            if (message.object, message.opcode) == (XDG_SURFACE, 0) {
                break message.word(0);
            }
        };
        peer.send(&Message::new(XDG_SURFACE, 4).uint(serial)); // ack_configure
        let bytes = width * height * 4;
        let file = rustix::fs::memfd_create("frames", rustix::fs::MemfdFlags::CLOEXEC);
        let file = file.expect("a memfd");
        rustix::fs::ftruncate(&file, u64::from(bytes) * 2).expect("a size");
        peer.send_fds(&Message::new(6, 0).uint(10).uint(bytes * 2), &[file.as_fd()]);
        for (n, buffer) in (0..).zip(BUFFERS) {
            let message = Message::new(10, 0).uint(buffer).uint(n * bytes);
            peer.send(&message.uint(width).uint(height).uint(width * 4).uint(1));
        }
        let len = bytes as usize;
        let map = Mapping::new(file.as_fd(), 0, len).expect("a mapping");
        let size = (width, height);
        Self { peer, map, len, next: 0, size, done: true, _file: file }
    }

    /// Draws and commits all of it, once the host has shown the previous frame.
    pub fn frame(&mut self) {
        let pixels = vec![if self.next == 0 { 0x40 } else { 0x80 }; self.len];
        self.map.write(&pixels);
        self.hear(Duration::ZERO);
        while !self.done {
            self.hear(Duration::from_millis(1));
        }
        self.done = false;
        let buffer = BUFFERS[self.next];
        self.next = (self.next + 1) % BUFFERS.len();
        let requests = [
            Message::new(SURFACE, 1).uint(buffer).uint(0).uint(0),
            Message::new(SURFACE, 9).uint(0).uint(0).uint(self.size.0).uint(self.size.1),
            Message::new(SURFACE, 3).uint(CALLBACK),
            Message::new(SURFACE, 6),
        ];
        let bytes: Vec<u8> = requests.iter().flat_map(Message::to_bytes).collect();
        self.peer.send_bytes(&bytes, &[]);
    }

    /// Handles the events that come within a time.
    pub fn hear(&mut self, time: Duration) {
        while let Some(message) = self.peer.next_within(time) {
            // wl_display.delete_id
            self.done |= (message.object, message.opcode) == (1, 1) && message.word(0) == CALLBACK;
        }
    }
}
