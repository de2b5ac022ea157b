//! Transfers behind a virtio-gpu, in any order of what the host, the readers and the writers do:
//! nothing waits, and what a reader gets is what the host wrote, in order.
#![no_main]

use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::sync::Once;

use arbitrary::Arbitrary;
use carafe::channel::Waits;
use carafe::channel::virtgpu::pipes::Pipes;
use libfuzzer_sys::fuzz_target;
use rustix::event::epoll::{self, CreateFlags};
use rustix::fs::{OFlags, fcntl_setfl};
use rustix::pipe::pipe;

#[derive(Arbitrary, Debug)]
enum Step {
    /// A client wants an offer's content.
    AddSink,
    /// The host wants a source's content, and says the pipe's number.
    AddSource(u32),
    /// The host writes into one of the pipes, or into one that does not exist.
    Deliver { sink: u8, len: u16, last: bool },
    /// carafe serves any number.
    Ready(u64),
    /// A client reads, writes, or goes.
    Read(u8, u16),
    Write(u8, u16),
    CloseReader(u8),
    CloseWriter(u8),
}

const FIRST: u32 = 0x8000_0001;

fn content(from: usize, len: usize) -> Vec<u8> {
    (from..from + len).map(|n| (n % 251) as u8).collect()
}

/// A client's end of a pipe from the host.
struct Reader {
    end: OwnedFd,
    got: usize,
}

fuzz_target!(|steps: Vec<Step>| {
    static IGNORED: Once = Once::new();
    // SAFETY: to ignore a signal is always sound. Rust's runtime does it, but libFuzzer has a
    // `main` of its own.
    IGNORED.call_once(|| unsafe { let _ = libc::signal(libc::SIGPIPE, libc::SIG_IGN); });
    let epoll = epoll::create(CreateFlags::CLOEXEC).expect("epoll");
    let mut pipes = Pipes::new(1 << 18);
    pipes.join(Waits::new(epoll, 0));
    let mut readers: HashMap<u32, Reader> = HashMap::new();
    let mut written: HashMap<u32, usize> = HashMap::new();
    let mut writers: Vec<OwnedFd> = Vec::new();
    let mut commands = Vec::new();
    for step in steps.into_iter().take(64) {
        match step {
            Step::AddSink => {
                let (read, write) = pipe().expect("a pipe");
                fcntl_setfl(&read, OFlags::NONBLOCK).expect("a flag");
                readers.insert(pipes.next_sink(), Reader { end: read, got: 0 });
                pipes.add_sink(write);
            }
            Step::AddSource(number) => {
                if let Ok(writer) = pipes.add_source(number) {
                    fcntl_setfl(&writer, OFlags::NONBLOCK).expect("a flag");
                    writers.push(writer);
                }
            }
            Step::Deliver { sink, len, last } => {
                let sink = FIRST + u32::from(sink);
                let total = written.entry(sink).or_default();
                let data = content(*total, usize::from(len) % 4073);
                if readers.contains_key(&sink) {
                    *total += data.len();
                }
                pipes.deliver(sink, &data, last);
            }
            Step::Ready(number) => pipes.ready(number, &mut commands),
            Step::Read(sink, len) => {
                if let Some(reader) = readers.get_mut(&(FIRST + u32::from(sink))) {
                    let mut bytes = vec![0; usize::from(len)];
                    let len = rustix::io::read(&reader.end, &mut bytes).unwrap_or(0);
                    assert_eq!(bytes[..len], content(reader.got, len));
                    reader.got += len;
                }
            }
            Step::Write(writer, len) => {
                if let Some(writer) = writers.get(usize::from(writer)) {
                    let _ = rustix::io::write(writer, &content(0, usize::from(len)));
                }
            }
            Step::CloseReader(sink) => drop(readers.remove(&(FIRST + u32::from(sink)))),
            Step::CloseWriter(writer) => {
                if usize::from(writer) < writers.len() {
                    writers.remove(usize::from(writer));
                }
            }
        }
        commands.clear();
    }
});
