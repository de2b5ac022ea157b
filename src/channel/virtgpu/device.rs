//! Finding a node that can make cross-domain contexts.

use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::context::GpuContext;
use super::{VirtgpuChannel, abi, commands};
use crate::channel::{Memory, RenderNode, TRANSFER_LIMIT};

/// Where render nodes are.
const NODES: &str = "/dev/dri";

/// Why a node cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VirtgpuError {
    /// There is no virtio-gpu node.
    #[error("there is no virtio-gpu render node in {NODES}; does the virtual machine have one?")]
    None,
    /// We may not open it, or it is not a DRM device.
    #[error("cannot open the virtio-gpu node {path}: {source}{hint}")]
    Open {
        /// Its path.
        path: PathBuf,
        /// What the kernel said.
        source: io::Error,
        /// What the user can do about it.
        hint: &'static str,
    },
    /// It belongs to another device.
    #[error("{path} is a node of {driver}, not of a virtio-gpu")]
    Driver {
        /// Its path.
        path: PathBuf,
        /// What the driver calls itself.
        driver: String,
    },
    /// The driver or the device lacks something.
    #[error(
        "{path} lacks {what}; the guest needs Linux 5.16, the host a virtio-gpu with cross-domain \
         contexts (crosvm: --gpu=context-types=cross-domain, QEMU: virtio-gpu-rutabaga with \
         cross-domain=on)"
    )]
    Lacks {
        /// Its path.
        path: PathBuf,
        /// What it lacks.
        what: String,
    },
    /// The context cannot be used.
    #[error("{path} gives no connection to a compositor: {source}")]
    Context {
        /// Its path.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
}

impl VirtgpuError {
    /// Whether there is a device that should work. One without cross-domain contexts is
    /// common, and simply not a way to a compositor.
    pub fn is_there(&self) -> bool {
        matches!(self, Self::Open { .. } | Self::Context { .. })
    }
}

/// The render node with which the guest's programs draw: the one at a path, or the first one of a
/// virtio-gpu, even if that has no cross-domain contexts.
pub fn render_node(path: Option<&Path>) -> Option<RenderNode> {
    let is_gpu = |path: &PathBuf| {
        open(path).is_ok_and(|fd| abi::driver(fd).is_ok_and(|driver| driver == "virtio_gpu"))
    };
    let path = path.map(PathBuf::from).or_else(|| nodes().find(is_gpu))?;
    let number = rustix::fs::stat(&path).ok()?.st_rdev;
    Some(RenderNode { path, number })
}

fn nodes() -> impl Iterator<Item = PathBuf> {
    (128..192).map(|n| Path::new(NODES).join(format!("renderD{n}"))).filter(|path| path.exists())
}

/// A node that can make cross-domain contexts. Each context is its own open file.
pub struct GpuDevice {
    path: PathBuf,
    dmabufs: bool,
    transfer_limit: u64,
}

impl GpuDevice {
    /// Finds the first usable node of a virtio-gpu.
    ///
    /// # Errors
    /// [`VirtgpuError`]; `None` when there is no node at all.
    pub fn find() -> Result<Self, VirtgpuError> {
        let mut failed = VirtgpuError::None;
        for path in nodes() {
            match Self::open(&path) {
                Ok(device) => return Ok(device),
                Err(VirtgpuError::Driver { .. }) => {}
                Err(e) => failed = e,
            }
        }
        Err(failed)
    }

    /// Opens a node and checks what it can do.
    ///
    /// # Errors
    /// [`VirtgpuError`].
    pub fn open(path: &Path) -> Result<Self, VirtgpuError> {
        let fd = open(path)?;
        let driver = abi::driver(&fd).map_err(|source| VirtgpuError::Open {
            path: path.into(),
            source,
            hint: "; is it a DRM device?",
        })?;
        if driver != "virtio_gpu" {
            return Err(VirtgpuError::Driver { path: path.into(), driver });
        }
        let lacks = |what: &str| VirtgpuError::Lacks { path: path.into(), what: what.into() };
        for (param, what) in abi::NEEDED {
            if abi::param(&fd, param) == 0 {
                return Err(lacks(what));
            }
        }
        if abi::param(&fd, abi::SUPPORTED_CAPSETS) & 1 << abi::CAPSET == 0 {
            return Err(lacks("cross-domain contexts (capset 5)"));
        }
        let found = abi::capabilities(&fd).map_err(|_| lacks("the capset of cross-domain"))?;
        if found.channels & 1 << commands::WAYLAND == 0 {
            return Err(lacks("the Wayland channel of cross-domain"));
        }
        let dmabufs = found.dmabufs != 0;
        Ok(Self { path: path.into(), dmabufs, transfer_limit: TRANSFER_LIMIT })
    }

    /// Sets how far the reader of a transfer may be behind, in bytes.
    #[must_use]
    pub fn with_transfer_limit(self, limit: u64) -> Self {
        Self { transfer_limit: limit, ..self }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes a new connection to the host's compositor, and its memory.
    ///
    /// # Errors
    /// [`VirtgpuError`].
    pub fn connect(&self) -> Result<(VirtgpuChannel, Arc<dyn Memory>), VirtgpuError> {
        let failed = |source| VirtgpuError::Context { path: self.path.clone(), source };
        let context = GpuContext::new(open(&self.path)?, self.dmabufs).map_err(failed)?;
        let context = Arc::new(context);
        let memory: Arc<dyn Memory> = Arc::<GpuContext>::clone(&context);
        let channel = VirtgpuChannel::new(context, self.transfer_limit);
        Ok((channel, memory))
    }
}

fn open(path: &Path) -> Result<OwnedFd, VirtgpuError> {
    let flags = OFlags::RDWR | OFlags::CLOEXEC | OFlags::NONBLOCK;
    rustix::fs::open(path, flags, Mode::empty()).map_err(|e| VirtgpuError::Open {
        path: path.into(),
        source: e.into(),
        hint: match e {
            Errno::ACCESS | Errno::PERM => "; give your user access to it (group render or video)",
            _ => "",
        },
    })
}
