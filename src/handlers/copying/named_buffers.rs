//! Requests other than `attach` that name a buffer: a copy in the host's `wl_shm` replaces the
//! client's buffer.

use std::collections::HashMap;

use wayland_client::protocol::wl_buffer;

use super::host::HostBuffers;
use super::surfaces::shrunk;
use crate::pixels::{ShmBuffer, Target};
use crate::session::{Context, Incoming, Refusal, Verdict};

/// How carafe treats the requests of an interface that name a `wl_buffer`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BufferUse {
    /// The buffer is shown: see [`surfaces`](super::surfaces).
    Shown,
    /// The buffer is replaced with a copy.
    Copied,
    /// The buffer cannot be replaced, so this global is not offered, for this reason.
    NotOffered(&'static str, &'static str),
}

const WRITTEN: &str = "the host would write into the client's memory, which it cannot see";

/// All interfaces with such requests.
pub const USES: [(&str, BufferUse); 6] = [
    ("wl_surface", BufferUse::Shown),
    ("xdg_toplevel_icon_v1", BufferUse::Copied),
    ("org_kde_kwin_shadow", BufferUse::Copied),
    ("zwlr_screencopy_frame_v1", BufferUse::NotOffered("zwlr_screencopy_manager_v1", WRITTEN)),
    (
        "ext_image_copy_capture_frame_v1",
        BufferUse::NotOffered("ext_image_copy_capture_manager_v1", WRITTEN),
    ),
    (
        "wl_eglstream_controller",
        BufferUse::NotOffered("wl_eglstream_controller", "the host cannot see the client's memory"),
    ),
];

/// Why a global cannot be offered if the host does not see the client's memory; `None` if it can.
pub fn objection(global: &str) -> Option<&'static str> {
    USES.iter().find_map(|(_, used)| match used {
        BufferUse::NotOffered(name, why) if *name == global => Some(*why),
        _ => None,
    })
}

/// The copies at the host, by the client's buffers.
#[derive(Default)]
pub struct Copies(HashMap<u32, Target>);

impl Copies {
    /// Handles a request whose first argument is a buffer, to an object whose buffers are
    /// [copied](BufferUse::Copied).
    pub fn request(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
        host: &HostBuffers,
    ) -> Result<Verdict, Refusal> {
        let interface = context.tables.interface(incoming.object.interface);
        let request = interface.requests.get(usize::from(incoming.header.opcode));
        let id = incoming.args().uint()?;
        // The host knows this buffer itself, so it can judge it.
        let Some(found) = context.buffer(id).cloned() else { return Ok(Verdict::Forward) };
        let Some(buffer) = found.as_shm() else { return Ok(Verdict::Forward) };
        if buffer.layout.half_plane {
            tracing::info!("a {} in NV12 is left out: hosts' wl_shm has none", interface.name);
            return Ok(Verdict::Drop);
        }
        let copy = self.copy(id, buffer, context, host)?;
        let mut args = incoming.args();
        *args.word()? = copy.to_ne_bytes();
        for _ in request.into_iter().flat_map(|request| request.args.iter().skip(1)) {
            args.word()?;
        }
        args.finish()?;
        Ok(Verdict::Translated)
    }

    /// Makes or updates the copy with the buffer's current content; returns its id.
    fn copy(
        &mut self,
        id: u32,
        buffer: &ShmBuffer,
        context: &mut Context<'_>,
        host: &HostBuffers,
    ) -> Result<u32, Refusal> {
        let target = match self.0.remove(&id) {
            Some(copy) => copy,
            None => host.make_shm((buffer.width, buffer.height, buffer.fourcc), context)?,
        };
        let target = self.0.entry(id).or_insert(target);
        target.lacks.add(buffer.bounds());
        target.fill(buffer, None, host.memory()).map_err(|e| shrunk(id, e))?;
        Ok(target.id)
    }

    /// Handles that the client destroys a buffer.
    pub fn destroyed(&mut self, id: u32, context: &mut Context<'_>) {
        if let Some(copy) = self.0.remove(&id) {
            HostBuffers::destroy(copy.id, context);
        }
    }

    /// Handles that the host has released a buffer. If it is a copy, the client's buffer is
    /// released too.
    pub fn released(&self, copy: u32, context: &mut Context<'_>) {
        if let Some((id, _)) = self.0.iter().find(|(_, target)| target.id == copy) {
            context.to_client.make(*id, wl_buffer::EVT_RELEASE_OPCODE, |event| event);
        }
    }
}
