//! Makes the seccomp filter, and installs it.
#![expect(unsafe_code, reason = "system calls without a wrapper")]

use std::io;

use libc::{SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO, SECCOMP_RET_KILL_PROCESS, sock_filter};

use super::calls::{ALL, FATAL, FATAL_OLD, NOT_THERE, OLD, conditional, open};
use super::program::{FilterProgram, TooLong};
use super::{Needs, SandboxError};

/// This machine's architecture (`AUDIT_ARCH_*`: the number of its ELF files, and that it has 64 bits
/// and the lower byte first), if there are lists of its system calls.
const ARCHITECTURE: Option<u32> = if cfg!(target_arch = "x86_64") {
    Some(0xc000_003e)
} else if cfg!(target_arch = "aarch64") {
    Some(0xc000_00b7)
} else {
    None
};

/// Filters the calling thread's system calls. Returns whether the kernel can.
pub fn install(needs: &Needs, has_landlock: bool) -> Result<bool, SandboxError> {
    let Some(architecture) = ARCHITECTURE else { return Ok(false) };
    let program = make(needs, has_landlock, architecture)?;
    // The kernel accepts filters only from a process that cannot gain new rights.
    rustix::thread::set_no_new_privs(true).map_err(|e| SandboxError::Install(e.into()))?;
    match install_program(&program) {
        Ok(()) => Ok(true),
        Err(e) if matches!(e.raw_os_error(), Some(libc::ENOSYS | libc::EINVAL)) => Ok(false),
        Err(e) => Err(SandboxError::Install(e)),
    }
}

/// The first list that has a call answers it. Calls with conditions run through the filter each
/// time, so they come first; the kernel knows which others are always allowed.
fn make(needs: &Needs, has_landlock: bool, architecture: u32) -> Result<Vec<sock_filter>, TooLong> {
    let eperm = SECCOMP_RET_ERRNO | libc::EPERM.cast_unsigned();
    let mut program = FilterProgram::new(architecture);
    let mut with_conditions = conditional(needs.device, std::process::id());
    if has_landlock {
        with_conditions.extend(open(needs.temporary.is_some()));
    }
    for (call, ways) in with_conditions {
        program.conditional(call, &ways, [SECCOMP_RET_ALLOW, eperm])?;
    }
    program.list(ALL, SECCOMP_RET_ALLOW);
    program.list(OLD, SECCOMP_RET_ALLOW);
    program.list(NOT_THERE, SECCOMP_RET_ERRNO | libc::ENOSYS.cast_unsigned());
    program.list(FATAL, SECCOMP_RET_KILL_PROCESS);
    program.list(FATAL_OLD, SECCOMP_RET_KILL_PROCESS);
    Ok(program.finish(eperm))
}

/// The kernel logs the calls that it refuses. Kernels before 5.16 would switch on a costly
/// protection against speculation. It protects secrets within one process, and a session has none,
/// so this switches it off.
fn install_program(program: &[sock_filter]) -> io::Result<()> {
    let filter = libc::sock_fprog {
        len: program.len().try_into().map_err(io::Error::other)?,
        filter: program.as_ptr().cast_mut(),
    };
    let flags = libc::SECCOMP_FILTER_FLAG_LOG | libc::SECCOMP_FILTER_FLAG_SPEC_ALLOW;
    // SAFETY: `filter` points to `len` instructions, which live for the call; the kernel copies and
    // checks them.
    let failed = unsafe {
        libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, flags, &raw const filter)
    };
    if failed == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
