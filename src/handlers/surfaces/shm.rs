//! The client's pools: kept here, or noted on their way to the host. Errors and their texts are
//! those of libwayland's server.

use std::collections::{BTreeSet, HashMap};

use crate::pixels::{Pool, ShmBuffer, fourcc_of_shm, layout};
use crate::session::{ArgFault, Context, Fault, Incoming, Refusal, Verdict};
use crate::surfaces::Buffer;
use crate::wire::ArgReader;

/// `wl_shm.error`: what is invalid.
#[derive(Clone, Copy)]
#[repr(u32)]
enum Invalid {
    Format = 0,
    Stride = 1,
    Fd = 2,
}

fn refuse<T>(object: u32, code: Invalid, text: String) -> Result<T, Refusal> {
    Err(Fault::client(object, code as u32, text).into())
}

/// What the session does with the client's shared memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryUse {
    /// Nothing: the host sees it.
    Unread,
    /// It reads some of it, but the host sees it too, and judges it.
    Shared,
    /// It keeps all of it: the host does not see it, and knows neither pools nor buffers.
    Kept,
}

/// The client's pools by their ids.
pub struct Pools {
    /// What the session does with their memory.
    memory: MemoryUse,
    known: HashMap<u32, Pool>,
}

impl Pools {
    /// For a session that does this with shared memory.
    pub fn new(memory: MemoryUse) -> Self {
        Self { memory, known: HashMap::new() }
    }

    /// Handles `wl_shm.create_pool`.
    pub fn create(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let shm = incoming.header.object;
        let mut args = incoming.args();
        let (id, size) = (args.uint()?, args.uint()?.cast_signed());
        args.finish()?;
        let whole = usize::try_from(size).ok().filter(|size| *size > 0);
        if self.memory != MemoryUse::Kept {
            let fd = context.fds.get(0).and_then(|fd| fd.try_clone_to_owned().ok());
            let pool = whole.zip(fd).and_then(|(size, fd)| Pool::new(fd, size).ok());
            self.known.extend(pool.map(|pool| (id, pool)));
            return Ok(Verdict::Forward);
        }
        let (fd, _) = context.fds.pop().ok_or(ArgFault::MissingFd)?;
        let Some(size) = whole else {
            return refuse(shm, Invalid::Stride, format!("invalid size ({size})"));
        };
        let pool = match Pool::new(fd, size) {
            Ok(pool) => pool,
            Err(e) => return refuse(shm, Invalid::Fd, format!("failed mmap fd: {e}")),
        };
        context.make_client_only(id, "wl_shm_pool", 1)?;
        self.known.insert(id, pool);
        Ok(Verdict::Drop)
    }

    /// Handles `wl_shm_pool.create_buffer`.
    pub fn create_buffer(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let pool_id = incoming.header.object;
        let pool = self.known.get(&pool_id);
        let (id, place, format) = new_buffer(incoming.args())?;
        let formats = &context.book.formats;
        let buffer = pool.map(|pool| buffer(pool_id, pool, formats, place, format));
        if self.memory != MemoryUse::Kept {
            let [_, width, height, _] = place;
            let buffer = match buffer {
                Some(Ok(shm)) => Buffer::shm(id, shm),
                _ => Buffer::other(id, Some((width, height))),
            };
            context.book.create_buffer(buffer);
            return Ok(Verdict::Forward);
        }
        let Some(buffer) = buffer else { return Ok(Verdict::Forward) };
        context.book.create_buffer(Buffer::shm(id, buffer?));
        context.make_client_only(id, "wl_buffer", 1)?;
        Ok(Verdict::Drop)
    }

    /// Handles `wl_shm_pool.resize`.
    pub fn resize(&mut self, incoming: &mut Incoming<'_>) -> Result<Verdict, Refusal> {
        let id = incoming.header.object;
        let Some(pool) = self.known.get_mut(&id) else { return Ok(Verdict::Forward) };
        let mut args = incoming.args();
        let size = usize::try_from(args.uint()?.cast_signed()).unwrap_or(0);
        args.finish()?;
        if self.memory != MemoryUse::Kept {
            if size > pool.size() {
                // If it fails, buffers beyond the old end are not known here.
                let _ = pool.grow(size);
            }
            return Ok(Verdict::Forward);
        }
        if size < pool.size() {
            return refuse(id, Invalid::Fd, "shrinking pool invalid".into());
        }
        if let Err(e) = pool.grow(size) {
            return refuse(id, Invalid::Fd, format!("failed mremap: {e}"));
        }
        Ok(Verdict::Drop)
    }

    /// Handles `wl_shm_pool.destroy`.
    pub fn destroyed(&mut self, id: u32, context: &mut Context<'_>) -> Verdict {
        if self.known.remove(&id).is_none() || self.memory != MemoryUse::Kept {
            return Verdict::Forward;
        }
        context.delete_client_only(id);
        Verdict::Drop
    }
}

/// The arguments of `create_buffer`: its id; offset, width, height and stride; format.
fn new_buffer(mut args: ArgReader<'_>) -> Result<(u32, [i32; 4], u32), ArgFault> {
    let id = args.uint()?;
    let mut int = || args.uint().map(u32::cast_signed);
    let place = [int()?, int()?, int()?, int()?];
    let format = args.uint()?;
    args.finish()?;
    Ok((id, place, format))
}

/// Checks that a buffer lies in its pool, with all rows of all planes. Errors are about the pool.
fn buffer(
    pool_id: u32,
    pool: &Pool,
    formats: &BTreeSet<u32>,
    [offset, width, height, stride]: [i32; 4],
    format: u32,
) -> Result<ShmBuffer, Refusal> {
    let fourcc = fourcc_of_shm(format);
    let Some(layout) = layout(fourcc).filter(|_| formats.contains(&format)) else {
        return refuse(pool_id, Invalid::Format, format!("invalid format {format:#x}"));
    };
    let checked = || {
        let [offset, width, height, stride] = [
            u32::try_from(offset).ok()?,
            u32::try_from(width).ok().filter(|n| *n > 0)?,
            u32::try_from(height).ok().filter(|n| *n > 0)?,
            u32::try_from(stride).ok()?,
        ];
        if layout.row(width)? > stride {
            return None;
        }
        let len = usize::try_from(stride).ok()?.checked_mul(layout.rows(height) as usize)?;
        let start = usize::try_from(offset).ok()?;
        if start.checked_add(len)? > pool.size() {
            return None;
        }
        let bytes = pool.bytes();
        Some(ShmBuffer { bytes, offset: start, width, height, stride, fourcc, layout })
    };
    match checked() {
        Some(buffer) => Ok(buffer),
        None => refuse(
            pool_id,
            Invalid::Stride,
            format!("invalid width, height or stride ({width}x{height}, {stride})"),
        ),
    }
}
