//! `carafe stats`: shows what another carafe writes to its stats socket.
//!
//! The watched carafe makes the text; this module only finds the socket and puts the text on
//! the screen.

mod screen;

#[cfg(test)]
mod tests;

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use crate::cli::StatsOptions;
use crate::service::{END_OF_STATS, stats_path};
use screen::Terminal;

/// Why there is nothing to see.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// No carafe runs, or not for this user.
    #[error(
        "no running carafe found (there is no *.stats in {0}); start one, or name the socket \
         of its clients with --socket=PATH"
    )]
    None(PathBuf),
    /// There are several.
    #[error("several carafes run; name one of them: {0}")]
    Several(String),
    /// There is no directory to look in.
    #[error("XDG_RUNTIME_DIR is not set; name the socket of carafe's clients with --socket=PATH")]
    NoRuntimeDir,
    /// It cannot be reached.
    #[error("cannot reach {path}: {source}; does carafe run with that socket?")]
    Connect {
        /// The stats socket.
        path: PathBuf,
        /// What the kernel said.
        source: io::Error,
    },
    /// It was reached, but the connection broke.
    #[error("the connection to carafe broke: {0}")]
    Broken(#[source] io::Error),
}

/// Shows what `options` ask for, until that carafe ends or the wanted time is over.
///
/// # Errors
/// [`ViewError`].
pub fn run(options: &StatsOptions) -> Result<(), ViewError> {
    let runtime = env::var_os("XDG_RUNTIME_DIR").filter(|dir| !dir.is_empty()).map(PathBuf::from);
    let display = env::var_os("WAYLAND_DISPLAY").filter(|name| !name.is_empty());
    let path = find(options.socket.as_deref(), display.as_deref(), runtime.as_deref())?;
    let connect = |source| ViewError::Connect { path: path.clone(), source };
    let mut stream = UnixStream::connect(&path).map_err(connect)?;
    let format: &[u8] = if options.json { b"json\n" } else { b"table\n" };
    stream.write_all(format).map_err(ViewError::Broken)?;
    let mut texts = BufReader::new(stream);
    let mut screen = Terminal::new(!options.json);
    let mut shown = 0;
    while options.seconds.is_none_or(|seconds| shown < seconds) {
        let mut text = Vec::new();
        texts.read_until(END_OF_STATS, &mut text).map_err(ViewError::Broken)?;
        if text.pop() != Some(END_OF_STATS) {
            // carafe has ended, or has refused us.
            return Ok(());
        }
        match screen.show(&String::from_utf8_lossy(&text)) {
            Ok(()) => shown += 1,
            // It is not a failure if the reader is gone (`carafe stats | head`).
            Err(e) if e.kind() == ErrorKind::BrokenPipe => return Ok(()),
            Err(e) => return Err(ViewError::Broken(e)),
        }
    }
    Ok(())
}

/// Finds the stats socket: the one beside the named socket for clients; or beside that of
/// `WAYLAND_DISPLAY`, if it is a carafe's; or the only one there is.
fn find(
    named: Option<&OsStr>,
    display: Option<&OsStr>,
    runtime: Option<&Path>,
) -> Result<PathBuf, ViewError> {
    let path = |name: &OsStr| match runtime {
        _ if Path::new(name).is_absolute() => Ok(stats_path(Path::new(name))),
        Some(runtime) => Ok(stats_path(&runtime.join(name))),
        None => Err(ViewError::NoRuntimeDir),
    };
    if let Some(name) = named {
        return path(name);
    }
    if let Some(path) = display.and_then(|name| path(name).ok()).filter(|path| answers(path)) {
        return Ok(path);
    }
    let runtime = runtime.ok_or(ViewError::NoRuntimeDir)?;
    let entries = fs::read_dir(runtime).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension() == Some(OsStr::new("stats")) && answers(path))
        .collect();
    found.sort();
    match found.as_slice() {
        [] => Err(ViewError::None(runtime.into())),
        [only] => Ok(only.clone()),
        several => {
            let option = |path: &PathBuf| {
                let name = path.file_stem().unwrap_or_default().to_string_lossy();
                format!("--socket={name}")
            };
            Err(ViewError::Several(several.iter().map(option).collect::<Vec<_>>().join(", ")))
        }
    }
}

/// Whether a carafe listens there. One that was killed leaves its socket behind.
fn answers(path: &Path) -> bool {
    UnixStream::connect(path).is_ok()
}
