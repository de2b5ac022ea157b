//! Packets of one of carafe's processes to another one, which a client has taken over: the service
//! and a session receive them. No descriptor of them may be left.
#![no_main]

use std::os::fd::{AsFd, BorrowedFd};

use arbitrary::Arbitrary;
use carafe::packets::{Packets, WaitMode};
use carafe::service::line::Line;
use carafe::service::report::SessionReport;
use libfuzzer_sys::fuzz_target;
use rustix::fs::{MemfdFlags, memfd_create};
use rustix::io::{Errno, write};
use rustix::net::{
    AddressFamily, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketFlags, SocketType,
    sendmsg, socketpair,
};

#[derive(Arbitrary, Debug)]
struct Sent {
    /// The bytes of the packet, or of memory that goes with it.
    bytes: Vec<u8>,
    in_memory: bool,
    fds: u8,
}

fn send(socket: BorrowedFd<'_>, sent: &Sent) {
    let memory = memfd_create("fuzz", MemfdFlags::CLOEXEC).expect("memory");
    let packet = if sent.in_memory {
        let _ = write(&memory, &sent.bytes);
        &[1][..]
    } else {
        &sent.bytes
    };
    let fds = vec![memory.as_fd(); usize::from(sent.fds % 8)];
    let mut space = [std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(8))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !fds.is_empty() {
        control.push(SendAncillaryMessage::ScmRights(&fds));
    }
    let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
    match sendmsg(socket, &[std::io::IoSlice::new(packet)], &mut control, flags) {
        Ok(_) | Err(Errno::AGAIN | Errno::MSGSIZE) => {}
        Err(e) => panic!("{e}"),
    }
}

fn open_fds() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

fuzz_target!(|input: (bool, Vec<Sent>)| {
    let (to_service, all) = input;
    let before = open_fds();
    let pair = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None);
    let (ours, theirs) = pair.expect("sockets");
    let ours = Packets::try_from(ours).expect("such a socket");
    all.iter().take(8).for_each(|sent| send(theirs.as_fd(), sent));
    drop(theirs);
    if to_service {
        // The service closes the line at the first packet that is none.
        while let Ok(Some(_)) = ours.receive::<SessionReport>(WaitMode::No) {}
        drop(ours);
    } else {
        let line = Line::new(ours);
        for _ in 0..=all.len() {
            let _ = line.asks();
        }
    }
    assert_eq!(open_fds(), before);
});
