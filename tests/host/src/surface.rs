//! `wl_surface`: a surface's content and counters.

use std::sync::{Mutex, MutexGuard, PoisonError};

use smithay::reexports::wayland_server::Resource;
use smithay::reexports::wayland_server::protocol::wl_buffer::WlBuffer;
use smithay::reexports::wayland_server::protocol::wl_surface;
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
use smithay::utils::{Logical, Point, Rectangle, Size, Transform};
use smithay::wayland::alpha_modifier::AlphaModifierSurfaceCachedState;
use smithay::wayland::compositor::{
    BufferAssignment, Damage, SurfaceAttributes, SurfaceData, with_states,
};
use smithay::wayland::seat::CURSOR_IMAGE_ROLE;
use smithay::wayland::viewporter::{ViewportCachedState, ensure_viewport_valid};

use crate::content::{self, Description, Kind};
use crate::counters::SurfaceCounts;
use crate::explicit_sync::Release;
use crate::host::Host;
use crate::picture::{Part, Picture};

/// Our data of a surface, besides smithay's.
#[derive(Debug, Default)]
pub struct Surface {
    /// Its content in the buffer's pixels; `None` while it has no buffer.
    pub picture: Option<Picture>,
    /// The buffer that the content came from.
    pub description: Option<Description>,
    /// Its size on the screen at scale 1.
    pub size: Size<i32, Logical>,
    /// The visible part of the buffer, in units at scale 1 after `transform`.
    pub source: Rectangle<f64, Logical>,
    /// Pixels of the buffer for one unit of the surface.
    pub scale: i32,
    /// How the buffer is turned.
    pub transform: Transform,
    /// Opacity, 255 is opaque.
    pub alpha: u32,
    /// The names of the screens that it has entered.
    pub screens: Vec<String>,
    /// Counters of its client's requests.
    pub counts: SurfaceCounts,
    /// How far the client moved it by attaching and `wl_surface.offset`.
    pub offset: Point<i32, Logical>,
    /// The buffer that is held until another one replaces it.
    held: Option<WlBuffer>,
    /// The object to tell about the release.
    release: Release,
    /// Whether the release has a fence.
    fenced: bool,
}

/// Our part of a surface's data.
pub fn of(states: &SurfaceData) -> MutexGuard<'_, Surface> {
    let surface = states.data_map.get_or_insert_threadsafe(Mutex::<Surface>::default);
    surface.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Calls a function with our part of a surface's data.
pub fn with<T>(surface: &WlSurface, f: impl FnOnce(&mut Surface) -> T) -> T {
    with_states(surface, |states| f(&mut of(states)))
}

impl Surface {
    fn clear(&mut self) {
        self.picture = None;
        self.description = None;
        self.size = Size::default();
        self.let_go();
    }

    /// Releases the client's buffer.
    pub fn let_go(&mut self) {
        if let Some(buffer) = self.held.take() {
            buffer.release();
            std::mem::take(&mut self.release).send(self.fenced);
        }
    }
}

/// Applies a surface's committed state.
pub fn apply(host: &mut Host, surface: &WlSurface, states: &SurfaceData) {
    let mut guard = states.cached_state.get::<SurfaceAttributes>();
    let attributes = guard.current();
    let damage = std::mem::take(&mut attributes.damage);
    let mut ours = of(states);
    ours.offset += attributes.buffer_delta.take().unwrap_or_default();
    let (scale, transform) = (attributes.buffer_scale, attributes.buffer_transform.into());
    (ours.scale, ours.transform) = (scale, transform);
    match attributes.buffer.take() {
        Some(BufferAssignment::NewBuffer(buffer)) => {
            take_buffer(host, &mut ours, states, &buffer, &damage);
        }
        Some(BufferAssignment::Removed) => ours.clear(),
        None => {}
    }
    drop(guard);
    measure(&mut ours, surface, states);
}

fn take_buffer(
    host: &mut Host,
    ours: &mut Surface,
    states: &SurfaceData,
    buffer: &WlBuffer,
    damage: &[Damage],
) {
    let Some(description) = content::describe(buffer) else {
        ours.clear();
        return;
    };
    let (kind, (width, height)) = (description.kind, description.size);
    host.counters.attached(kind);
    let old = ours.picture.take().filter(|_| ours.description == Some(description));
    let fresh = old.is_none();
    let mut picture = old.unwrap_or_else(|| Picture::new(width, height, 0));
    // Like a GPU: read all of a dma-buf, but only the damaged part of shared memory.
    let parts = if fresh || kind != Kind::Shm {
        vec![picture.whole()]
    } else {
        damage.iter().filter_map(|damage| part(ours, states, &picture, damage)).collect()
    };
    let loaded = content::load(buffer, &mut picture, &parts);
    let area: usize = parts.iter().map(|part| part.width * part.height).sum();
    host.counters.pixels_read += area as u64;
    if ours.held.as_ref() == Some(buffer) {
        // It stays in use.
        std::mem::take(&mut ours.release).send(ours.fenced);
    } else {
        ours.let_go();
    }
    ours.picture = loaded.map(|()| picture);
    ours.description = Some(description);
    ours.held = Some(buffer.clone());
    ours.release = std::mem::take(states.cached_state.get::<Release>().current());
    ours.fenced = host.options.fenced_release;
    if kind == Kind::Shm && !host.options.hold_shm {
        ours.let_go();
    }
}

/// The part of the buffer that a damage covers.
fn part(ours: &Surface, states: &SurfaceData, picture: &Picture, damage: &Damage) -> Option<Part> {
    match damage {
        Damage::Buffer(damage) => {
            let [x, y, width, height] =
                [damage.loc.x, damage.loc.y, damage.size.w, damage.size.h].map(i64::from);
            picture.part(x, y, width, height)
        }
        Damage::Surface(_) if ours.transform != Transform::Normal => Some(picture.whole()),
        Damage::Surface(damage) => {
            let viewport = *states.cached_state.get::<ViewportCachedState>().current();
            let scale = f64::from(ours.scale);
            let whole = Size::from((picture.width() as f64, picture.height() as f64));
            let whole = Rectangle::from_size(whole.downscale(scale));
            let source = viewport.src.unwrap_or(whole);
            let size = viewport.dst.map_or(source.size, smithay::utils::Size::to_f64);
            // All that the damage touches, in the buffer's pixels.
            let along = |start: i32, len: i32, offset: f64, source: f64, size: f64| {
                let pixel = |at: f64| (offset + at * source / size) * scale;
                let (start, end) = (f64::from(start), f64::from(start) + f64::from(len));
                let first = pixel(start).floor() as i64;
                (first, pixel(end).ceil() as i64 - first)
            };
            let (x, width) =
                along(damage.loc.x, damage.size.w, source.loc.x, source.size.w, size.w);
            let (y, height) =
                along(damage.loc.y, damage.size.h, source.loc.y, source.size.h, size.h);
            picture.part(x, y, width, height)
        }
    }
}

/// Computes its size, and checks what depends on the buffer.
fn measure(ours: &mut Surface, surface: &WlSurface, states: &SurfaceData) {
    let Some(picture) = &ours.picture else { return };
    let (width, height) = (picture.width() as i32, picture.height() as i32);
    let turned = ours.transform.transform_size(Size::<i32, Logical>::from((width, height)));
    // Release the guard, because smithay takes it below.
    let viewport = *states.cached_state.get::<ViewportCachedState>().current();
    let fits = turned.w % ours.scale == 0 && turned.h % ours.scale == 0;
    // Cursors' sizes are often not a multiple of the scale, and no compositor treats that as an
    // error.
    if !fits && viewport.src.is_none() && states.role != Some(CURSOR_IMAGE_ROLE) {
        let text = format!("a buffer of {width}x{height} does not fit scale {}", ours.scale);
        surface.post_error(wl_surface::Error::InvalidSize, text);
        return;
    }
    let whole = Size::from((turned.w / ours.scale, turned.h / ours.scale));
    if !ensure_viewport_valid(states, whole) {
        return;
    }
    ours.source = viewport.src.unwrap_or_else(|| Rectangle::from_size(whole.to_f64()));
    ours.size = viewport.size().unwrap_or(whole);
    let mut modifier = states.cached_state.get::<AlphaModifierSurfaceCachedState>();
    ours.alpha = modifier.current().multiplier().map_or(255, |multiplier| multiplier >> 24);
}
