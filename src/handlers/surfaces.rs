//! Writes the book of surfaces. This handler alone reads what the client sets on its surfaces,
//! buffers, regions, viewports and subsurfaces. The handlers after it find a commit done when they
//! see it.
//!
//! The host finds errors. Invalid values are in the book as they were set, or not at all.

mod other_buffers;
mod regions;
mod roles;
mod shm;
mod wants;
mod windows;

use self::other_buffers::PendingBuffers;
use self::regions::Regions;
pub use self::shm::MemoryUse;
use self::shm::Pools;
use self::wants::{ASLEEP, Token, WITH_MEMORY, WITHOUT_MEMORY};
use wayland_client::protocol::wl_surface;

use crate::handlers::made_up::Bind;
use crate::pixels::{PixelRect, Transform};
use crate::session::{Context, Handler, Incoming, Refusal, Verdict, Want};
use crate::surfaces::{Buffer, Surface};
use crate::wire::ArgReader;

/// The handler.
pub struct Bookkeeper {
    memory: MemoryUse,
    /// Nobody reads the book yet.
    is_asleep: bool,
    pools: Pools,
    params: PendingBuffers,
    regions: Regions,
}

/// The next arguments, which are this many integers.
fn ints<const N: usize>(args: &mut ArgReader<'_>) -> Result<[i32; N], Refusal> {
    let mut words = [0; N];
    for word in &mut words {
        *word = args.uint()?.cast_signed();
    }
    Ok(words)
}

fn rect(args: &mut ArgReader<'_>) -> Result<PixelRect, Refusal> {
    let [x, y, width, height] = ints(args)?;
    Ok(PixelRect::new(x, y, width, height))
}

/// Handles `wl_surface.attach`.
fn attach(incoming: &mut Incoming<'_>, context: &mut Context<'_>) -> Result<(), Refusal> {
    let mut args = incoming.args();
    let id = args.uint()?;
    let [x, y] = ints(&mut args)?;
    let buffer = match (id, context.buffer(id)) {
        (0, _) => None,
        (_, Some(found)) => Some(found.clone()),
        (id, None) => Some(Buffer::other(id, None).into()),
    };
    // Newer surfaces say it by a request of its own.
    let has_own = incoming.object.versions.client() >= wl_surface::REQ_OFFSET_SINCE;
    if let Some(surface) = context.book.surface_mut(incoming.key()) {
        let offset = if has_own { surface.pending.offset } else { (x, y) };
        surface.attach(buffer, offset);
    }
    Ok(())
}

impl Bookkeeper {
    /// For a session that needs that of the client's shared memory. `is_asleep`: the book is written
    /// only if the client is to be told of newer surfaces than the host has.
    pub fn new(memory: MemoryUse, is_asleep: bool) -> Self {
        let (params, regions) = (PendingBuffers::default(), Regions::default());
        Self { memory, is_asleep, pools: Pools::new(memory), params, regions }
    }

    /// Handles a request that sets a part of a surface's pending state.
    fn change(
        &self,
        token: Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let Some(surface) = context.book.surface_mut(incoming.key()) else { return Ok(()) };
        let changes = &mut surface.pending;
        let mut args = incoming.args();
        match token {
            Token::Damage => changes.damage(rect(&mut args)?),
            Token::DamageBuffer => changes.damage_buffer(rect(&mut args)?),
            Token::BufferScale => [changes.view.scale] = ints(&mut args)?,
            Token::BufferTransform => changes.view.transform = Transform::new(args.uint()?),
            Token::Offset => changes.offset = ints(&mut args)?.into(),
            Token::OpaqueRegion => changes.opaque = Some(self.regions.get(args.uint()?)),
            Token::InputRegion => changes.input = Some(self.regions.get(args.uint()?)),
            _ => {}
        }
        Ok(())
    }

    /// Handles a request to a viewport.
    fn view(
        token: Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let Some(surface) = context.book.viewport_mut(incoming.key()) else { return Ok(()) };
        let view = &mut surface.pending.view;
        let mut args = incoming.args();
        // Values without a size are -1 for "unset", or are refused.
        if token == Token::Source {
            let source @ [_, _, width, height] = ints(&mut args)?;
            view.source = (width > 0 && height > 0).then_some(source);
        } else {
            let [width, height] = ints(&mut args)?;
            view.destination = (width > 0 && height > 0).then_some((width, height));
        }
        Ok(())
    }
}

impl Handler for Bookkeeper {
    type Token = Token;

    fn wants(&self) -> &'static [Want<Token>] {
        match self.memory {
            _ if self.is_asleep => ASLEEP,
            MemoryUse::Unread => &WITHOUT_MEMORY,
            _ => &WITH_MEMORY,
        }
    }

    fn handle(
        &mut self,
        token: Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let key = incoming.key();
        let mut args = incoming.args();
        match token {
            Token::Bind => {
                let bind = Bind::read(incoming, context)?;
                if self.is_asleep && bind.is_some_and(|bind| bind.lacks_buffer_damage()) {
                    self.is_asleep = false;
                    *context.wants_others = true;
                }
            }
            Token::Commit => context.book.commit(key),
            Token::Attach => attach(incoming, context)?,
            Token::Damage
            | Token::DamageBuffer
            | Token::BufferScale
            | Token::BufferTransform
            | Token::Offset
            | Token::OpaqueRegion
            | Token::InputRegion => self.change(token, incoming, context)?,
            Token::CreateSurface => context.book.create_surface(args.uint()?),
            Token::SurfaceDestroyed => context.book.destroy_surface(key),
            Token::CreateRegion => self.regions.create(args.uint()?),
            Token::RegionChanged { adds } => {
                let rect = ints(&mut args)?;
                self.regions.change(key.id, adds, rect)?;
            }
            Token::RegionDestroyed => self.regions.destroyed(key.id),
            Token::GetViewport => {
                let id = args.uint()?;
                let surface = context.objects.key(args.uint()?);
                context.book.create_viewport(id, surface);
            }
            Token::Source | Token::Destination => Self::view(token, incoming, context)?,
            Token::ViewportDestroyed => context.book.destroy_viewport(key),
            Token::GetSubsurface => {
                let (id, surface, parent) = (args.uint()?, args.uint()?, args.uint()?);
                let (surface, parent) = (context.objects.key(surface), context.objects.key(parent));
                context.book.create_subsurface(id, surface, parent);
            }
            Token::SubsurfaceDestroyed => context.book.destroy_subsurface(key),
            Token::Position => context.book.set_position(key, ints(&mut args)?.into()),
            Token::Restack { is_above } => {
                let sibling = context.objects.key(args.uint()?);
                context.book.restack(key, sibling, is_above);
            }
            Token::SetSync { is_sync } => context.book.set_sync(key, is_sync),
            Token::XdgSurface
            | Token::XdgRole(_)
            | Token::Role(_)
            | Token::OldPopup
            | Token::Parent
            | Token::LayerPopup
            | Token::RoleDestroyed => roles::request(token, incoming, context)?,
            Token::Geometry
            | Token::Title
            | Token::AppId
            | Token::MinSize
            | Token::MaxSize
            | Token::Maximized { .. }
            | Token::Fullscreen { .. } => windows::request(token, incoming, context)?,
            Token::CreatePool => return self.pools.create(incoming, context),
            Token::PoolResized => return self.pools.resize(incoming),
            Token::PoolDestroyed => return Ok(self.pools.destroyed(key.id, context)),
            Token::PoolBuffer => return self.pools.create_buffer(incoming, context),
            Token::DrmBuffer { has_name } => {
                other_buffers::drm(has_name, self.memory == MemoryUse::Kept, incoming, context)?;
            }
            Token::OnePixel => other_buffers::one_pixel(incoming, context)?,
            Token::BufferDestroyed => context.book.destroy_buffer(key),
            // Only hosts behind a device do not see the fences themselves.
            Token::ParamsAdd if self.memory == MemoryUse::Kept => self.params.add(key.id, context),
            Token::ParamsAdd => {}
            Token::ParamsCreate => self.params.create(key.id, ints(&mut args)?.into()),
            Token::ParamsCreateImmed => self.params.create_immed(incoming, context)?,
            Token::ParamsCreated => self.params.created(incoming, context)?,
            Token::ParamsDestroyed => self.params.destroyed(key.id),
        }
        Ok(Verdict::Forward)
    }

    fn is_steady(&self, _: &Surface) -> bool {
        true
    }
}
