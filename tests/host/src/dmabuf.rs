//! `zwp_linux_dmabuf_v1`, with any files that can be mapped.

use smithay::backend::allocator::dmabuf::Dmabuf;
use smithay::backend::allocator::{Buffer, Format, Fourcc, Modifier};
use smithay::delegate_dmabuf;
use smithay::reexports::wayland_server::DisplayHandle;
use smithay::wayland::dmabuf::{
    DmabufFeedbackBuilder, DmabufGlobal, DmabufHandler, DmabufState, ImportNotifier,
};

use crate::formats;
use crate::host::Host;
use crate::memory::Mapping;

/// The version that smithay offers with feedback.
pub const VERSION: u32 = 5;

/// The protocol's state with its global.
pub struct Dmabufs {
    /// smithay's state.
    pub state: DmabufState,
    /// The global, unless it could not be made.
    pub global: Option<DmabufGlobal>,
}

impl Dmabufs {
    /// Offers it. `main_device` is a device number.
    pub fn new(display: &DisplayHandle, main_device: u64) -> Self {
        let mut state = DmabufState::new();
        let formats = formats::DMABUF.iter().flat_map(|code| {
            let modifiers = [Modifier::Linear, Modifier::Invalid];
            modifiers.map(|modifier| Format { code: *code, modifier })
        });
        let global = match DmabufFeedbackBuilder::new(main_device, formats).build() {
            Ok(feedback) => {
                Some(state.create_global_with_default_feedback::<Host>(display, &feedback))
            }
            Err(error) => {
                eprintln!("carafe-host: no zwp_linux_dmabuf_v1: {error}");
                None
            }
        };
        Self { state, global }
    }
}

impl DmabufHandler for Host {
    fn dmabuf_state(&mut self) -> &mut DmabufState {
        &mut self.protocols.dmabufs.state
    }

    fn dmabuf_imported(&mut self, _: &DmabufGlobal, dmabuf: Dmabuf, notifier: ImportNotifier) {
        let format = dmabuf.format();
        let known = formats::DMABUF.contains(&format.code)
            && [Modifier::Linear, Modifier::Invalid].contains(&format.modifier);
        let planes = if format.code == Fourcc::Nv12 { 2 } else { 1 };
        if !known || dmabuf.num_planes() > planes {
            self.counters.dmabufs_refused += 1;
            notifier.invalid_format();
        } else if dmabuf.num_planes() < planes {
            self.counters.dmabufs_refused += 1;
            notifier.incomplete();
        } else if !is_readable(&dmabuf) {
            self.counters.dmabufs_refused += 1;
            notifier.failed();
        } else if notifier.successful::<Host>().is_ok() {
            self.counters.dmabufs_imported += 1;
        }
    }
}

/// Whether it can be shown: all planes can be mapped, and the rows are long enough.
fn is_readable(dmabuf: &Dmabuf) -> bool {
    let row = match formats::Packed::new(dmabuf.format().code) {
        Some(format) => dmabuf.width() as usize * format.bytes,
        None => dmabuf.width() as usize,
    };
    !dmabuf.y_inverted()
        && dmabuf.handles().all(|fd| Mapping::new(fd).is_ok())
        && dmabuf.strides().all(|stride| stride as usize >= row)
}

delegate_dmabuf!(Host);
