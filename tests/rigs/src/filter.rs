//! The filter: which system calls go to the supervisor. The kernel handles all others as usual.

use std::ops::Range;

/// A seccomp filter program.
#[derive(Clone, Debug)]
pub struct Filter(Vec<libc::sock_filter>);

#[cfg(target_arch = "x86_64")]
const ARCHITECTURE: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
const ARCHITECTURE: u32 = 0xc000_00b7;

// Offsets in `struct seccomp_data`, on a little-endian machine.
const NUMBER: u32 = 0;
const MACHINE: u32 = 4;
const REQUEST: u32 = argument(1);
const OFFSET_HIGH: u32 = argument(5) + 4;

/// The low half of an argument: for descriptors, the kernel ignores the rest.
const fn argument(n: u32) -> u32 {
    16 + n * 8
}

/// System calls on descriptors, and the descriptor's place among the arguments.
const FILE_CALLS: [(libc::c_long, u32); 23] = [
    (libc::SYS_read, 0),
    (libc::SYS_write, 0),
    (libc::SYS_readv, 0),
    (libc::SYS_writev, 0),
    (libc::SYS_pread64, 0),
    (libc::SYS_pwrite64, 0),
    (libc::SYS_preadv, 0),
    (libc::SYS_preadv2, 0),
    (libc::SYS_pwritev, 0),
    (libc::SYS_pwritev2, 0),
    (libc::SYS_lseek, 0),
    (libc::SYS_fstat, 0),
    (libc::SYS_newfstatat, 0),
    (libc::SYS_statx, 0),
    (libc::SYS_ftruncate, 0),
    (libc::SYS_fallocate, 0),
    (libc::SYS_fcntl, 0),
    (libc::SYS_dup, 0),
    (libc::SYS_recvmsg, 0),
    (libc::SYS_sendmsg, 0),
    (libc::SYS_splice, 0),
    (libc::SYS_splice, 2),
    (libc::SYS_mmap, 4),
];

impl Filter {
    /// Traps ioctls whose type byte is one of `types`, and, if `maps`, each mmap
    /// from an offset of 4 GiB on.
    ///
    /// # Panics
    /// With more than a hundred types.
    pub fn new(types: &[u8], maps: bool) -> Self {
        let n = u8::try_from(types.len()).unwrap_or(u8::MAX);
        assert!(n <= 100, "jumps are short");
        let ioctl = number(libc::SYS_ioctl);
        let mmap = if maps { number(libc::SYS_mmap) } else { u32::MAX };
        let (allow, notify) = (libc::SECCOMP_RET_ALLOW, libc::SECCOMP_RET_USER_NOTIF);
        let mut code = vec![
            load(MACHINE),
            jump_if(ARCHITECTURE, 0, n + 7),
            load(NUMBER),
            jump_if(ioctl, 3, 0),
            jump_if(mmap, 0, n + 4),
            load(OFFSET_HIGH),
            jump_if(0, n + 2, n + 3),
            load(REQUEST),
            op(libc::BPF_ALU | libc::BPF_AND | libc::BPF_K, 0xff00),
        ];
        for (i, kind) in (0..n).zip(types) {
            code.push(jump_if(u32::from(*kind) << 8, n - i, 0));
        }
        code.push(op(libc::BPF_RET | libc::BPF_K, allow));
        code.push(op(libc::BPF_RET | libc::BPF_K, notify));
        Self(code)
    }

    /// Also traps all system calls on descriptors with these numbers.
    #[must_use]
    pub fn with_descriptors(self, numbers: &Range<u32>) -> Self {
        let (allow, notify) = (libc::SECCOMP_RET_ALLOW, libc::SECCOMP_RET_USER_NOTIF);
        let mut code = vec![
            load(MACHINE),
            jump_if(ARCHITECTURE, 1, 0),
            op(libc::BPF_RET | libc::BPF_K, allow),
            load(NUMBER),
        ];
        for (call, at) in FILE_CALLS {
            code.extend([
                jump_if(number(call), 0, 5),
                load(argument(at)),
                jump_from(numbers.end, 2, 0),
                jump_from(numbers.start, 0, 1),
                op(libc::BPF_RET | libc::BPF_K, notify),
                // Another argument of the same call may be a descriptor too.
                load(NUMBER),
            ]);
        }
        code.extend(self.0);
        Self(code)
    }

    /// The instructions.
    pub fn code(&self) -> &[libc::sock_filter] {
        &self.0
    }
}

fn number(call: libc::c_long) -> u32 {
    u32::try_from(call).unwrap_or(u32::MAX)
}

fn op(code: u32, k: u32) -> libc::sock_filter {
    libc::sock_filter { code: u16::try_from(code).unwrap_or(0), jt: 0, jf: 0, k }
}

fn load(offset: u32) -> libc::sock_filter {
    op(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, offset)
}

/// Jumps if the loaded value is `least` or more.
fn jump_from(least: u32, yes: u8, no: u8) -> libc::sock_filter {
    let code = libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K;
    libc::sock_filter { jt: yes, jf: no, ..op(code, least) }
}

fn jump_if(equal: u32, yes: u8, no: u8) -> libc::sock_filter {
    let code = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
    libc::sock_filter { jt: yes, jf: no, ..op(code, equal) }
}
