//! What the rig counts, and the file that it writes: at its end, and on `SIGUSR1`.
//!
//! ```text
//! {
//!   "pid": 4711,                                      the program
//!   "ioctls": { "EXECBUFFER": 18, "mmap": 12, … },    calls, also those that failed
//!   "commands": { "CMD_SEND": 4, "CMD_POLL": 7, … },  inside of EXECBUFFER
//!   "made": { "contexts": 4, "guest_blobs": 7, … },   objects since the start
//!   "live": { "contexts": 1, "gem_handles": 3, … }    objects now
//! }
//! ```
//!
//! Objects of virtio-wl: `contexts`, `allocs`, `dmabufs`, `pipes`, `host_memory`, `host_pipes`;
//! live besides: `pages` of its queue that are taken, descriptors that were `leaked`, and
//! calls that the driver never ends (`loops`).
//! Of virtio-gpu: `contexts`, `gem_handles`, `dmabufs` (open as descriptors), `mapped_blobs`
//! (mappings); made: `contexts`, `guest_blobs`, `host_blobs`, `dmabufs`, `read_pipes`.
//!
//! To know what a running program holds (once it runs: before, the signal ends the rig), remove
//! the file, send `SIGUSR1`, and wait for the file.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use serde_json::{Map, Value, json};

/// Numbers by name.
pub type Numbers = BTreeMap<&'static str, u64>;

/// Counts since the start.
#[derive(Debug, Default)]
pub struct Counts {
    ioctls: Numbers,
    commands: Numbers,
    made: Numbers,
}

impl Counts {
    /// Counts an ioctl.
    pub fn ioctl(&mut self, name: &'static str) {
        *self.ioctls.entry(name).or_default() += 1;
    }

    /// Counts a command to the host's side of the device.
    pub fn command(&mut self, name: &'static str) {
        *self.commands.entry(name).or_default() += 1;
    }

    /// Counts a new object of a kind.
    pub fn made(&mut self, kind: &'static str) {
        *self.made.entry(kind).or_default() += 1;
    }

    /// Writes all to `path`: `{"pid": …, "ioctls": {…}, "commands": {…}, "made": {…},
    /// "live": {…}}`. The file is there at once and whole.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, path: &Path, pid: u32, live: &Numbers) -> io::Result<()> {
        let report = json!({
            "pid": pid,
            "ioctls": self.ioctls,
            "commands": self.commands,
            "made": self.made,
            "live": live,
        });
        let mut unfinished = path.to_owned().into_os_string();
        unfinished.push(".new");
        fs::write(&unfinished, format!("{report:#}\n"))?;
        fs::rename(&unfinished, path)
    }
}

/// A file of counts, read by a test.
#[derive(Clone, Debug, Default)]
pub struct Report(Map<String, Value>);

impl Report {
    /// Reads one.
    ///
    /// # Errors
    /// When there is none, or it is not a rig's.
    pub fn read(path: &Path) -> io::Result<Self> {
        Ok(Self(serde_json::from_str(&fs::read_to_string(path)?)?))
    }

    /// The program's process.
    pub fn pid(&self) -> u64 {
        self.0.get("pid").and_then(Value::as_u64).unwrap_or(0)
    }

    /// How often an ioctl was called.
    pub fn ioctls(&self, name: &str) -> u64 {
        self.number("ioctls", name)
    }

    /// How often a command was given.
    pub fn commands(&self, name: &str) -> u64 {
        self.number("commands", name)
    }

    /// How many objects of a kind were made.
    pub fn made(&self, kind: &str) -> u64 {
        self.number("made", kind)
    }

    /// How many objects of a kind there are now.
    pub fn live(&self, kind: &str) -> u64 {
        self.number("live", kind)
    }

    fn number(&self, group: &str, name: &str) -> u64 {
        self.0.get(group).and_then(|group| group.get(name)).and_then(Value::as_u64).unwrap_or(0)
    }
}
