//! Finding the carafe to watch.
#![allow(clippy::unwrap_used)]

use std::os::unix::net::UnixListener;

use super::*;

fn found(named: Option<&str>, display: Option<&str>, runtime: &Path) -> Result<PathBuf, String> {
    find(named.map(OsStr::new), display.map(OsStr::new), Some(runtime)).map_err(|e| e.to_string())
}

#[test]
fn the_named_one_the_displays_or_the_only_one() {
    let dir = tempfile::tempdir().unwrap();
    let runtime = dir.path();
    let at = |name: &str| runtime.join(name);
    let none = found(None, Some("wayland-0"), runtime).unwrap_err();
    assert!(none.contains("no running carafe") && none.contains("--socket="), "{none}");
    let _one = UnixListener::bind(at("one.stats")).unwrap();
    fs::write(at("file.stats"), "").unwrap();
    drop(UnixListener::bind(at("stale.stats")).unwrap());
    assert_eq!(found(None, Some("wayland-0"), runtime), Ok(at("one.stats")));
    let _two = UnixListener::bind(at("two.stats")).unwrap();
    let several = found(None, None, runtime).unwrap_err();
    assert!(several.ends_with("--socket=one, --socket=two"), "{several}");
    assert_eq!(found(None, Some("two"), runtime), Ok(at("two.stats")));
    let path = at("one");
    assert_eq!(found(None, path.to_str(), runtime), Ok(at("one.stats")));
    assert_eq!(found(Some("x"), Some("two"), runtime), Ok(at("x.stats")));
    assert_eq!(found(Some("/y/x"), None, runtime), Ok("/y/x.stats".into()));
    assert!(matches!(find(None, None, None), Err(ViewError::NoRuntimeDir)));
}
