//! What an intruder tries.

use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use libc::{c_int, c_long};

/// What the session had when it entered its sandbox.
pub struct Held {
    folder: CString,
    file: CString,
    pipe: (OwnedFd, OwnedFd),
    socket: OwnedFd,
    memory: OwnedFd,
    parent: c_int,
}

impl Held {
    pub fn new(folder: &Path) -> Self {
        let text = |path: &Path| CString::new(path.as_os_str().as_bytes()).unwrap();
        let file = folder.join("file");
        std::fs::write(&file, "text").unwrap();
        let (family, kind) = (rustix::net::AddressFamily::UNIX, rustix::net::SocketType::STREAM);
        Self {
            folder: text(folder),
            file: text(&file),
            pipe: rustix::pipe::pipe().unwrap(),
            socket: rustix::net::socket(family, kind, None).unwrap(),
            memory: rustix::fs::memfd_create("x", rustix::fs::MemfdFlags::empty()).unwrap(),
            parent: std::os::unix::process::parent_id().cast_signed(),
        }
    }
}

/// The outcome of a try as a word.
pub fn text(outcome: &io::Result<()>) -> String {
    match outcome.as_ref().map_err(|e| e.raw_os_error().unwrap_or_default()) {
        Ok(()) => "works".into(),
        Err(libc::EPERM) => "EPERM".into(),
        Err(libc::EACCES) => "EACCES".into(),
        Err(number) => io::Error::from_raw_os_error(number).to_string(),
    }
}

type Try = (&'static str, fn(&Held) -> io::Result<()>);

/// A system call with up to five arguments.
fn call(number: c_long, arguments: [i64; 5]) -> io::Result<()> {
    let [first, second, third, fourth, fifth] = arguments;
    // SAFETY: the tries below pass numbers, and addresses of what lives as long as the call.
    let result = unsafe { libc::syscall(number, first, second, third, fourth, fifth) };
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

fn open(path: &CStr, flags: c_int) -> io::Result<()> {
    call(libc::SYS_openat, [i64::from(libc::AT_FDCWD), at(path), flags.into(), 0o600, 0])
}

fn at(path: &CStr) -> i64 {
    path.as_ptr().addr().cast_signed() as i64
}

fn fd(fd: &OwnedFd) -> i64 {
    fd.as_raw_fd().into()
}

fn map(held: &Held, protection: c_int) -> io::Result<*mut libc::c_void> {
    rustix::fs::ftruncate(&held.memory, 4096)?;
    let (flags, fd) = (libc::MAP_SHARED, held.memory.as_raw_fd());
    // SAFETY: a new mapping at an address of the kernel's choice.
    let map = unsafe { libc::mmap(std::ptr::null_mut(), 4096, protection, flags, fd, 0) };
    if map == libc::MAP_FAILED { Err(io::Error::last_os_error()) } else { Ok(map) }
}

/// Tries that are refused; the session goes on.
pub const DENIED: [Try; 20] = [
    ("read a file", |_| open(c"/etc/passwd", libc::O_RDONLY)),
    ("read its parent's environment", |held| {
        let path = CString::new(format!("/proc/{}/environ", held.parent))?;
        open(&path, libc::O_RDONLY)
    }),
    ("read its own program", |_| open(c"/proc/self/exe", libc::O_RDONLY)),
    ("list a folder", |_| open(c"/", libc::O_RDONLY | libc::O_DIRECTORY)),
    ("hold a folder", |_| open(c"/", libc::O_PATH)),
    ("write a file", |held| open(&held.file, libc::O_WRONLY)),
    ("empty a file", |held| open(&held.file, libc::O_RDONLY | libc::O_TRUNC)),
    ("make a file", |_| open(c"new", libc::O_RDWR | libc::O_CREAT)),
    ("make an unnamed file", |held| {
        open(&held.folder, libc::O_RDWR | libc::O_EXCL | libc::O_CLOEXEC | libc::O_TMPFILE)
    }),
    ("make a folder", |_| {
        call(libc::SYS_mkdirat, [libc::AT_FDCWD.into(), at(c"new folder"), 0o700, 0, 0])
    }),
    ("rename a file", |held| {
        let here = i64::from(libc::AT_FDCWD);
        call(libc::SYS_renameat2, [here, at(&held.file), here, at(&held.file), 0])
    }),
    ("change rights", |held| {
        call(libc::SYS_fchmodat, [libc::AT_FDCWD.into(), at(&held.file), 0o777, 0, 0])
    }),
    ("run data", |held| map(held, libc::PROT_READ | libc::PROT_EXEC).map(drop)),
    ("make data a program", |held| {
        let map = map(held, libc::PROT_READ)?.addr().cast_signed() as i64;
        let protection = i64::from(libc::PROT_READ | libc::PROT_EXEC);
        call(libc::SYS_mprotect, [map, 4096, protection, 0, 0])
    }),
    ("have signals sent", |held| {
        let owner = i64::from(libc::F_SETOWN);
        call(libc::SYS_fcntl, [fd(&held.pipe.0), owner, held.parent.into(), 0, 0])
    }),
    ("signal a thread of its parent", |held| {
        call(libc::SYS_tgkill, [held.parent.into(), held.parent.into(), 0, 0, 0])
    }),
    ("an ioctl of its own", |held| {
        let mut count = 0;
        let to = (&raw mut count).addr().cast_signed() as i64;
        call(libc::SYS_ioctl, [fd(&held.pipe.0), libc::FIONREAD.cast_signed(), to, 0, 0])
    }),
    ("change its limits", |_| {
        let limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        let new = (&raw const limit).addr().cast_signed() as i64;
        call(libc::SYS_prlimit64, [0, libc::RLIMIT_CORE.into(), new, 0, 0])
    }),
    ("let others look into it", |_| {
        call(libc::SYS_prctl, [libc::PR_SET_DUMPABLE.into(), 1, 0, 0, 0])
    }),
    ("fork", |_| {
        // SAFETY: the child of a process with threads does nothing but end.
        unsafe {
            match libc::fork() {
                -1 => Err(io::Error::last_os_error()),
                0 => libc::_exit(0),
                _ => Ok(()),
            }
        }
    }),
];

/// Tries that end the session.
pub const FATAL: [Try; 20] = [
    ("execve", |_| call(libc::SYS_execve, [at(c"/bin/true"), 0, 0, 0, 0])),
    ("execveat", |_| call(libc::SYS_execveat, [-1, at(c""), 0, 0, 0])),
    ("socket", |_| call(libc::SYS_socket, [libc::AF_INET.into(), 1, 0, 0, 0])),
    ("connect", |held| call(libc::SYS_connect, [fd(&held.socket), 0, 0, 0, 0])),
    ("bind", |held| call(libc::SYS_bind, [fd(&held.socket), 0, 0, 0, 0])),
    ("ptrace", |_| call(libc::SYS_ptrace, [libc::PTRACE_PEEKDATA.into(), 0, 0, 0, 0])),
    ("kill", |held| call(libc::SYS_kill, [held.parent.into(), 0, 0, 0, 0])),
    ("process_vm_readv", |held| call(libc::SYS_process_vm_readv, [held.parent.into(), 0, 0, 0, 0])),
    ("pidfd_open", |held| call(libc::SYS_pidfd_open, [held.parent.into(), 0, 0, 0, 0])),
    ("mount", |_| call(libc::SYS_mount, [0; 5])),
    ("chroot", |_| call(libc::SYS_chroot, [at(c"/"), 0, 0, 0, 0])),
    ("unshare", |_| call(libc::SYS_unshare, [0; 5])),
    ("setns", |_| call(libc::SYS_setns, [-1, 0, 0, 0, 0])),
    ("open_by_handle_at", |_| call(libc::SYS_open_by_handle_at, [-1, 0, 0, 0, 0])),
    ("io_uring_setup", |_| call(libc::SYS_io_uring_setup, [1, 0, 0, 0, 0])),
    ("userfaultfd", |_| call(libc::SYS_userfaultfd, [0; 5])),
    ("bpf", |_| call(libc::SYS_bpf, [0; 5])),
    ("perf_event_open", |_| call(libc::SYS_perf_event_open, [0; 5])),
    ("keyctl", |_| call(libc::SYS_keyctl, [0; 5])),
    ("setuid", |_| call(libc::SYS_setuid, [0; 5])),
];
