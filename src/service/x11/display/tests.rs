//! Other files in the place of lock files.
#![allow(clippy::unwrap_used)]

use std::os::unix::fs::symlink;

use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::*;

#[test]
fn only_a_file_names_the_holder() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lock");
    fs::write(&path, format!("{:10}\n", std::process::id())).unwrap();
    let own = Pid::from_raw(std::process::id().cast_signed());
    assert_eq!(holder(&path), own);
    assert!(is_held(&path));
    fs::write(&path, " 99999999\n").unwrap();
    assert!(!is_held(&path), "no process has that number");

    // Opening a FIFO without a writer, or reading it, would wait for ever.
    let fifo = dir.path().join("fifo");
    mknodat(CWD, &fifo, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let link = dir.path().join("link");
    symlink(&path, &link).unwrap();
    for odd in [&fifo, &link, &dir.path().to_owned(), &dir.path().join("none")] {
        assert_eq!(holder(odd), None, "{}", odd.display());
        assert!(is_held(odd));
    }
    fs::write(&path, "x".repeat(100)).unwrap();
    assert!(is_held(&path));
}
