//! X11 windows that are no rectangles, where the host sees the client's memory: what they
//! show is copied, because Xwayland's buffers have no alpha. All else passes as it is.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::os::fd::AsFd;
use std::sync::Arc;

use rustix::fs::{MemfdFlags, ftruncate, memfd_create};
use wayland_client::protocol::{wl_buffer, wl_shm, wl_surface};

use super::Buffer;
use super::host::HostBuffers;
use super::pools::Pools;
use super::surfaces::{Sources, Surfaces};
use crate::channel::{Area, Image, Mapping, Memory};
use crate::handlers::is_release;
use crate::observe::Side;
use crate::pixels::Masks;
use crate::protocol::{InterfaceId, Tables};
use crate::session::{Context, Handler, Incoming, Object, Refusal, Verdict, Wait};
use crate::wire::Header;

/// Memory of this machine's, which the host sees.
struct Local;

impl Memory for Local {
    fn has_images(&self) -> bool {
        false
    }

    fn allocate(&self, len: usize) -> io::Result<Area> {
        let fd = memfd_create("carafe", MemfdFlags::CLOEXEC)?;
        ftruncate(&fd, len as u64)?;
        let map = Mapping::new(fd.as_fd(), 0, len)?;
        Ok(Area { fd, map })
    }

    fn image(&self, _: u32, _: u32, _: u32) -> io::Result<Image> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// The handler.
pub struct Shaped {
    pools: Pools,
    /// The client's buffers by their ids.
    shm: HashMap<u32, Buffer>,
    surfaces: Surfaces,
    host: HostBuffers,
    /// `wl_shm`'s numbers of the formats that are copied.
    formats: BTreeSet<u32>,
    masks: Masks,
    /// `wl_surface`.
    surface: Option<InterfaceId>,
}

impl Shaped {
    /// For the surfaces that have masks.
    pub fn new(masks: Masks, tables: &Tables) -> Self {
        Self {
            pools: Pools::default(),
            shm: HashMap::new(),
            surfaces: Surfaces::default(),
            host: HostBuffers::new(Arc::new(Local)),
            formats: BTreeSet::from([0, 1]),
            masks,
            surface: tables.find("wl_surface"),
        }
    }
}

impl Handler for Shaped {
    fn interfaces(&self) -> &'static [&'static str] {
        &["wl_shm", "wl_shm_pool", "wl_buffer", "wl_surface", "wp_viewporter", "wp_viewport"]
    }

    fn sees_plain(&self, interface: &str, from: Side) -> bool {
        !is_release(interface, from)
    }

    fn may_wait(&self) -> bool {
        true
    }

    fn must_wait(&self, header: Header, object: &Object) -> Option<Wait> {
        let commits = Some(object.interface) == self.surface
            && header.opcode == wl_surface::REQ_COMMIT_OPCODE;
        commits.then(|| self.surfaces.must_wait(header.object, None, Some(&self.masks))).flatten()
    }

    fn request(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let interface = context.tables.interface(incoming.object.interface).name;
        match (interface, incoming.header.opcode) {
            ("wl_shm", wl_shm::REQ_CREATE_POOL_OPCODE) => self.pools.note(incoming, context)?,
            ("wl_shm_pool", _) => {
                self.pools.note_request(incoming, &self.formats, &mut self.shm)?;
            }
            ("wl_buffer", wl_buffer::REQ_DESTROY_OPCODE) => {
                self.shm.remove(&incoming.header.object);
            }
            ("wl_surface", opcode) => {
                let Self { surfaces, shm, host, masks, .. } = self;
                let sources = Sources { shm, params: None, host, masks: Some(masks) };
                return surfaces.request(opcode, incoming, context, sources);
            }
            ("wp_viewporter", 1) => return self.surfaces.get_viewport(incoming),
            ("wp_viewport", opcode) => return self.surfaces.viewport(opcode, incoming),
            _ => {}
        }
        Ok(Verdict::Forward)
    }

    fn event(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let interface = context.tables.interface(incoming.object.interface).name;
        let own = incoming.object.peer == 0;
        if own
            && (interface, incoming.header.opcode) == ("wl_buffer", wl_buffer::EVT_RELEASE_OPCODE)
        {
            self.surfaces.released(incoming.header.object);
        }
        Ok(Verdict::Forward)
    }

    fn is_steady(&self, surface: u32) -> bool {
        !self.surfaces.has_mask(surface)
    }
}
