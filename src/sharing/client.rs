//! Who a client is, and which clients a rule is about.

#[cfg(test)]
mod tests;

use std::fmt;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use serde::Deserialize;

/// What is known of a client's process. Whatever could not be learned for certain is not here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// Its user.
    pub uid: Option<u32>,
    /// The file that it runs.
    pub executable: Option<Executable>,
    /// Its cgroup, as `/proc/PID/cgroup` has it.
    pub cgroup: Option<String>,
    /// Which application it is: what its sandbox said, or else the name of its systemd unit.
    pub app_id: Option<String>,
}

/// A program's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executable {
    /// How `/proc/PID/exe` calls it. In a file system of its own a process may call it anything.
    pub path: PathBuf,
    /// What it is.
    pub file: FileId,
}

/// What one file is, by whatever path. Devices and inodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileId(u64, u64);

impl From<&Metadata> for FileId {
    fn from(file: &Metadata) -> Self {
        Self(file.dev(), file.ino())
    }
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or_unknown = |text: Option<String>| text.unwrap_or_else(|| "unknown".into());
        writeln!(f, "  uid         {}", or_unknown(self.uid.map(|uid| uid.to_string())))?;
        let path = self.executable.as_ref().map(|executable| executable.path.display().to_string());
        writeln!(f, "  executable  {}", or_unknown(path))?;
        writeln!(f, "  cgroup      {}", or_unknown(self.cgroup.clone()))?;
        writeln!(f, "  app id      {}", or_unknown(self.app_id.clone()))
    }
}

/// The clients that a rule is about: those of whom all is true that it asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Who {
    /// Its user is this.
    pub uid: Option<u32>,
    /// It runs this file.
    pub executable: Option<Absolute>,
    /// Its cgroup is this, or below it.
    pub cgroup: Option<Pattern>,
    /// It is this application.
    pub app_id: Option<Pattern>,
}

impl Who {
    /// The names of what may be asked.
    pub const KEYS: [&str; 4] = ["uid", "executable", "cgroup", "app-id"];

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a client is meant. What is not known of it is not as a rule asks.
    pub fn is(&self, client: &Client) -> bool {
        fn as_asked<A, K>(
            asked: Option<&A>,
            known: Option<&K>,
            is: impl Fn(&A, &K) -> bool,
        ) -> bool {
            asked.is_none_or(|asked| known.is_some_and(|known| is(asked, known)))
        }
        as_asked(self.uid.as_ref(), client.uid.as_ref(), |asked, uid| asked == uid)
            && as_asked(self.cgroup.as_ref(), client.cgroup.as_ref(), |asked, cgroup| {
                asked.starts(cgroup)
            })
            && as_asked(self.app_id.as_ref(), client.app_id.as_ref(), |asked, id| asked.is(id))
            // A look at the file system comes last.
            && as_asked(self.executable.as_ref(), client.executable.as_ref(), |asked, runs| {
                let file = asked.0.metadata();
                file.is_ok_and(|file| FileId::from(&file) == runs.file)
            })
    }
}

/// An absolute path.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "PathBuf")]
pub struct Absolute(PathBuf);

impl TryFrom<PathBuf> for Absolute {
    type Error = &'static str;

    fn try_from(path: PathBuf) -> Result<Self, Self::Error> {
        if path.is_absolute() { Ok(Self(path)) } else { Err("an absolute path expected") }
    }
}

/// A text in which each `*` stands for any letters but `/`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct Pattern(String);

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl Pattern {
    /// Whether a text is as it says.
    pub fn is(&self, text: &str) -> bool {
        let mut parts = text.split('/');
        begins(&self.0, &mut parts) && parts.next().is_none()
    }

    /// Whether a path is as it says, or below that.
    pub fn starts(&self, path: &str) -> bool {
        let pattern = self.0.strip_suffix('/').unwrap_or(&self.0);
        begins(pattern, &mut path.split('/'))
    }
}

/// Whether parts of a path begin as a pattern says. Leaves the parts behind that.
fn begins<'a>(pattern: &str, parts: &mut impl Iterator<Item = &'a str>) -> bool {
    pattern.split('/').all(|wanted| parts.next().is_some_and(|part| part_is(wanted, part)))
}

/// Whether a part of a path is as a pattern says. Takes as many steps at most as one is long,
/// times the other.
fn part_is(pattern: &str, part: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == part };
    let Some(mut left) = part.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some(at) = left.find(piece) else { return false };
        left = left.get(at.saturating_add(piece.len())..).unwrap_or_default();
    }
    left.ends_with(last)
}

/// The application that a cgroup is of, where its last part is a unit that is named as
/// desktops name those of applications: `app[-LAUNCHER]-ID-RANDOM.scope`,
/// `app[-LAUNCHER]-ID[@RANDOM].service` (systemd's `docs/DESKTOP_ENVIRONMENTS.md`).
pub fn app_id(cgroup: &str) -> Option<String> {
    let (_, unit) = cgroup.rsplit_once('/')?;
    let words = if let Some(scope) = unit.strip_suffix(".scope") {
        scope.rsplit_once('-')?.0
    } else {
        let service = unit.strip_suffix(".service")?;
        service.split_once('@').map_or(service, |(name, _)| name)
    };
    let mut words = words.split('-');
    if words.next() != Some("app") {
        return None;
    }
    let ((Some(id), None, _) | (Some(_), Some(id), None)) =
        (words.next(), words.next(), words.next())
    else {
        return None;
    };
    unescaped(id).filter(|id| !id.is_empty())
}

/// A unit's word as it was before `systemd-escape`: `\x2d` is a hyphen.
fn unescaped(word: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(word.len());
    let mut pieces = word.split("\\x");
    bytes.extend_from_slice(pieces.next()?.as_bytes());
    for piece in pieces {
        let (code, rest) = piece.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(code, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}
