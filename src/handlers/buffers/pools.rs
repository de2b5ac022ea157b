//! The client's pools, kept here, or looked at on their way to the host. Errors and their
//! texts are those of libwayland's server.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use wayland_client::protocol::wl_shm_pool::{
    REQ_CREATE_BUFFER_OPCODE, REQ_DESTROY_OPCODE, REQ_RESIZE_OPCODE,
};

use super::Buffer;
use crate::pixels::{Pool, ShmBuffer, fourcc_of_shm, layout};
use crate::session::{ArgFault, Context, Fault, Incoming, Refusal, Verdict};
use crate::wire::ArgReader;

/// `wl_shm.error`: of what is invalid.
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

/// The client's pools by their ids.
#[derive(Default)]
pub struct Pools(HashMap<u32, Arc<Pool>>);

impl Pools {
    /// `wl_shm.create_pool`: the pool stays here, with its descriptor.
    pub fn create(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let shm = incoming.header.object;
        let mut args = incoming.args();
        let (id, size) = (args.uint()?, args.uint()?.cast_signed());
        args.finish()?;
        let (fd, _) = context.fds.pop().ok_or(ArgFault::MissingFd)?;
        let Some(size) = usize::try_from(size).ok().filter(|size| *size > 0) else {
            return refuse(shm, Invalid::Stride, format!("invalid size ({size})"));
        };
        let pool = match Pool::new(fd, size) {
            Ok(pool) => Arc::new(pool),
            Err(e) => return refuse(shm, Invalid::Fd, format!("failed mmap fd: {e}")),
        };
        self.make(id, pool, context)?;
        Ok(Verdict::Drop)
    }

    fn make(&mut self, id: u32, pool: Arc<Pool>, context: &mut Context<'_>) -> Result<(), Refusal> {
        if let Some(interface) = context.tables.find("wl_shm_pool") {
            context.objects.make_client_only(id, interface, 1)?;
        }
        self.0.insert(id, pool);
        Ok(())
    }

    /// `wl_shm.create_pool` of a pool that goes to the host, which judges it.
    pub fn note(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &Context<'_>,
    ) -> Result<(), Refusal> {
        let mut args = incoming.args();
        let (id, size) = (args.uint()?, args.uint()?.cast_signed());
        let size = usize::try_from(size).ok().filter(|size| *size > 0);
        let fd = context.fds.get(0).and_then(|fd| fd.try_clone_to_owned().ok());
        let pool = size.zip(fd).and_then(|(size, fd)| Pool::new(fd, size).ok());
        self.0.extend(pool.map(|pool| (id, Arc::new(pool))));
        Ok(())
    }

    /// A request to such a pool.
    pub fn note_request(
        &mut self,
        incoming: &mut Incoming<'_>,
        formats: &BTreeSet<u32>,
        buffers: &mut HashMap<u32, Buffer>,
    ) -> Result<(), Refusal> {
        let id = incoming.header.object;
        let Some(pool) = self.0.get(&id) else { return Ok(()) };
        let opcode = incoming.header.opcode;
        let mut args = incoming.args();
        match opcode {
            REQ_CREATE_BUFFER_OPCODE => {
                let (new, place, format) = new_buffer(args)?;
                let made = buffer(id, pool, formats, place, format).ok();
                buffers.extend(made.map(|buffer| (new, Arc::new(buffer))));
            }
            REQ_RESIZE_OPCODE => {
                let size = usize::try_from(args.uint()?.cast_signed()).unwrap_or(0);
                if size > pool.size() {
                    // Where it fails, buffers behind the old end are not known here.
                    let _ = pool.grow(size);
                }
            }
            REQ_DESTROY_OPCODE => self.close(id),
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, id: u32) {
        if let Some(pool) = self.0.remove(&id) {
            pool.close();
        }
    }

    /// A request to a pool that stays here.
    pub fn request(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
        formats: &BTreeSet<u32>,
        buffers: &mut HashMap<u32, Buffer>,
    ) -> Result<Verdict, Refusal> {
        let (id, opcode) = (incoming.header.object, incoming.header.opcode);
        let Some(pool) = self.0.get(&id) else { return Ok(Verdict::Forward) };
        let mut args = incoming.args();
        match opcode {
            REQ_CREATE_BUFFER_OPCODE => {
                let (new, place, format) = new_buffer(args)?;
                let buffer = buffer(id, pool, formats, place, format)?;
                if let Some(interface) = context.tables.find("wl_buffer") {
                    context.objects.make_client_only(new, interface, 1)?;
                }
                buffers.insert(new, Arc::new(buffer));
            }
            REQ_RESIZE_OPCODE => {
                let size = args.uint()?.cast_signed();
                args.finish()?;
                let size = usize::try_from(size).unwrap_or(0);
                if size < pool.size() {
                    return refuse(id, Invalid::Fd, "shrinking pool invalid".into());
                }
                if let Err(e) = pool.grow(size) {
                    return refuse(id, Invalid::Fd, format!("failed mremap: {e}"));
                }
            }
            REQ_DESTROY_OPCODE => {
                args.finish()?;
                self.close(id);
                context.delete_client_only(id);
            }
            _ => return Ok(Verdict::Forward),
        }
        Ok(Verdict::Drop)
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

/// Checks that a buffer lies in its pool, all rows of all planes.
fn buffer(
    id: u32,
    pool: &Arc<Pool>,
    formats: &BTreeSet<u32>,
    [offset, width, height, stride]: [i32; 4],
    format: u32,
) -> Result<ShmBuffer, Refusal> {
    let fourcc = fourcc_of_shm(format);
    let Some(layout) = layout(fourcc).filter(|_| formats.contains(&format)) else {
        return refuse(id, Invalid::Format, format!("invalid format {format:#x}"));
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
        let pool = Arc::clone(pool);
        Some(ShmBuffer { pool, offset: start, width, height, stride, fourcc, layout })
    };
    match checked() {
        Some(buffer) => Ok(buffer),
        None => refuse(
            id,
            Invalid::Stride,
            format!("invalid width, height or stride ({width}x{height}, {stride})"),
        ),
    }
}
