//! A client that can send any bytes, also those that libraries do not allow.

use std::collections::HashMap;
use std::os::fd::{AsFd, BorrowedFd};

use carafe_fixture::wire::{Message, Peer};
use wayland_client::protocol::{wl_display, wl_registry, wl_shm, wl_shm_pool};

use crate::hosts::Host;

const DISPLAY: u32 = 1;
const REGISTRY: u32 = 2;

/// A connection whose globals are known.
pub struct RawClient {
    peer: Peer,
    /// Name and version by interface.
    pub globals: HashMap<String, (u32, u32)>,
    last_id: u32,
}

/// `wl_display.error`: object, code, text.
pub type ErrorEvent = (u32, u32, String);

impl RawClient {
    /// Connects and learns the globals.
    pub fn connect(host: &Host, display: &str) -> Self {
        let mut peer = Peer::connect(&host.runtime().join(display));
        let callback = REGISTRY + 1;
        peer.send(&Message::new(DISPLAY, wl_display::REQ_GET_REGISTRY_OPCODE).uint(REGISTRY));
        peer.send(&Message::new(DISPLAY, wl_display::REQ_SYNC_OPCODE).uint(callback));
        let mut globals = HashMap::new();
        loop {
            let message = peer.next();
            match (message.object, message.opcode) {
                (REGISTRY, wl_registry::EVT_GLOBAL_OPCODE) => {
                    let version = u32::from_ne_bytes(
                        *message.body.last_chunk().expect("the version at its end"),
                    );
                    globals.insert(message.text(1), (message.word(0), version));
                }
                (object, _) if object == callback => break,
                _ => {}
            }
        }
        Self { peer, globals, last_id: callback }
    }

    /// An id that was never used.
    pub fn new_id(&mut self) -> u32 {
        self.last_id += 1;
        self.last_id
    }

    /// Binds a global at a version.
    pub fn bind(&mut self, interface: &str, version: u32) -> u32 {
        let (name, _) = self.globals[interface];
        self.bind_as(name, interface, version)
    }

    /// Binds a global with any name, interface and version.
    pub fn bind_as(&mut self, name: u32, interface: &str, version: u32) -> u32 {
        let id = self.new_id();
        let bind = Message::new(REGISTRY, wl_registry::REQ_BIND_OPCODE).uint(name);
        self.request(&bind.string(interface).uint(version).uint(id), &[]);
        id
    }

    /// Sends a request, unless an earlier one has already ended the connection; then the error
    /// can still be read.
    pub fn request(&mut self, message: &Message, fds: &[BorrowedFd<'_>]) {
        let _ = self.peer.try_send_bytes(&message.to_bytes(), fds);
    }

    /// Sends a request with words for arguments.
    pub fn send(&mut self, object: u32, opcode: u16, args: &[u32]) {
        let message = args.iter().fold(Message::new(object, opcode), |m, arg| m.uint(*arg));
        self.request(&message, &[]);
    }

    /// Sends a request that makes an object, whose id is the first argument.
    pub fn create(&mut self, object: u32, opcode: u16, args: &[u32]) -> u32 {
        let id = self.new_id();
        let args: Vec<u32> = std::iter::once(id).chain(args.iter().copied()).collect();
        self.send(object, opcode, &args);
        id
    }

    /// Makes a pool of a size; the file's size may differ.
    pub fn pool(&mut self, size: i32) -> u32 {
        let file = tempfile::tempfile().expect("a file");
        file.set_len(4096).expect("room");
        self.pool_of(size, file.as_fd())
    }

    /// Makes a pool of any descriptor.
    pub fn pool_of(&mut self, size: i32, fd: BorrowedFd<'_>) -> u32 {
        let shm = self.bind("wl_shm", 1);
        let id = self.new_id();
        let create = Message::new(shm, wl_shm::REQ_CREATE_POOL_OPCODE).uint(id);
        self.request(&create.uint(size.cast_unsigned()), &[fd]);
        id
    }

    /// A buffer of 8 by 8 pixels.
    pub fn buffer(&mut self) -> u32 {
        let pool = self.pool(4096);
        self.create(pool, wl_shm_pool::REQ_CREATE_BUFFER_OPCODE, &[0, 8, 8, 32, 0])
    }

    /// Waits for the error that ends the connection.
    #[track_caller]
    pub fn error(mut self) -> ErrorEvent {
        let mut error = None;
        while let Some(message) = self.peer.receive() {
            if (message.object, message.opcode) == (DISPLAY, wl_display::EVT_ERROR_OPCODE) {
                let event = (message.word(0), message.word(1), message.text(2));
                assert!(error.is_none(), "a second error: {event:?}");
                error = Some(event);
            }
        }
        error.expect("an error before the end of the connection")
    }
}
