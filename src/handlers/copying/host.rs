//! Buffers at the host for copies of clients' pixels.

use std::collections::{BTreeSet, HashMap};
use std::os::fd::OwnedFd;
use std::sync::Arc;

use drm_fourcc::DrmFourcc;
use rustix::io::Errno;
use wayland_client::protocol::{wl_buffer, wl_shm, wl_shm_pool};
use wayland_protocols::wp::linux_dmabuf::zv1::client::zwp_linux_buffer_params_v1 as params;
use wayland_protocols::wp::linux_dmabuf::zv1::client::zwp_linux_dmabuf_v1 as dmabuf;

use crate::channel::{Memory, Plane};
use crate::pixels::{PixelLayout, PixelRect, Region, Storage, Target, layout};
use crate::session::{Context, Fault, Refusal};
use crate::wire::FdKind;

/// The version of `zwp_linux_dmabuf_v1` that makes buffers at once (`create_immed`) and still
/// announces formats with events.
const DMABUF_VERSION: u32 = 3;

/// `DRM_FORMAT_MOD_INVALID`: the device chooses.
pub const ANY_MODIFIER: u64 = 0x00ff_ffff_ffff_ffff;

/// A buffer's width, height and fourcc.
pub type Form = (u32, u32, u32);

/// The same, with values that follow from it.
struct BufferRequest {
    width: u32,
    height: u32,
    fourcc: u32,
    layout: PixelLayout,
}

impl BufferRequest {
    fn new((width, height, fourcc): Form) -> Result<Self, Fault> {
        let unknown = || Fault::service(format!("the format {fourcc:#x} cannot be copied"));
        let layout = layout(fourcc).ok_or_else(unknown)?;
        Ok(Self { width, height, fourcc, layout })
    }
}

fn cannot_share(buffer: &BufferRequest, e: &std::io::Error) -> Refusal {
    let BufferRequest { width, height, .. } = buffer;
    Fault::resources(format!("cannot share a buffer of {width}x{height} with the host: {e}")).into()
}

/// Makes buffers at the host.
pub struct HostBuffers {
    memory: Arc<dyn Memory>,
    /// The fourccs that the host takes as dma-bufs, as far as known.
    image_formats: BTreeSet<u32>,
    /// The modifier that the device uses for images of a fourcc, if that was tried.
    modifiers: HashMap<u32, Option<u64>>,
    /// Which memory the last buffer got, and why; for messages to people.
    chosen: String,
}

fn own(interface: &str, version: u32, context: &mut Context<'_>) -> Result<Option<u32>, Refusal> {
    let Context { tables, objects, to_host, globals, .. } = context;
    let found = globals.bind(tables, objects, to_host, interface, version)?;
    // Version 2 of `zwp_linux_dmabuf_v1` makes buffers at once.
    Ok(found.filter(|(_, bound)| *bound >= version.min(2)).map(|(id, _)| id))
}

/// carafe's own `zwp_linux_dmabuf_v1` at the host, if the host has a version that suffices.
pub fn bind_dmabuf(context: &mut Context<'_>) -> Result<Option<u32>, Refusal> {
    own("zwp_linux_dmabuf_v1", DMABUF_VERSION, context)
}

impl HostBuffers {
    /// Makes buffers in this kind of memory.
    pub fn new(memory: Arc<dyn Memory>) -> Self {
        // The host is asked before the first buffer is made. All hosts take these two.
        let image_formats = [DrmFourcc::Argb8888, DrmFourcc::Xrgb8888].map(|f| f as u32).into();
        Self { memory, image_formats, modifiers: HashMap::new(), chosen: String::new() }
    }

    /// Which memory the last buffer got, and why; for messages to people.
    pub fn chosen(&self) -> &str {
        &self.chosen
    }

    /// The memory of the buffers.
    pub fn memory(&self) -> &dyn Memory {
        self.memory.as_ref()
    }

    /// Makes a buffer with this width, height and fourcc, which lacks all content. `is_worth` tells
    /// that an image is worth its price.
    pub fn make(
        &mut self,
        form: Form,
        is_worth: bool,
        context: &mut Context<'_>,
    ) -> Result<Target, Refusal> {
        let buffer = &BufferRequest::new(form)?;
        let dmabuf = if self.memory.has_images() { bind_dmabuf(context)? } else { None };
        let known = self.image_formats.contains(&buffer.fourcc);
        // A format with two planes is only possible as an image.
        let is_worth = buffer.layout.half_plane || is_worth;
        let image = dmabuf
            .filter(|_| known && is_worth)
            .map(|dmabuf| self.make_image(dmabuf, buffer, context));
        let shm = Self::shm(context)?;
        self.chosen = match &image {
            Some(Ok(_)) => "dma-bufs: the device makes them and the host takes them".into(),
            Some(Err(e)) => format!("wl_shm: the device makes no dma-buf ({e})"),
            None if !self.memory.has_images() => "wl_shm: the device has no dma-bufs".into(),
            None if dmabuf.is_none() => "wl_shm: the host takes no dma-bufs".into(),
            None if known && !is_worth => {
                "wl_shm: too little changes with a frame for dma-bufs, which wait for the host"
                    .into()
            }
            None => "wl_shm: the host takes no dma-bufs of this format".into(),
        };
        let target = match image {
            Some(Ok(target)) => Ok(target),
            // It is only possible as an image, because few hosts support it in `wl_shm`.
            Some(Err(e)) if buffer.layout.half_plane => Err(e),
            // The device does not support the format.
            Some(Err(e)) => self.make_plain(shm, buffer, context).map_err(|_| e),
            None => self.make_plain(shm, buffer, context),
        };
        target.map_err(|e| cannot_share(buffer, &e))
    }

    /// The same, but always in the host's `wl_shm`, because some requests take nothing else.
    pub fn make_shm(&self, form: Form, context: &mut Context<'_>) -> Result<Target, Refusal> {
        let buffer = &BufferRequest::new(form)?;
        let shm = Self::shm(context)?;
        self.make_plain(shm, buffer, context).map_err(|e| cannot_share(buffer, &e))
    }

    fn shm(context: &mut Context<'_>) -> Result<u32, Refusal> {
        let none = || Fault::host("the host has no wl_shm");
        Ok(own("wl_shm", 1, context)?.ok_or_else(none)?)
    }

    /// carafe's own `zwp_linux_dmabuf_v1` at the host.
    pub fn dmabuf(context: &mut Context<'_>) -> Result<u32, Refusal> {
        let none = || Fault::host("the host takes no dma-bufs");
        Ok(bind_dmabuf(context)?.ok_or_else(none)?)
    }

    /// Asks the host for the image formats that it supports, if images are possible. The answers
    /// come as events to carafe's own object.
    pub fn ask_for_formats(&self, context: &mut Context<'_>) -> Result<(), Refusal> {
        if self.memory.has_images() { bind_dmabuf(context).map(drop) } else { Ok(()) }
    }

    fn make_plain(
        &self,
        shm: u32,
        buffer: &BufferRequest,
        context: &mut Context<'_>,
    ) -> std::io::Result<Target> {
        let too_large = || std::io::Error::from(Errno::OVERFLOW);
        let row = buffer.layout.row(buffer.width).ok_or_else(too_large)?;
        let stride = row.checked_next_multiple_of(4).ok_or_else(too_large)?;
        let len = stride.checked_mul(buffer.layout.rows(buffer.height)).ok_or_else(too_large)?;
        let size = i32::try_from(len).map_err(|_| too_large())?;
        let area = self.memory.allocate(size.unsigned_abs() as usize)?;
        let fd = area.fd.try_clone()?;
        let pool = host_only("wl_shm_pool", context)?;
        let id = host_only("wl_buffer", context)?;
        let out = &mut *context.to_host;
        out.make(shm, wl_shm::REQ_CREATE_POOL_OPCODE, |request| request.uint(pool).uint(len));
        out.fds().push(fd, FdKind::ClientMemory).map_err(std::io::Error::other)?;
        let format = shm_format(buffer.fourcc);
        out.make(pool, wl_shm_pool::REQ_CREATE_BUFFER_OPCODE, |request| {
            let request = request.uint(id).uint(0).uint(buffer.width).uint(buffer.height);
            request.uint(stride).uint(format)
        });
        out.make(pool, wl_shm_pool::REQ_DESTROY_OPCODE, |request| request);
        let half = stride.checked_mul(buffer.height).ok_or_else(too_large)?;
        let planes = [Plane { offset: 0, stride }, Plane { offset: half, stride }];
        Ok(target(id, Storage::Shm(area), planes, buffer))
    }

    fn make_image(
        &self,
        dmabuf: u32,
        buffer: &BufferRequest,
        context: &mut Context<'_>,
    ) -> std::io::Result<Target> {
        // Some devices round the second plane's size down, although a pair of pixels may be cut at
        // the edge.
        let whole = |n: u32| if buffer.layout.half_plane { n.next_multiple_of(2) } else { n };
        let (width, height) = (whole(buffer.width), whole(buffer.height));
        let image = self.memory.image(width, height, buffer.fourcc)?;
        let [first, second, _] = image.planes;
        let used = if buffer.layout.half_plane { 2 } else { 1 };
        let planes: Vec<(Plane, OwnedFd)> = ([first, second].into_iter().take(used))
            .map(|plane| Ok((plane, image.area.fd.try_clone()?)))
            .collect::<std::io::Result<_>>()?;
        let own = |context: &mut Context<'_>| host_only("wl_buffer", context);
        let size = [buffer.width, buffer.height];
        let id = make_dmabuf(dmabuf, own, size, buffer.fourcc, image.modifier, planes, context)?;
        Ok(target(id, Storage::Image(image), [first, second], buffer))
    }

    /// Notes that the host takes this fourcc as a dma-buf, with this modifier if it names one.
    pub fn takes_images_of(&mut self, fourcc: u32, modifier: Option<u64>) {
        let half_plane = || layout(fourcc).is_some_and(|layout| layout.half_plane);
        // These formats have no alternative, so check that they work.
        if self.image_formats.contains(&fourcc) || half_plane() && !self.works(fourcc, modifier) {
            return;
        }
        self.image_formats.insert(fourcc);
    }

    /// Whether the device makes such images, with a modifier that the host takes.
    fn works(&mut self, fourcc: u32, modifier: Option<u64>) -> bool {
        let Self { memory, modifiers, .. } = self;
        let made = modifiers
            .entry(fourcc)
            .or_insert_with(|| memory.image(16, 16, fourcc).ok().map(|image| image.modifier));
        made.is_some_and(|ours| {
            modifier.is_none_or(|theirs| theirs == ours || theirs == ANY_MODIFIER)
        })
    }

    /// Whether buffers of this fourcc can be images.
    pub fn has_images_of(&self, fourcc: u32) -> bool {
        self.image_formats.contains(&fourcc)
    }

    /// Whether buffers of this fourcc can be images, or plain memory too.
    pub fn has_choice(&self, fourcc: u32) -> bool {
        let is_half = layout(fourcc).is_some_and(|layout| layout.half_plane);
        self.memory.has_images() && self.has_images_of(fourcc) && !is_half
    }

    /// Destroys a buffer at the host.
    pub fn destroy(id: u32, context: &mut Context<'_>) {
        context.to_host.make(id, wl_buffer::REQ_DESTROY_OPCODE, |request| request);
    }
}

fn target(id: u32, storage: Storage, planes: [Plane; 2], buffer: &BufferRequest) -> Target {
    let mut lacks = Region::default();
    let side = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
    lacks.add(PixelRect::new(0, 0, side(buffer.width), side(buffer.height)));
    Target { id, storage, planes, busy: false, lacks }
}

/// Makes a `wl_buffer` of dma-bufs at the host; returns its id. `buffer` makes that id: after the
/// id of the parameters, because hosts need new ids in the order of use.
pub fn make_dmabuf(
    dmabuf: u32,
    buffer: impl FnOnce(&mut Context<'_>) -> std::io::Result<u32>,
    [width, height]: [u32; 2],
    fourcc: u32,
    modifier: u64,
    planes: Vec<(Plane, OwnedFd)>,
    context: &mut Context<'_>,
) -> std::io::Result<u32> {
    let making = host_only("zwp_linux_buffer_params_v1", context)?;
    let buffer = buffer(context)?;
    let out = &mut *context.to_host;
    out.make(dmabuf, dmabuf::REQ_CREATE_PARAMS_OPCODE, |request| request.uint(making));
    for (number, (plane, fd)) in (0..).zip(planes) {
        #[expect(clippy::cast_possible_truncation, reason = "the two halves of the modifier")]
        out.make(making, params::REQ_ADD_OPCODE, |request| {
            let request = request.uint(number).uint(plane.offset).uint(plane.stride);
            request.uint((modifier >> 32) as u32).uint(modifier as u32)
        });
        out.fds().push(fd, FdKind::DmaBuf).map_err(std::io::Error::other)?;
    }
    out.make(making, params::REQ_CREATE_IMMED_OPCODE, |request| {
        request.uint(buffer).uint(width).uint(height).uint(fourcc).uint(0)
    });
    out.make(making, params::REQ_DESTROY_OPCODE, |request| request);
    Ok(buffer)
}

fn host_only(interface: &'static str, context: &mut Context<'_>) -> std::io::Result<u32> {
    let interface = context.tables.find(interface).ok_or(std::io::ErrorKind::Unsupported)?;
    context.objects.make_host_only(interface, 1).map_err(std::io::Error::other)
}

/// The number of a fourcc in `wl_shm`.
fn shm_format(fourcc: u32) -> u32 {
    (0..2).find(|old| crate::pixels::fourcc_of_shm(*old) == fourcc).unwrap_or(fourcc)
}
