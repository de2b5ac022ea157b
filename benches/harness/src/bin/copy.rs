//! The cost of copying a frame, compared with plain `memcpy` between two such mappings in the same
//! run: medians, and the ratio of the medians of each round.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::cast_precision_loss)]

use std::hint::black_box;
use std::os::fd::{AsFd, OwnedFd};
use std::time::Instant;

use carafe::channel::{Area, Image, Mapping, Memory, Plane};
use carafe::pixels::{PixelRect, Pool, Region, ShmBuffer, Storage, Target, layout};
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};

const WIDTH: u32 = 1920;
const HEIGHT: u32 = 1080;
const LEN: usize = (WIDTH * HEIGHT * 4) as usize;
/// `DRM_FORMAT_XRGB8888`.
const FOURCC: u32 = u32::from_le_bytes(*b"XR24");

struct Memfds;

impl Memory for Memfds {
    fn has_images(&self) -> bool {
        false
    }

    fn allocate(&self, len: usize) -> std::io::Result<Area> {
        let fd = memfd(len);
        let map = Mapping::new(fd.as_fd(), 0, len)?;
        Ok(Area { fd, map })
    }

    fn image(&self, _: u32, _: u32, _: u32) -> std::io::Result<Image> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
}

fn memfd(len: usize) -> OwnedFd {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let fd = memfd_create("bench", flags).expect("a memfd");
    ftruncate(&fd, len as u64).expect("a size");
    fd
}

fn buffer(sealed: bool) -> ShmBuffer {
    let fd = memfd(LEN);
    Mapping::new(fd.as_fd(), 0, LEN).expect("a mapping").write(&vec![7; LEN]);
    if sealed {
        fcntl_add_seals(&fd, SealFlags::SHRINK).expect("a seal");
    }
    let bytes = Pool::new(fd, LEN).expect("a pool").bytes();
    let layout = layout(FOURCC).expect("it is known");
    let (width, height, stride) = (WIDTH, HEIGHT, WIDTH * 4);
    ShmBuffer { bytes, offset: 0, width, height, stride, fourcc: FOURCC, layout }
}

fn target() -> Target {
    let storage = Storage::Shm(Memfds.allocate(LEN).expect("memory"));
    let planes = [Plane { offset: 0, stride: WIDTH * 4 }, Plane::default()];
    Target { id: 0, storage, planes, busy: false, lacks: Region::default() }
}

/// The sorted times of calls, in µs.
fn times(count: usize, mut call: impl FnMut()) -> Vec<f64> {
    let mut time = || {
        let start = Instant::now();
        call();
        start.elapsed().as_secs_f64() * 1e6
    };
    time();
    let mut times: Vec<f64> = (0..count).map(|_| time()).collect();
    times.sort_by(f64::total_cmp);
    times
}

fn median(sorted: &[f64]) -> f64 {
    sorted[sorted.len() / 2]
}

fn main() {
    let full = PixelRect::new(0, 0, 1920, 1080);
    let small = PixelRect::new(900, 500, 64, 64);
    println!("| copy, µs | memcpy | carafe | ratio: median; lowest–highest |");
    println!("|---|---|---|---|");
    for (name, sealed, rect, count) in [
        ("1080p, all", false, full, 60),
        ("1080p, all, sealed pool", true, full, 60),
        ("1080p, 64×64", false, small, 2000),
        ("1080p, 64×64, sealed pool", true, small, 2000),
    ] {
        let buffer = buffer(sealed);
        let mut target = target();
        let source = Mapping::new(memfd(LEN).as_fd(), 0, LEN).expect("a mapping");
        let goal = Mapping::new(memfd(LEN).as_fd(), 0, LEN).expect("a mapping");
        let rows = (rect.y2 - rect.y1).unsigned_abs() as usize;
        let row = (rect.x2 - rect.x1).unsigned_abs() as usize * 4;
        let start = (rect.y1 * 1920 + rect.x1).unsigned_abs() as usize * 4;
        let (pieces, len) = if row == WIDTH as usize * 4 { (1, row * rows) } else { (rows, row) };
        let rounds: Vec<(f64, f64)> = (0..7)
            .map(|_| {
                let plain = times(count, || {
                    for piece in 0..pieces {
                        let at = start + piece * WIDTH as usize * 4;
                        // SAFETY: both mappings have LEN bytes, and are two.
                        unsafe {
                            let (from, to) = (source.as_mut_ptr(), goal.as_mut_ptr());
                            std::ptr::copy_nonoverlapping(from.add(at), to.add(at), len);
                        }
                    }
                });
                let ours = times(count, || {
                    target.lacks.add(rect);
                    black_box(target.fill(&buffer, None, &Memfds)).expect("it is all there");
                });
                (median(&plain), median(&ours))
            })
            .collect();
        let mut ratios: Vec<f64> = rounds.iter().map(|(plain, ours)| ours / plain).collect();
        ratios.sort_by(f64::total_cmp);
        let (plain, ours) = rounds[rounds.len() / 2];
        let (low, high) = (ratios[0], ratios[ratios.len() - 1]);
        println!(
            "| {name} | {plain:.1} | {ours:.1} | {:.2}; {low:.2}–{high:.2} |",
            median(&ratios)
        );
    }
}
