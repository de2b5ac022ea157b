//! Tests a virtio-wl device from the outside, with a compositor behind it: `abi-virtwl [--rude]
//! DEVICE`. Expects the behaviour of `ChromeOS`'s driver and of crosvm.
//!
//! It prints one line for each check: `ok`, or `FAIL` with the result. The exit status is 0 if all
//! are ok. It also runs on a real `/dev/wl0`. Only `--rude` runs the checks that would affect
//! other programs of such a machine (taking all objects, or filling the queue for a moment).
//! Checks that need a special host are in the rig's own tests.

use std::fs::{File, OpenOptions};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::fs::FileTypeExt;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use carafe_rigs::checks::files;
use carafe_rigs::checks::wayland::{self, Events};
use carafe_rigs::checks::wl::{new, new_context, receive, send};
use carafe_rigs::checks::{Checks, PATIENCE, failure, wait_for};
use carafe_rigs::sys::ioctl;
use carafe_rigs::sys::mapping::Mapping;
use carafe_rigs::virtwl::abi;
use rustix::event::PollFlags;
use rustix::fs::{OFlags, fcntl_setfl};
use rustix::io::{Errno, FdFlags, Result, fcntl_getfd};

fn main() -> ExitCode {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let is_rude = args.iter().any(|arg| arg == "--rude");
    args.retain(|arg| arg != "--rude");
    let [path] = args.as_slice() else {
        eprintln!("usage: abi-virtwl [--rude] DEVICE");
        return ExitCode::from(2);
    };
    let mut checks = Checks::default();
    let is_device = std::fs::metadata(path).is_ok_and(|m| m.file_type().is_char_device());
    checks.that("the node is a character device", is_device, path);
    let opened = OpenOptions::new().read(true).write(true).open(path);
    if let Some(device) = checks.value("it can be opened", opened) {
        refusals(&mut checks, &device);
        memory(&mut checks, &device);
        files::memory(&mut checks, &device);
        files::others(&mut checks, &device);
        dmabuf(&mut checks, &device);
        context(&mut checks, &device);
        descriptors(&mut checks, &device);
        shared_memory(&mut checks, &device);
        two_at_once(&mut checks, &device);
        pipes(&mut checks, &device);
        large(&mut checks, &device);
        hangup(&mut checks, &device);
        if is_rude {
            objects(&mut checks, &device);
        }
    }
    checks.end()
}

/// Every message has a maximal size.
fn large(checks: &mut Checks, device: &File) {
    let Ok((writer, _)) = new(device, abi::NEW_PIPE_WRITE, &[]) else { return };
    let bytes = vec![0; abi::MOST_BYTES as usize];
    let larger = failure(send(&writer, &bytes, &[]));
    checks.equal("SEND of 4 MiB is ENOMEM", larger, Errno::NOMEM);
}

/// Takes all objects of the machine: for a moment no other program can make one.
fn objects(checks: &mut Checks, device: &File) {
    let mut made = Vec::new();
    let last = loop {
        match new(device, abi::NEW_ALLOC, &[4096]) {
            Ok((fd, _)) if made.len() < 5000 => made.push(fd),
            Ok(_) => break Errno::NOTRECOVERABLE,
            Err(error) => break error,
        }
    };
    checks.equal("an object too many is ENOSPC", last, Errno::NOSPC);
    let count = made.len();
    let few = abi::MAX_OBJECTS.saturating_sub(count);
    checks.that("there are 2047 for all", count <= abi::MAX_OBJECTS && few < 1500, count);
    checks.equal("for contexts too", failure(new_context(device)), Errno::NOSPC);
    drop(made);
    checks.that("closed ones can be made again", new_context(device).is_ok(), ());
}

/// Receives until the callback is done, an error came, or nothing more comes.
fn listen(context: impl AsFd, events: &mut Events, callback: u32) -> bool {
    let until = Instant::now() + PATIENCE;
    while !events.done.contains(&callback) && !events.has_error && Instant::now() < until {
        if wait_for(&context, PollFlags::IN, PATIENCE).is_empty() {
            break;
        }
        match receive(&context) {
            Ok(bytes) if !bytes.is_empty() => events.add(&bytes),
            // It was woken without a reason.
            Err(Errno::AGAIN) => {}
            _ => break,
        }
    }
    events.done.contains(&callback)
}

fn refusals(checks: &mut Checks, device: &File) {
    checks.equal("NEW of an unknown type is EINVAL", failure(new(device, 77, &[])), Errno::INVAL);
    checks.equal("SEND on the node is ENOTTY", failure(send(device, b"", &[])), Errno::NOTTY);
    checks.equal("RECV on the node is ENOTTY", failure(receive(device)), Errno::NOTTY);
    let nowhere = failure(ioctl::nowhere(device, abi::NEW));
    checks.equal("NEW with a bad address is EFAULT", nowhere, Errno::FAULT);
}

fn memory(checks: &mut Checks, device: &File) {
    let Some((fd, _)) = checks.value("NEW ALLOC", new(device, abi::NEW_ALLOC, &[5000])) else {
        return;
    };
    let flags = fcntl_getfd(&fd);
    checks.equal("its descriptor is closed on exec", flags, Ok(FdFlags::CLOEXEC));
    let longer = failure(Mapping::new(&fd, 0, 8193));
    checks.equal("a mapping past its end is EINVAL", longer, Errno::INVAL);
    let longer = failure(Mapping::new(&fd, 8192, 1));
    checks.equal("so is one behind its end", longer, Errno::INVAL);
    let Some(map) = checks.value("it is mapped in whole pages", Mapping::new(&fd, 0, 8192)) else {
        return;
    };
    map.write(8188, &[1, 2, 3, 4]);
    let Some(again) = checks.value("it is mapped again", Mapping::new(&fd, 0, 8192)) else {
        return;
    };
    checks.equal("and is the same memory", again.read(8188, 4), vec![1, 2, 3, 4]);
    checks.equal("SEND on memory is EINVAL", failure(send(&fd, b"1234", &[])), Errno::INVAL);
    checks.equal("NEW on an object is ENOTTY", failure(new_on(&fd)), Errno::NOTTY);
    let unknown = failure(ioctl::words(&fd, u32::from(b'w') << 8 | 9, &mut []));
    checks.equal("an unknown ioctl is ENOTTY", unknown, Errno::NOTTY);
}

fn new_on(fd: &OwnedFd) -> Result<i32> {
    ioctl::words(fd, abi::NEW, &mut [0; abi::NEW_WORDS])
}

fn dmabuf(checks: &mut Checks, device: &File) {
    let xrgb = u32::from_le_bytes(*b"XR24");
    let probe = failure(new(device, abi::NEW_DMABUF, &[0, 0, 0]));
    if probe == Errno::NOTTY {
        println!("ok    there are no dma-bufs");
        return;
    }
    let made = new(device, abi::NEW_DMABUF, &[33, 7, xrgb]);
    let Some((fd, words)) = checks.value("NEW DMABUF", made) else { return };
    let stride = words[6];
    checks.equal("width, height and format do not come back", &words[3..6], &[0, 0, 0]);
    checks.that("its rows are long enough", stride >= 33 * 4, stride);
    checks.equal("its first plane begins at 0", words[9], 0);
    let size = stride as usize * 7;
    let start = ioctl::words(&fd, abi::DMABUF_SYNC, &mut [2]);
    checks.equal("DMABUF_SYNC begins", start, Ok(0));
    if let Some(map) = checks.value("it is mapped", Mapping::new(&fd, 0, size)) {
        map.write(size - 4, &[9; 4]);
    }
    let end = ioctl::words(&fd, abi::DMABUF_SYNC, &mut [2 | 4]);
    checks.equal("DMABUF_SYNC ends", end, Ok(0));
    let wrong = failure(ioctl::words(&fd, abi::DMABUF_SYNC, &mut [0x100]));
    checks.equal("DMABUF_SYNC with unknown flags is EINVAL", wrong, Errno::INVAL);
}

fn context(checks: &mut Checks, device: &File) {
    let Some(context) = checks.value("NEW CTX", new_context(device)) else { return };
    checks.equal("an empty SEND succeeds", send(&context, b"", &[]), Ok(0));
    let _ = fcntl_setfl(&context, OFlags::NONBLOCK);
    std::thread::sleep(Duration::from_millis(50));
    checks.equal("nothing comes unasked: EAGAIN", failure(receive(&context)), Errno::AGAIN);
    let writable = wait_for(&context, PollFlags::OUT, Duration::ZERO);
    checks.equal("it is always writable", writable, PollFlags::OUT);
    let mut events = Events::default();
    checks.equal("SEND", send(&context, &wayland::hello(), &[]), Ok(0));
    checks.that("the compositor answers", listen(&context, &mut events, 3), &events);
    checks.that("it has globals", !events.globals.is_empty(), &events);
    let copy = carafe_rigs::supervisor::duplicate(&context);
    drop(context);
    if let Some(copy) = checks.value("a copy of the descriptor", copy) {
        checks.equal("SEND on the copy", send(&copy, &wayland::sync(4), &[]), Ok(0));
        checks.that("is answered", listen(&copy, &mut events, 4), &events);
    }
}

fn descriptors(checks: &mut Checks, device: &File) {
    let Ok(context) = new_context(device) else { return };
    let Ok(file) = File::open("/dev/null") else { return };
    let foreign = failure(send(&context, b"1234", &[file.as_raw_fd()]));
    checks.equal("SEND of another file is EINVAL", foreign, Errno::INVAL);
    let node = failure(send(&context, b"1234", &[device.as_raw_fd()]));
    checks.equal("SEND of the node itself is EINVAL", node, Errno::INVAL);
    let itself = failure(send(&context, b"1234", &[context.as_raw_fd()]));
    checks.equal("SEND of a context is EINVAL", itself, Errno::INVAL);
    let closed = failure(send(&context, b"1234", &[987_654]));
    checks.equal("SEND of a closed descriptor is EBADFD", closed, Errno::BADFD);
}

fn shared_memory(checks: &mut Checks, device: &File) {
    let Ok(context) = new_context(device) else { return };
    let mut events = Events::default();
    let _ = send(&context, &wayland::hello(), &[]);
    listen(&context, &mut events, 3);
    let Some(shm) = events.globals.get("wl_shm").copied() else {
        checks.that("the compositor has wl_shm", false, &events);
        return;
    };
    let Ok((memory, _)) = new(device, abi::NEW_ALLOC, &[4096]) else { return };
    let requests = [
        wayland::bind(shm, "wl_shm", 4),
        wayland::request(4, 0, &[5, 4096]),
        wayland::request(5, 0, &[6, 0, 4, 4, 16, 1]),
        wayland::sync(7),
    ];
    let sent = send(&context, &requests.concat(), &[memory.as_raw_fd()]);
    checks.equal("SEND of memory as a pool of pixels", sent, Ok(0));
    checks.that("the compositor maps it", listen(&context, &mut events, 7), &events);
}

/// A waiting RECV must not block another thread.
fn two_at_once(checks: &mut Checks, device: &File) {
    let (Ok(first), Ok(second)) = (new_context(device), new_context(device)) else { return };
    thread::scope(|scope| {
        let waiting = scope.spawn(|| receive(&first));
        thread::sleep(Duration::from_millis(100));
        let mut events = Events::default();
        let _ = send(&second, &wayland::hello(), &[]);
        let answered = listen(&second, &mut events, 3);
        checks.that("while one context waits another is answered", answered, &events);
        checks.that("the one still waits", !waiting.is_finished(), ());
        let _ = send(&first, &wayland::hello(), &[]);
        let bytes = waiting.join().unwrap_or(Err(Errno::IO));
        checks.that("then it gets its answer", bytes.as_ref().is_ok_and(|b| !b.is_empty()), &bytes);
    });
}

fn pipes(checks: &mut Checks, device: &File) {
    let Ok(context) = new_context(device) else { return };
    let made = new(device, abi::NEW_PIPE_READ, &[]);
    let Some((reader, _)) = checks.value("NEW PIPE_READ", made) else { return };
    let made = new(device, abi::NEW_PIPE_WRITE, &[]);
    let Some((writer, _)) = checks.value("NEW PIPE_WRITE", made) else { return };
    let _ = fcntl_setfl(&reader, OFlags::NONBLOCK);
    let mut byte = [0; 1];
    let empty = failure(rustix::io::read(&reader, &mut byte));
    checks.equal("an empty pipe is EAGAIN", empty, Errno::AGAIN);
    checks.equal("and so to RECV", failure(receive(&reader)), Errno::AGAIN);
    let writable = wait_for(&reader, PollFlags::OUT, Duration::ZERO);
    checks.equal("an end for reading is writable", writable, PollFlags::OUT);
    checks.equal("SEND writes to a pipe", send(&writer, b"hello", &[]), Ok(0));
    let written = failure(rustix::io::write(&writer, b"hello"));
    checks.equal("but write(2) is EBADF", written, Errno::BADF);
    let backwards = failure(send(&reader, b"hello", &[]));
    checks.equal("SEND on an end for reading is ENODEV", backwards, Errno::NODEV);
    let with_fds = failure(send(&writer, b"hello", &[reader.as_raw_fd()]));
    checks.equal("but no descriptors: EINVAL", with_fds, Errno::INVAL);
    // libwayland keeps surplus descriptors until it drops the client.
    let fds = [reader.as_raw_fd(), writer.as_raw_fd()];
    checks.equal("SEND of pipes", send(&context, &wayland::sync(3), &fds), Ok(0));
    let again = failure(send(&context, &wayland::sync(4), &fds[..1]));
    checks.equal("a pipe is sent once only: then EINVAL", again, Errno::INVAL);
    drop(context);
    let mut seen = PollFlags::empty();
    for _ in 0..100 {
        seen = wait_for(&reader, PollFlags::IN, PATIENCE);
        if seen.contains(PollFlags::HUP) {
            break;
        }
        // Other programs on this device wake all pollers.
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    checks.that("a pipe hangs up with the host", seen.contains(PollFlags::HUP), seen);
    checks.equal("and ends", rustix::io::read(&reader, &mut byte), Ok(0));
}

fn hangup(checks: &mut Checks, device: &File) {
    let Ok(context) = new_context(device) else { return };
    let _ = send(&context, &wayland::mistake(), &[]);
    let mut events = Events::default();
    let mut seen = PollFlags::empty();
    let until = Instant::now() + PATIENCE;
    let mut last = Ok(vec![0]);
    while last.as_ref().is_ok_and(|bytes| !bytes.is_empty()) && Instant::now() < until {
        seen = wait_for(&context, PollFlags::IN, PATIENCE);
        last = receive(&context);
        events.add(last.as_deref().unwrap_or_default());
    }
    checks.that("a mistake is answered by an error", events.has_error, &events);
    checks.equal("then RECV gives nothing", last, Ok(Vec::new()));
    checks.that("and the context is hung up", seen.contains(PollFlags::HUP), seen);
    let _ = fcntl_setfl(&context, OFlags::NONBLOCK);
    checks.equal("so also without waiting", receive(&context), Ok(Vec::new()));
    let late = failure(send(&context, &wayland::sync(9), &[]));
    checks.that("SEND fails", matches!(late, Errno::INVAL | Errno::NODEV), late);
}
