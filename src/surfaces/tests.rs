//! Compares the book with a simple model of the protocol: whole states, found by ids, applied
//! recursively.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::pixels::{PixelRect, View};

/// The number of ids of each kind: surfaces, subsurfaces, viewports, buffers.
const IDS: u32 = 5;

#[derive(Clone, Copy, Debug)]
enum Step {
    CreateSurface(u32),
    DestroySurface(u32),
    CreateBuffer(u32),
    DestroyBuffer(u32),
    Attach(u32, Option<u32>, Offset),
    Scale(u32, i32),
    Damage(u32),
    CreateViewport(u32, u32),
    Destination(u32, (i32, i32)),
    DestroyViewport(u32),
    Commit(u32),
    CreateSubsurface(u32, u32, u32),
    DestroySubsurface(u32),
    SetSync(u32, bool),
    SetPosition(u32, (i32, i32)),
    Restack(u32, u32, bool),
    /// Describes a window, with a number.
    Window(u32, i32),
    /// Replaces the book with one that is written from its description.
    Replay,
}

fn step() -> impl Strategy<Value = Step> {
    let id = || 0..IDS;
    let at = || (-9..9, -9..9);
    prop_oneof![
        2 => id().prop_map(Step::CreateSurface),
        1 => id().prop_map(Step::DestroySurface),
        1 => id().prop_map(Step::CreateBuffer),
        1 => id().prop_map(Step::DestroyBuffer),
        3 => (id(), prop::option::weighted(0.9, id()), at()).prop_map(|(s, b, o)| Step::Attach(s, b, o)),
        2 => (id(), 1..4).prop_map(|(s, n)| Step::Scale(s, n)),
        1 => id().prop_map(Step::Damage),
        1 => (id(), id()).prop_map(|(v, s)| Step::CreateViewport(v, s)),
        2 => (id(), (1..9, 1..9)).prop_map(|(v, n)| Step::Destination(v, n)),
        1 => id().prop_map(Step::DestroyViewport),
        6 => id().prop_map(Step::Commit),
        3 => (id(), id(), id()).prop_map(|(n, s, p)| Step::CreateSubsurface(n, s, p)),
        1 => id().prop_map(Step::DestroySubsurface),
        2 => (id(), any::<bool>()).prop_map(|(n, is)| Step::SetSync(n, is)),
        2 => (id(), at()).prop_map(|(n, at)| Step::SetPosition(n, at)),
        2 => (id(), id(), any::<bool>()).prop_map(|(n, s, is)| Step::Restack(n, s, is)),
        2 => (id(), 1..9).prop_map(|(s, n)| Step::Window(s, n)),
        1 => Just(Step::Replay),
    ]
}

/// What a surface shows. Tags of buffers are never used twice.
#[derive(Clone, Debug, Default, PartialEq)]
struct Picture {
    buffer: Option<i32>,
    view: View,
    sizes: WindowSizes,
    /// The children; `None` stands for the surface itself.
    children: Vec<(Option<u32>, (i32, i32))>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct ModelSurface {
    /// Its state after the next commit.
    next: Picture,
    cached: Option<Picture>,
    shown: Picture,
    attached: bool,
    damaged: usize,
    last_damaged: usize,
    viewport: Option<u32>,
    /// Its subsurface object, its parent, and whether it is synchronised.
    subsurface: Option<(u32, u32, bool)>,
}

#[derive(Default)]
struct Model {
    surfaces: BTreeMap<u32, ModelSurface>,
    buffers: BTreeMap<u32, i32>,
    viewports: BTreeMap<u32, Option<u32>>,
    subsurfaces: BTreeMap<u32, Option<u32>>,
    tags: i32,
}

impl Model {
    fn is_within(&self, id: u32, ancestor: u32) -> bool {
        id == ancestor
            || self.surfaces[&id].subsurface.is_some_and(|(_, p, _)| self.is_within(p, ancestor))
    }

    fn waits(&self, id: u32) -> bool {
        self.surfaces[&id].subsurface.is_some_and(|(_, parent, sync)| sync || self.waits(parent))
    }

    /// Shows the waiting state of a surface and of its children: of all, or of the synchronised
    /// ones.
    fn apply(&mut self, id: u32, all: bool) {
        for child in self.children(id) {
            let (_, _, sync) = self.surfaces[&child].subsurface.unwrap();
            if all || sync {
                self.release(child);
            }
        }
    }

    fn release(&mut self, id: u32) {
        let surface = self.surfaces.get_mut(&id).unwrap();
        if let Some(cached) = surface.cached.take() {
            surface.shown = cached;
        }
        self.apply(id, true);
    }

    fn children(&self, id: u32) -> Vec<u32> {
        self.surfaces[&id].shown.children.iter().filter_map(|(child, _)| *child).collect()
    }

    fn unlink(&mut self, id: u32) {
        let Some((_, parent, _)) = self.surfaces.get_mut(&id).unwrap().subsurface.take() else {
            return;
        };
        let parent = self.surfaces.get_mut(&parent).unwrap();
        let cached = parent.cached.as_mut();
        for picture in [&mut parent.next, &mut parent.shown].into_iter().chain(cached) {
            picture.children.retain(|(child, _)| *child != Some(id));
            if picture.children == [(None, (0, 0))] {
                picture.children.clear();
            }
        }
        self.release(id);
    }

    /// The surface of a subsurface object, if both exist.
    fn of(&self, subsurface: u32) -> Option<u32> {
        self.subsurfaces.get(&subsurface).copied().flatten()
    }

    fn siblings(&mut self, id: u32) -> &mut Vec<(Option<u32>, (i32, i32))> {
        let (_, parent, _) = self.surfaces[&id].subsurface.unwrap();
        &mut self.surfaces.get_mut(&parent).unwrap().next.children
    }

    fn destroy_surface(&mut self, id: u32) {
        self.unlink(id);
        let is_child = |s: &ModelSurface| s.subsurface.is_some_and(|(_, p, _)| p == id);
        let children: Vec<_> =
            self.surfaces.iter().filter(|(_, s)| is_child(s)).map(|(id, _)| *id).collect();
        for child in children {
            self.unlink(child);
        }
        self.surfaces.remove(&id);
        for of in self.viewports.values_mut().chain(self.subsurfaces.values_mut()) {
            of.take_if(|of| *of == id);
        }
        self.subsurfaces.values_mut().for_each(|of| {
            of.take_if(|of| self.surfaces[of].subsurface.is_none());
        });
    }
}

/// The book and the model, and the keys into the book.
#[derive(Default)]
struct Pair {
    book: Book,
    model: Model,
    keys: BTreeMap<(char, u32), Slot>,
}

impl Pair {
    /// Puts a book in place of this one that is written from its description.
    fn replay(&mut self) {
        let (book, objects) = Book::replay(self.book.describe());
        let described = |book: &Book| {
            let text = format!("{:?}", book.describe());
            assert!(!text.contains("Slot("), "{text}");
            text
        };
        assert_eq!(described(&book), described(&self.book));
        self.book = book;
        self.keys.retain(|(kind, id), slot| {
            let found = objects.iter().find(|(object, _)| *object == id_of(*kind, *id));
            found.map(|found| *slot = found.1).is_some()
        });
    }

    fn key(&self, kind: char, id: u32) -> Key {
        Key { id: id_of(kind, id), slot: self.keys.get(&(kind, id)).copied() }
    }

    fn make(&mut self, kind: char, id: u32) {
        // The host may refuse a viewport or subsurface; then it has no effect.
        match self.book.take_made() {
            Some((made, slot)) => {
                assert_eq!(made, id_of(kind, id));
                self.keys.insert((kind, id), slot);
            }
            None => drop(self.keys.remove(&(kind, id))),
        }
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each step")]
    fn do_step(&mut self, step: Step) {
        let Self { model, .. } = self;
        let has = |id: &u32| model.surfaces.contains_key(id);
        match step {
            Step::CreateSurface(id) if !has(&id) => {
                model.surfaces.insert(id, ModelSurface::default());
                self.book.create_surface(id_of('s', id));
                self.make('s', id);
            }
            Step::DestroySurface(id) if has(&id) => {
                model.destroy_surface(id);
                self.book.destroy_surface(self.key('s', id));
            }
            Step::CreateBuffer(id) if !model.buffers.contains_key(&id) => {
                model.tags += 1;
                model.buffers.insert(id, model.tags);
                let size = Some((model.tags, 1));
                self.book.create_buffer(Buffer::other(id_of('b', id), size));
                self.make('b', id);
            }
            Step::DestroyBuffer(id) if model.buffers.contains_key(&id) => {
                model.buffers.remove(&id);
                self.book.destroy_buffer(self.key('b', id));
                assert!(self.book.buffer(self.key('b', id)).is_none());
            }
            Step::Attach(id, buffer, offset)
                if has(&id) && buffer.is_none_or(|b| model.buffers.contains_key(&b)) =>
            {
                let tag = buffer.map(|buffer| model.buffers[&buffer]);
                let surface = model.surfaces.get_mut(&id).unwrap();
                (surface.next.buffer, surface.attached) = (tag, true);
                let buffer = buffer.map(|b| self.book.buffer(self.key('b', b)).unwrap().clone());
                let key = self.key('s', id);
                self.book.surface_mut(key).unwrap().attach(buffer, offset);
            }
            Step::Scale(id, scale) if has(&id) => {
                model.surfaces.get_mut(&id).unwrap().next.view.scale = scale;
                let key = self.key('s', id);
                self.book.surface_mut(key).unwrap().pending.view.scale = scale;
            }
            Step::Damage(id) if has(&id) => {
                model.surfaces.get_mut(&id).unwrap().damaged += 1;
                let key = self.key('s', id);
                let surface = self.book.surface_mut(key).unwrap();
                surface.pending.damage(PixelRect::new(0, 0, 1, 1));
            }
            Step::CreateViewport(id, of)
                if has(&of)
                    && !model.viewports.contains_key(&id)
                    && model.surfaces[&of].viewport.is_none() =>
            {
                model.surfaces.get_mut(&of).unwrap().viewport = Some(id);
                model.viewports.insert(id, Some(of));
                self.book.create_viewport(id_of('v', id), self.key('s', of));
                self.make('v', id);
            }
            Step::Destination(id, size) if model.viewports.contains_key(&id) => {
                let of = model.viewports[&id];
                if let Some(of) = of {
                    model.surfaces.get_mut(&of).unwrap().next.view.destination = Some(size);
                }
                let key = self.key('v', id);
                let found = self.book.viewport_mut(key);
                assert_eq!(found.is_some(), of.is_some());
                if let Some(surface) = found {
                    surface.pending.view.destination = Some(size);
                }
            }
            Step::DestroyViewport(id) if model.viewports.contains_key(&id) => {
                if let Some(of) = model.viewports.remove(&id).unwrap() {
                    let surface = model.surfaces.get_mut(&of).unwrap();
                    (surface.viewport, surface.next.view.destination) = (None, None);
                }
                self.book.destroy_viewport(self.key('v', id));
            }
            Step::Commit(id) if has(&id) => {
                let waits = model.waits(id);
                let surface = model.surfaces.get_mut(&id).unwrap();
                surface.attached = false;
                surface.last_damaged = std::mem::take(&mut surface.damaged);
                if waits {
                    surface.cached = Some(surface.next.clone());
                } else {
                    surface.shown = surface.next.clone();
                    model.apply(id, false);
                }
                self.book.commit(self.key('s', id));
            }
            Step::CreateSubsurface(id, of, parent)
                if has(&of) && has(&parent) && !model.subsurfaces.contains_key(&id) =>
            {
                let good = model.surfaces[&of].subsurface.is_none() && !model.is_within(parent, of);
                if good {
                    let siblings = &mut model.surfaces.get_mut(&parent).unwrap().next.children;
                    if siblings.is_empty() {
                        siblings.push((None, (0, 0)));
                    }
                    siblings.push((Some(of), (0, 0)));
                    model.surfaces.get_mut(&of).unwrap().subsurface = Some((id, parent, true));
                }
                model.subsurfaces.insert(id, good.then_some(of));
                let (of, parent) = (self.key('s', of), self.key('s', parent));
                self.book.create_subsurface(id_of('u', id), of, parent);
                self.make('u', id);
            }
            Step::DestroySubsurface(id) if model.subsurfaces.contains_key(&id) => {
                if let Some(of) = model.subsurfaces.remove(&id).unwrap() {
                    model.unlink(of);
                }
                self.book.destroy_subsurface(self.key('u', id));
            }
            Step::SetSync(id, is_sync) => {
                if let Some(of) = model.of(id) {
                    let surface = model.surfaces.get_mut(&of).unwrap();
                    surface.subsurface.as_mut().unwrap().2 = is_sync;
                    if !model.waits(of) {
                        model.release(of);
                    }
                }
                self.book.set_sync(self.key('u', id), is_sync);
            }
            Step::SetPosition(id, at) => {
                if let Some(of) = model.of(id) {
                    for place in model.siblings(of).iter_mut().filter(|(s, _)| *s == Some(of)) {
                        place.1 = at;
                    }
                }
                self.book.set_position(self.key('u', id), at);
            }
            Step::Restack(id, sibling, is_above) if has(&sibling) => {
                if let Some(of) = model.of(id) {
                    let (_, parent, _) = model.surfaces[&of].subsurface.unwrap();
                    let to = (sibling != parent).then_some(sibling);
                    let all = model.siblings(of);
                    let is_known = all.iter().any(|(s, _)| *s == to) && sibling != of;
                    if is_known {
                        let from = all.iter().position(|(s, _)| *s == Some(of)).unwrap();
                        let place = all.remove(from);
                        let to = all.iter().position(|(s, _)| *s == to).unwrap();
                        all.insert(to + usize::from(is_above), place);
                    }
                }
                self.book.restack(self.key('u', id), self.key('s', sibling), is_above);
            }
            Step::Window(id, n) if has(&id) && model.surfaces[&id].subsurface.is_none() => {
                let (key, role) = (self.key('s', id), SurfaceRole::Toplevel);
                let surface = self.book.surface(key).unwrap();
                if !surface.may_be(role) {
                    return;
                }
                if surface.role_object == 0 {
                    self.book.create_role(id_of('r', id), role, key);
                    self.make('r', id);
                }
                let role = self.key('r', id);
                let window = self.book.window_mut(role).unwrap();
                (window.title, window.fullscreen) = (vec![b'x'; 3], Some(n.cast_unsigned()));
                let sizes = self.book.next_sizes(role).unwrap();
                (sizes.min, sizes.geometry) = ((n, n), Some([n; 4]));
                self.model.surfaces.get_mut(&id).unwrap().next.sizes = *sizes;
            }
            Step::Replay => self.replay(),
            _ => {}
        }
    }

    fn picture(&self, surface: &Surface, state: &SurfaceState) -> Picture {
        let child = |place: &ChildPlace| {
            let child = self.book.at(place.surface).unwrap().id;
            ((child != surface.id).then_some(child - id_of('s', 0)), place.at)
        };
        Picture {
            buffer: state.buffer.as_ref().and_then(|buffer| Some(buffer.size?.0)),
            view: state.view,
            sizes: state.sizes,
            children: state.children.iter().map(child).collect(),
        }
    }

    fn check(&self) {
        assert_eq!(self.book.surfaces().count(), self.model.surfaces.len());
        for (id, model) in &self.model.surfaces {
            let surface = self.book.surface(self.key('s', *id)).unwrap();
            let mut next = surface.committed().clone();
            next.take(&mut surface.pending.clone());
            assert_eq!(self.picture(surface, &next), model.next, "pending of {id}");
            let cached = surface.cached().map(|cached| self.picture(surface, cached));
            assert_eq!(cached, model.cached, "cached of {id}");
            assert_eq!(self.picture(surface, &surface.shown), model.shown, "shown of {id}");
            assert_eq!(surface.is_within_frame(), model.attached);
            assert_eq!(surface.pending.damage.surface.len(), model.damaged);
            assert_eq!(surface.last.damage.surface.len(), model.last_damaged);
            let next = surface.next_buffer().map(|buffer| buffer.size.unwrap().0);
            assert_eq!(next, model.next.buffer);
            if let Some(Subsurface { parent, at, .. }) = surface.subsurface {
                let mut siblings = self.book.at(parent).unwrap().next_children().iter();
                let place =
                    siblings.find(|place| self.book.at(place.surface).unwrap().id == surface.id);
                assert_eq!(Some(at), place.map(|place| place.at), "place of {id}");
            }
        }
    }
}

fn id_of(kind: char, id: u32) -> u32 {
    u32::from(kind) * 100 + id
}

proptest! {
    #[test]
    fn the_book_is_what_the_protocol_says(steps in prop::collection::vec(step(), 1..120)) {
        let mut pair = Pair::default();
        for step in steps {
            pair.do_step(step);
            pair.check();
        }
    }
}

#[test]
fn a_tree_as_deep_as_a_client_likes_is_released() {
    let mut book = Book::default();
    let mut keys = Vec::<Key>::new();
    for id in 1..20_000 {
        book.create_surface(id);
        let key = Key { id, slot: book.take_made().map(|made| made.1) };
        if let Some(child) = keys.last() {
            book.create_subsurface(100_000 + id, *child, key);
            book.commit(*child);
        }
        keys.push(key);
    }
    let (deepest, root) = (keys[0], *keys.last().unwrap());
    assert!(book.surface(deepest).unwrap().cached().is_some());
    book.commit(root);
    assert!(book.surface(deepest).unwrap().cached().is_none());
    book.destroy_surface(root);
    assert_eq!(book.surfaces().count(), keys.len() - 1);
}

#[test]
fn damage_is_bounded_and_what_is_more_becomes_one() {
    let mut changes = Changes::default();
    for n in 0..1000 {
        changes.damage(PixelRect::new(n, 0, 1, 1));
        changes.damage_buffer(PixelRect::new(0, n, 0, 1));
    }
    assert!(changes.damage.surface.len() <= 64);
    assert_eq!(changes.damage.buffer, [], "no pixel");
    let all = changes.damage.surface.iter().copied().reduce(|all, one| all.around(&one));
    assert_eq!(all, Some(PixelRect::new(0, 0, 1000, 1)));
}

#[test]
fn rectangles_of_regions_are_counted_as_long_as_somebody_has_them() {
    let budget = Budget::default();
    let mut held = Vec::new();
    let full = loop {
        let mut shape = Rects::new(&budget);
        let pushed = (0..4096).try_for_each(|_| shape.push(true, [0, 0, 1, 1]));
        if let Err(full) = pushed {
            break full;
        }
        held.push(Arc::new(shape));
    };
    assert_eq!((held.len(), full), (16, TooManyRects));
    assert_eq!(held[0].copy().err(), Some(TooManyRects));
    held.pop();
    let mut copy = held[0].copy().unwrap();
    assert_eq!(copy.steps().len(), 4096);
    assert_eq!(copy.push(false, [0; 4]), Err(TooManyRects));
    drop(held);
    assert_eq!(copy.push(false, [0; 4]), Ok(()));
}
