//! The client's dma-bufs, which cross unchanged.
//!
//! A buffer that the device does not know cannot be shown. The client then gets the error that the
//! protocol has for this.

use std::collections::HashSet;
use std::os::fd::AsFd;
use std::sync::Arc;

use wayland_protocols::wp::linux_dmabuf::zv1::client::zwp_linux_buffer_params_v1 as params;

use super::host::{ANY_MODIFIER, HostBuffers, make_dmabuf};
use crate::channel::{Memory, Plane};
use crate::handlers::drm;
use crate::session::{ArgFault, Context, Fault, IdFault, Incoming, Refusal, Verdict};

/// `zwp_linux_buffer_params_v1.error.invalid_wl_buffer`.
const INVALID_WL_BUFFER: u32 = 7;

/// The client's dma-bufs, by the ids of their parameters.
pub struct Params {
    memory: Arc<dyn Memory>,
    /// Parameters with a dma-buf that the device does not know.
    foreign: HashSet<u32>,
}

impl Params {
    /// For a device that recognises its own dma-bufs.
    pub fn new(memory: Arc<dyn Memory>) -> Self {
        Self { memory, foreign: HashSet::new() }
    }

    /// Handles a request to `zwp_linux_buffer_params_v1`.
    pub fn request(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let (id, opcode) = (incoming.header.object, incoming.header.opcode);
        let is_foreign = self.foreign.contains(&id);
        match opcode {
            params::REQ_ADD_OPCODE => {
                let fd = context.fds.get(0).ok_or(ArgFault::MissingFd)?;
                if !self.memory.takes(fd) {
                    self.foreign.insert(id);
                    return Ok(Verdict::Drop);
                }
                if let Some(known) = self.memory.first_plane(fd) {
                    correct(incoming, known)?;
                }
            }
            params::REQ_CREATE_OPCODE if is_foreign => {
                context.to_client.make(id, params::EVT_FAILED_OPCODE, |event| event);
                return Ok(Verdict::Drop);
            }
            params::REQ_CREATE_IMMED_OPCODE if is_foreign => {
                let text = "the virtual device does not know this dma-buf";
                return Err(Fault::client(id, INVALID_WL_BUFFER, text).into());
            }
            params::REQ_DESTROY_OPCODE => {
                self.foreign.remove(&id);
            }
            _ => {}
        }
        Ok(Verdict::Forward)
    }

    /// Handles `wl_drm.create_prime_buffer`: forwards it, or uses `zwp_linux_dmabuf_v1` if the
    /// `wl_drm` is carafe's own.
    pub fn prime_buffer(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let object = incoming.header.object;
        let mut args = incoming.args();
        let buffer = args.uint()?;
        let [width, height, fourcc] = [args.uint()?, args.uint()?, args.uint()?];
        let [offset, stride] = [args.uint()?, args.uint()?];
        let fd = context.fds.get(0).ok_or(ArgFault::MissingFd)?;
        if !self.memory.takes(fd) {
            let text = "the virtual device does not know this dma-buf";
            return Err(Fault::client(object, drm::INVALID_NAME, text).into());
        }
        if incoming.object.peer != 0 {
            return Ok(Verdict::Forward);
        }
        let (fd, _) = context.fds.pop().ok_or(ArgFault::MissingFd)?;
        let dmabuf = HostBuffers::dmabuf(context)?;
        let Some(interface) = context.tables.find("wl_buffer") else { return Ok(Verdict::Drop) };
        let mirrored = |context: &mut Context<'_>| {
            let made = context.objects.mirror_from_client(buffer, interface, 1);
            made.map_err(std::io::Error::other)
        };
        let known = self.memory.first_plane(fd.as_fd());
        let (stride, modifier) = known.unwrap_or((stride, ANY_MODIFIER));
        let planes = vec![(Plane { offset, stride }, fd)];
        make_dmabuf(dmabuf, mirrored, [width, height], fourcc, modifier, planes, context).map_err(
            |e| match e.downcast::<IdFault>() {
                Ok(fault) => Refusal::from(fault),
                Err(e) => Fault::resources(e.to_string()).into(),
            },
        )?;
        Ok(Verdict::Drop)
    }
}

/// Writes the stride and modifier that a dma-buf has at the host into the `add` request for its
/// first plane.
fn correct(incoming: &mut Incoming<'_>, (stride, modifier): (u32, u64)) -> Result<(), Refusal> {
    let mut args = incoming.args();
    if args.uint()? != 0 {
        return Ok(());
    }
    let _offset = args.uint()?;
    #[expect(clippy::cast_possible_truncation, reason = "the two halves of the modifier")]
    for word in [stride, (modifier >> 32) as u32, modifier as u32] {
        *args.word()? = word.to_ne_bytes();
    }
    Ok(())
}
