//! Trees of subsurfaces: touching edges still touch, and subsurfaces on whole units of the host are
//! sharp.

use wayland_client::protocol::wl_subsurface::WlSubsurface;

use crate::app::{App, Board};
use crate::rig::{Path, Rig, device, pair, proxied};
use crate::scales::{Knows, SCALES, whole_length};

/// A small generator of numbers, which gives the same trees in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: i32) -> i32 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % below as u64) as i32
    }
}

/// A surface and its parts.
struct Tile {
    board: Board,
    parts: Option<(bool, Box<[Tile; 2]>)>,
    _role: Option<WlSubsurface>,
}

/// Cuts a board in two, again and again; each part is a subsurface of the previous one.
fn cut(
    app: &mut App,
    dice: &mut Dice,
    board: Board,
    role: Option<WlSubsurface>,
    depth: u32,
) -> Tile {
    let across = dice.roll(2) == 0;
    let (width, height) = board.size;
    let length = if across { width } else { height };
    if depth == 0 || length < 8 {
        return Tile { board, parts: None, _role: role };
    }
    let at = 2 + dice.roll(length - 4);
    let places = if across {
        [((0, 0), (at, height)), ((at, 0), (width - at, height))]
    } else {
        [((0, 0), (width, at)), ((0, at), (width, height - at))]
    };
    let parts = places.map(|(place, size)| {
        let (mut part, role) = app.child(&board, place, size);
        app.draw(&mut part);
        cut(app, dice, part, Some(role), depth - 1)
    });
    Tile { board, parts: Some((across, Box::new(parts))), _role: role }
}

/// The host's surfaces in the order in which they were made.
type Found<'a> = std::slice::Iter<'a, serde_json::Value>;

/// x, y, right, bottom of the next surface; its parts must fill it.
fn check(what: &str, tile: &Tile, found: &mut Found<'_>) -> [i64; 4] {
    let surface = found.next().expect("as many surfaces as there were made");
    let ([x, y], [width, height]) = (pair(&surface["place"]), pair(&surface["size"]));
    let area = [x, y, x + width, y + height];
    if let Some((across, parts)) = &tile.parts {
        let [first, second] = [0, 1].map(|n| check(what, &parts[n], found));
        let (start, end) = if *across { (0, 2) } else { (1, 3) };
        assert_eq!(first[end], second[start], "{what}: parts of {:?} touch", tile.board.size);
        let union = [first[0], first[1], second[2], second[3]];
        assert_eq!(
            union, area,
            "{what}: the parts {first:?} and {second:?} fill {:?}",
            tile.board.size
        );
        let (low, high) = if *across { (1, 3) } else { (0, 2) };
        assert_eq!([first[low], first[high]], [second[low], second[high]], "{what}: in line");
    }
    area
}

fn trees_stay_whole(path: Path, s: f64, seeds: std::ops::Range<u64>) {
    let mut rig = Rig::new(path, s, &[]);
    for seed in seeds {
        let mut app = rig.app(Knows::Nothing);
        let mut dice = Dice(seed);
        let size = (150 + dice.roll(200), 100 + dice.roll(200));
        let mut window = app.window("tree", size);
        if seed % 2 == 1 {
            rig.ask(&format!("configure tree {} {}", 101 + dice.roll(99), 77 + dice.roll(99)));
            app.settle(&mut window.board);
        }
        let root = cut(&mut app, &mut dice, window.board, None, 4);
        root.board.surface.commit();
        app.client.sync();
        let surfaces = rig.surfaces();
        check(&format!("{path:?} S={s}, tree {seed}"), &root, &mut surfaces.iter());
    }
    rig.stop();
}

#[test]
fn subsurfaces_lie_right_without_a_scale() {
    for path in proxied() {
        trees_stay_whole(path, 1.0, 0..2);
    }
}

#[test]
fn edges_that_touch_stay_touching() {
    for s in SCALES {
        trees_stay_whole(Path::Socket, s, 0..6);
    }
    trees_stay_whole(device(0), 1.75, 0..2);
}

/// Moves a subsurface with two halves step by step, and commits only its root, as clients do: the
/// halves touch at every place.
fn halves_move_together(path: Path, s: f64) {
    let mut rig = Rig::new(path, s, &[]);
    let mut app = rig.app(Knows::Nothing);
    let window = app.window("halves", (300, 200));
    let (mut middle, role) = app.child(&window.board, (0, 0), (101, 67));
    let (mut left, _left_role) = app.child(&middle, (0, 0), (50, 67));
    let (mut right, _right_role) = app.child(&middle, (50, 0), (51, 67));
    for board in [&mut left, &mut right, &mut middle] {
        app.draw(board);
    }
    for step in 0..9 {
        role.set_position(10 + step, 20 + 2 * step);
        window.board.surface.commit();
        app.client.sync();
        let surfaces = rig.surfaces();
        let x = |n: usize| pair(&surfaces[n]["place"])[0];
        let width = |n: usize| pair(&surfaces[n]["size"])[0];
        let what = format!("{path:?} S={s}, moved by {step}");
        assert_eq!(x(2) + width(2), x(3), "{what}: the halves touch");
        assert_eq!(x(1), x(2), "{what}: the left half is at the left");
        assert_eq!(x(1) + width(1), x(3) + width(3), "{what}: the right one is at the right");
    }
    rig.stop();
}

#[test]
fn halves_move_together_without_a_scale() {
    halves_move_together(Path::Socket, 1.0);
}

#[test]
fn halves_move_together_with_a_scale() {
    for s in SCALES {
        halves_move_together(Path::Socket, s);
    }
}

/// A child of a child at a place that is whole for the host at all scales.
fn nested_is_sharp(path: Path, s: f64, h: f64, knows: Knows) {
    let mut rig = Rig::new(path, s, &[]);
    rig.ask(&format!("scale {h}"));
    let mut app = rig.app(knows);
    let n = whole_length(s);
    let mut window = app.window("nested", (10 * n, 8 * n));
    let (mut child, _role) = app.child(&window.board, (2 * n, n), (5 * n, 5 * n));
    let (mut grandchild, _inner) = app.child(&child, (n, 2 * n), (2 * n, n));
    app.draw(&mut grandchild);
    app.draw(&mut child);
    app.draw(&mut window.board);
    app.settle(&mut grandchild);
    app.draw(&mut child);
    app.draw(&mut window.board);
    let surfaces = rig.surfaces();
    assert_eq!(surfaces.len(), 3);
    let what = format!("{path:?} {knows:?} S={s} H={h}, a child's child");
    rig.assert_sharp(&what, "HOST-1", &grandchild, &surfaces[2]);
    rig.stop();
}

#[test]
fn nested_ones_are_sharp() {
    for path in proxied() {
        nested_is_sharp(path, 1.0, 1.5, Knows::Fractions);
    }
}

#[test]
fn nested_ones_are_sharp_with_a_scale() {
    for s in SCALES {
        nested_is_sharp(Path::Socket, s, s, Knows::Nothing);
    }
    for path in proxied() {
        nested_is_sharp(path, 1.5, 2.25, Knows::Fractions);
    }
}
