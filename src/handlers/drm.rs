//! `wl_drm`, with which older Mesa finds its device, behind a virtual one: the
//! client is told the guest's render node, and where the host has no `wl_drm` but
//! takes dma-bufs, carafe has one of its own, whose buffers `handlers::copying`
//! makes.

use super::made_up::DRM;
use crate::channel::RenderNode;
use crate::session::{Context, Fault, Global, Incoming, Refusal, Verdict};

// Its events, for which no crate has constants.
const DEVICE_EVENT: u16 = 0;
const FORMAT_EVENT: u16 = 1;
const AUTHENTICATED_EVENT: u16 = 2;
const CAPABILITIES_EVENT: u16 = 3;
/// `wl_drm.error.invalid_name`.
pub const INVALID_NAME: u32 = 2;
/// `wl_drm.capability.prime`.
const PRIME: u32 = 1;

/// A `wl_drm` of carafe's own, for this node.
pub struct MadeUpDrm(pub RenderNode);

impl MadeUpDrm {
    /// Announces it in a registry of the client, right after the host has announced the global that
    /// it needs, if the host has no `wl_drm` itself.
    pub fn announce(what: &str, version: u32, registry: u32, context: &mut Context<'_>) {
        if what != "zwp_linux_dmabuf_v1" || version < 2 {
            return;
        }
        let interface = context.tables.find(DRM.interface);
        let theirs = |(name, global): (&u32, &Global)| {
            *name != DRM.name && Some(global.interface) == interface
        };
        if !context.globals.by_name.iter().any(theirs) {
            DRM.offer(registry, context);
        }
    }

    /// Handles that the client binds it.
    pub fn bind(
        &self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let mut args = incoming.args();
        args.uint()?;
        args.string()?;
        let (version, id) = (args.uint()?, args.uint()?);
        args.finish()?;
        context.make_client_only(id, DRM.interface, version)?;
        let path = self.0.path.to_string_lossy();
        context.to_client.make(id, DEVICE_EVENT, |event| event.string(&path));
        if version >= 2 {
            context.to_client.make(id, CAPABILITIES_EVENT, |event| event.uint(PRIME));
        }
        for fourcc in [*b"AR24", *b"XR24"] {
            context
                .to_client
                .make(id, FORMAT_EVENT, |event| event.uint(u32::from_le_bytes(fourcc)));
        }
        Ok(Verdict::Drop)
    }
}

/// Handles `wl_drm.authenticate`, which render nodes do not need.
pub fn authenticate(incoming: &Incoming<'_>, context: &mut Context<'_>) -> Verdict {
    context.to_client.make(incoming.header.object, AUTHENTICATED_EVENT, |event| event);
    Verdict::Drop
}

/// Refuses `wl_drm.create_buffer` and `create_planar_buffer`, whose names mean nothing outside the
/// host's kernel.
pub fn refuse_name(incoming: &Incoming<'_>) -> Refusal {
    let text = "buffers by name are of another kernel";
    Fault::client(incoming.header.object, INVALID_NAME, text).into()
}

/// Handles `wl_drm.device`: the client is told the guest's device instead of the host's.
pub fn device(
    node: Option<&RenderNode>,
    incoming: &Incoming<'_>,
    context: &mut Context<'_>,
) -> Verdict {
    let Some(node) = node else { return Verdict::Forward };
    let path = node.path.to_string_lossy();
    context.to_client.make(incoming.object.peer, DEVICE_EVENT, |event| event.string(&path));
    Verdict::Drop
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Tables;

    #[test]
    fn events_have_the_protocols_numbers() {
        let tables = Tables::get();
        let drm = tables.find("wl_drm").map(|id| tables.interface(id));
        let events = [
            ("device", DEVICE_EVENT),
            ("format", FORMAT_EVENT),
            ("authenticated", AUTHENTICATED_EVENT),
            ("capabilities", CAPABILITIES_EVENT),
        ];
        for (name, opcode) in events {
            assert_eq!(drm.and_then(|drm| drm.event(name)), Some(opcode), "{name}");
        }
    }
}
