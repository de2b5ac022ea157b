//! Finding cursor themes (Xcursor(3), freedesktop.org's icon themes).
//!
//! The user's files may be on any file system, so reading them may wait for ever. But it is
//! bounded, and it reads only regular files.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

/// The theme for users who have chosen none, and for themes without the cursor.
const DEFAULT: &str = "default";

/// Bound on the number of themes that are searched.
const MAX_THEMES: usize = 32;

/// Bound on the length of a theme's `index.theme`.
const MAX_INDEX: u64 = 256 * 1024;

/// Bound on the length of a cursor file.
const MAX_CURSOR: u64 = 16 * 1024 * 1024;

/// Finds a cursor with one of these names in a theme, or in a theme that it inherits; returns what
/// `accept` makes of the file.
pub fn find<T>(
    dirs: &[PathBuf],
    theme: Option<&str>,
    names: &[&str],
    accept: impl Fn(&[u8]) -> Option<T>,
) -> Option<T> {
    // A stack: the next theme is the last element.
    let mut themes = vec![DEFAULT.to_owned()];
    themes.extend(theme.map(str::to_owned));
    let mut seen = Vec::new();
    while let Some(theme) = themes.pop().filter(|_| seen.len() < MAX_THEMES) {
        if seen.contains(&theme) || !is_name(&theme) {
            continue;
        }
        let places = || dirs.iter().map(|dir| dir.join(&theme));
        let in_dir = |dir: PathBuf| names.iter().map(move |name| dir.join("cursors").join(name));
        let mut files = places().flat_map(in_dir).filter_map(|path| read(&path, MAX_CURSOR));
        if let Some(found) = files.find_map(|file| accept(&file)) {
            return Some(found);
        }
        // Search depth first: what this theme inherits comes before the rest.
        let index = places().find_map(|dir| read(&dir.join("index.theme"), MAX_INDEX));
        themes.extend(inherited(&index.unwrap_or_default()).into_iter().rev());
        seen.push(theme);
    }
    None
}

/// Whether a theme's name is valid, and not a path to somewhere else.
fn is_name(theme: &str) -> bool {
    !theme.is_empty() && !theme.starts_with('.') && !theme.contains(['/', '\0'])
}

/// The themes that a theme inherits.
pub fn inherited(index: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(index);
    let value = text.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "Inherits").then_some(value)
    });
    let names = value.unwrap_or_default().split([',', ';', ':']).map(str::trim);
    names.filter(|name| !name.is_empty()).take(MAX_THEMES).map(str::to_owned).collect()
}

fn read(path: &Path, most: u64) -> Option<Vec<u8>> {
    // `NONBLOCK` lets `open` return at once if this is a FIFO, which is refused below.
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    let flags = flags.bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path).ok()?;
    let about = file.metadata().ok()?;
    if !about.is_file() || about.len() > most {
        return None;
    }
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The folders of themes, the most important first.
pub fn dirs(variable: impl Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    let home = variable("HOME").map(PathBuf::from);
    if let Some(all) = variable("XCURSOR_PATH") {
        let all = std::env::split_paths(&all);
        return all
            .filter_map(|dir| match dir.strip_prefix("~") {
                Ok(rest) => home.as_ref().map(|home| home.join(rest)),
                Err(_) => Some(dir),
            })
            .filter(|dir| dir.is_absolute())
            .collect();
    }
    let data = variable("XDG_DATA_HOME").map(PathBuf::from);
    let data = data.or_else(|| home.as_ref().map(|home| home.join(".local/share")));
    let shared = variable("XDG_DATA_DIRS").unwrap_or_else(|| "/usr/local/share:/usr/share".into());
    let mut dirs: Vec<_> = data.into_iter().map(|data| data.join("icons")).collect();
    dirs.extend(home.map(|home| home.join(".icons")));
    dirs.extend(std::env::split_paths(&shared).map(|data| data.join("icons")));
    // libXcursor always looks here too.
    dirs.extend(["/usr/share/icons", "/usr/share/pixmaps"].map(PathBuf::from));
    dirs.retain(|dir| dir.is_absolute());
    dirs
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn write(dir: &Path, name: &str, text: &str) {
        let path = dir.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn found(dirs: &[PathBuf], theme: Option<&str>) -> Option<String> {
        find(dirs, theme, &["default", "left_ptr"], |file| {
            Some(String::from_utf8_lossy(file).into_owned()).filter(|text| text != "garbled")
        })
    }

    #[test]
    fn a_theme_has_what_it_inherits() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let dirs = [one.path().to_owned(), two.path().to_owned()];
        assert_eq!(found(&dirs, Some("red")), None);
        write(two.path(), "default/index.theme", "[Icon Theme]\nInherits=grey\n");
        write(two.path(), "grey/cursors/default", "grey");
        assert_eq!(found(&dirs, None).unwrap(), "grey");
        assert_eq!(found(&dirs, Some("unknown")).unwrap(), "grey");
        // What is garbled is not there; circles end; the second folder counts as well.
        write(one.path(), "red/cursors/left_ptr", "garbled");
        write(one.path(), "red/index.theme", "Inherits = , red; none,blue\n");
        write(two.path(), "blue/index.theme", "Inherits=red,green");
        write(two.path(), "green/cursors/left_ptr", "green");
        assert_eq!(found(&dirs, Some("red")).unwrap(), "green");
        write(two.path(), "red/cursors/left_ptr", "red");
        assert_eq!(found(&dirs, Some("red")).unwrap(), "red");
        // No way out of the folders.
        assert_eq!(found(&dirs[..1], Some("../red")), None);
    }

    #[test]
    fn fifos_and_long_files_are_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let dirs = [dir.path().to_owned()];
        let cursors = dir.path().join("red/cursors");
        std::fs::create_dir_all(cursors.join("default")).unwrap();
        let fifo = rustix::fs::FileType::Fifo;
        let path = cursors.join("left_ptr");
        rustix::fs::mknodat(rustix::fs::CWD, &path, fifo, 0o600.into(), 0).unwrap();
        assert_eq!(found(&dirs, Some("red")), None);
        std::fs::remove_file(&path).unwrap();
        std::fs::File::create(&path).unwrap().set_len(MAX_CURSOR + 1).unwrap();
        assert_eq!(found(&dirs, Some("red")), None);
    }

    #[test]
    fn themes_are_where_programs_look() {
        let of = |variables: &[(&str, &str)]| {
            let found = dirs(|name| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).into())
            });
            found.iter().map(|dir| dir.display().to_string()).collect::<Vec<_>>().join(":")
        };
        let system = "/usr/share/icons:/usr/share/pixmaps";
        assert_eq!(of(&[("XDG_DATA_DIRS", "/a")]), format!("/a/icons:{system}"));
        assert_eq!(
            of(&[("HOME", "/h")]),
            format!(
                "/h/.local/share/icons:/h/.icons:/usr/local/share/icons:/usr/share/icons:{system}"
            )
        );
        let own = [("HOME", "/h"), ("XCURSOR_PATH", "~/.icons:/a::b"), ("XDG_DATA_HOME", "/d")];
        assert_eq!(of(&own), "/h/.icons:/a");
    }
}
