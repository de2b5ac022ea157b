//! The cost of a frame whose pixels are copied into a dma-buf of an emulated virtio-wl, or into
//! its plain memory, by the size of the window and of the changed part. The host copies the
//! changed part of plain memory again, as compositors do into their GPU's memory. Each copy into a
//! dma-buf waits twice for the device.
//!
//! `which_memory RIG-VIRTWL CARAFE`
#![allow(clippy::expect_used, clippy::indexing_slicing)]

mod device;

use std::collections::HashMap;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use carafe::channel::Mapping;
use carafe_fixture::process::family;
use carafe_fixture::wire::{Message, Peer};

use rustix::fs::{MemfdFlags, ftruncate, memfd_create};

use device::processes::processor_time;
use device::{COMPOSITOR, FREE, Rig, SHM, percentile};

const ROUNDS: usize = 5;
/// Few enough that carafe keeps its decision.
const FRAMES: usize = 100;

/// A buffer at the host.
struct Buffer {
    /// `None` if it is shown without a copy.
    memory: Option<Mapping>,
    stride: usize,
}

/// A host that keeps track of buffers.
#[derive(Default)]
struct Host {
    /// The client's registry and carafe's own.
    registries: Vec<u32>,
    /// Interfaces of the bound objects.
    bound: HashMap<u32, String>,
    pools: HashMap<u32, Mapping>,
    params: Vec<u32>,
    buffers: HashMap<u32, Buffer>,
    surface: u32,
    attached: u32,
    shown: u32,
    damage: [usize; 4],
    callback: u32,
    texture: Vec<u8>,
}

impl Host {
    /// Handles requests until a frame is shown. Returns how long it copied.
    fn show(&mut self, peer: &mut Peer) -> Duration {
        loop {
            let request = peer.next();
            if request.object == self.surface && request.opcode == 6 {
                return self.commit(peer);
            }
            self.request(&request, peer);
        }
    }

    fn request(&mut self, request: &Message, peer: &mut Peer) {
        let Message { object, opcode, .. } = request;
        let word = |n| request.word(n);
        let interface = self.bound.get(object).map(String::as_str);
        match (interface, opcode) {
            _ if *object == 1 && *opcode == 1 => self.registries.push(word(0)),
            _ if self.registries.contains(object) => {
                let id = word(request.body.len() / 4 - 1);
                self.bound.insert(id, request.text(1));
            }
            (Some("wl_compositor"), 0) => self.surface = word(0),
            (Some("wl_shm"), 0) => {
                let map = Mapping::new(peer.fd().as_fd(), 0, word(1) as usize);
                self.pools.insert(word(0), map.expect("memory"));
                self.bound.insert(word(0), "wl_shm_pool".into());
            }
            (Some("wl_shm_pool"), 0) => {
                let memory = self.pools.remove(object);
                let buffer = Buffer { memory, stride: word(4) as usize };
                self.buffers.insert(word(0), buffer);
            }
            (Some("zwp_linux_dmabuf_v1"), 1) => self.params.push(word(0)),
            _ if self.params.contains(object) => match opcode {
                1 => drop(peer.fd()),
                3 => {
                    self.buffers.insert(word(0), Buffer { memory: None, stride: 0 });
                }
                _ => {}
            },
            _ if *object == self.surface => match opcode {
                1 => self.attached = word(0),
                9 => self.damage = [0, 1, 2, 3].map(|n| word(n) as usize),
                3 => self.callback = word(0),
                _ => {}
            },
            _ => {}
        }
    }

    fn commit(&mut self, peer: &mut Peer) -> Duration {
        let start = Instant::now();
        let buffer = &self.buffers[&self.attached];
        if let Some(memory) = &buffer.memory {
            let [x, y, width, height] = self.damage;
            self.texture.resize(memory.len(), 0);
            for row in y..y + height {
                let at = row * buffer.stride + x * 4;
                let into = &mut self.texture[at..at + width * 4];
                // SAFETY: `at` and the length are within the mapping, as they are within as
                // long a vector; the two do not overlap.
                unsafe {
                    let from = memory.as_mut_ptr().add(at);
                    std::ptr::copy_nonoverlapping(from, into.as_mut_ptr(), into.len());
                }
            }
        }
        let time = start.elapsed();
        let mut answers =
            vec![Message::new(self.callback, 0).uint(0), Message::new(1, 1).uint(self.callback)];
        // Plain memory is released at once, a dma-buf with the next one.
        let released = if buffer.memory.is_some() { self.attached } else { self.shown };
        if released != 0 {
            answers.push(Message::new(released, 0));
        }
        self.shown = if buffer.memory.is_some() { 0 } else { self.attached };
        peer.send_bytes(&answers.iter().flat_map(Message::to_bytes).collect::<Vec<_>>(), &[]);
        time
    }
}

/// Times of frames in µs, and the total processor times of carafe, of the device and of the host's
/// copies.
struct Seen {
    frames: Vec<f64>,
    carafe: f64,
    device: f64,
    host: f64,
    is_dmabuf: bool,
}

/// Shows frames of a window with a changing part.
fn show(rig: &mut Rig, [width, height]: [u32; 2], [wide, high]: [u32; 2]) -> Seen {
    let processes = rig.processes();
    let (mut client, mut peer) = rig.connect();
    peer.send(&Message::new(2, 0).uint(5).string("zwp_linux_dmabuf_v1").uint(3));
    // carafe does not pass this global on, because the device has no render node.
    std::thread::sleep(Duration::from_millis(50));
    let mut host = Host { registries: vec![2], ..Host::default() };
    host.bound.insert(COMPOSITOR, "wl_compositor".into());
    host.bound.insert(SHM, "wl_shm".into());
    let (surface, pool, buffer, callback) = (FREE, FREE + 1, FREE + 2, FREE + 3);
    let len = width * height * 4;
    let file = memfd_create("pool", MemfdFlags::CLOEXEC).expect("a memfd");
    ftruncate(&file, len.into()).expect("a size");
    client.send(&Message::new(COMPOSITOR, 0).uint(surface));
    client.send_fds(&Message::new(SHM, 0).uint(pool).uint(len), &[file.as_fd()]);
    let stride = width * 4;
    client.send(
        &Message::new(pool, 0).uint(buffer).uint(0).uint(width).uint(height).uint(stride).uint(1),
    );
    let mut frames = Vec::new();
    let mut copied = Duration::ZERO;
    let mut before = processes.map(time);
    for n in 0..=FRAMES {
        let [w, h] = if n == 0 { [width, height] } else { [wide, high] };
        let frame = [
            Message::new(surface, 1).uint(buffer).uint(0).uint(0),
            Message::new(surface, 9).uint(0).uint(0).uint(w).uint(h),
            Message::new(surface, 3).uint(callback),
            Message::new(surface, 6),
        ];
        let start = Instant::now();
        client.send_bytes(&frame.map(|m| m.to_bytes()).concat(), &[]);
        let copying = host.show(&mut peer);
        while client.next() != Message::new(1, 1).uint(callback) {}
        // The first frames fill the buffers.
        if n < 4 {
            before = processes.map(time);
            continue;
        }
        frames.push(start.elapsed().as_secs_f64() * 1e6);
        copied += copying;
    }
    let each = |time: Duration| time.as_secs_f64() * 1e6 / frames.len() as f64;
    let after = processes.map(time);
    let [device, carafe] = [0, 1].map(|n| each(after[n].saturating_sub(before[n])));
    let is_dmabuf = host.buffers[&host.attached].memory.is_none();
    Seen { carafe, device, host: each(copied), frames, is_dmabuf }
}

fn main() {
    let mut args = std::env::args().skip(1);
    let (Some(program), Some(carafe)) = (args.next(), args.next()) else {
        eprintln!("usage: which_memory RIG-VIRTWL CARAFE");
        std::process::exit(2);
    };
    let mut rigs = [&["no-dmabuf"][..], &[]].map(|faults| Rig::start(&program, &carafe, faults));
    println!(
        "| a frame, µs: wl_shm, dma-buf | median | ratio | carafe | device | the host's copy |"
    );
    println!("|---|---|---|---|---|---|");
    for (window, parts) in [
        ([256, 256], &[[10, 20], [64, 64], [128, 128], [256, 256]][..]),
        ([800, 600], &[[10, 20], [128, 128], [256, 128], [256, 256], [800, 600]][..]),
        ([1920, 1080], &[[10, 20], [128, 128], [256, 128], [256, 256], [1920, 1080]][..]),
    ] {
        for part in parts {
            let mut seen: [Vec<Seen>; 2] = Default::default();
            for _ in 0..ROUNDS {
                for (rig, seen) in rigs.iter_mut().zip(&mut seen) {
                    seen.push(show(rig, window, *part));
                }
            }
            assert!(seen[0].iter().all(|seen| !seen.is_dmabuf), "wl_shm is measured");
            assert!(seen[1].iter().all(|seen| seen.is_dmabuf), "dma-bufs are measured");
            let median = |seen: &Vec<Seen>| {
                let mut all: Vec<f64> = seen.iter().flat_map(|seen| seen.frames.clone()).collect();
                all.sort_by(f64::total_cmp);
                percentile(&all, 50)
            };
            let mean = |n: usize, of: fn(&Seen) -> f64| {
                seen[n].iter().map(of).sum::<f64>() / seen[n].len() as f64
            };
            let both = |of: fn(&Seen) -> f64| format!("{:.0}, {:.0}", mean(0, of), mean(1, of));
            let (shm, dmabuf) = (median(&seen[0]), median(&seen[1]));
            println!(
                "| {}×{}, of which {}×{} | {shm:.0}, {dmabuf:.0} | {:.2} | {} | {} | {} |",
                window[0],
                window[1],
                part[0],
                part[1],
                dmabuf / shm,
                both(|seen| seen.carafe),
                both(|seen| seen.device),
                both(|seen| seen.host),
            );
        }
    }
}

/// Processor time of a process and those that belong to it.
fn time(pid: u32) -> Duration {
    family(pid).into_iter().map(processor_time).sum()
}
