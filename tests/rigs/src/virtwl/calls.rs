//! System calls on descriptors besides the device's ioctls. The driver supports few of them:
//! descriptors are anonymous files that can be read, written and mapped.

use rustix::io::{Errno, Result};

use super::device::Virtwl;
use super::object::Kind;
use crate::caller::{Caller, Reply};
use crate::files::FileId;
use crate::sys::stat;

/// Most pieces of one readv(2) or writev(2).
const MOST_PIECES: usize = 1024;

impl Virtwl {
    pub(super) fn file_call(&mut self, caller: &mut Caller<'_>) -> Result<Reply> {
        let call = caller.call.number;
        let [first, second, third, ..] = caller.call.arguments;
        let at = if call == libc::SYS_mmap { 4 } else { 0 };
        let found = caller.file(caller.low(at)).ok().filter(|id| self.objects.contains_key(id));
        let Some(id) = found else { return self.other_file(caller) };
        match call {
            libc::SYS_read => self.read(caller, id, (second, third)),
            libc::SYS_write => self.write_bytes(caller, id, (second, third)),
            libc::SYS_readv => {
                let piece = Self::first_piece(caller)?;
                self.read(caller, id, piece)
            }
            libc::SYS_writev => {
                let piece = Self::first_piece(caller)?;
                self.write_bytes(caller, id, piece)
            }
            libc::SYS_fstat => put(caller, second, &stat::of_anonymous_file()?),
            libc::SYS_newfstatat => put(caller, third, &stat::of_anonymous_file()?),
            libc::SYS_statx => {
                let [.., into, _] = caller.call.arguments;
                put(caller, into, &stat::of_anonymous_file_extended()?)
            }
            libc::SYS_mmap => self.map(caller, id),
            libc::SYS_fcntl => self.control(caller, id),
            libc::SYS_dup => self.duplicate(caller, first),
            libc::SYS_ftruncate | libc::SYS_splice => Err(Errno::INVAL),
            libc::SYS_fallocate => Err(Errno::OPNOTSUPP),
            libc::SYS_recvmsg | libc::SYS_sendmsg => Err(Errno::NOTSOCK),
            _ => Err(Errno::SPIPE),
        }
    }

    /// A number of the device that is not an object: another file, or a pipe that is spliced into
    /// one.
    fn other_file(&self, caller: &Caller<'_>) -> Result<Reply> {
        if caller.call.number == libc::SYS_splice
            && caller.file(caller.low(2)).is_ok_and(|id| self.objects.contains_key(&id))
        {
            return Err(Errno::INVAL);
        }
        Ok(Reply::Native)
    }

    /// The first piece. The driver handles one piece after the other, and stops after a short one.
    fn first_piece(caller: &Caller<'_>) -> Result<(u64, u64)> {
        let [_, pieces, count, ..] = caller.call.arguments;
        for n in (0..count).take(MOST_PIECES) {
            let words: [u32; 4] = caller.memory().read_words(pieces + n * 16)?;
            let long = |low: u32, high: u32| u64::from(high) << 32 | u64::from(low);
            let (address, len) = (long(words[0], words[1]), long(words[2], words[3]));
            if len > 0 {
                return Ok((address, len));
            }
        }
        Ok((0, 0))
    }

    fn write_bytes(
        &mut self,
        caller: &mut Caller<'_>,
        id: FileId,
        (address, len): (u64, u64),
    ) -> Result<Reply> {
        // Ends that the guest has made for writing can also be read.
        let kind = self.objects.get(&id).map(|object| object.kind);
        if matches!(kind, Some(Kind::PipeRead | Kind::PipeWrite)) {
            return Err(Errno::BADF);
        }
        let sent = self.request(caller, id, &[], (address, len))?;
        let done = Reply::Value(i64::try_from(len).unwrap_or(i64::MAX));
        Ok(sent.map_or(Reply::Parked(crate::caller::Parked::Device), |()| done))
    }

    fn map(&self, caller: &Caller<'_>, id: FileId) -> Result<Reply> {
        let [_, len, _, _, _, offset] = caller.call.arguments;
        let Some(object) = self.objects.get(&id) else { return Ok(Reply::Native) };
        if !object.kind.is_memory() {
            return Err(Errno::ACCESS);
        }
        let end = len.checked_next_multiple_of(4096).and_then(|len| len.checked_add(offset));
        let is_inside = end.is_some_and(|end| end <= object.size.next_multiple_of(4096));
        if is_inside { Ok(Reply::Native) } else { Err(Errno::INVAL) }
    }

    fn control(&mut self, caller: &mut Caller<'_>, _: FileId) -> Result<Reply> {
        match caller.low(1).cast_signed() {
            libc::F_ADD_SEALS | libc::F_GET_SEALS => Err(Errno::INVAL),
            libc::F_DUPFD | libc::F_DUPFD_CLOEXEC => {
                let [fd, ..] = caller.call.arguments;
                self.duplicate(caller, fd)
            }
            _ => Ok(Reply::Native),
        }
    }

    /// Copies a descriptor to another number of the device.
    fn duplicate(&mut self, caller: &mut Caller<'_>, fd: u64) -> Result<Reply> {
        let copy = caller.copy(u32::try_from(fd & 0xffff_ffff).map_err(|_| Errno::BADF)?)?;
        self.install(caller, &copy).map(|number| Reply::Value(number.into()))
    }
}

fn put(caller: &Caller<'_>, address: u64, bytes: &[u8]) -> Result<Reply> {
    caller.memory().write(address, bytes)?;
    Ok(Reply::DONE)
}
