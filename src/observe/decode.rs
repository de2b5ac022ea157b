//! Messages as text.

use std::fmt;

use crate::protocol::{Arg, Interface, Message, Tables, is_secret};
use crate::wire::FdKind;
use crate::wire::{ArgReader, ArgShape};

/// The text in place of a hidden argument.
const HIDDEN_STRING: &str = "***";

/// Longest part of a string that is shown, in bytes.
const MAX_SHOWN_STRING: usize = 96;

/// A message, displayed as `wl_surface#7.attach(wl_buffer#9, 0, 0)`.
pub struct MessageText<'a> {
    /// The object's id.
    pub object: u32,
    /// Its interface.
    pub interface: &'a Interface,
    /// The message.
    pub message: &'a Message,
    /// Its arguments as on the wire; they may be cut short.
    pub body: &'a [u8],
    /// Whether to show also what the user types, reads or copies.
    pub secrets: bool,
}

impl fmt::Display for MessageText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}.{}(", self.interface.name, self.object, self.message.name)?;
        let mut body = self.body.to_vec();
        let mut args = ArgReader::new(&mut body);
        let mut named = None;
        for (n, arg) in self.message.args.iter().enumerate() {
            if n > 0 {
                f.write_str(", ")?;
            }
            let is_hidden =
                !self.secrets && is_secret(self.interface.name, self.message.name, n, *arg);
            if show(f, *arg, is_hidden, &mut args, &mut named).is_err() {
                f.write_str("…")?;
                break;
            }
        }
        f.write_str(")")
    }
}

/// An argument cannot be shown: the message is cut short, or the writer failed
/// (which `Formatter`s in memory and on standard error do not).
struct Cut;

impl From<ArgShape> for Cut {
    fn from(_: ArgShape) -> Self {
        Self
    }
}

impl From<fmt::Error> for Cut {
    fn from(_: fmt::Error) -> Self {
        Self
    }
}

fn show(
    f: &mut fmt::Formatter<'_>,
    arg: Arg,
    is_hidden: bool,
    args: &mut ArgReader<'_>,
    named: &mut Option<String>,
) -> Result<(), Cut> {
    let interface = |id| Tables::get().interface(id).name;
    match arg {
        Arg::Int | Arg::Uint if is_hidden => {
            args.uint()?;
            f.write_str(HIDDEN_STRING)?;
        }
        Arg::Int => write!(f, "{}", args.uint()?.cast_signed())?,
        Arg::Uint => write!(f, "{}", args.uint()?)?,
        Arg::Fixed => write!(f, "{}", f64::from(args.uint()?.cast_signed()) / 256.0)?,
        Arg::Str(_) => match args.string()? {
            None => f.write_str("nil")?,
            Some(_) if is_hidden => f.write_str(HIDDEN_STRING)?,
            Some(text) => {
                let all = String::from_utf8_lossy(text);
                let end = all.floor_char_boundary(MAX_SHOWN_STRING);
                write!(f, "{:?}", all.get(..end).unwrap_or_default())?;
                if end < all.len() {
                    f.write_str("…")?;
                }
                *named = Some(all.into_owned());
            }
        },
        Arg::Object(want, _) => match args.uint()? {
            0 => f.write_str("nil")?,
            id => write!(f, "{}#{id}", want.map_or("object", interface))?,
        },
        Arg::NewId(want) => {
            let id = args.uint()?;
            let name = want.map(interface).or(named.as_deref()).unwrap_or("object");
            write!(f, "new id {name}#{id}")?;
        }
        Arg::Array => write!(f, "array[{}]", args.array()?.len())?,
        Arg::Fd(kind) => write!(f, "fd ({})", describe(kind))?,
    }
    Ok(())
}

fn describe(kind: FdKind) -> &'static str {
    match kind {
        FdKind::ClientMemory => "shared memory",
        FdKind::HostFile => "file of the host",
        FdKind::ClientFile => "file of the client",
        FdKind::DmaBuf => "dma-buf",
        FdKind::PipeToWrite => "pipe to write",
        FdKind::SyncFile => "sync file",
        FdKind::DrmTimeline => "timeline",
        FdKind::DrmDevice => "DRM device",
        FdKind::Listener => "listening socket",
        FdKind::Unknown => "unknown kind",
    }
}
