//! One surface: what it shows, and what its next commit changes.

use std::mem::{swap, take};
use std::sync::Arc;

use super::buffer::Buffer;
use super::fit::Fit;
use super::region::Rects;
use super::slots::{Key, Slot};
use super::window::{WindowDescription, WindowSizes};
use crate::pixels::{Mask, PixelRect, View};

/// Bound on the rectangles of damage between two commits. Beyond it, they become one rectangle.
const MAX_DAMAGE: usize = 64;

/// The position of a buffer's corner relative to that of the previous buffer.
pub type Offset = (i32, i32);

/// A surface in a parent's list of children, which also contains the parent itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChildPlace {
    /// The surface.
    pub surface: Slot,
    /// Its position in the parent.
    pub at: (i32, i32),
}

/// What a surface shows.
#[derive(Clone, Debug, Default)]
pub struct SurfaceState {
    /// Its buffer; `None` if it is not mapped.
    pub buffer: Option<Arc<Buffer>>,
    /// The part of the buffer that it shows, and the size.
    pub view: View,
    /// The opaque part; `None` if nothing is opaque.
    pub opaque: Option<Arc<Rects>>,
    /// The part that takes input; `None` for all.
    pub input: Option<Arc<Rects>>,
    /// Its subsurfaces and itself, from bottom to top; empty if it has no subsurfaces.
    pub children: Vec<ChildPlace>,
    /// Its sizes as a window.
    pub sizes: WindowSizes,
}

/// The changed parts of a surface.
#[derive(Clone, Debug, Default)]
pub struct Damage {
    /// In surface coordinates.
    pub surface: Vec<PixelRect>,
    /// In buffer coordinates.
    pub buffer: Vec<PixelRect>,
}

impl Damage {
    /// Removes all damage.
    pub fn clear(&mut self) {
        self.surface.clear();
        self.buffer.clear();
    }
}

/// Adds a rectangle of damage.
fn add_damage(rects: &mut Vec<PixelRect>, mut rect: PixelRect) {
    if rect.is_empty() {
        return;
    }
    if rects.len() >= MAX_DAMAGE {
        rect = rects.drain(..).fold(rect, |all, one| all.around(&one));
    }
    rects.push(rect);
}

/// What the client has set since the last commit; `None` where it has set nothing.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// The next buffer; `Some(None)` for none.
    pub buffer: Option<Option<Arc<Buffer>>>,
    /// Its position relative to the previous buffer.
    pub offset: Offset,
    /// The changed parts.
    pub damage: Damage,
    /// The part to show, and the size. It is complete: it starts from the current one.
    pub view: View,
    /// As in [`SurfaceState`].
    pub opaque: Option<Option<Arc<Rects>>>,
    /// As in [`SurfaceState`].
    pub input: Option<Option<Arc<Rects>>>,
    /// As in [`SurfaceState`].
    pub children: Option<Vec<ChildPlace>>,
    /// As in [`SurfaceState`].
    pub sizes: Option<WindowSizes>,
}

impl Changes {
    /// Adds damage in surface coordinates.
    pub fn damage(&mut self, rect: PixelRect) {
        add_damage(&mut self.damage.surface, rect);
    }

    /// Adds damage in buffer coordinates.
    pub fn damage_buffer(&mut self, rect: PixelRect) {
        add_damage(&mut self.damage.buffer, rect);
    }
}

impl SurfaceState {
    /// Applies all changes except the damage.
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
        if let Some(sizes) = changes.sizes.take() {
            self.sizes = sizes;
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

/// The parent of a surface that is a subsurface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subsurface {
    /// The client's `wl_subsurface`.
    pub id: u32,
    /// The parent.
    pub parent: Slot,
    /// Whether its commits wait for the parent's (`set_sync`).
    pub is_sync: bool,
    /// Where the client has put it in its parent; [`ChildPlace`] says what holds.
    pub at: (i32, i32),
}

/// The last commit.
#[derive(Clone, Debug, Default)]
pub struct LastCommit {
    /// Whether it attached or removed a buffer.
    pub has_attached: bool,
    /// The buffer's position relative to the previous one.
    pub offset: Offset,
    /// The changed parts.
    pub damage: Damage,
}

fn size_of(buffer: Option<&Arc<Buffer>>) -> (u32, u32) {
    let (width, height) = buffer.and_then(|buffer| buffer.size).unwrap_or_default();
    (width.max(0).unsigned_abs(), height.max(0).unsigned_abs())
}

/// A client's surface.
#[derive(Clone, Debug, Default)]
pub struct Surface {
    /// The client's id.
    pub id: u32,
    /// What the next commit changes.
    pub pending: Changes,
    /// The committed state that waits for the parent's commit.
    pub(super) cached: Option<Box<SurfaceState>>,
    /// The state that is shown.
    pub shown: SurfaceState,
    /// The last commit.
    pub last: LastCommit,
    /// What it is for, if that is known.
    pub role: Option<SurfaceRole>,
    /// The client's `xdg_surface` or the like; 0: none.
    pub xdg_surface: u32,
    /// The client's object that gives it its role, if that is not a subsurface's; 0: none.
    pub role_object: u32,
    /// The surface that it is on as a popup, or that it belongs to as a window.
    pub parent: Option<Key>,
    /// What the client has said of it as a window.
    pub window: Option<Box<WindowDescription>>,
    /// Its parent, if it is a subsurface.
    pub subsurface: Option<Subsurface>,
    /// The client's `wp_viewport`; 0 if there is none.
    pub viewport: u32,
    /// How it is scaled, if it is.
    pub fit: Option<Fit>,
    /// The pixels that are shown; `None` for all. X11 windows that are not rectangles have a mask.
    pub mask: Option<Arc<Mask>>,
}

impl Surface {
    /// A new surface.
    pub fn new(id: u32) -> Self {
        Self { id, ..Self::default() }
    }

    /// Its sizes after the next commit, to change them.
    pub fn next_sizes(&mut self) -> &mut WindowSizes {
        let committed = self.committed().sizes;
        self.pending.sizes.get_or_insert(committed)
    }

    /// Sets the size in host coordinates at which it is shown, from its next commit on; `None` for
    /// its own size.
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

    /// The last committed state, whether it is shown or waits for the parent's commit.
    pub fn committed(&self) -> &SurfaceState {
        self.cached.as_deref().unwrap_or(&self.shown)
    }

    /// The state that waits for the parent's commit.
    pub fn cached(&self) -> Option<&SurfaceState> {
        self.cached.as_deref()
    }

    /// Its buffer after the next commit.
    pub fn next_buffer(&self) -> Option<&Arc<Buffer>> {
        self.pending.buffer.as_ref().unwrap_or(&self.committed().buffer).as_ref()
    }

    /// Its children and itself, in the order that the client has set last.
    pub fn next_children(&self) -> &[ChildPlace] {
        self.pending.children.as_ref().unwrap_or(&self.committed().children)
    }

    /// The size in pixels of its content after the next commit; zeros if there is none.
    pub fn next_size(&self) -> (u32, u32) {
        size_of(self.next_buffer())
    }

    /// The size in pixels of its content; zeros if there is none.
    pub fn shown_size(&self) -> (u32, u32) {
        size_of(self.shown.buffer.as_ref())
    }

    /// Whether a buffer is attached but not committed yet.
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

    /// Whether it may become steady, if no handler objects: its last frame came with a buffer of
    /// known size.
    pub fn can_be_steady(&self) -> bool {
        let has_size = self.committed().buffer.as_ref().is_some_and(|b| b.size.is_some());
        self.last.has_attached && has_size
    }

    /// Whether it shows a buffer with this id now, or after a commit.
    pub fn needs(&self, buffer: u32) -> bool {
        let is_it = |have: &Option<Arc<Buffer>>| have.as_ref().is_some_and(|b| b.id == buffer);
        let pending = self.pending.buffer.as_ref().is_some_and(is_it);
        pending || is_it(&self.shown.buffer) || self.cached().is_some_and(|c| is_it(&c.buffer))
    }

    /// Sets the buffer for the next commit.
    #[inline]
    pub fn attach(&mut self, buffer: Option<Arc<Buffer>>, offset: Offset) {
        self.pending.buffer = Some(buffer);
        self.pending.offset = offset;
    }

    /// Commits the pending state; with `waits`, it waits for the parent's commit.
    #[inline]
    pub(super) fn commit(&mut self, waits: bool) {
        let Self { pending, cached, shown, last, .. } = self;
        last.has_attached = pending.buffer.is_some();
        last.offset = take(&mut pending.offset);
        // Swapping them lets both keep their memory.
        swap(&mut last.damage, &mut pending.damage);
        pending.damage.clear();
        let into =
            if waits { cached.get_or_insert_with(|| Box::new(shown.clone())) } else { shown };
        into.take(pending);
    }

    /// Shows the state that has waited.
    pub(super) fn release(&mut self) {
        if let Some(cached) = self.cached.take() {
            self.shown = *cached;
        }
    }

    /// The children of all its states, to change them at once.
    pub(super) fn children_lists(&mut self) -> impl Iterator<Item = &mut Vec<ChildPlace>> {
        let cached = self.cached.as_mut().map(|state| &mut state.children);
        self.pending.children.iter_mut().chain(cached).chain([&mut self.shown.children])
    }
}
