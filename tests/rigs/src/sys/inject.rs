//! Replacing a mapping that a program has requested.
//!
//! A process cannot map memory into another one, and the kernel cannot continue a system call with
//! other arguments. So the thread is traced during this one call: it gets an answer, is stopped
//! when it leaves the kernel, does the same system call on another file, and is released. It is
//! not traced before or after, so debuggers and `strace` can be used.

#![expect(unsafe_code, reason = "ptrace")]

use std::os::fd::{AsFd, BorrowedFd};

use rustix::io::{Errno, Result};

use super::listener::{Listener, Notification};

/// Answers the mapping `call` with a mapping of all of `file`.
///
/// # Errors
/// When the thread cannot be traced (because it is already), or has died. The call has been
/// answered then.
pub fn map(listener: &Listener, call: &Notification, file: BorrowedFd<'_>) -> Result<()> {
    let traced = arch::Traced::seize(call.thread).inspect_err(|error| {
        let _ = listener.answer(call.id, Err(*error));
    })?;
    let number = match listener.install(call.id, file.as_fd()) {
        Ok(number) => number,
        Err(error) => {
            let _ = listener.answer(call.id, Err(error));
            traced.wait_and_release();
            return Err(error);
        }
    };
    listener.answer(call.id, Ok(0))?;
    let number = u64::try_from(number).map_err(|_| Errno::BADF)?;
    let [start, len, access, flags, ..] = call.arguments;
    traced.map_and_close([start, len, access, flags, number, 0])
}

#[cfg(target_arch = "x86_64")]
mod arch {
    use super::{Errno, Result};

    /// A thread that stops when it leaves the kernel.
    pub(super) struct Traced {
        thread: libc::pid_t,
        signals: Vec<i32>,
    }

    const SYSCALL_STOP: i32 = libc::SIGTRAP | 0x80;

    impl Traced {
        pub(super) fn seize(thread: u32) -> Result<Self> {
            let this = Self { thread: thread.cast_signed(), signals: Vec::new() };
            this.ptrace(libc::PTRACE_SEIZE, libc::PTRACE_O_TRACESYSGOOD as usize)?;
            this.ptrace(libc::PTRACE_INTERRUPT, 0)?;
            Ok(this)
        }

        pub(super) fn wait_and_release(mut self) {
            if self.wait().is_ok() {
                self.release();
            }
        }

        pub(super) fn map_and_close(mut self, arguments: [u64; 6]) -> Result<()> {
            self.wait()?;
            let mut registers = self.registers()?;
            let mapped = self.call(&registers, libc::SYS_mmap, arguments);
            let closed = self.call(&registers, libc::SYS_close, [arguments[4], 0, 0, 0, 0, 0]);
            if let Ok(address) = mapped {
                registers.rax = address;
                let _ = self.set_registers(&mut registers);
            }
            self.release();
            mapped.and(closed).map(drop)
        }

        /// Runs the last instruction, a system call, again.
        fn call(
            &mut self,
            registers: &libc::user_regs_struct,
            number: libc::c_long,
            arguments: [u64; 6],
        ) -> Result<u64> {
            let mut changed = *registers;
            changed.rip -= 2;
            changed.orig_rax = u64::MAX;
            changed.rax = number.cast_unsigned();
            [changed.rdi, changed.rsi, changed.rdx, changed.r10, changed.r8, changed.r9] =
                arguments;
            self.set_registers(&mut changed)?;
            for _ in ["entry", "exit"] {
                self.run_to_system_call()?;
            }
            Ok(self.registers()?.rax)
        }

        fn run_to_system_call(&mut self) -> Result<()> {
            loop {
                self.ptrace(libc::PTRACE_SYSCALL, 0)?;
                let stop = self.wait()?;
                if stop == SYSCALL_STOP {
                    return Ok(());
                }
                if stop != libc::SIGTRAP {
                    // It comes too early: the registers are not the program's.
                    self.signals.push(stop);
                }
            }
        }

        fn release(&mut self) {
            let _ = self.ptrace(libc::PTRACE_DETACH, 0);
            for signal in self.signals.drain(..) {
                // SAFETY: it takes two numbers.
                unsafe { libc::syscall(libc::SYS_tkill, self.thread, signal) };
            }
        }

        /// Waits for the next stop. Returns its signal.
        fn wait(&self) -> Result<i32> {
            let mut status = 0;
            loop {
                // SAFETY: `status` is ours.
                let done = unsafe { libc::waitpid(self.thread, &raw mut status, libc::__WALL) };
                if done == self.thread && libc::WIFSTOPPED(status) {
                    return Ok(libc::WSTOPSIG(status));
                }
                if done == self.thread {
                    return Err(Errno::SRCH);
                }
                check(done.into()).or_else(|e| if e == Errno::INTR { Ok(()) } else { Err(e) })?;
            }
        }

        fn registers(&self) -> Result<libc::user_regs_struct> {
            // SAFETY: it is plain numbers, for which zero is a value.
            let mut registers: libc::user_regs_struct = unsafe { std::mem::zeroed() };
            self.ptrace(libc::PTRACE_GETREGS, (&raw mut registers).expose_provenance())?;
            Ok(registers)
        }

        fn set_registers(&self, registers: &mut libc::user_regs_struct) -> Result<()> {
            self.ptrace(libc::PTRACE_SETREGS, (&raw mut *registers).expose_provenance())
        }

        fn ptrace(&self, request: libc::c_uint, data: usize) -> Result<()> {
            // SAFETY: `data` is a number, or the address of registers that are ours meanwhile.
            let result = unsafe { libc::ptrace(request, self.thread, 0_usize, data) };
            check(result)
        }
    }

    fn check(result: libc::c_long) -> Result<()> {
        if result == -1 {
            let error = std::io::Error::last_os_error();
            return Err(Errno::from_io_error(&error).unwrap_or(Errno::IO));
        }
        Ok(())
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod arch {
    use super::{Errno, Result};

    /// Not implemented for this architecture: mappings fail.
    pub(super) struct Traced;

    impl Traced {
        pub(super) fn seize(_: u32) -> Result<Self> {
            Err(Errno::NOSYS)
        }

        pub(super) fn wait_and_release(self) {}

        pub(super) fn map_and_close(self, _: [u64; 6]) -> Result<()> {
            Err(Errno::NOSYS)
        }
    }
}
