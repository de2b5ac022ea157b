//! Tests a virtio-gpu render node with cross-domain from the outside, with a compositor behind it:
//! `abi-virtgpu DEVICE`. Expects the behaviour of Linux's driver and of rutabaga.

use std::fs::{File, OpenOptions};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::fs::FileTypeExt;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use carafe_rigs::checks::gpu::{self, Channel};
use carafe_rigs::checks::wayland::{self, Events};
use carafe_rigs::checks::{Checks, PATIENCE, failure, wait_for};
use carafe_rigs::sys::ioctl;
use carafe_rigs::sys::mapping::Mapping;
use carafe_rigs::virtgpu::abi;
use rustix::event::PollFlags;
use rustix::io::{Errno, Result};

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: abi-virtgpu DEVICE");
        return ExitCode::from(2);
    };
    let mut checks = Checks::default();
    let is_device = std::fs::metadata(&path).is_ok_and(|m| m.file_type().is_char_device());
    checks.that("the node is a character device", is_device, &path);
    let open = || OpenOptions::new().read(true).write(true).open(&path);
    if let Some(device) = checks.value("it can be opened", open()) {
        version(&mut checks, &device);
        parameters(&mut checks, &device);
        capset(&mut checks, &device);
        drop(device);
        context_refusals(&mut checks, &open);
    }
    if let Ok(device) = open() {
        context(&mut checks, &device);
        guest_memory(&mut checks, &device);
        unknown_blob(&mut checks, &device);
    }
    if let Ok(device) = open() {
        channel(&mut checks, device);
    }
    for (guess, is_right) in [(abi::READ_PIPE_BASE, false), (abi::READ_PIPE_BASE + 1, true)] {
        if let Ok(device) = open() {
            pipe_numbers(&mut checks, device, guess, is_right);
        }
    }
    if let (Ok(first), Ok(second)) = (open(), open()) {
        two_at_once(&mut checks, first, second);
    }
    checks.end()
}

fn version(checks: &mut Checks, device: &File) {
    let mut words = [0; 16];
    let asked = ioctl::words(device, abi::VERSION, &mut words);
    checks.equal("VERSION", asked, Ok(0));
    checks.equal("the driver's name has 10 letters", words[4], 10);
    checks.that("it has a date and a description", words[8] > 0 && words[12] > 0, words);
    let mut name = [0; 16];
    words[4] = 16;
    (words[6], words[7]) = gpu::address_mut(&mut name);
    (words[8], words[12]) = (0, 0);
    let asked = ioctl::words(device, abi::VERSION, &mut words);
    checks.equal("VERSION with room for the name", asked, Ok(0));
    checks.equal("the name", &name[..10], b"virtio_gpu");
}

fn parameters(checks: &mut Checks, device: &File) {
    for parameter in abi::NEEDED_PARAMETERS {
        let name = format!("parameter {parameter}");
        checks.equal(&name, gpu::parameter(device, parameter), Ok(1));
    }
    let capsets = gpu::parameter(device, abi::PARAM_CAPSETS).unwrap_or(0);
    let has_it = capsets >> abi::CAPSET_CROSS_DOMAIN & 1 == 1;
    checks.that("the device has the cross-domain capset", has_it, capsets);
    let unknown = failure(gpu::parameter(device, 7777));
    checks.equal("an unknown parameter is EINVAL", unknown, Errno::INVAL);
}

fn capset(checks: &mut Checks, device: &File) {
    let caps = gpu::capset(device, abi::CAPSET_CROSS_DOMAIN, abi::CAPSET_SIZE as u32);
    if let Some(caps) = checks.value("GET_CAPS", caps) {
        let has_wayland = caps[1] >> abi::CHANNEL_WAYLAND & 1 == 1;
        checks.that("there is a channel to the compositor", has_wayland, caps);
    }
    let empty = failure(gpu::capset(device, abi::CAPSET_CROSS_DOMAIN, 0));
    checks.equal("GET_CAPS of no bytes is EINVAL", empty, Errno::INVAL);
    let unknown = failure(gpu::capset(device, 60, 16));
    checks.equal("GET_CAPS of an unknown capset is EINVAL", unknown, Errno::INVAL);
}

/// A failure may leave an incomplete context, so each check opens its own file.
fn context_refusals(checks: &mut Checks, open: &impl Fn() -> std::io::Result<File>) {
    let refused = |parameters: &[[u64; 2]]| {
        let device = open().map_err(|_| Errno::NODEV)?;
        gpu::context_init(&device, parameters)
    };
    let unknown = failure(refused(&[[abi::CONTEXT_CAPSET, 5], [99, 0]]));
    checks.equal("CONTEXT_INIT with an unknown parameter is EINVAL", unknown, Errno::INVAL);
    let capset = failure(refused(&[[abi::CONTEXT_CAPSET, 60]]));
    checks.equal("CONTEXT_INIT with an unknown capset is EINVAL", capset, Errno::INVAL);
    let mask = [[abi::CONTEXT_CAPSET, 5], [abi::CONTEXT_RINGS, 2], [abi::CONTEXT_POLL_MASK, 8]];
    let mask = failure(refused(&mask));
    checks.equal("CONTEXT_INIT with a ring too many is EINVAL", mask, Errno::INVAL);
}

fn context(checks: &mut Checks, device: &File) {
    let early = failure(gpu::submit(device, &[1, 0], Some(0), &[]));
    checks.equal("EXECBUFFER on a ring before there are any is EINVAL", early, Errno::INVAL);
    checks.equal("CONTEXT_INIT", gpu::cross_domain(device), Ok(0));
    let again = failure(gpu::cross_domain(device));
    checks.equal("CONTEXT_INIT twice is EEXIST", again, Errno::EXIST);
    let ring = failure(gpu::submit(device, &abi::header(abi::CMD_POLL, 8), Some(2), &[]));
    checks.equal("EXECBUFFER on a third ring is EINVAL", ring, Errno::INVAL);
    let wrong = gpu::submit(device, &abi::header(200, 8), None, &[]);
    checks.equal("EXECBUFFER of nonsense succeeds: the host's errors reach nobody", wrong, Ok(0));
    let early = wait_for(device, PollFlags::IN, Duration::ZERO);
    checks.equal("without a ring it makes no event", early, PollFlags::empty());
    for _ in 0..2 {
        let wrong = gpu::submit(device, &abi::header(200, 8), Some(abi::CHANNEL_RING), &[]);
        checks.equal("EXECBUFFER of nonsense on the ring succeeds", wrong, Ok(0));
        let event = wait_for(device, PollFlags::IN, PATIENCE);
        checks.that("and makes an event at once", event.contains(PollFlags::IN), event);
    }
    std::thread::sleep(Duration::from_millis(100));
    let read = rustix::io::read(device, &mut [0_u8; 64]);
    checks.equal("one read gives both events", read, Ok(2 * abi::EVENT_SIZE));
    let unknown = failure(ioctl::words(device, 0xc008_647f, &mut [0; 2]));
    checks.equal("an unknown ioctl is EINVAL", unknown, Errno::INVAL);
}

fn guest_memory(checks: &mut Checks, device: &File) {
    let blob = gpu::create_blob(device, abi::MEM_GUEST, abi::USE_MAPPABLE, 5000, 0);
    let Some(blob) = checks.value("RESOURCE_CREATE_BLOB of the guest", blob) else { return };
    let info = gpu::info(device, blob.handle);
    checks.equal("RESOURCE_INFO", info.map(|i| (i[1], i[2])), Ok((blob.resource, 8192)));
    extended_info(checks, device, blob.handle);
    let mapped = gpu::map(device, blob.handle, 8192);
    if let Some(map) = checks.value("it is mapped", mapped) {
        map.write(8188, &[1, 2, 3, 4]);
        let again = gpu::map(device, blob.handle, 8192);
        if let Some(again) = checks.value("it is mapped again", again) {
            checks.equal("and is the same memory", again.read(8188, 4), vec![1, 2, 3, 4]);
        }
    }
    checks.that("it is mapped in part", gpu::map(device, blob.handle, 4096).is_ok(), ());
    let longer = failure(gpu::map(device, blob.handle, 12288));
    checks.equal("a longer mapping is EINVAL", longer, Errno::INVAL);
    let dmabuf = gpu::export(device, blob.handle);
    if let Some(dmabuf) = checks.value("PRIME_HANDLE_TO_FD", dmabuf)
        && let Some(map) = checks.value("a dma-buf is mapped", Mapping::new(&dmabuf, 0, 8192))
    {
        checks.equal("it is the same memory too", map.read(8188, 4), vec![1, 2, 3, 4]);
    }
    let wrong = failure(Mapping::new(device, 0x7fff_ffff_0000, 4096));
    checks.equal("a mapping at a place that was not given out is EINVAL", wrong, Errno::INVAL);
    checks.equal("WAIT for unused memory", gpu::wait(device, blob.handle, 0), Ok(0));
    checks.equal("GEM_CLOSE", gpu::close(device, blob.handle), Ok(0));
    let twice = failure(gpu::close(device, blob.handle));
    checks.equal("GEM_CLOSE twice is EINVAL", twice, Errno::INVAL);
    let gone = failure(gpu::info(device, blob.handle));
    checks.equal("RESOURCE_INFO of a closed handle is ENOENT", gone, Errno::NOENT);
    let gone = failure(gpu::offset(device, blob.handle));
    checks.equal("MAP of a closed handle is ENOENT", gone, Errno::NOENT);
    let kind = failure(gpu::create_blob(device, 77, 1, 4096, 0));
    checks.equal("RESOURCE_CREATE_BLOB of an unknown sort is EINVAL", kind, Errno::INVAL);
    let number = failure(gpu::create_blob(device, abi::MEM_GUEST, 1, 4096, 9));
    checks.equal("one of the guest with a number is EINVAL", number, Errno::INVAL);
}

/// ChromeOS's kernels know more of an object, and look at what is asked for first.
fn extended_info(checks: &mut Checks, device: &File, guests: u32) {
    let ask = |handle, what| {
        let mut words = [0; 14];
        (words[0], words[3]) = (handle, what);
        ioctl::words(device, abi::RESOURCE_INFO_EXTENDED, &mut words)
    };
    let nothing = failure(ask(0, u32::MAX));
    if nothing == Errno::INVAL {
        checks.equal("there is an extended RESOURCE_INFO", nothing, Errno::INVAL);
        let of_guest = failure(ask(guests, abi::INFO_EXTENDED));
        checks.equal("of memory of the guest it is EINVAL", of_guest, Errno::INVAL);
    } else {
        checks.equal("there is no extended RESOURCE_INFO", nothing, Errno::NOENT);
        let of_guest = ask(guests, abi::INFO_EXTENDED);
        checks.equal("what it is asked for makes no difference", of_guest, Ok(0));
    }
}

fn unknown_blob(checks: &mut Checks, device: &File) {
    let flags = abi::USE_MAPPABLE | abi::USE_SHAREABLE;
    let blob = gpu::create_blob(device, abi::MEM_HOST3D, flags, 4096, 0x1234_5678);
    let Some(blob) = checks.value("a blob that the host does not know can be made", blob) else {
        return;
    };
    checks.that("MAP gives its place", gpu::offset(device, blob.handle).is_ok(), ());
    let mapped = failure(gpu::map(device, blob.handle, 4096));
    checks.equal("mapping it is EINVAL", mapped, Errno::INVAL);
    let dmabuf = gpu::export(device, blob.handle);
    if let Some(dmabuf) = checks.value("PRIME_HANDLE_TO_FD gives a dma-buf", dmabuf) {
        let mapped = Mapping::new(&dmabuf, 0, 4096);
        checks.that("that cannot be mapped", mapped.is_err(), mapped);
    }
}

/// The guest must guess the number that the host will give a pipe; a wrong guess drops the
/// message.
fn pipe_numbers(checks: &mut Checks, device: File, guess: u32, is_right: bool) {
    let Ok(channel) = Channel::open(device) else { return };
    let _ = channel.send(&wayland::hello(), &[[abi::ID_READ_PIPE, guess, 0]]);
    let answer = channel.message(if is_right { PATIENCE } else { Duration::from_millis(500) });
    let name =
        format!("a first pipe numbered {guess:#x} is {}", if is_right { "right" } else { "wrong" });
    checks.that(&name, answer.is_ok() == is_right, answer.map(drop));
}

/// Receives until the callback is done, an error came, or nothing more comes.
fn listen(channel: &Channel, events: &mut Events, callback: u32) -> bool {
    let until = Instant::now() + PATIENCE;
    while !events.done.contains(&callback) && !events.has_error && Instant::now() < until {
        match channel.receive() {
            Ok(bytes) if !bytes.is_empty() => events.add(&bytes),
            _ => break,
        }
    }
    events.done.contains(&callback)
}

fn channel(checks: &mut Checks, device: File) {
    let opened = Channel::open(device);
    let Some(channel) = checks.value("the channel is opened", opened) else { return };
    let quiet = wait_for(channel.device(), PollFlags::IN, Duration::from_millis(50));
    checks.equal("nothing comes unasked", quiet, PollFlags::empty());
    let mut events = Events::default();
    checks.equal("CMD_SEND", channel.send(&wayland::hello(), &[]), Ok(0));
    checks.that("the compositor answers", listen(&channel, &mut events, 3), &events);
    checks.that("it has globals", !events.globals.is_empty(), &events);
    image(checks, &channel, &mut events);
}

fn image(checks: &mut Checks, channel: &Channel, events: &mut Events) {
    let xrgb = u32::from_le_bytes(*b"XR24");
    let layout = channel.image_requirements(64, 64, xrgb);
    let Some(layout) = checks.value("CMD_GET_IMAGE_REQUIREMENTS", layout) else { return };
    checks.that("its rows are long enough", layout.stride >= 256, layout);
    let least = u64::from(layout.stride) * 64;
    checks.that("so is all of it", layout.size >= least, layout);
    let flags = abi::USE_MAPPABLE | abi::USE_SHAREABLE;
    let id = layout.blob_id.into();
    let device = channel.device();
    let blob = gpu::create_blob(device, abi::MEM_HOST3D, flags, layout.size, id);
    let Some(blob) = checks.value("RESOURCE_CREATE_BLOB of the host", blob) else { return };
    let size = (layout.size as usize).next_multiple_of(4096);
    if let Some(map) = checks.value("it is mapped", gpu::map(device, blob.handle, size)) {
        map.write(size - 4, &[7; 4]);
    }
    let again = gpu::create_blob(device, abi::MEM_HOST3D, flags, layout.size, id);
    checks.that("a second one has the same number", again.is_ok_and(|b| b != blob), again);
    let part = failure(gpu::map(device, blob.handle, 4096));
    checks.equal("it is mapped as a whole only: EINVAL", part, Errno::INVAL);
    let exported = gpu::export(device, blob.handle);
    let Some(dmabuf) = checks.value("PRIME_HANDLE_TO_FD", exported) else { return };
    dma_buf(checks, channel, &dmabuf, blob.handle);
    pool(checks, channel, events, blob.resource);
    checks.equal("GEM_CLOSE", gpu::close(device, blob.handle), Ok(0));
    let imported = gpu::import(device, &dmabuf);
    checks.that("the dma-buf outlives the handle", imported.is_ok(), imported);
}

fn dma_buf(checks: &mut Checks, channel: &Channel, dmabuf: &OwnedFd, handle: u32) {
    let device = channel.device();
    let imported = gpu::import(device, dmabuf);
    checks.equal("PRIME_FD_TO_HANDLE gives the same handle", imported, Ok(handle));
    let begun = ioctl::words(dmabuf, abi::DMA_BUF_SYNC, &mut [2, 0]);
    checks.equal("DMA_BUF_SYNC begins", begun, Ok(0));
    let ended = ioctl::words(dmabuf, abi::DMA_BUF_SYNC, &mut [6, 0]);
    checks.equal("DMA_BUF_SYNC ends", ended, Ok(0));
    let wrong = failure(ioctl::words(dmabuf, abi::DMA_BUF_SYNC, &mut [0x100, 0]));
    checks.equal("DMA_BUF_SYNC with unknown flags is EINVAL", wrong, Errno::INVAL);
    let Ok(file) = File::open("/dev/null") else { return };
    let foreign = failure(gpu::import(device, &file));
    checks.equal("PRIME_FD_TO_HANDLE of another file is EINVAL", foreign, Errno::INVAL);
    checks.that("it is a descriptor", dmabuf.as_fd().as_raw_fd() > 0, dmabuf);
}

fn pool(checks: &mut Checks, channel: &Channel, events: &mut Events, resource: u32) {
    let Some(shm) = events.globals.get("wl_shm").copied() else {
        checks.that("the compositor has wl_shm", false, &events);
        return;
    };
    let requests = [
        wayland::bind(shm, "wl_shm", 4),
        wayland::request(4, 0, &[5, 4096]),
        wayland::request(5, 0, &[6, 0, 4, 4, 16, 1]),
        wayland::sync(7),
    ];
    let sent = channel.send(&requests.concat(), &[[abi::ID_BLOB, resource, 4096]]);
    checks.equal("CMD_SEND of memory as a pool of pixels", sent, Ok(0));
    checks.that("the compositor maps it", listen(channel, events, 7), &events);
}

fn two_at_once(checks: &mut Checks, first: File, second: File) {
    let open = |device| -> Result<Channel> { Channel::open(device) };
    let (Ok(first), Ok(second)) = (open(first), open(second)) else {
        checks.that("two channels are opened", false, ());
        return;
    };
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| first.receive());
        std::thread::sleep(Duration::from_millis(100));
        let mut events = Events::default();
        let _ = second.send(&wayland::hello(), &[]);
        let answered = listen(&second, &mut events, 3);
        checks.that("while one context waits another is answered", answered, &events);
        checks.that("the one still waits", !waiting.is_finished(), ());
        let _ = first.send(&wayland::hello(), &[]);
        let bytes = waiting.join().unwrap_or(Err(Errno::IO));
        let is_some = bytes.as_ref().is_ok_and(|bytes| !bytes.is_empty());
        checks.that("then it gets its answer", is_some, &bytes);
    });
}
