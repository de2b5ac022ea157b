//! What each kind of session may still do in its sandbox.

use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::limits;
use crate::channel;
use crate::cursors;
use crate::sandbox::{self, ActiveSandbox, Needs, SandboxError};

/// The limits and the sandbox of a session's process.
pub struct Enclosure {
    _sandbox: Option<ActiveSandbox>,
    /// Whether there should be a sandbox, and it could not be made.
    pub is_missing: bool,
}

impl Enclosure {
    /// Limits this process and shuts it in: from here on it reads what its client says.
    pub fn new(sandbox: &SessionSandbox, number: u64, x11: bool) -> Self {
        limits::limit_session();
        let entered = sandbox.enter(number, x11);
        Self { is_missing: entered.is_err(), _sandbox: entered.ok().flatten() }
    }
}

/// What sessions get, worked out once.
pub struct SessionSandbox {
    is_wanted: bool,
    has_device: bool,
    /// Where cursor themes are.
    themes: Vec<PathBuf>,
    /// For the temporary files of sessions behind a virtual device.
    temporary: Option<Folder>,
}

/// A folder that is removed with this.
struct Folder(PathBuf);

impl SessionSandbox {
    /// For sessions whose host is behind a virtual device or not.
    pub fn new(is_wanted: bool, has_device: bool) -> Self {
        let mut temporary = None;
        if is_wanted && has_device {
            match Folder::new() {
                Ok(folder) => {
                    channel::keep_files_in(folder.0.clone());
                    temporary = Some(folder);
                }
                Err(e) => tracing::warn!("no folder for temporary files, so slow pastes end: {e}"),
            }
        }
        Self { is_wanted, has_device, themes: cursors::folders(), temporary }
    }

    fn needs(&self, x11: bool) -> Needs {
        let temporary = self.temporary.as_ref().map(|folder| folder.0.clone());
        Needs { device: self.has_device, x11, readable: self.themes.clone(), temporary }
    }

    /// Shuts this process in, which is a session's and will serve its client next. The first session
    /// tells the user what the kernel lacks.
    fn enter(&self, number: u64, x11: bool) -> Result<Option<ActiveSandbox>, SandboxError> {
        if !self.is_wanted {
            return Ok(None);
        }
        let entered = sandbox::enter(&self.needs(x11));
        match &entered {
            Ok(entered) if entered.layers.is_whole() || number > 1 => {}
            Ok(entered) => tracing::warn!(
                "this kernel does not shut sessions in as it should: there is {}",
                entered.layers
            ),
            Err(e) => tracing::error!("a session has no sandbox: {e}"),
        }
        entered.map(Some)
    }
}

impl Folder {
    fn new() -> io::Result<Self> {
        let mut last = io::Error::from(io::ErrorKind::NotFound);
        for parent in channel::temporary_folders() {
            match Self::new_in(&parent) {
                Ok(folder) => return Ok(folder),
                Err(e) => last = e,
            }
        }
        Err(last)
    }

    fn new_in(parent: &Path) -> io::Result<Self> {
        let path = parent.join(format!("carafe-{}", std::process::id()));
        // One of an earlier process with this number.
        let _ = std::fs::remove_dir(&path);
        std::fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir(&self.0);
    }
}
