//! `wl_drm`, with which older Mesa finds its device.

use crate::channel::RenderNode;
use crate::session::{Context, Fault, Incoming, Refusal, Verdict};

// No crate has its constants (`protocols/wayland-drm.xml`).
const AUTHENTICATE: u16 = 0;
const CREATE_BUFFER: u16 = 1;
const CREATE_PLANAR_BUFFER: u16 = 2;
const DEVICE: u16 = 0;
const AUTHENTICATED: u16 = 2;
/// `wl_drm.error.invalid_name`.
const INVALID_NAME: u32 = 2;

/// Authentication is for nodes that need it, which render nodes do not; buffers by
/// name are of the host's kernel.
pub fn request(
    opcode: u16,
    incoming: &Incoming<'_>,
    context: &mut Context<'_>,
) -> Result<Verdict, Refusal> {
    let object = incoming.header.object;
    match opcode {
        AUTHENTICATE => {
            context.to_client.make(object, AUTHENTICATED, |event| event);
            Ok(Verdict::Drop)
        }
        CREATE_BUFFER | CREATE_PLANAR_BUFFER => {
            let text = "buffers by name are of another kernel".into();
            Err(Fault::Client { object, code: INVALID_NAME, text }.into())
        }
        _ => Ok(Verdict::Forward),
    }
}

/// The client is told the guest's device instead of the host's.
pub fn event(
    opcode: u16,
    node: Option<&RenderNode>,
    incoming: &Incoming<'_>,
    context: &mut Context<'_>,
) -> Verdict {
    let (DEVICE, Some(node)) = (opcode, node) else { return Verdict::Forward };
    let path = node.path.to_string_lossy();
    context.to_client.make(incoming.object.peer, DEVICE, |event| event.string(&path));
    Verdict::Drop
}
