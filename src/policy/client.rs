//! The identity of a client, which `peer/facts.rs` finds out, and the clients that a rule matches.

#[cfg(test)]
mod tests;

use std::fmt;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use serde::Deserialize;

/// What carafe knows about a client's process. Only facts that are certain are here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// Its user.
    pub uid: Option<u32>,
    /// The file that it runs.
    pub executable: Option<Executable>,
    /// Its cgroup, as in `/proc/PID/cgroup`.
    pub cgroup: Option<String>,
    /// Its application id: the one that its sandbox has given, or else the one in the name of its
    /// systemd unit.
    pub app_id: Option<String>,
}

/// A program's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executable {
    /// The path in `/proc/PID/exe`. A process with file systems of its own can choose that path.
    pub path: PathBuf,
    /// The file's identity.
    pub file: FileId,
}

/// The identity of a file, independent of its path: the numbers of its device and its inode.
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

/// The conditions for the clients that a rule matches; all of them must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ClientRule {
    /// Its user.
    pub uid: Option<u32>,
    /// The file that it runs.
    pub executable: Option<Absolute>,
    /// Its cgroup, or one above it.
    pub cgroup: Option<Pattern>,
    /// Its application id.
    pub app_id: Option<Pattern>,
}

impl ClientRule {
    /// The names of the conditions.
    pub const KEYS: [&str; 4] = ["uid", "executable", "cgroup", "app-id"];

    /// Whether there are no conditions.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a client fulfils the conditions. An unknown property never does.
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
            // This looks at the file system, so it comes last.
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

/// A text in which each `*` stands for any characters except `/`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct Pattern(String);

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl Pattern {
    /// Whether it matches a whole text.
    pub fn is(&self, text: &str) -> bool {
        let mut parts = text.split('/');
        begins(&self.0, &mut parts) && parts.next().is_none()
    }

    /// Whether it matches a path, or a directory above it.
    pub fn starts(&self, path: &str) -> bool {
        let pattern = self.0.strip_suffix('/').unwrap_or(&self.0);
        begins(pattern, &mut path.split('/'))
    }
}

/// Matches the pattern's parts with the first parts of a path; `parts` then continues behind them.
fn begins<'a>(pattern: &str, parts: &mut impl Iterator<Item = &'a str>) -> bool {
    pattern.split('/').all(|wanted| parts.next().is_some_and(|part| part_is(wanted, part)))
}

/// Matches one part of a path. It takes at most as many steps as the product of both lengths.
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

/// The application id in a cgroup's name, if its last part is named like a desktop's unit:
/// `app[-LAUNCHER]-ID-RANDOM.scope` or `app[-LAUNCHER]-ID[@RANDOM].service` (systemd's
/// `docs/DESKTOP_ENVIRONMENTS.md`).
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
    let words = (words.next(), words.next(), words.next());
    let ((Some(id), None, _) | (Some(_), Some(id), None)) = words else { return None };
    unescaped(id).filter(|id| !id.is_empty())
}

/// Undoes `systemd-escape` in one word: `\x2d` becomes a hyphen.
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
