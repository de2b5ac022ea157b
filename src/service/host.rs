//! Finding the host's compositor: behind a virtual device, or at a socket.

use std::cell::RefCell;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with};

use super::{ServiceError, inherited};
use crate::channel::virtgpu::{self, VirtgpuError};
use crate::channel::virtwl::{self, VirtwlError};
use crate::channel::{
    Area, Channel, Crossing, Image, Memory, RenderNode, TRANSFER_LIMIT, UnixChannel, Virtual,
};
use crate::probe::wait_for_answer;
use crate::wire::{FdKind, FdSet};

/// The options that say how to reach the host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostOptions {
    /// The host's socket.
    pub display: Option<OsString>,
    /// The virtio-wl device.
    pub virtwl_device: Option<PathBuf>,
    /// The render node of the virtio-gpu.
    pub drm_device: Option<PathBuf>,
    /// Whether to use only that node.
    pub force_drm_device: bool,
    /// Whether to use only a virtual device, not a socket.
    pub only_devices: bool,
    /// How far the reader of a transfer may be behind, in bytes; 0 for the default.
    pub transfer_limit: u64,
}

impl HostOptions {
    fn transfer_limit(&self) -> u64 {
        if self.transfer_limit == 0 { TRANSFER_LIMIT } else { self.transfer_limit }
    }
}

/// How to reach the host.
pub enum HostAddress {
    /// Through a virtio-gpu; and the node that the guest's programs draw with.
    Virtgpu(virtgpu::GpuDevice, Option<RenderNode>),
    /// Through a virtio-wl device; and the node that the guest's programs draw with.
    Virtwl(Arc<virtwl::Device>, Option<RenderNode>),
    /// At a socket, with a connection for each client.
    Socket(PathBuf),
    /// By one connection that is already open (`WAYLAND_SOCKET`); `None` once a session has
    /// taken it.
    Connection(RefCell<Option<OwnedFd>>),
}

/// A session's connection to the host.
pub struct HostConnection {
    /// The channel for messages.
    pub channel: Box<dyn Channel>,
    /// What can cross it.
    pub crossing: Crossing,
}

impl HostAddress {
    /// Finds the host: the device or socket that an option names; `WAYLAND_SOCKET`; or the
    /// first that exists of a virtio-gpu with cross-domain contexts, a virtio-wl device,
    /// `WAYLAND_DISPLAY`, `wayland-0`.
    ///
    /// # Errors
    /// When it cannot be reached now.
    pub fn find(options: &HostOptions) -> Result<Self, ServiceError> {
        if let Some(path) = &options.virtwl_device {
            return virtwl(path, options).map_err(|e| ServiceError::NoDevice(e.to_string()));
        }
        if options.force_drm_device {
            return virtgpu(options).map_err(|e| ServiceError::NoDevice(e.to_string()));
        }
        let display = options.display.as_deref().filter(|name| !name.is_empty());
        if let Some(display) = display {
            return socket(display);
        }
        if !options.only_devices
            && let Some(value) = env::var_os("WAYLAND_SOCKET")
        {
            return inherited_connection(&value);
        }
        let gpu = match virtgpu(options) {
            Ok(host) => return Ok(host),
            Err(e) => e,
        };
        let wl = match virtwl(Path::new(virtwl::PATH), options) {
            Ok(host) => return Ok(host),
            Err(e) => e,
        };
        if options.only_devices {
            return Err(ServiceError::NoDevice(format!("{gpu}; {wl}")));
        }
        // Most machines have no such device, which needs no warning. One that exists but does
        // not work does.
        for (is_there, why) in [(gpu.is_there(), gpu.to_string()), (wl.is_there(), wl.to_string())]
        {
            if is_there {
                tracing::warn!("a virtual device cannot be used: {why}");
            }
        }
        let named = env::var_os("WAYLAND_DISPLAY").filter(|name| !name.is_empty());
        socket(named.as_deref().unwrap_or(OsStr::new("wayland-0"))).map_err(|e| match e {
            ServiceError::NoHost { path, source, .. } => {
                let devices = format!("; virtual devices do not work either: {gpu}; {wl}");
                ServiceError::NoHost { path, source, devices }
            }
            other => other,
        })
    }

    /// The path of the host's socket, if it has one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Socket(path) => Some(path),
            Self::Virtgpu(..) | Self::Virtwl(..) | Self::Connection(_) => None,
        }
    }

    /// Blocking until a socket's compositor answers. (A device's has answered in `find`.)
    ///
    /// # Errors
    /// [`ServiceError::NoAnswer`] or [`ServiceError::NoHost`].
    pub fn wait_for_answer(&self) -> Result<(), ServiceError> {
        let Self::Socket(path) = self else { return Ok(()) };
        let answered = self.connect().and_then(|mut host| wait_for_answer(&mut *host.channel));
        answered.map_err(|source| match source.kind() {
            io::ErrorKind::TimedOut => ServiceError::NoAnswer(path.clone()),
            _ => ServiceError::no_host(path.clone(), source, String::new()),
        })
    }

    /// The numbers of the descriptors that it takes to connect.
    pub fn descriptors(&self) -> Option<RawFd> {
        match self {
            Self::Virtwl(device, _) => Some(device.as_raw_fd()),
            Self::Connection(fd) => fd.borrow().as_ref().map(AsRawFd::as_raw_fd),
            Self::Virtgpu(..) | Self::Socket(_) => None,
        }
    }

    /// Notes that a session, which is another process, has been given the only connection.
    pub fn give_away(&self) {
        if let Self::Connection(fd) = self {
            fd.take();
        }
    }

    /// What crosses every connection, but for the memory that only a connection has: handlers can
    /// be made from it, and not used.
    pub fn crossing(&self) -> Crossing {
        let without_memory = |carried, node: &Option<RenderNode>| {
            let device = Virtual { memory: Arc::new(NoMemory), node: node.clone() };
            Crossing { carried, device: Some(device) }
        };
        match self {
            Self::Virtgpu(_, node) => without_memory(virtgpu::CARRIED, node),
            Self::Virtwl(_, node) => without_memory(virtwl_carried(node.as_ref()), node),
            Self::Socket(_) | Self::Connection(_) => Crossing::DIRECT,
        }
    }

    /// A new connection for another process, without waiting; `None` if that can make one itself.
    ///
    /// # Errors
    /// When the host is gone or busy.
    pub fn connect_at_once(&self) -> io::Result<Option<OwnedFd>> {
        let Some(path) = self.path() else { return Ok(None) };
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
        connect(&socket, &SocketAddrUnix::new(path)?)?;
        Ok(Some(socket))
    }

    /// Makes a new connection.
    ///
    /// # Errors
    /// When the host is gone, or its only connection was taken.
    pub fn connect(&self) -> io::Result<HostConnection> {
        let fd = match self {
            Self::Virtgpu(device, node) => {
                let (channel, memory) = device.connect().map_err(io::Error::other)?;
                let device = Some(Virtual { memory, node: node.clone() });
                let crossing = Crossing { carried: virtgpu::CARRIED, device };
                return Ok(HostConnection { channel: Box::new(channel), crossing });
            }
            Self::Virtwl(device, node) => {
                let channel = Box::new(device.connect().map_err(io::Error::other)?);
                let memory: Arc<dyn Memory> = Arc::<virtwl::Device>::clone(device);
                let (carried, node) = (virtwl_carried(node.as_ref()), node.clone());
                let device = Some(Virtual { memory, node });
                return Ok(HostConnection { channel, crossing: Crossing { carried, device } });
            }
            Self::Socket(path) => UnixStream::connect(path)?.into(),
            Self::Connection(fd) => fd.take().ok_or_else(|| {
                io::Error::other("WAYLAND_SOCKET is only one connection, and it is in use")
            })?,
        };
        Ok(HostConnection { channel: Box::new(UnixChannel::from(fd)), crossing: Crossing::DIRECT })
    }
}

impl fmt::Display for HostAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Virtgpu(device, _) => write!(f, "virtio-gpu {}", device.path().display()),
            Self::Virtwl(device, _) => write!(f, "virtio-wl {}", device.path().display()),
            Self::Socket(path) => write!(f, "socket {}", path.display()),
            Self::Connection(_) => write!(f, "WAYLAND_SOCKET"),
        }
    }
}

fn virtwl_carried(node: Option<&RenderNode>) -> FdSet {
    match node {
        Some(_) => virtwl::CARRIED.to_host(FdKind::DmaBuf),
        None => virtwl::CARRIED,
    }
}

/// The memory of no connection.
struct NoMemory;

impl Memory for NoMemory {
    fn has_images(&self) -> bool {
        false
    }

    fn allocate(&self, _: usize) -> io::Result<Area> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn image(&self, _: u32, _: u32, _: u32) -> io::Result<Image> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

fn virtgpu(options: &HostOptions) -> Result<HostAddress, VirtgpuError> {
    let device = match &options.drm_device {
        Some(path) => virtgpu::GpuDevice::open(path)?,
        None => virtgpu::GpuDevice::find()?,
    };
    let device = device.with_transfer_limit(options.transfer_limit());
    let (mut channel, _) = device.connect()?;
    wait_for_answer(&mut channel)
        .map_err(|source| VirtgpuError::Context { path: device.path().into(), source })?;
    let node = virtgpu::render_node(Some(device.path()));
    Ok(HostAddress::Virtgpu(device, node))
}

fn virtwl(path: &Path, options: &HostOptions) -> Result<HostAddress, VirtwlError> {
    let limit = options.transfer_limit();
    let device = Arc::new(virtwl::Device::open(path)?.with_transfer_limit(limit));
    let mut channel = device.connect()?;
    wait_for_answer(&mut channel)
        .map_err(|source| VirtwlError::Context { path: path.into(), source })?;
    Ok(HostAddress::Virtwl(device, virtgpu::render_node(options.drm_device.as_deref())))
}

fn socket(name: &OsStr) -> Result<HostAddress, ServiceError> {
    let path = in_runtime_dir(name)?;
    match UnixStream::connect(&path) {
        Ok(_) => Ok(HostAddress::Socket(path)),
        Err(source) => Err(ServiceError::no_host(path, source, String::new())),
    }
}

fn inherited_connection(value: &OsStr) -> Result<HostAddress, ServiceError> {
    let number = value.to_str().and_then(|text| text.parse().ok());
    let fd = number.and_then(inherited::take).ok_or_else(|| ServiceError::NotInherited {
        name: "WAYLAND_SOCKET",
        value: value.to_string_lossy().into_owned(),
    })?;
    Ok(HostAddress::Connection(RefCell::new(Some(fd))))
}

/// The path of a socket: absolute, or in `XDG_RUNTIME_DIR`.
///
/// # Errors
/// [`ServiceError::NoRuntimeDir`].
pub fn in_runtime_dir(name: &OsStr) -> Result<PathBuf, ServiceError> {
    if Path::new(name).is_absolute() {
        return Ok(name.into());
    }
    let what = || format!("the socket {}", name.to_string_lossy());
    Ok(runtime_dir().ok_or_else(|| ServiceError::NoRuntimeDir(what()))?.join(name))
}

/// Tells a user without `XDG_RUNTIME_DIR` what to do.
#[must_use]
pub fn how_to_get_runtime_dir() -> String {
    let uid = rustix::process::getuid();
    let usual = format!("/run/user/{}", uid.as_raw());
    if Path::new(&usual).is_dir() {
        format!("export XDG_RUNTIME_DIR={usual}")
    } else if uid.is_root() {
        // Containers start programs as root, without a session.
        format!("install -d -m 700 {usual}; export XDG_RUNTIME_DIR={usual}")
    } else if Path::new("/run/systemd/system").is_dir() {
        format!(
            "log in through systemd (`machinectl shell {}@`, ssh), or keep the user's manager \
             running with `loginctl enable-linger`; it makes {usual}",
            uid.as_raw()
        )
    } else {
        "export XDG_RUNTIME_DIR=$(mktemp -d)".into()
    }
}

/// `XDG_RUNTIME_DIR`.
pub fn runtime_dir() -> Option<PathBuf> {
    env::var_os("XDG_RUNTIME_DIR").filter(|dir| !dir.is_empty()).map(PathBuf::from)
}
