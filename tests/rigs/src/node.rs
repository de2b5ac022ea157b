//! The device node that the program opens.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, FileType, Mode, makedev, mknodat};
use tempfile::TempDir;

use crate::files::FileId;

/// A node in a directory of its own, removed with this.
#[derive(Debug)]
pub struct Node {
    _dir: TempDir,
    path: PathBuf,
    id: FileId,
}

impl Node {
    /// Makes one with a name.
    ///
    /// # Errors
    /// When nothing can be written in the directory for temporary files.
    pub fn new(name: &str) -> io::Result<Self> {
        let dir = tempfile::Builder::new().prefix("carafe-rig-").tempdir()?;
        // The program may run as another user.
        fs::set_permissions(dir.path(), Permissions::from_mode(0o755))?;
        let path = dir.path().join(name);
        let file = character_device(&path).or_else(|_| placeholder(&path))?;
        fs::set_permissions(&path, Permissions::from_mode(0o666))?;
        Ok(Self { _dir: dir, path, id: FileId::of(&file)? })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The identity of the opened node.
    pub fn id(&self) -> FileId {
        self.id
    }
}

/// Makes a node with the numbers of `/dev/null`, which can be opened everywhere and does nothing.
fn character_device(path: &Path) -> io::Result<File> {
    mknodat(CWD, path, FileType::CharacterDevice, Mode::from_raw_mode(0o666), makedev(1, 3))?;
    OpenOptions::new().read(true).write(true).open(path)
}

fn placeholder(path: &Path) -> io::Result<File> {
    let _ = fs::remove_file(path);
    File::create_new(path)
}
