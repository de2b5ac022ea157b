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

/// The versions that smithay offers, with feedback and without.
const WITH_FEEDBACK: u32 = 5;
const WITHOUT: u32 = 3;

/// The version for hosts whose feedback can name a device, and for others.
pub fn version(main_device: Option<u64>) -> u32 {
    if main_device.is_some() { WITH_FEEDBACK } else { WITHOUT }
}

/// The protocol's state with its global.
pub struct Dmabufs {
    /// smithay's state.
    pub state: DmabufState,
    /// The global, unless it could not be made.
    pub global: Option<DmabufGlobal>,
}

impl Dmabufs {
    /// Offers it, with feedback that names the device with this number.
    pub fn new(display: &DisplayHandle, main_device: Option<u64>) -> Self {
        let mut state = DmabufState::new();
        let formats = formats::DMABUF.iter().flat_map(|code| {
            let modifiers = [Modifier::Linear, Modifier::Invalid];
            modifiers.map(|modifier| Format { code: *code, modifier })
        });
        let Some(main_device) = main_device else {
            let global = Some(state.create_global::<Host>(display, formats));
            return Self { state, global };
        };
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
