//! The command line of a rig.

use std::env::Args;
use std::path::{Path, PathBuf};

use crate::fault::Faults;

/// The options of a rig.
#[derive(Debug)]
pub struct Options {
    /// The socket of the host's compositor.
    pub host: PathBuf,
    /// Where to write the counts.
    pub counts: Option<PathBuf>,
    /// The faults.
    pub faults: Faults,
    program: String,
    arguments: Vec<String>,
}

impl Options {
    /// Reads them; the first argument is the rig's own name.
    ///
    /// # Errors
    /// A sentence that describes the mistake.
    pub fn parse(mut args: Args) -> Result<Self, String> {
        let name = args.next().unwrap_or_default();
        let usage = || {
            format!("usage: {name} [--counts=FILE] [--fault=KIND[:N]]… HOST_SOCKET -- PROGRAM …")
        };
        let (mut host, mut counts, mut faults) = (None, None, Faults::default());
        for arg in args.by_ref() {
            if arg == "--" {
                break;
            } else if let Some(path) = arg.strip_prefix("--counts=") {
                counts = Some(PathBuf::from(path));
            } else if let Some(fault) = arg.strip_prefix("--fault=") {
                faults.add(fault)?;
            } else if arg.starts_with('-') || host.is_some() {
                return Err(usage());
            } else {
                host = Some(PathBuf::from(arg));
            }
        }
        let (Some(host), Some(program)) = (host, args.next()) else { return Err(usage()) };
        Ok(Self { host, counts, faults, program, arguments: args.collect() })
    }

    /// The program with its arguments, the device's path in place.
    pub fn command(&self, device: &Path) -> std::process::Command {
        let device = device.to_string_lossy();
        let mut command = std::process::Command::new(&self.program);
        command.args(self.arguments.iter().map(|arg| arg.replace("{device}", &device)));
        command
    }
}
