//! A host that has answered while the machine was suspended.
#![allow(clippy::unwrap_used)]

use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;

use super::*;

/// A channel that has nothing at first, and then the answer, if there is one.
struct Stopped {
    socket: UnixStream,
    _peer: UnixStream,
    answers: bool,
    looked: u32,
}

impl Channel for Stopped {
    fn fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }

    fn receive(&mut self, into: &mut [u8], _: &mut FdQueue) -> Result<usize, ReceiveError> {
        self.looked += 1;
        if self.looked == 1 || !self.answers {
            return Err(io::Error::from(io::ErrorKind::WouldBlock).into());
        }
        into.first_chunk_mut::<4>().unwrap().copy_from_slice(b"here");
        Ok(4)
    }

    fn send(&mut self, _: &[IoSlice<'_>], _: &mut FdQueue) -> io::Result<usize> {
        unreachable!("nothing is asked")
    }
}

#[test]
fn an_answer_that_has_come_counts_after_the_time_limit() {
    for answers in [true, false] {
        let (socket, peer) = UnixStream::pair().unwrap();
        let mut host = Stopped { socket, _peer: peer, answers, looked: 0 };
        let heard = hear(&mut host, Instant::now(), |bytes| Ok(Some(bytes.to_vec())));
        match heard {
            Ok(bytes) => assert!(answers && bytes == b"here"),
            Err(e) => assert!(!answers && e.kind() == io::ErrorKind::TimedOut, "{e}"),
        }
    }
}
