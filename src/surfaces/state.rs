//! What a surface shows, and what is to change with its next commit.

use std::sync::Arc;

use super::buffer::Buffer;
use super::region::Rects;
use super::slots::Slot;
use crate::pixels::{Rect, View};

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
pub fn add_damage(rects: &mut Vec<Rect>, mut rect: Rect) {
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
