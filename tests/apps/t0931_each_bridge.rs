//! Each row of carafe's table of bridges, on ChromeOS's compositor: a client that binds what it is
//! shown gets what that version promises.

use std::os::fd::AsFd;

use ::carafe::handlers::{BridgeRow, TABLE};
use carafe_fixture::wire::{Message, Peer};

use crate::hosts::Host;
use crate::proxy::{Carafe, to};

const DISPLAY: u32 = 1;
const REGISTRY: u32 = 2;
const FIRST_SYNC: u32 = 3;

const TITLE: &str = "bridges";
const SIZE: u32 = 200;

/// A client that sends raw messages.
pub struct Client {
    pub peer: Peer,
    /// What came and nobody has waited for.
    came: Vec<Message>,
    next: u32,
    pub globals: Vec<(u32, String, u32)>,
}

impl Client {
    pub fn connect(host: &Host) -> Self {
        let mut peer = Peer::connect(&host.runtime().join(Carafe::DISPLAY));
        peer.send(&Message::new(DISPLAY, 1).uint(REGISTRY));
        peer.send(&Message::new(DISPLAY, 0).uint(FIRST_SYNC));
        let mut client = Self { peer, came: Vec::new(), next: FIRST_SYNC + 1, globals: Vec::new() };
        client.until(FIRST_SYNC, 0);
        for global in client.came.extract_if(.., |message| message.object == REGISTRY) {
            let interface = global.text(1);
            let version = global.word(global.body.len() / 4 - 1);
            client.globals.push((global.word(0), interface, version));
        }
        client
    }

    pub fn version(&self, interface: &str) -> Option<u32> {
        self.globals.iter().find(|(_, known, _)| known == interface).map(|(.., version)| *version)
    }

    pub fn id(&mut self) -> u32 {
        self.next += 1;
        self.next - 1
    }

    /// Binds a global at the version that is shown.
    pub fn bind(&mut self, interface: &str) -> u32 {
        let found = self.globals.iter().find(|(_, known, _)| known == interface).cloned();
        let (name, _, version) = found.expect(interface);
        let id = self.id();
        let bind = Message::new(REGISTRY, 0).uint(name).string(interface).uint(version).uint(id);
        self.peer.send(&bind);
        id
    }

    /// Makes an object by a request whose first argument is the new id.
    pub fn of(&mut self, object: u32, opcode: u16, more: &[u32]) -> u32 {
        let id = self.id();
        let start = Message::new(object, opcode).uint(id);
        self.peer.send(&more.iter().fold(start, |message, word| message.uint(*word)));
        id
    }

    pub fn send(&mut self, object: u32, opcode: u16, words: &[u32]) {
        let start = Message::new(object, opcode);
        self.peer.send(&words.iter().fold(start, |message, word| message.uint(*word)));
    }

    /// Waits for an event.
    #[track_caller]
    pub fn until(&mut self, object: u32, opcode: u16) -> Message {
        let is_it = |message: &Message| (message.object, message.opcode) == (object, opcode);
        if let Some(at) = self.came.iter().position(is_it) {
            return self.came.remove(at);
        }
        loop {
            let message = self.peer.next();
            assert_ne!((message.object, message.opcode), (DISPLAY, 0), "{message:?}");
            if is_it(&message) {
                return message;
            }
            self.came.push(message);
        }
    }

    /// Shows a window with damage in its buffer's coordinates. Returns the surface and the toplevel.
    pub fn show(&mut self, title: &str) -> (u32, u32) {
        let [compositor, shm, shell] =
            ["wl_compositor", "wl_shm", "xdg_wm_base"].map(|interface| self.bind(interface));
        let surface = self.of(compositor, 0, &[]);
        let xdg_surface = self.of(shell, 2, &[surface]);
        let toplevel = self.of(xdg_surface, 1, &[]);
        self.peer.send(&Message::new(toplevel, 2).string(title));
        self.send(surface, 6, &[]);
        let serial = self.until(xdg_surface, 0).word(0);
        self.send(xdg_surface, 4, &[serial]);
        let flags = rustix::fs::MemfdFlags::CLOEXEC;
        let memory = rustix::fs::memfd_create("pool", flags).expect("memory");
        rustix::fs::ftruncate(&memory, u64::from(SIZE * SIZE * 4)).expect("a size");
        let pool = self.id();
        let create = Message::new(shm, 0).uint(pool).uint(SIZE * SIZE * 4);
        self.peer.send_fds(&create, &[memory.as_fd()]);
        let buffer = self.of(pool, 0, &[0, SIZE, SIZE, SIZE * 4, 1]);
        self.send(surface, 1, &[buffer, 0, 0]);
        self.send(surface, 9, &[0, 0, SIZE, SIZE]); // damage_buffer
        self.send(surface, 6, &[]);
        (surface, toplevel)
    }

    pub fn sync(&mut self) {
        let callback = self.of(DISPLAY, 0, &[]);
        self.until(callback, 0);
    }
}

/// Uses all of it; returns what was used.
fn use_all(host: &Host, client: &mut Client) -> Vec<&'static str> {
    let [output, seat] = ["wl_output", "wl_seat"].map(|interface| client.bind(interface));
    assert_ne!(client.until(output, 4).text(0), "", "wl_output.name");
    let (surface, toplevel) = client.show(TITLE);
    let bounds = client.until(toplevel, 2);
    assert!(bounds.word(0) > 0 && bounds.word(1) > 0, "{bounds:?}");
    assert_eq!(client.until(toplevel, 3).word(0), 3 * 4, "no window menu");
    // The preferred scale is not said if it is 1.
    assert_eq!(client.until(surface, 3).word(0), 0, "preferred_buffer_transform");
    client.send(surface, 10, &[0, 0]); // offset
    client.send(surface, 6, &[]);

    let primary = client.bind("zwp_primary_selection_device_manager_v1");
    let device = client.of(primary, 1, &[seat]);
    let (pointer, keyboard) = (client.of(seat, 0, &[]), client.of(seat, 1, &[]));
    client.until(keyboard, 1);
    assert_eq!(client.until(device, 1).word(0), 0, "nothing is selected");
    host.ask(&format!("place {TITLE} 10 10"));
    host.ask("pointer move 50 50");
    let serial = client.until(pointer, 0).word(0);
    host.ask("pointer axis 0 15");
    assert_eq!(client.until(pointer, 9).word(1), 120, "axis_value120");

    let activation = client.bind("xdg_activation_v1");
    let token = client.of(activation, 1, &[]);
    client.send(token, 3, &[]);
    let text = client.until(token, 0).text(0);
    client.peer.send(&Message::new(activation, 2).string(&text).uint(surface));
    let shapes = client.bind("wp_cursor_shape_manager_v1");
    let shape = client.of(shapes, 1, &[pointer]);
    client.send(shape, 1, &[serial, 9]);
    let alpha = client.bind("wp_alpha_modifier_v1");
    let modifier = client.of(alpha, 1, &[surface]);
    client.send(modifier, 1, &[u32::MAX / 2]);
    let texts = client.bind("zwp_text_input_manager_v3");
    let text = client.of(texts, 1, &[seat]);
    assert_eq!(client.until(text, 0).word(0), surface, "the keyboard is there");
    let gtk = client.bind("gtk_shell1");
    client.until(gtk, 0);
    client.sync();
    vec![
        "wl_output",
        "wl_seat",
        "wl_compositor",
        "xdg_wm_base",
        "zwp_primary_selection_device_manager_v1",
        "xdg_activation_v1",
        "wp_cursor_shape_manager_v1",
        "wp_alpha_modifier_v1",
        "gtk_shell1",
        "zwp_text_input_manager_v3",
    ]
}

#[test]
fn each_row_keeps_its_promise_at_every_scale() {
    for scale in ["1", "1.5", "2"] {
        let host = Host::exo();
        let mut carafe = to(&host);
        carafe.arg(format!("--scale={scale}"));
        let carafe = Carafe::start(&mut carafe, host.runtime());
        let mut client = Client::connect(&host);
        for row in &TABLE {
            match row {
                BridgeRow::Raised { interface, from, to } => {
                    // Exo's version of this one is another row's.
                    if *from < 3 && *interface == "xdg_wm_base" {
                        continue;
                    }
                    assert_eq!(client.version(interface), Some(*to), "{interface}");
                }
                BridgeRow::StandIn { made_up, .. } => {
                    let interface = made_up.interface;
                    assert_eq!(client.version(interface), Some(made_up.version), "{interface}");
                }
            }
        }
        let used = use_all(&host, &mut client);
        let all = TABLE.iter().map(|row| match row {
            BridgeRow::Raised { interface, .. } => *interface,
            BridgeRow::StandIn { made_up, .. } => made_up.interface,
        });
        let unused: Vec<_> = all.filter(|interface| !used.contains(interface)).collect();
        assert_eq!(unused, [""; 0], "rows without a test");
        drop(client);
        carafe.stop();
    }
}
