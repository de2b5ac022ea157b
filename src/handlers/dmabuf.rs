//! `zwp_linux_dmabuf_v1` and `wl_drm` behind a virtual device: the host names its
//! devices, which the guest does not have; clients are told the guest's render node.
//! Buffers that this node does not know cannot be shown, and the client learns it
//! in the protocol's own way.

use std::collections::HashSet;
use std::sync::Arc;

use wayland_protocols::wp::linux_dmabuf::zv1::client::zwp_linux_buffer_params_v1 as params;
use wayland_protocols::wp::linux_dmabuf::zv1::client::zwp_linux_dmabuf_feedback_v1 as feedback;

use crate::channel::{Memory, RenderNode};
use crate::protocol::{InterfaceId, Tables};
use crate::session::{ArgFault, Context, Fault, Handler, Incoming, Refusal, Verdict};

const INTERFACES: [&str; 3] =
    ["zwp_linux_dmabuf_feedback_v1", "zwp_linux_buffer_params_v1", "wl_drm"];

/// `zwp_linux_buffer_params_v1.error.invalid_wl_buffer`.
const INVALID_WL_BUFFER: u32 = 7;

// `wl_drm`, whose constants no crate has (`protocols/wayland-drm.xml`).
const DRM_AUTHENTICATE: u16 = 0;
const DRM_CREATE_BUFFER: u16 = 1;
const DRM_CREATE_PLANAR_BUFFER: u16 = 2;
const DRM_DEVICE: u16 = 0;
const DRM_AUTHENTICATED: u16 = 2;
/// `wl_drm.error.invalid_name`.
const DRM_INVALID_NAME: u32 = 2;

/// The handler.
pub struct Dmabuf {
    interfaces: [Option<InterfaceId>; 3],
    node: RenderNode,
    memory: Arc<dyn Memory>,
    /// Parameters with a buffer that the device does not know.
    foreign: HashSet<u32>,
}

impl Dmabuf {
    /// Clients use that node.
    pub fn new(node: RenderNode, memory: Arc<dyn Memory>, tables: &Tables) -> Self {
        let interfaces = INTERFACES.map(|name| tables.find(name));
        Self { interfaces, node, memory, foreign: HashSet::new() }
    }

    fn which(&self, incoming: &Incoming<'_>) -> &'static str {
        let found = self.interfaces.iter().position(|id| *id == Some(incoming.object.interface));
        found.and_then(|n| INTERFACES.get(n)).copied().unwrap_or_default()
    }

    fn params(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let id = incoming.header.object;
        let is_foreign = self.foreign.contains(&id);
        match incoming.header.opcode {
            params::REQ_ADD_OPCODE => {
                let fd = context.fds.get(0).ok_or(ArgFault::MissingFd)?;
                if self.memory.takes(fd) {
                    return Ok(Verdict::Forward);
                }
                self.foreign.insert(id);
                // Verdict::Drop closes the descriptor.
                Ok(Verdict::Drop)
            }
            params::REQ_CREATE_OPCODE if is_foreign => {
                context.to_client.make(id, params::EVT_FAILED_OPCODE, |event| event);
                Ok(Verdict::Drop)
            }
            params::REQ_CREATE_IMMED_OPCODE if is_foreign => {
                let text = format!("{} does not know this dma-buf", self.node.path.display());
                Err(Fault::Client { object: id, code: INVALID_WL_BUFFER, text }.into())
            }
            params::REQ_DESTROY_OPCODE => {
                self.foreign.remove(&id);
                Ok(Verdict::Forward)
            }
            _ => Ok(Verdict::Forward),
        }
    }

    /// A request to `wl_drm`: its authentication is for nodes that need it, which
    /// render nodes do not; its buffers by name are of the host's kernel.
    fn drm(incoming: &Incoming<'_>, context: &mut Context<'_>) -> Result<Verdict, Refusal> {
        let object = incoming.header.object;
        match incoming.header.opcode {
            DRM_AUTHENTICATE => {
                context.to_client.make(object, DRM_AUTHENTICATED, |event| event);
                Ok(Verdict::Drop)
            }
            DRM_CREATE_BUFFER | DRM_CREATE_PLANAR_BUFFER => {
                let text = "buffers by name are of another kernel".into();
                Err(Fault::Client { object, code: DRM_INVALID_NAME, text }.into())
            }
            _ => Ok(Verdict::Forward),
        }
    }

    /// Replaces a device by the guest's: an array that holds a `dev_t`.
    fn device(&self, incoming: &mut Incoming<'_>) {
        let number = self.node.number.to_ne_bytes();
        let len = incoming.body.first_chunk().map(|len| u32::from_ne_bytes(*len));
        if len == Some(8)
            && let Some(place) = incoming.body.get_mut(4..12)
        {
            place.copy_from_slice(&number);
        }
    }
}

impl Handler for Dmabuf {
    fn interfaces(&self) -> &'static [&'static str] {
        &INTERFACES
    }

    fn request(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        match self.which(incoming) {
            "zwp_linux_buffer_params_v1" => self.params(incoming, context),
            "wl_drm" => Self::drm(incoming, context),
            _ => Ok(Verdict::Forward),
        }
    }

    fn event(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        match (self.which(incoming), incoming.header.opcode) {
            (
                "zwp_linux_dmabuf_feedback_v1",
                feedback::EVT_MAIN_DEVICE_OPCODE | feedback::EVT_TRANCHE_TARGET_DEVICE_OPCODE,
            ) => {
                self.device(incoming);
                Ok(Verdict::Forward)
            }
            ("wl_drm", DRM_DEVICE) => {
                let path = self.node.path.to_string_lossy();
                context
                    .to_client
                    .make(incoming.object.peer, DRM_DEVICE, |event| event.string(&path));
                Ok(Verdict::Drop)
            }
            _ => Ok(Verdict::Forward),
        }
    }
}
