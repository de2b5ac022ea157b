//! Commands to the host: EXECBUFFER and WAIT.

use std::sync::Arc;

use rustix::event::PollFlags;
use rustix::io::{Errno, Result};

use super::abi;
use super::commands::commands;
use super::device::Virtgpu;
use super::drm::long;
use super::host::{Fence, Job};
use super::objects::Signal;
use crate::caller::{Caller, Reply};
use crate::fault::Kind;
use crate::files::FileId;

/// The maximal length of a sequence of commands.
const LONGEST: u32 = 1 << 20;

impl Virtgpu {
    pub(super) fn submit(&mut self, caller: &mut Caller<'_>, id: FileId) -> Result<Reply> {
        let memory = caller.memory();
        // Older programs have a shorter structure; its end counts as zeroes.
        let mut bytes = [0; 64];
        let size = (caller.request() >> 16 & 0x3fff) as usize;
        let (given, _) = bytes.split_at_mut(size.min(64));
        memory.read(caller.argument(), given)?;
        let word = |n: usize| {
            bytes.get(n * 4..).and_then(<[u8]>::first_chunk).map_or(0, |b| u32::from_ne_bytes(*b))
        };
        let (flags, size, ring) = (word(0), word(1), word(8));
        let (command, handles) = (long(word(2), word(3)), long(word(4), word(5)));

        let faults = &mut self.faults;
        let context = self.contexts.get(&id).ok_or(Errno::INVAL)?;
        if flags & !abi::EXEC_RING != 0 || size > LONGEST {
            return Err(Errno::INVAL);
        }
        let ring = (flags & abi::EXEC_RING != 0).then_some(ring);
        if ring.is_some_and(|ring| u64::from(ring) >= context.rings) {
            return Err(Errno::INVAL);
        }
        let mut blobs = Vec::new();
        for n in 0..u64::from(word(6).min(1024)) {
            let [handle] = memory.read_words(handles + n * 4)?;
            blobs.push(context.blob(handle)?);
        }
        let mut buffer = vec![0; size as usize];
        memory.read(command, &mut buffer)?;

        let (mut hang_up, mut has_poll) = (false, false);
        for command in commands(&buffer) {
            if command.code == abi::CMD_SEND {
                if faults.is_due(Kind::Send) {
                    return Err(Errno::NOMEM);
                }
                hang_up |= faults.is_due(Kind::Hangup);
            }
            has_poll |= command.code == abi::CMD_POLL;
            caller.counts.command(command.name());
            for _ in 0..command.read_pipes() {
                caller.counts.made("read_pipes");
            }
        }
        let has_event = ring.is_some_and(|ring| context.poll_mask & 1 << ring != 0);
        let signal = if blobs.is_empty() { None } else { Some(Arc::new(Signal::new()?)) };
        for (blob, signal) in blobs.iter().zip(signal.iter().cycle()) {
            blob.set_used(signal);
        }
        let fence = (has_event || signal.is_some()).then(|| Fence {
            ring: ring.map(|ring| ring as u8),
            signal,
            events: has_event.then(|| Arc::clone(&context.events)),
            scribble: has_poll && faults.is_due(Kind::Scribble),
        });
        self.host.give(Job::Submit { context: context.id, buffer, fence, hang_up });
        Ok(Reply::DONE)
    }

    /// Waits. The driver gives up after 15 seconds, but nothing here takes that long.
    pub(super) fn wait(&mut self, caller: &Caller<'_>, id: FileId) -> Result<Reply> {
        let [handle, flags] = caller.memory().read_words(caller.argument())?;
        match self.context(id)?.blob(handle)?.used() {
            Some(signal) if !signal.is_raised() => {
                if flags & abi::WAIT_NOWAIT != 0 {
                    return Err(Errno::BUSY);
                }
                Ok(Reply::When(signal.waiter()?, PollFlags::IN))
            }
            _ => Ok(Reply::DONE),
        }
    }
}
