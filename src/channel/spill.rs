//! A queue of bytes for a slow reader: a little in memory, the rest in an unnamed file.
//!
//! The writer must not wait for the reader, because others wait for the writer. So all bytes
//! are taken, up to a bound; there the transfer ends.

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::fs::{FallocateFlags, Mode, OFlags, fallocate};

/// Most bytes held in memory: as many as a pipe holds.
const MAX_IN_MEMORY: usize = 64 * 1024;

/// After this many read bytes, a hole in the file gives their space on the disk back.
const HOLE: u64 = 4 << 20;

/// Makes the names unique of files that have one for a moment.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// Why bytes were refused.
#[derive(Debug, thiserror::Error)]
pub enum SpillError {
    /// The reader is too far behind.
    #[error(
        "its reader is more than {} MiB behind; --transfer-limit=MIB says how far it may be",
        .0 >> 20
    )]
    Full(u64),
    /// The file cannot be made, written or read.
    #[error("cannot use a temporary file (TMPDIR sets its directory): {0}")]
    Io(#[from] io::Error),
}

/// A first-in first-out queue of bytes.
pub struct Spill {
    /// Most bytes in it.
    limit: u64,
    /// The oldest bytes; those before `taken` were read.
    front: Vec<u8>,
    taken: usize,
    /// The bytes after `front`; made when they first exceed the memory.
    file: Option<File>,
    /// The range of waiting bytes in the file.
    start: u64,
    end: u64,
    /// The file's bytes before this offset take no space on the disk any more.
    hole: u64,
}

impl Spill {
    /// Makes an empty queue that takes at most `limit` bytes.
    pub fn new(limit: u64) -> Self {
        Self { limit, front: Vec::new(), taken: 0, file: None, start: 0, end: 0, hole: 0 }
    }

    /// How many bytes wait.
    pub fn len(&self) -> u64 {
        (self.front.len() - self.taken) as u64 + (self.end - self.start)
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// [`SpillError`]; the bytes were not added.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), SpillError> {
        if self.len() + bytes.len() as u64 > self.limit {
            return Err(SpillError::Full(self.limit));
        }
        if self.start == self.end {
            self.front.drain(..self.taken);
            self.taken = 0;
            if self.front.len() + bytes.len() <= MAX_IN_MEMORY {
                self.front.extend_from_slice(bytes);
                return Ok(());
            }
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(unnamed_file()?),
        };
        file.write_all_at(bytes, self.end)?;
        self.end += bytes.len() as u64;
        Ok(())
    }

    /// The oldest bytes; empty when none waits.
    ///
    /// # Errors
    /// [`SpillError::Io`].
    pub fn oldest(&mut self) -> Result<&[u8], SpillError> {
        if self.taken == self.front.len() && self.start < self.end {
            self.read_on()?;
        }
        Ok(self.front.get(self.taken..).unwrap_or_default())
    }

    /// Removes the first `len` bytes of [`oldest`](Self::oldest).
    pub fn take(&mut self, len: usize) {
        self.taken = (self.taken + len).min(self.front.len());
        if self.is_empty() {
            self.front = Vec::new();
            self.taken = 0;
        }
    }

    fn read_on(&mut self) -> Result<(), SpillError> {
        let Some(file) = &self.file else { return Ok(()) };
        let len =
            usize::try_from(self.end - self.start).unwrap_or(MAX_IN_MEMORY).min(MAX_IN_MEMORY);
        self.front.resize(len, 0);
        self.taken = len;
        file.read_exact_at(&mut self.front, self.start)?;
        self.taken = 0;
        self.start += len as u64;
        if self.start == self.end {
            (self.start, self.end, self.hole) = (0, 0, 0);
            file.set_len(0)?;
        } else if self.start - self.hole >= HOLE {
            let flags = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
            // Not all file systems have holes; without them the file just grows.
            let _ = fallocate(file, flags, self.hole, self.start - self.hole);
            self.hole = self.start;
        }
        Ok(())
    }
}

/// The only folder that may be used, if that was said.
static FOLDER: OnceLock<PathBuf> = OnceLock::new();

/// From now on, temporary files are only in this folder.
pub fn keep_files_in(folder: PathBuf) {
    let _ = FOLDER.set(folder);
}

/// Where temporary files may be, the best place first.
pub fn temporary_folders() -> Vec<PathBuf> {
    let named = std::env::var_os("TMPDIR").filter(|dir| !dir.is_empty()).map(PathBuf::from);
    // `/tmp` is often in memory, and these bytes are here because they do not fit there.
    named.into_iter().chain(["/var/tmp", "/tmp"].map(PathBuf::from)).collect()
}

/// Makes a file that nobody else can open and that vanishes with its descriptor.
fn unnamed_file() -> io::Result<File> {
    let dirs = FOLDER.get().map_or_else(temporary_folders, |folder| vec![folder.clone()]);
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for dir in dirs {
        match unnamed_file_in(&dir) {
            Ok(file) => return Ok(file),
            Err(e) => last = e,
        }
    }
    Err(last)
}

fn unnamed_file_in(dir: &Path) -> io::Result<File> {
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::EXCL | OFlags::CLOEXEC;
    let mode = Mode::RUSR | Mode::WUSR;
    if let Ok(file) = rustix::fs::open(dir, flags, mode) {
        return Ok(file.into());
    }
    // Not all file systems know `O_TMPFILE`.
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name: OsString = format!(".carafe-{}-{number}", std::process::id()).into();
    let path = dir.join(name);
    let mut options = OpenOptions::new();
    let file = options.read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}
