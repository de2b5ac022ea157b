//! `zwp_linux_dmabuf_feedback_v1` behind a virtual device: the host names its own devices, which do
//! not exist in the guest, so clients are told the guest's render node.

use crate::channel::RenderNode;
use crate::session::{Context, Handler, Incoming, Refusal, Verdict, Want};

/// The handler, with the node for clients.
pub struct Feedback(pub RenderNode);

/// An event whose first argument is a device.
#[derive(Clone, Copy)]
pub struct DeviceArgument;

static WANTS: &[Want<DeviceArgument>] = &[
    Want::event("zwp_linux_dmabuf_feedback_v1", "main_device", DeviceArgument),
    Want::event("zwp_linux_dmabuf_feedback_v1", "tranche_target_device", DeviceArgument),
];

impl Handler for Feedback {
    type Token = DeviceArgument;

    fn wants(&self) -> &'static [Want<DeviceArgument>] {
        WANTS
    }

    fn handle(
        &mut self,
        DeviceArgument: DeviceArgument,
        incoming: &mut Incoming<'_>,
        _: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        // An array with a `dev_t`.
        if let Some((len, device)) = incoming.body.split_first_chunk_mut()
            && u32::from_ne_bytes(*len) == 8
            && let Some(device) = device.first_chunk_mut()
        {
            *device = self.0.number.to_ne_bytes();
        }
        Ok(Verdict::Forward)
    }
}
