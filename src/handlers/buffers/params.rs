//! Dma-bufs of the client's that cross as they are.
//!
//! A host that gets one does not see the fences of the guest's kernel: so a commit
//! waits until what draws into its buffer has ended. Buffers that the device does
//! not know cannot be shown, and the client learns it in the protocol's own way.

use std::collections::{HashMap, HashSet};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use wayland_protocols::wp::linux_dmabuf::zv1::client::zwp_linux_buffer_params_v1 as params;

use super::host::{ANY_MODIFIER, HostBuffers, make_dmabuf};
use crate::channel::{Memory, Plane};
use crate::foreign;
use crate::handlers::drm;
use crate::session::{ArgFault, Context, Fault, IdFault, Incoming, Refusal, Verdict};

/// `zwp_linux_buffer_params_v1.error.invalid_wl_buffer`.
const INVALID_WL_BUFFER: u32 = 7;

/// What is known of dma-bufs, by the client's ids.
pub struct Params {
    memory: Arc<dyn Memory>,
    /// Parameters with a buffer that the device does not know.
    foreign: HashSet<u32>,
    /// The first plane of parameters that are being gathered.
    gathered: HashMap<u32, OwnedFd>,
    /// The dma-buf of each `wl_buffer`, if it can be asked about its fences.
    buffers: HashMap<u32, OwnedFd>,
}

impl Params {
    /// For a device that knows its own dma-bufs.
    pub fn new(memory: Arc<dyn Memory>) -> Self {
        let (gathered, buffers) = (HashMap::new(), HashMap::new());
        Self { memory, foreign: HashSet::new(), gathered, buffers }
    }

    /// A request to `zwp_linux_buffer_params_v1`.
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
                if !self.gathered.contains_key(&id)
                    && foreign::can_poll(fd)
                    && let Ok(copy) = fd.try_clone_to_owned()
                {
                    self.gathered.insert(id, copy);
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
            params::REQ_CREATE_IMMED_OPCODE => {
                let buffer = incoming.args().uint()?;
                self.buffers.extend(self.gathered.remove(&id).map(|fd| (buffer, fd)));
            }
            params::REQ_DESTROY_OPCODE => {
                self.foreign.remove(&id);
                self.gathered.remove(&id);
            }
            _ => {}
        }
        Ok(Verdict::Forward)
    }

    /// `zwp_linux_buffer_params_v1.created`: the host has made the buffer.
    pub fn created(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let Some(interface) = context.tables.find("wl_buffer") else { return Ok(Verdict::Forward) };
        let id = incoming.object.peer;
        let mut args = incoming.args();
        let place = args.word()?;
        let made = context.objects.mirror_from_host(u32::from_ne_bytes(*place), interface, 1)?;
        *place = made.to_ne_bytes();
        args.finish()?;
        self.buffers.extend(self.gathered.remove(&id).map(|fd| (made, fd)));
        Ok(Verdict::Translated)
    }

    /// `wl_drm.create_prime_buffer`: forwarded, or by `zwp_linux_dmabuf_v1` where the
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
        if foreign::can_poll(fd) {
            self.buffers.extend(fd.try_clone_to_owned().ok().map(|fd| (buffer, fd)));
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
        let planes = vec![(Plane { offset, stride }, fd)];
        make_dmabuf(dmabuf, mirrored, [width, height], fourcc, ANY_MODIFIER, planes, context)
            .map_err(|e| match e.downcast::<IdFault>() {
                Ok(fault) => Refusal::from(fault),
                Err(e) => Fault::resources(e.to_string()).into(),
            })?;
        Ok(Verdict::Drop)
    }

    /// The client has destroyed a `wl_buffer`.
    pub fn destroyed(&mut self, buffer: u32) {
        self.buffers.remove(&buffer);
    }

    /// What a commit with that buffer has to wait for: until it is readable (see
    /// the kernel's documentation of dma-bufs, "Implicit Fence Poll Support").
    pub fn busy(&self, buffer: u32) -> Option<OwnedFd> {
        let fd = self.buffers.get(&buffer)?;
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        let mut polled = [PollFd::new(fd, PollFlags::IN)];
        match poll(&mut polled, Some(&now)) {
            Ok(0) => fd.as_fd().try_clone_to_owned().ok(),
            _ => None,
        }
    }
}
