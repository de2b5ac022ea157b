//! Regions, coordinates, copies.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::io::Write;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use drm_fourcc::DrmFourcc;
use proptest::prelude::*;

use super::*;
use crate::channel::{Area, Image, Mapping, Memory, Plane};

fn rect() -> impl Strategy<Value = PixelRect> {
    (-5..40, -5..40, 0..30, 0..30)
        .prop_map(|(x, y, width, height)| PixelRect::new(x, y, width, height))
}

fn pixels(rects: &[PixelRect]) -> Vec<(i32, i32)> {
    let of = |r: &PixelRect| {
        let (xs, r) = (r.x1..r.x2, *r);
        xs.flat_map(move |x| (r.y1..r.y2).map(move |y| (x, y)))
    };
    rects.iter().flat_map(of).collect()
}

proptest! {
    #[test]
    fn a_region_has_each_pixel_once(rects in prop::collection::vec(rect(), 0..20)) {
        let mut region = Region::default();
        for rect in &rects {
            region.add(*rect);
        }
        let have = pixels(region.rects());
        let distinct: BTreeSet<_> = have.iter().copied().collect();
        prop_assert_eq!(distinct.len(), have.len());
        prop_assert_eq!(region.area(), have.len() as u64);
        prop_assert_eq!(distinct, pixels(&rects).into_iter().collect());
    }

    #[test]
    fn a_region_of_many_pieces_is_bounded(seed in prop::collection::vec((0..2000, 0..2000), 300)) {
        let mut region = Region::default();
        for (x, y) in &seed {
            region.add(PixelRect::new(*x, *y, 1, 1));
        }
        prop_assert!(region.rects().len() <= 64);
        for (x, y) in seed {
            let pixel = PixelRect::new(x, y, 1, 1);
            prop_assert!(region.rects().iter().any(|r| r.intersection(&pixel) == pixel));
        }
    }

    /// The protocol says where each pixel of a buffer is shown. Damage at that place must be
    /// converted back to that pixel.
    #[test]
    fn damage_leads_back_to_the_pixel(
        number in 0u32..8, scale in 1i32..4, x in 0u32..12, y in 0u32..9,
    ) {
        let (width, height) = (12 * scale.unsigned_abs(), 9 * scale.unsigned_abs());
        let (x, y) = (x * scale.unsigned_abs(), y * scale.unsigned_abs());
        // Where the compositor shows the buffer's pixel, in pixels of the surface times
        // scale: the client flipped its picture and turned it counter-clockwise, so it is
        // turned back clockwise, and then flipped.
        let (turned_x, shown_y, shown_width) = match number % 4 {
            0 => (x, y, width),
            1 => (height - 1 - y, x, height),
            2 => (width - 1 - x, height - 1 - y, width),
            _ => (y, width - 1 - x, height),
        };
        let shown_x = if number >= 4 { shown_width - 1 - turned_x } else { turned_x };
        let state = View { scale, transform: Transform::new(number), ..Default::default() };
        let at = |n: u32| i32::try_from(n).unwrap() / scale;
        let damage = PixelRect::new(at(shown_x), at(shown_y), 1, 1);
        let found = state.to_buffer(damage, width, height);
        let at = |n: u32| i32::try_from(n).unwrap();
        let pixel = PixelRect::new(at(x), at(y), 1, 1);
        prop_assert_eq!(found.intersection(&pixel), pixel, "{:?}", found);
        prop_assert_eq!(found.area(), u64::from(scale.unsigned_abs().pow(2)));
    }

    #[test]
    fn any_damage_stays_in_the_buffer(
        x: i32, y: i32, width: i32, height: i32, scale: i32, number: u32,
        source in prop::option::of((any::<i32>(), any::<i32>(), 1..i32::MAX, 1..i32::MAX)),
        destination in prop::option::of((any::<i32>(), any::<i32>())),
    ) {
        let source = source.map(<[i32; 4]>::from);
        let transform = Transform::new(number);
        let state = View { scale, transform, source, destination };
        let found = state.to_buffer(PixelRect::new(x, y, width, height), 640, 480);
        prop_assert!((0..=640).contains(&found.x1) && (0..=640).contains(&found.x2));
        prop_assert!((0..=480).contains(&found.y1) && (0..=480).contains(&found.y2));
    }
}

#[test]
fn a_viewport_maps_its_destination_to_its_source() {
    let source = Some([10, 20, 50, 100].map(|n| n * 256));
    let state = View { source, destination: Some((100, 100)), ..Default::default() };
    let all = state.to_buffer(PixelRect::new(0, 0, i32::MAX, i32::MAX), 200, 200);
    assert_eq!(all, PixelRect { x1: 9, y1: 19, x2: 200, y2: 200 });
    let part = state.to_buffer(PixelRect::new(20, 20, 20, 20), 200, 200);
    // With one more pixel on each side, which filtering may mix in.
    assert_eq!(part, PixelRect { x1: 19, y1: 39, x2: 31, y2: 61 });
}

#[test]
fn rows_of_nv12_hold_whole_pairs() {
    let nv12 = layout(DrmFourcc::Nv12 as u32).unwrap();
    assert_eq!((nv12.row(6), nv12.row(7), nv12.rows(3)), (Some(6), Some(8), 5));
    assert_eq!(nv12.row(u32::MAX), None);
    let rgb = layout(DrmFourcc::Xrgb8888 as u32).unwrap();
    assert_eq!((rgb.row(7), rgb.row(u32::MAX), rgb.rows(3)), (Some(28), None, 3));
}

/// Memory that is a memfd.
struct Memfds;

impl Memory for Memfds {
    fn has_images(&self) -> bool {
        false
    }

    fn allocate(&self, len: usize) -> std::io::Result<Area> {
        let fd = memfd(&vec![0; len]);
        let map = Mapping::new(fd.as_fd(), 0, len)?;
        Ok(Area { fd, map })
    }

    fn takes(&self, _: BorrowedFd<'_>) -> bool {
        true
    }

    fn image(&self, _: u32, _: u32, _: u32) -> std::io::Result<Image> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
}

fn memfd(bytes: &[u8]) -> OwnedFd {
    let fd = rustix::fs::memfd_create("test", rustix::fs::MemfdFlags::CLOEXEC).unwrap();
    let mut file = std::fs::File::from(fd);
    file.write_all(bytes).unwrap();
    file.into()
}

fn buffer(fd: OwnedFd, size: usize, stride: u32, fourcc: DrmFourcc) -> ShmBuffer {
    let layout = layout(fourcc as u32).unwrap();
    let bytes = Pool::new(fd, size).unwrap().bytes();
    ShmBuffer { bytes, offset: 16, width: 10, height: 6, stride, fourcc: fourcc as u32, layout }
}

fn target(buffer: &ShmBuffer, stride: u32) -> Target {
    let rows = buffer.layout.rows(buffer.height);
    let area = Memfds.allocate((stride * rows) as usize).unwrap();
    let planes = [Plane { offset: 0, stride }, Plane { offset: stride * buffer.height, stride }];
    let (storage, lacks) = (Storage::Shm(area), Region::default());
    Target { id: 0, storage, planes, busy: false, lacks }
}

fn bytes_of(target: &Target) -> Vec<u8> {
    let Storage::Shm(area) = &target.storage else { unreachable!() };
    let mut bytes = vec![0; area.map.len()];
    area.map.read(&mut bytes);
    bytes
}

#[test]
fn what_is_lacked_is_copied_and_nothing_else() {
    let content: Vec<u8> = (0..16 + 48 * 6).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let buffer = buffer(memfd(&content), content.len(), 48, DrmFourcc::Argb8888);
    let mut target = target(&buffer, 40);
    target.lacks.add(PixelRect::new(2, 1, 3, 2));
    target.lacks.add(PixelRect::new(-5, 4, 100, 100));
    assert_eq!(target.fill(&buffer, None, &Memfds), Ok(3 * 2 * 4 + 10 * 2 * 4));
    assert!(target.lacks.is_empty());
    for (n, byte) in bytes_of(&target).into_iter().enumerate() {
        let (x, y) = (n % 40 / 4, n / 40);
        let inside = ((2..5).contains(&x) && (1..3).contains(&y)) || y >= 4;
        let wanted = if inside { content[16 + y * 48 + n % 40] } else { 0 };
        assert_eq!(byte, wanted, "{x},{y}");
    }
    assert_eq!(target.fill(&buffer, None, &Memfds), Ok(0));
}

#[test]
fn both_planes_of_nv12_are_copied() {
    let content: Vec<u8> = (0..16 + 12 * 9).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let buffer = buffer(memfd(&content), content.len(), 12, DrmFourcc::Nv12);
    let mut target = target(&buffer, 10);
    target.lacks.add(PixelRect::new(3, 3, 4, 2));
    assert_eq!(target.fill(&buffer, None, &Memfds), Ok(4 * 2 + 6 * 2));
    let bytes = bytes_of(&target);
    assert_eq!(bytes[3 * 10 + 3..3 * 10 + 7], content[16 + 3 * 12 + 3..16 + 3 * 12 + 7]);
    let (to, from) = (6 * 10 + 10 + 2, 16 + 6 * 12 + 12 + 2);
    assert_eq!(bytes[to..to + 6], content[from..from + 6]);
}

#[test]
fn a_pool_that_is_shorter_than_it_says_is_zeroes_and_an_error() {
    let content = vec![7; 16 + 40 * 6];
    let fd = memfd(&content);
    let shared = fd.try_clone().unwrap();
    let mut buffer = buffer(fd, 100_000, 40, DrmFourcc::Xrgb8888);
    buffer.offset = 50_000;
    let mut target = target(&buffer, 40);
    target.lacks.add(buffer.bounds());
    assert_eq!(target.fill(&buffer, None, &Memfds), Err(Shrunk));
    assert_eq!(bytes_of(&target), vec![0; 240]);
    // A second pool of the same file is not affected by the first one's end.
    buffer = self::buffer(shared, content.len(), 40, DrmFourcc::Xrgb8888);
    target.lacks.add(buffer.bounds());
    assert_eq!(target.fill(&buffer, None, &Memfds), Ok(40 * 6));
    assert_eq!(bytes_of(&target), vec![7; 240]);
}

#[test]
fn a_seal_says_nothing_about_a_pool_that_grows() {
    use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let fd = memfd_create("sealed", flags).unwrap();
    ftruncate(&fd, 4096).unwrap();
    fcntl_add_seals(&fd, SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL).unwrap();
    let mut pool = Pool::new(fd, 4096).unwrap();
    pool.grow(1 << 20).unwrap();
    let layout = layout(DrmFourcc::Xrgb8888 as u32).unwrap();
    let (width, height, stride) = (10, 6, 40);
    let fourcc = DrmFourcc::Xrgb8888 as u32;
    let bytes = pool.bytes();
    let buffer = ShmBuffer { bytes, offset: 65536, width, height, stride, fourcc, layout };
    let mut target = target(&buffer, 40);
    target.lacks.add(buffer.bounds());
    assert_eq!(target.fill(&buffer, None, &Memfds), Err(Shrunk));
}

#[test]
fn a_pool_in_a_file_is_read_as_far_as_it_is_needed() {
    let content: Vec<u8> = (0..16 + 40 * 6).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let file = || {
        // Use the disk of the sources, because the directory for temporary files may be in memory.
        let mut file = tempfile::tempfile_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        file.write_all(&content).unwrap();
        file
    };
    let whole = buffer(file().into(), 100_000, 40, DrmFourcc::Xrgb8888);
    let mut target = target(&whole, 40);
    target.lacks.add(PixelRect::new(2, 1, 3, 2));
    assert_eq!(target.fill(&whole, None, &Memfds), Ok(4 * 3 * 2));
    let mut wanted = vec![0; 240];
    for row in [1, 2] {
        wanted[row * 40 + 8..row * 40 + 20]
            .copy_from_slice(&content[16 + row * 40 + 8..16 + row * 40 + 20]);
    }
    assert_eq!(bytes_of(&target), wanted);
    // Cut off the lowest row: the rows above it can still be read.
    let cut = file();
    cut.set_len(16 + 40 * 5).unwrap();
    let cut = buffer(cut.into(), 100_000, 40, DrmFourcc::Xrgb8888);
    target.lacks.add(PixelRect::new(0, 0, 10, 5));
    assert_eq!(target.fill(&cut, None, &Memfds), Ok(40 * 5));
    let empty = file();
    empty.set_len(0).unwrap();
    let empty = buffer(empty.into(), 100_000, 40, DrmFourcc::Xrgb8888);
    target.lacks.add(PixelRect::new(9, 5, 1, 1));
    assert_eq!(target.fill(&empty, None, &Memfds), Err(Shrunk));
}

#[test]
fn pools_that_are_too_many_to_be_mapped_are_read_all_the_same() {
    let content = vec![7; 16 + 40 * 6];
    let fd = memfd(&content);
    let mut mapped = Vec::new();
    while let Some(counted) = crate::mappings::MappingCount::of_pool() {
        mapped.push(counted);
    }
    let mut pool = Pool::new(fd, content.len()).unwrap();
    pool.grow(content.len() + 1).unwrap();
    let buffer =
        ShmBuffer { bytes: pool.bytes(), ..buffer(memfd(&[]), 1, 40, DrmFourcc::Xrgb8888) };
    drop(pool);
    let mut target = target(&buffer, 40);
    target.lacks.add(buffer.bounds());
    assert_eq!(target.fill(&buffer, None, &Memfds), Ok(40 * 6));
    assert_eq!(bytes_of(&target), vec![7; 240]);
    drop((mapped, buffer));
    assert!(crate::mappings::MappingCount::of_pool().is_some());
}

#[test]
fn a_pool_that_may_never_answer_is_none() {
    let (read, _write) = rustix::pipe::pipe().unwrap();
    assert!(Pool::new(read, 4096).is_err_and(|e| e.to_string().contains("memfd")));
}

#[test]
fn a_pool_can_be_cut_short_while_it_is_read() {
    let content = vec![7; 1 << 20];
    let fd = memfd(&content);
    let shared = fd.try_clone().unwrap();
    let enough = Arc::new(AtomicBool::new(false));
    let stop = Arc::clone(&enough);
    let cutter = std::thread::spawn(move || {
        for n in (0..).take_while(|_| !stop.load(Ordering::Relaxed)) {
            rustix::fs::ftruncate(&shared, if n % 2 == 0 { 0 } else { 1 << 20 }).unwrap();
        }
    });
    let (mut whole, mut shrunk) = (0, 0);
    let until = Instant::now() + Duration::from_secs(20);
    while (whole < 100 || shrunk < 100) && Instant::now() < until {
        let fd = fd.try_clone().unwrap();
        let buffer = buffer(fd, 1 << 20, 40, DrmFourcc::Xrgb8888);
        let mut target = target(&buffer, 40);
        target.lacks.add(buffer.bounds());
        match target.fill(&buffer, None, &Memfds) {
            Ok(_) => whole += 1,
            Err(Shrunk) => shrunk += 1,
        }
    }
    enough.store(true, Ordering::Relaxed);
    cutter.join().unwrap();
    assert!(whole >= 100 && shrunk >= 100, "{whole} whole, {shrunk} shrunk");
}

#[test]
fn what_is_not_in_a_mask_is_transparent() {
    let content = vec![0x7f; 16 + 48 * 6];
    let rows = [[2, 1, 3, 2], [6, 1, 9, 2], [-4, 3, 5, 1], [0, 4, 1, 1]];
    let mask =
        Mask::new(rows.map(|[x, y, width, height]| PixelRect::new(x, y, width, height))).unwrap();
    for (fourcc, inside) in [(DrmFourcc::Xrgb8888, 0xff7f_7f7f), (DrmFourcc::Argb8888, 0x7f7f_7f7f)]
    {
        let buffer = buffer(memfd(&content), content.len(), 48, fourcc);
        let mut target = target(&buffer, 40);
        let Storage::Shm(area) = &target.storage else { unreachable!() };
        area.map.write(&[0x11; 240]);
        target.lacks.add(PixelRect::new(0, 0, 8, 4));
        target.lacks.add(PixelRect::new(4, 3, 5, 3));
        assert_eq!(target.fill(&buffer, Some(&mask), &Memfds), Ok((8 * 4 + 1 + 5 + 5) * 4));
        let pixels = bytes_of(&target).as_chunks().0.to_vec();
        for (n, pixel) in (0..).zip(pixels.into_iter().map(u32::from_ne_bytes)) {
            let (x, y) = (n % 10, n / 10);
            let lacked = x < 8 && y < 4 || (4..9).contains(&x) && y >= 3;
            let shown = rows.iter().any(|[left, top, width, height]| {
                (*left..left + width).contains(&x) && (*top..top + height).contains(&y)
            });
            let wanted = if !lacked {
                0x1111_1111
            } else if shown {
                inside
            } else {
                0
            };
            assert_eq!(pixel, wanted, "{x},{y}");
        }
    }
}

#[test]
fn a_mask_is_of_rectangles_in_bands() {
    for wrong in
        [[[0, 0, 2, 2], [1, 0, 2, 2]], [[0, 0, 2, 2], [4, 1, 2, 2]], [[0, 4, 2, 2], [0, 0, 2, 2]]]
    {
        assert!(Mask::new(wrong.map(|[x, y, w, h]| PixelRect::new(x, y, w, h))).is_none());
    }
    let mask = Mask::new([PixelRect::new(0, 2, 0, 5), PixelRect::new(1, 7, 2, 3)]).unwrap();
    assert_eq!(mask.row(6), &[]);
    assert_eq!(mask.row(9), &[(1, 3)]);
    assert_eq!(mask.row(10), &[]);
}
