//! `zwp_linux_dmabuf_feedback_v1` behind a virtual device: the host names its own
//! devices, which the guest does not have; clients are told the guest's render node.

use wayland_protocols::wp::linux_dmabuf::zv1::client::zwp_linux_dmabuf_feedback_v1::{
    EVT_MAIN_DEVICE_OPCODE, EVT_TRANCHE_TARGET_DEVICE_OPCODE,
};

use crate::channel::RenderNode;
use crate::session::{Context, Handler, Incoming, Refusal, Verdict};

/// The handler: the node that clients are told.
pub struct Feedback(pub RenderNode);

impl Handler for Feedback {
    fn interfaces(&self) -> &'static [&'static str] {
        &["zwp_linux_dmabuf_feedback_v1"]
    }

    fn event(
        &mut self,
        incoming: &mut Incoming<'_>,
        _: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let names_device = matches!(
            incoming.header.opcode,
            EVT_MAIN_DEVICE_OPCODE | EVT_TRANCHE_TARGET_DEVICE_OPCODE
        );
        // An array that holds a `dev_t`.
        if names_device
            && let Some((len, device)) = incoming.body.split_first_chunk_mut()
            && u32::from_ne_bytes(*len) == 8
            && let Some(device) = device.first_chunk_mut()
        {
            *device = self.0.number.to_ne_bytes();
        }
        Ok(Verdict::Forward)
    }
}
