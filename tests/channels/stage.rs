//! Plays one scene directly on the host and through every channel. The screens must be the same,
//! and carafe must copy exactly what a model computes.

use carafe_host::Pixels;
use wayland_client::Proxy;
use wayland_client::protocol::wl_buffer::WlBuffer;
use wayland_client::protocol::wl_surface::WlSurface;

use crate::canvas::Canvas;
use crate::client::Client;
use crate::rig::Rig;
use crate::ways::{self, Way};

/// A rectangle of a buffer: x, y, width, height.
pub type Rect = [u32; 4];

/// A rig, a client, and the pictures that it has shown.
pub struct Stage {
    pub rig: Rig,
    pub client: Client,
    /// `None` when it plays directly on the host.
    pub way: Option<Way>,
    seen: Vec<(&'static str, Pixels)>,
    model: Model,
}

/// Plays a scene everywhere.
#[track_caller]
pub fn everywhere(scene: impl Fn(&mut Stage)) {
    on(&[], &ways::all(), scene);
}

/// Plays a scene on a host with options, directly and over some channels.
#[track_caller]
pub fn on(host_options: &[&str], ways: &[Way], scene: impl Fn(&mut Stage)) {
    let hold = host_options.contains(&"--hold-shm");
    let straight = play(Rig::direct(host_options), None, Model::new(hold, None), &scene);
    assert!(!straight.seen.is_empty(), "nothing was looked at");
    for way in ways {
        let rig = Rig::with(*way, host_options, &[]);
        let Stage { rig, seen, model, .. } =
            play(rig, Some(*way), Model::new(hold, Some(*way)), &scene);
        assert_eq!(seen, straight.seen, "{way:?} shows something else");
        let crossed = rig.stop();
        assert_eq!(crossed.copied, model.copied, "bytes copied over {way:?}");
        assert_eq!(crossed.lacked, model.copied, "bytes that changed over {way:?}");
    }
}

fn play(rig: Rig, way: Option<Way>, model: Model, scene: &impl Fn(&mut Stage)) -> Stage {
    let client = rig.client();
    let mut stage = Stage { rig, client, way, seen: Vec::new(), model };
    scene(&mut stage);
    stage
}

impl Stage {
    /// Commits a surface with new content, of which some rectangles have changed, and waits until
    /// the host has it.
    pub fn commit(&mut self, surface: &WlSurface, content: [u32; 3], changed: &[Rect]) {
        self.will_copy(surface, content, changed);
        surface.commit();
        self.client.sync();
    }

    /// Attaches a canvas with full damage, and commits.
    pub fn show(&mut self, surface: &WlSurface, canvas: &Canvas) -> WlBuffer {
        let buffer = canvas.buffer(&mut self.client);
        surface.attach(Some(&buffer), 0, 0);
        surface.damage_buffer(0, 0, i32::MAX, i32::MAX);
        self.commit(surface, canvas.content(), &[canvas.whole()]);
        buffer
    }

    /// Attaches a buffer of which one rectangle has changed, and commits.
    pub fn update(
        &mut self,
        surface: &WlSurface,
        canvas: &mut Canvas,
        buffer: &WlBuffer,
        at: Rect,
    ) {
        canvas.paint(at);
        surface.attach(Some(buffer), 0, 0);
        let [x, y, width, height] = at.map(|n| n as i32);
        surface.damage_buffer(x, y, width, height);
        self.commit(surface, canvas.content(), &[at]);
    }

    /// Whether the host holds buffers of the next format, where it holds any.
    pub fn is_held(&mut self, held: bool) {
        self.model.holds = held && self.model.can_hold;
    }

    /// Tells the model that the host has released all buffers of a surface.
    pub fn all_are_free(&mut self, surface: &WlSurface) {
        self.model.free(surface.id().protocol_id());
    }

    /// Tells the model of a commit that the test sends itself.
    pub fn will_copy(&mut self, surface: &WlSurface, content: [u32; 3], changed: &[Rect]) {
        self.model.commit(surface.id().protocol_id(), content, changed);
    }

    /// Records the screen, which must differ from the previous one.
    #[track_caller]
    pub fn look(&mut self, what: &'static str) {
        let before = self.seen.last().map(|(_, pixels)| pixels.clone());
        self.look_again(what);
        let now = self.seen.last().map(|(_, pixels)| pixels.clone());
        assert!(before != now, "{what}: nothing has changed");
    }

    /// Records the screen.
    pub fn look_again(&mut self, what: &'static str) {
        self.client.sync();
        let pixels = self.rig.screen();
        assert!(pixels.colours > 1, "{what}: the screen is empty");
        self.seen.push((what, pixels));
    }

    /// How many buffers the client got back since it last asked.
    pub fn released(&mut self) -> usize {
        let before = self.client.seen.events.len();
        self.client.seen.events.retain(|event| event != "release");
        before - self.client.seen.events.len()
    }
}

/// Computes pixel by pixel what carafe should copy.
struct Model {
    /// The host keeps a buffer until the next one comes.
    holds: bool,
    can_hold: bool,
    /// The least number of bytes from which on it keeps buffers, if it keeps only dma-bufs.
    least: u32,
    surfaces: Vec<(u32, [u32; 3], Vec<Copy>)>,
    copied: u64,
}

/// A buffer at the host.
struct Copy {
    held: bool,
    lacks: Vec<bool>,
}

impl Copy {
    fn lack(&self) -> u64 {
        self.lacks.iter().filter(|lacks| **lacks).count() as u64
    }
}

impl Model {
    fn new(holds_all: bool, way: Option<Way>) -> Self {
        let dmabufs = way.filter(|way| way.dmabufs);
        let holds = holds_all || dmabufs.is_some();
        // With virtio-wl, carafe does not use dma-bufs for small surfaces.
        let is_choosy = !holds_all && dmabufs.is_some_and(|way| way.is(ways::VIRTWL));
        let least = if is_choosy { 128 << 10 } else { 0 };
        Self { holds, can_hold: holds, least, surfaces: Vec::new(), copied: 0 }
    }

    fn free(&mut self, surface: u32) {
        for (_, _, copies) in self.surfaces.iter_mut().filter(|(id, ..)| *id == surface) {
            copies.iter_mut().for_each(|copy| copy.held = false);
        }
    }

    fn commit(&mut self, surface: u32, content: [u32; 3], changed: &[Rect]) {
        let [width, height, bytes] = content;
        let known = self.surfaces.iter().position(|(id, ..)| *id == surface);
        let n = known.unwrap_or_else(|| {
            self.surfaces.push((surface, content, Vec::new()));
            self.surfaces.len() - 1
        });
        let (_, before, copies) = &mut self.surfaces[n];
        if *before != content {
            copies.clear();
            *before = content;
        }
        if copies.iter().all(|copy| copy.held) {
            copies.push(Copy { held: false, lacks: vec![true; (width * height) as usize] });
        }
        for copy in copies.iter_mut() {
            for [x, y, w, h] in changed {
                for row in *y..y + h {
                    let start = (row * width + x) as usize;
                    copy.lacks[start..start + *w as usize].fill(true);
                }
            }
        }
        let free = copies.iter_mut().filter(|copy| !copy.held);
        let best = free.min_by_key(|copy| copy.lack()).expect("a free one");
        self.copied += best.lack() * u64::from(bytes);
        best.lacks.fill(false);
        if self.holds && width * height * bytes >= self.least {
            let best: *const Copy = best;
            for copy in copies {
                copy.held = std::ptr::eq(copy, best);
            }
        }
    }
}
