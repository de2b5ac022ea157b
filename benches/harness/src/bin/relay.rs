//! The lower bound: a relay that passes bytes and descriptors between clients and the host without
//! reading them. `relay LISTEN HOST`.
//!
//! It has one loop for all clients, level-triggered epoll and 32 KiB buffers. It reads once after
//! each wake, and waits for room only after a short send. A proxy that understands messages cannot
//! do less.

use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};

use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};

const BUFFER: usize = 32 * 1024;
const LISTENER: u64 = u64::MAX;

/// One direction: bytes that are not sent yet.
struct Half {
    bytes: Box<[u8]>,
    start: usize,
    end: usize,
    fds: Vec<OwnedFd>,
}

struct Link {
    sockets: [OwnedFd; 2],
    halves: [Half; 2],
    waits_for_room: [bool; 2],
}

fn main() {
    let mut args = std::env::args().skip(1);
    let (Some(listen), Some(host)) = (args.next(), args.next()) else {
        eprintln!("usage: relay LISTEN HOST");
        std::process::exit(2);
    };
    let listener = UnixListener::bind(&listen).expect("the socket to listen on");
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).expect("epoll");
    epoll::add(&epoll, &listener, EventData::new_u64(LISTENER), EventFlags::IN).expect("epoll");
    let mut links: Vec<Option<Link>> = Vec::new();
    let nothing = epoll::Event { flags: EventFlags::empty(), data: EventData::new_u64(0) };
    let mut events = [nothing; 64];
    loop {
        let count = epoll::wait(&epoll, &mut events, None).unwrap_or(0);
        for event in &events[..count] {
            let data = event.data.u64();
            if data == LISTENER {
                let (client, _) = listener.accept().expect("a client");
                let host = UnixStream::connect(&host).expect("the host");
                open(&epoll, &mut links, client.into(), host.into());
                continue;
            }
            let (index, side) = ((data >> 1) as usize, (data & 1) as usize);
            let Some(Some(link)) = links.get_mut(index) else { continue };
            if serve(&epoll, link, index, side).is_none() {
                links[index] = None;
            }
        }
    }
}

fn open(epoll: &OwnedFd, links: &mut Vec<Option<Link>>, client: OwnedFd, host: OwnedFd) {
    let half = || Half { bytes: vec![0; BUFFER].into(), start: 0, end: 0, fds: Vec::new() };
    let link =
        Link { sockets: [client, host], halves: [half(), half()], waits_for_room: [false; 2] };
    let index = links.iter().position(Option::is_none).unwrap_or(links.len());
    for (side, socket) in link.sockets.iter().enumerate() {
        let data = EventData::new_u64((index as u64) << 1 | side as u64);
        epoll::add(epoll, socket, data, EventFlags::IN).expect("epoll");
    }
    match links.get_mut(index) {
        Some(place) => *place = Some(link),
        None => links.push(Some(link)),
    }
}

/// Serves a ready socket. Returns `None` if the link has ended.
fn serve(epoll: &OwnedFd, link: &mut Link, index: usize, side: usize) -> Option<()> {
    if link.waits_for_room[side] {
        send(epoll, link, index, 1 - side)?;
    }
    if link.halves[side].start == link.halves[side].end {
        receive(link, side)?;
        send(epoll, link, index, side)?;
    }
    Some(())
}

fn receive(link: &mut Link, side: usize) -> Option<()> {
    let half = &mut link.halves[side];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(28))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let flags = RecvFlags::DONTWAIT | RecvFlags::CMSG_CLOEXEC;
    let slice = &mut [IoSliceMut::new(&mut half.bytes)];
    let received = match recvmsg(&link.sockets[side], slice, &mut control, flags) {
        Err(rustix::io::Errno::AGAIN) => return Some(()),
        other => other.ok()?,
    };
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(fds) = message {
            half.fds.extend(fds);
        }
    }
    (half.start, half.end) = (0, received.bytes);
    (received.bytes > 0).then_some(())
}

/// Sends the bytes from `side` to the other side.
fn send(epoll: &OwnedFd, link: &mut Link, index: usize, side: usize) -> Option<()> {
    let other = 1 - side;
    let half = &mut link.halves[side];
    if half.start < half.end {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(28))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        let fds: Vec<_> = half.fds.iter().map(AsFd::as_fd).collect();
        if !fds.is_empty() {
            control.push(SendAncillaryMessage::ScmRights(&fds));
        }
        let slice = &[IoSlice::new(&half.bytes[half.start..half.end])];
        let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        match sendmsg(&link.sockets[other], slice, &mut control, flags) {
            Ok(sent) => {
                half.start += sent;
                half.fds.clear();
            }
            Err(rustix::io::Errno::AGAIN) => {}
            Err(_) => return None,
        }
    }
    let waits = half.start < half.end;
    if waits != link.waits_for_room[other] {
        link.waits_for_room[other] = waits;
        let room = |flags| if waits { flags | EventFlags::OUT } else { flags };
        let data = |side: usize| EventData::new_u64((index as u64) << 1 | side as u64);
        epoll::modify(epoll, &link.sockets[other], data(other), room(EventFlags::IN)).ok()?;
        let input = if waits { EventFlags::empty() } else { EventFlags::IN };
        let back = if link.waits_for_room[side] { EventFlags::OUT } else { EventFlags::empty() };
        epoll::modify(epoll, &link.sockets[side], data(side), input | back).ok()?;
    }
    Some(())
}
