//! One surface: what it shows, and what is to change with its next commit.

use std::mem::{swap, take};
use std::sync::Arc;

use super::buffer::Buffer;
use super::fit::Fit;
use super::region::Rects;
use super::slots::{Key, Slot};
use crate::pixels::{Mask, Rect, View};

/// Bound on the rectangles of damage between two commits; more become one.
const MAX_DAMAGE: usize = 64;

/// How far a buffer's corner is from the corner of the one before.
pub type Offset = (i32, i32);

/// A surface among the children of another one, or that one itself among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which surface.
    pub surface: Slot,
    /// Where it is in its parent.
    pub at: (i32, i32),
}

/// What a surface shows.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Its buffer; `None`: it is not there.
    pub buffer: Option<Arc<Buffer>>,
    /// Which part of that it shows, and how large.
    pub view: View,
    /// What of it is opaque; `None`: nothing.
    pub opaque: Option<Arc<Rects>>,
    /// What of it takes input; `None`: all.
    pub input: Option<Arc<Rects>>,
    /// Its subsurfaces and itself, from the lowest to the highest; empty: it has none.
    pub children: Vec<Place>,
}

/// What changed in a surface.
#[derive(Clone, Debug, Default)]
pub struct Damage {
    /// In its own coordinates.
    pub surface: Vec<Rect>,
    /// In those of its buffer.
    pub buffer: Vec<Rect>,
}

impl Damage {
    /// Forgets it.
    pub fn clear(&mut self) {
        self.surface.clear();
        self.buffer.clear();
    }
}

/// Adds a rectangle of damage.
fn add_damage(rects: &mut Vec<Rect>, mut rect: Rect) {
    if rect.is_empty() {
        return;
    }
    if rects.len() >= MAX_DAMAGE {
        rect = rects.drain(..).fold(rect, |all, one| all.around(&one));
    }
    rects.push(rect);
}

/// What the client has said of a surface since its last commit. `None`: nothing.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// The next buffer; `Some(None)`: none.
    pub buffer: Option<Option<Arc<Buffer>>>,
    /// How far it is from the one before.
    pub offset: Offset,
    /// What changed.
    pub damage: Damage,
    /// The part that it shows, and how large: all of it as last said.
    pub view: View,
    /// See [`State`].
    pub opaque: Option<Option<Arc<Rects>>>,
    /// See [`State`].
    pub input: Option<Option<Arc<Rects>>>,
    /// See [`State`].
    pub children: Option<Vec<Place>>,
}

impl Changes {
    /// Adds damage in the surface's coordinates.
    pub fn damage(&mut self, rect: Rect) {
        add_damage(&mut self.damage.surface, rect);
    }

    /// Adds damage in the buffer's coordinates.
    pub fn damage_buffer(&mut self, rect: Rect) {
        add_damage(&mut self.damage.buffer, rect);
    }
}

impl State {
    /// What is to change changes, but for the damage.
    pub(super) fn take(&mut self, changes: &mut Changes) {
        if let Some(buffer) = changes.buffer.take() {
            self.buffer = buffer;
        }
        self.view = changes.view;
        if let Some(opaque) = changes.opaque.take() {
            self.opaque = opaque;
        }
        if let Some(input) = changes.input.take() {
            self.input = input;
        }
        if let Some(children) = changes.children.take() {
            self.children = children;
        }
    }
}

/// What a surface is for. Once it had one role, it never gets another (`wl_surface`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SurfaceRole {
    /// A window.
    Toplevel,
    /// A menu or the like, on another surface.
    Popup,
    /// A panel, a launcher or the like (`zwlr_layer_surface_v1`).
    Layer,
    /// What shows while the user's session is locked.
    Lock,
    /// A part of another surface.
    Subsurface,
}

/// Where a surface that is a subsurface belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subsurface {
    /// The client's `wl_subsurface`.
    pub id: u32,
    /// The surface that it is in.
    pub parent: Slot,
    /// Its commits wait for those of its parent (`set_sync`).
    pub is_sync: bool,
    /// Where the client has put it in its parent; [`Place`] says what holds.
    pub at: (i32, i32),
}

/// What the last commit was.
#[derive(Clone, Debug, Default)]
pub struct Last {
    /// It came with a buffer, or took it away.
    pub has_attached: bool,
    /// How far that is from the one before.
    pub offset: Offset,
    /// What it changed.
    pub damage: Damage,
}

fn size_of(buffer: Option<&Arc<Buffer>>) -> (u32, u32) {
    let (width, height) = buffer.and_then(|buffer| buffer.size).unwrap_or_default();
    (width.max(0).unsigned_abs(), height.max(0).unsigned_abs())
}

/// A client's surface.
#[derive(Debug, Default)]
pub struct Surface {
    /// The client's id.
    pub id: u32,
    /// What the next commit changes.
    pub pending: Changes,
    /// What was committed and waits for the parent's commit.
    pub(super) cached: Option<Box<State>>,
    /// What is shown.
    pub shown: State,
    /// What the last commit was.
    pub last: Last,
    /// What it is for, if that is known.
    pub role: Option<SurfaceRole>,
    /// The client's `xdg_surface` or the like; 0: none.
    pub xdg_surface: u32,
    /// The client's object that gives it its role, if that is not a subsurface's; 0: none.
    pub role_object: u32,
    /// The surface that it is on as a popup, or that it belongs to as a window.
    pub parent: Option<Key>,
    /// Where it belongs, if it is a subsurface.
    pub subsurface: Option<Subsurface>,
    /// The client's `wp_viewport`; 0: none.
    pub viewport: u32,
    /// It is shown at another size than that of its content.
    pub fit: Option<Fit>,
    /// What of it shows; `None`: all. The pixels of an X11 window that is not a rectangle.
    pub mask: Option<Arc<Mask>>,
}

impl Surface {
    /// A new one.
    pub fn new(id: u32) -> Self {
        Self { id, ..Self::default() }
    }

    /// From its next commit on it is shown at that size in the host's coordinates; `None`: at
    /// its own.
    pub fn set_fit(&mut self, size: Option<(u32, u32)>) {
        self.fit = size.map(|size| Fit::new(size, self.fit));
    }

    /// Whether it has that role, or may get it.
    pub fn may_be(&self, role: SurfaceRole) -> bool {
        self.role.is_none_or(|has| has == role)
    }

    /// Whether an object of the client's gives it its role.
    pub(super) fn has_object(&self, id: u32) -> bool {
        [self.xdg_surface, self.role_object].contains(&id)
    }
    /// What was committed last: that is shown, or waits for the parent's commit.
    pub fn committed(&self) -> &State {
        self.cached.as_deref().unwrap_or(&self.shown)
    }

    /// What waits for the parent's commit.
    pub fn cached(&self) -> Option<&State> {
        self.cached.as_deref()
    }

    /// The buffer that it has after the next commit.
    pub fn next_buffer(&self) -> Option<&Arc<Buffer>> {
        self.pending.buffer.as_ref().unwrap_or(&self.committed().buffer).as_ref()
    }

    /// The size in pixels of what it shows after the next commit; zeros: nothing.
    pub fn next_size(&self) -> (u32, u32) {
        size_of(self.next_buffer())
    }

    /// The size in pixels of what it shows; zeros: nothing.
    pub fn shown_size(&self) -> (u32, u32) {
        size_of(self.shown.buffer.as_ref())
    }

    /// Whether something is attached and not committed yet.
    pub fn is_within_frame(&self) -> bool {
        self.pending.buffer.is_some()
    }

    /// Whether the client has changed something that it has not committed, apart from its
    /// subsurfaces.
    pub fn has_changes(&self) -> bool {
        let Changes { buffer, offset, damage, view, opaque, input, .. } = &self.pending;
        let is_damaged = !damage.surface.is_empty() || !damage.buffer.is_empty();
        let has_others = buffer.is_some() || opaque.is_some() || input.is_some();
        is_damaged || has_others || *offset != (0, 0) || *view != self.committed().view
    }

    /// Whether a frame like the last one may pass unseen, if nobody minds: that one came with
    /// a buffer of which it is known which others are like it.
    pub fn can_be_steady(&self) -> bool {
        let has_size = self.committed().buffer.as_ref().is_some_and(|b| b.size.is_some());
        self.last.has_attached && has_size
    }

    /// Whether it shows a buffer with that id, or will.
    pub fn needs(&self, buffer: u32) -> bool {
        let is_it = |have: &Option<Arc<Buffer>>| have.as_ref().is_some_and(|b| b.id == buffer);
        let pending = self.pending.buffer.as_ref().is_some_and(is_it);
        pending || is_it(&self.shown.buffer) || self.cached().is_some_and(|c| is_it(&c.buffer))
    }

    /// The next commit shows this.
    #[inline]
    pub fn attach(&mut self, buffer: Option<Arc<Buffer>>, offset: Offset) {
        self.pending.buffer = Some(buffer);
        self.pending.offset = offset;
    }

    /// What was pending is committed. `waits`: for the parent's commit.
    #[inline]
    pub(super) fn commit(&mut self, waits: bool) {
        let Self { pending, cached, shown, last, .. } = self;
        last.has_attached = pending.buffer.is_some();
        last.offset = take(&mut pending.offset);
        // The two change places, so that both keep their memory.
        swap(&mut last.damage, &mut pending.damage);
        pending.damage.clear();
        let into =
            if waits { cached.get_or_insert_with(|| Box::new(shown.clone())) } else { shown };
        into.take(pending);
    }

    /// What has waited is shown.
    pub(super) fn release(&mut self) {
        if let Some(cached) = self.cached.take() {
            self.shown = *cached;
        }
    }

    /// All states that it has, to be changed at once.
    pub(super) fn children_lists(&mut self) -> impl Iterator<Item = &mut Vec<Place>> {
        let cached = self.cached.as_mut().map(|state| &mut state.children);
        self.pending.children.iter_mut().chain(cached).chain([&mut self.shown.children])
    }
}
