//! Sockets and their locks.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};

use super::socket::Socket;
use super::*;

#[test]
fn a_socket_and_its_lock_are_removed_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("wayland-7");
    let socket = Socket::bind(path.clone()).unwrap();
    assert!(UnixStream::connect(&path).is_ok());
    assert!(dir.path().join("wayland-7.lock").exists());
    assert!(matches!(Socket::bind(path.clone()), Err(ServiceError::SocketInUse(_))));
    drop(socket);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_stale_socket_is_replaced_and_a_file_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("wayland-7");
    drop(UnixListener::bind(&path).unwrap());
    assert!(UnixStream::connect(&path).is_err());
    let socket = Socket::bind(path.clone()).unwrap();
    assert!(UnixStream::connect(&path).is_ok());
    drop(socket);
    std::fs::write(&path, "precious").unwrap();
    let error = Socket::bind(path.clone()).map(drop).unwrap_err();
    assert!(error.to_string().contains("a file is there"), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
}

#[test]
fn standard_streams_and_closed_numbers_cannot_be_taken() {
    for fd in [-1, 0, 1, 2, 9999] {
        assert!(inherited::take(fd).is_none(), "{fd}");
    }
}

#[test]
fn only_a_program_that_cannot_be_started_gives_127() {
    let source = || io::Error::from(io::ErrorKind::NotFound);
    let spawn = ServiceError::Spawn { program: "x".into(), source: source() };
    assert_eq!(spawn.exit_status(), 127);
    let host = ServiceError::NoHost { path: "/x".into(), source: source(), devices: String::new() };
    assert_eq!(host.exit_status(), 1);
    assert!(host.to_string().contains("--display=PATH"));
}

#[test]
fn a_user_who_may_not_connect_is_told_the_sockets_owner() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o750)).unwrap();
    let refused = || io::Error::from(io::ErrorKind::PermissionDenied);
    let path = dir.path().join("host");
    let uid = rustix::process::geteuid().as_raw();
    let error = ServiceError::no_host(path.clone(), refused(), String::new()).to_string();
    let place = format!("{} belongs to user {uid} (mode 750)", dir.path().display());
    assert!(error.contains(&place) && error.contains(&format!("runs as user {uid}")), "{error}");
    std::fs::write(&path, "").unwrap();
    let error = ServiceError::no_host(path.clone(), refused(), String::new()).to_string();
    assert!(error.contains(&format!("{} belongs to user {uid} (mode", path.display())), "{error}");
    let other = io::Error::from(io::ErrorKind::ConnectionRefused);
    let error = ServiceError::no_host(path, other, String::new()).to_string();
    assert!(error.contains("--display=PATH"), "{error}");
}
